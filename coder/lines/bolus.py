"""A push and an infusion of one drug in one visit: asked, both reported, or the infusion alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.charges import Answerable
from coder.lines.pushes import is_short_repeat
from coder.policy import BolusAndDrip
from coder.runs.classified import Classified, Mode
from coder.sheet import Sheet

PUSH, INFUSION = Mode.PUSH, Mode.INFUSION
Infusate = tuple[str, ...]
RULE = "bolus-and-drip.query"


def settle_bolus_and_drip(classified: Sequence[Classified], sheet: Sheet) -> Sequence[Classified]:
    """The runs of a visit after the site's policy on a push and an infusion of one drug."""
    pushes = [one for one in classified if one.mode is PUSH]
    infusions: dict[Infusate, list[Classified]] = {}
    for one in classified if pushes else ():
        if one.mode is INFUSION:
            infusions.setdefault(one.run.infusate, []).append(one)
    boluses = {one.run.anchor: one for one in pushes if _is_bolus(one, infusions, sheet)}
    if not boluses:
        return classified
    drugs = dict.fromkeys(one.run.infusate for one in boluses.values())
    meant = {infusate: _meant(infusate, boluses, infusions, sheet) for infusate in drugs}
    for infusate, meaning in meant.items():
        if meaning is BolusAndDrip.QUERY:
            _ask(infusate, boluses, infusions, sheet)
    settled: list[Classified] = []
    for one in classified:
        concerned = one.run.anchor in boluses or (one.mode is INFUSION and one.run.infusate in drugs)
        if one.run.anchor in boluses and meant[one.run.infusate] is BolusAndDrip.DRIP:
            _leave_out(one, sheet)
        else:
            settled.append(_settled(one, meant[one.run.infusate]) if concerned else one)
    return settled


def _meant(
    infusate: Infusate,
    boluses: Mapping[str, Classified],
    infusions: Mapping[Infusate, Sequence[Classified]],
    sheet: Sheet,
) -> BolusAndDrip:
    """What the push and the infusion of one drug are: what a person answered, else what the policy says."""
    policy = sheet.policy.bolus_and_drip
    runs = (one.run for one in (*boluses.values(), *infusions[infusate]) if one.run.infusate == infusate)
    answers = {run.answered(RULE) for run in runs} - {None} if policy is BolusAndDrip.QUERY else set()
    if not answers:
        return policy
    return BolusAndDrip.BOTH if answers == {"yes"} else BolusAndDrip.DRIP


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
        RULE,
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
        f"A push and an infusion of one drug: the infusion alone is reported ({sheet.policy.said('bolus_and_drip')}).",
        minutes=None if one.run.one_time else one.run.minutes,
    )
