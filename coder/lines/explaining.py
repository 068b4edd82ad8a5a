"""What an auditor reads of a line beyond its own sentences: access, date, and the authorities it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from coder.charges import Charge
from coder.lines.wording import counted
from coder.rulebook import RULES
from coder.tables import Authority

SAY_THE_DATE = ("midnight.threshold", "midnight.start", "pcs.introduction", "pcs.new-technology")


def explanation(charge: Charge, zone: tzinfo, authorities: Mapping[str, Authority]) -> tuple[str, ...]:
    """All that is said of a line: its minutes, why it is what it is, and what that rests on."""
    minutes = counted(charge.minutes, zone, charge.key.service_date) if charge.minutes else ()
    return (*minutes, *reasons(charge, zone, authorities))


def reasons(charge: Charge, zone: tzinfo, authorities: Mapping[str, Authority]) -> tuple[str, ...]:
    """Why a line is what it is, without its ledger of minutes."""
    return (*_access(charge), *charge.explanation, *_date(charge, zone), *_rests_on(charge, authorities))


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


def _rests_on(charge: Charge, authorities: Mapping[str, Authority]) -> tuple[str, ...]:
    """Each authority once, with whether we read it or know it, and the rules that rest on it."""
    resting: dict[str, list[str]] = {}
    for rule in charge.because:
        for key in RULES[rule].cite if rule in RULES else ():
            resting.setdefault(key, []).append(rule)
    return tuple(_authority(authorities[key], rules) for key, rules in resting.items() if key in authorities)


def _authority(one: Authority, rules: list[str]) -> str:
    return f"Rests on {one.document}, {one.section}, {one.edition} ({one.grade}): {', '.join(rules)}."
