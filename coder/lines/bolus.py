"""A push and an infusion of one drug in one visit: asked, both reported, or the infusion alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.charges import Answerable
from coder.lines.pushes import is_short_repeat
from coder.policy import BolusAndDrip
from coder.runs.classified import Classified, Mode
from coder.sheet import Sheet

Infusate = tuple[str, ...]


def settle_bolus_and_drip(classified: Sequence[Classified], sheet: Sheet) -> Sequence[Classified]:
    """The runs of a visit after the site's policy on a push and an infusion of one drug."""
    pushes = [one for one in classified if one.mode is Mode.PUSH]
    infusions: dict[Infusate, list[Classified]] = {}
    for one in classified if pushes else ():
        if one.mode is Mode.INFUSION:
            infusions.setdefault(one.run.infusate, []).append(one)
    boluses = {one.run.anchor: one for one in pushes if _is_bolus(one, infusions, sheet)}
    if not boluses:
        return classified
    drugs = {one.run.infusate for one in boluses.values()}
    policy = sheet.policy.bolus_and_drip
    if policy is BolusAndDrip.QUERY:
        for infusate in sorted(drugs):
            _ask(infusate, boluses, infusions, sheet)
    settled: list[Classified] = []
    for one in classified:
        if one.run.anchor in boluses and policy is BolusAndDrip.DRIP:
            _leave_out(one, sheet)
        else:
            concerned = one.run.anchor in boluses or (one.mode is Mode.INFUSION and one.run.infusate in drugs)
            settled.append(_settled(one, policy) if concerned else one)
    return settled


def _is_bolus(push: Classified, infusions: Mapping[Infusate, Sequence[Classified]], sheet: Sheet) -> bool:
    """Whether a push stands beside an infusion of its drug; a dose asked of a pump and a short repeat do not."""
    of_its_drug = infusions.get(push.run.infusate)
    if not of_its_drug or push.run.demand:
        return False
    return not any(is_short_repeat(push, one, sheet) for one in of_its_drug)


def _settled(one: Classified, policy: BolusAndDrip) -> Classified:
    planned = one.planned or policy is BolusAndDrip.QUERY
    rules = (*one.rules, f"bolus-and-drip.{policy}")
    return Classified(one.run, one.mode, planned, rules, one.family, one.modifiers)


def _ask(
    infusate: Infusate,
    boluses: Mapping[str, Classified],
    infusions: Mapping[Infusate, Sequence[Classified]],
    sheet: Sheet,
) -> None:
    pushes = [one for one in boluses.values() if one.run.infusate == infusate]
    concerned = sorted([*pushes, *infusions[infusate]], key=lambda one: (one.run.start, -one.run.minutes, one.anchor))
    sheet.ask(
        "bolus-and-drip.query",
        [key for one in concerned for key in one.run.keys],
        Answerable.NURSE,
        f"{' with '.join(infusate).capitalize()} is charted both as a push and as an infusion. "
        "Were these two separately ordered doses?",
        concerned[0].run.start,
    )


def _leave_out(one: Classified, sheet: Sheet) -> None:
    sheet.leave_out(
        "bolus-and-drip.drip",
        one.run.keys,
        "A push and an infusion of one drug: the infusion alone is reported (policy bolus_and_drip = drip).",
        minutes=None if one.run.one_time else one.run.minutes,
    )
