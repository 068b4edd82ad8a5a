"""What an auditor reads of a line beyond its own sentences: access, date, and the authorities it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from coder.charges import Charge
from coder.lines.wording import counted
from coder.rulebook import RULES, Rule
from coder.tables import Authority

SAY_THE_DATE = ("midnight.threshold", "midnight.start", "pcs.introduction", "pcs.new-technology")


def explanation(charge: Charge, zone: tzinfo, authorities: Mapping[str, Authority]) -> tuple[str, ...]:
    """All that is said of a line: its minutes, why it is what it is, and what that rests on."""
    minutes = counted(charge.minutes, zone, charge.key.service_date) if charge.minutes else ()
    return (*minutes, *reasons(charge, zone), *rests_on(charge, authorities))


def reasons(charge: Charge, zone: tzinfo) -> tuple[str, ...]:
    """Why a line is what it is, without its ledger of minutes."""
    return (*_access(charge), *charge.explanation, *_date(charge, zone))


def _access(charge: Charge) -> tuple[str, ...]:
    if charge.access is None:
        return ()
    return (f"Counted on access {charge.access}; an access has one initial service.",)


def _date(charge: Charge, zone: tzinfo) -> tuple[str, ...]:
    """Why this date, where no policy on midnight has said so."""
    day = charge.key.service_date
    begun, ended = charge.start.astimezone(zone).date(), charge.end.astimezone(zone).date()
    if any(rule in charge.because for rule in SAY_THE_DATE) or day != begun:
        return ()
    if ended == begun:
        return (f"Dated {day}, the day on which it began and ended.",)
    return (f"Dated {day}, the day on which it began.",)


def rests_on(charge: Charge, authorities: Mapping[str, Authority]) -> tuple[str, ...]:
    """Each rule of a line in its own words, and the authorities behind it: whether we read them or know them."""
    stated = [RULES[rule] for rule in charge.because if rule in RULES]
    return tuple(f"{rule.id}: {rule.says}{_behind(rule, authorities)}" for rule in stated)


def _behind(rule: Rule, authorities: Mapping[str, Authority]) -> str:
    named = [f"{one.document}, {one.section} ({one.grade})" for key in rule.cite if (one := authorities.get(key))]
    return f" By {'; '.join(named)}." if named else ""
