"""One access of a visit: its initial service, everything beside it, and its hydration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from coder.charges import Charge
from coder.facts import VisitReason
from coder.lines import wording
from coder.lines.beside import hours_of, infusion_lines, push_lines, repeats_to_sum
from coder.lines.fluid_time import Taker
from coder.lines.hierarchy import deciding_reason, initial_code, losing_rivals, pick_initial
from coder.lines.hydration import Hydration, initial_hydration, measured, secondary_hydration
from coder.lines.line import charges_of
from coder.lines.pushes import cast_pushes
from coder.lines.roles import Cast, cast_infusions
from coder.lines.timed import Under, service_line, timed, untimed_line
from coder.policy import Policy
from coder.runs.classified import Classified, Mode
from coder.sheet import Sheet

INFUSION = Mode.INFUSION


@dataclass(slots=True)
class Access:
    """What ran on one access; `documented` says why it was needed beside another, where it is a second one.

    `holds_all`: more than one was used, and the site knows one only.
    """

    name: str
    documented: str | None = None
    holds_all: bool = False
    veins: list[Classified] = field(default_factory=list)
    fluids: list[Classified] = field(default_factory=list)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that gave it an initial service of its own, or none to another access."""
        if self.holds_all:
            return ("access.never",)
        return ("initial.second-access",) if self.documented else ()

    def said(self, policy: Policy) -> tuple[str, ...]:
        """Why it has an initial service of its own, or another access has none."""
        return wording.access(self.name, self.documented, self.holds_all, policy)


def code_access(access: Access, takers: Sequence[Taker], sheet: Sheet) -> None:
    """Charge one access: the initial, then what stands beside it."""
    reason = deciding_reason(access.veins, sheet)
    fluid = measured(access.fluids, access.name, takers, bool(access.veins), sheet) if access.fluids else None
    if fluid and (not access.veins or reason is VisitReason.HYDRATION):
        rules, said = _why_hydration(access, sheet.policy)
        charges = initial_hydration(fluid, rules, said, sheet)
        sheet.charges += charges
        _code_beside(access, None, Under(charges[0].key, fluid.planned), sheet)
    elif access.veins:
        _code_veins(access, None if reason is VisitReason.HYDRATION else reason, fluid, sheet)


def _why_hydration(access: Access, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules and sentences that make hydration the initial service."""
    said = (wording.initial_hydration(access.veins), *access.said(policy))
    by_reason = ("initial.reason",) if access.veins else ()
    return ("hydration.initial", *by_reason, *access.rules), said


def _code_veins(access: Access, reason: VisitReason | None, fluid: Hydration | None, sheet: Sheet) -> None:
    initial = pick_initial(access.veins, reason)
    rules = ("initial.reason" if reason else "initial.hierarchy", *access.rules)
    said = wording.initial(initial, losing_rivals(initial, access.veins), reason, sheet.policy)
    said += access.said(sheet.policy)
    it = timed(initial, access.name, sheet)
    make = service_line if initial.mode is INFUSION else untimed_line
    charges = charges_of(make(it, initial_code(initial), rules, said), sheet)
    under = Under(charges[0].key, initial.planned)
    sheet.charges += charges
    casts = _code_beside(access, initial, under, sheet)
    if initial.mode is INFUSION:
        again = repeats_to_sum(casts, sheet).get(initial.run.anchor, ())
        hours = hours_of(it, again, Under(under.key, False), access.name, sheet)
        sheet.charges += charges_of(hours, sheet) if hours else ()
    if fluid:
        sheet.charges += secondary_hydration(fluid, under, sheet)


def _code_beside(access: Access, initial: Classified | None, under: Under, sheet: Sheet) -> list[Cast]:
    if len(access.veins) == 1 and initial:
        return []
    infusions = [one for one in access.veins if one.mode is INFUSION]
    casts = cast_infusions(initial, infusions, sheet)
    charges: list[Charge] = []
    for line in infusion_lines(casts, under, access.name, repeats_to_sum(casts, sheet), sheet):
        charges += charges_of(line, sheet)
    for line in push_lines(cast_pushes(initial, access.veins, sheet), under, access.name, sheet):
        charges += charges_of(line, sheet)
    sheet.charges += charges
    return casts
