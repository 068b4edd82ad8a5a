"""The checklist of a visit: what is missing is asked, and what is required holds its lines."""

from __future__ import annotations

from collections.abc import Sequence

from coder.charges import Advisory, Answerable
from coder.documentation.items import ITEMS, Item
from coder.lines.waiting import waiting
from coder.policy import Unsigned, Wanted
from coder.runs.classified import Classified, Mode
from coder.runs.run import Run
from coder.sheet import Sheet

OFF, REQUIRED = Wanted.OFF, Wanted.REQUIRED
NO_SERVICE = (Mode.HELD, Mode.FLUSH, Mode.DECLOT)
UNSIGNED = "order.unsigned"
Held = dict[str, dict[str, str]]


def check_documentation(classified: Sequence[Classified], sheet: Sheet) -> None:
    """Hold every run of a visit against the site's checklist, once its lines are made."""
    wanted = [(item, how) for item in ITEMS if (how := getattr(sheet.policy, item.key)) is not OFF]
    held: Held = {}
    for one in classified:
        if one.mode in NO_SERVICE:
            continue
        for item, how in wanted:
            if item.applies(one, sheet):
                _check(one.run, item, how, held, sheet)
        if False in [piece.administration.signed for piece in one.run.pieces]:
            _unsigned(one.run, held, sheet)
    if held:
        sheet.charges = waiting(sheet.charges, held)


def _check(run: Run, item: Item, how: Wanted, held: Held, sheet: Sheet) -> None:
    there = item.there(run, sheet)
    if there is None:
        _ask(run, item.rule, item.of, item.ask, sheet)
    if how is REQUIRED and (there is None or there is False):
        _hold(run, item.rule, f"Waits: {item.key.replace('_', ' ')} ({sheet.policy.said(item.key)}).", held)


def _ask(run: Run, rule: str, of: Answerable, ask: str, sheet: Sheet) -> None:
    sheet.ask(rule, run.keys, of, f"{run.name.capitalize()} was given at {sheet.clock(run.start)}. {ask}", run.start)


def _hold(run: Run, rule: str, says: str, held: Held) -> None:
    for key in run.keys:
        held.setdefault(key, {})[rule] = says


def _unsigned(run: Run, held: Held, sheet: Sheet) -> None:
    """An order that nobody has signed: pointed out, or the line waits for the signature."""
    if sheet.policy.unsigned is Unsigned.HOLD:
        _ask(run, UNSIGNED, Answerable.PRESCRIBER, "Has its order been signed?", sheet)
        _hold(run, UNSIGNED, f"Its order is not signed ({sheet.policy.said('unsigned')}).", held)
        return
    keys = set(run.keys)
    codes = tuple(dict.fromkeys(charge.code for charge in sheet.charges if keys & set(charge.service)))
    says = f"The order of {run.name} is not signed ({sheet.policy.said('unsigned')})."
    sheet.advisories.append(Advisory(sheet.visit.key, sheet.visit.patient, codes, UNSIGNED, says))
