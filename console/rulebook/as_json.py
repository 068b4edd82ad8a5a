"""The rulebook as one JSON document: what the text shows, and every case."""

from __future__ import annotations

import orjson

from coder.tables import Authority
from console.rulebook.contents import NumberOnDay, Rulebook, RuleOnDay, ShownCase

Json = dict[str, object]


def rulebook_json(rulebook: Rulebook) -> bytes:
    """One document: the day, the edition of the claim edits, every rule and every number in force."""
    document = {
        "on": rulebook.day.isoformat(),
        "edits": rulebook.edits,
        "rules": [_rule(rule) for rule in rulebook.rules],
        "numbers": [_number(number) for number in rulebook.numbers],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def _rule(shown: RuleOnDay) -> Json:
    return {
        "id": shown.rule.id,
        "says": shown.rule.says,
        "since": shown.rule.since.isoformat(),
        "until": shown.rule.until.isoformat() if shown.rule.until else None,
        "authorities": [_authority(authority) for authority in shown.authorities],
        "numbers": [number.number.name for number in shown.numbers],
        "cases": [_case(case) for case in shown.cases],
    }


def _number(shown: NumberOnDay) -> Json:
    return {
        "name": shown.number.name,
        "label": shown.number.label,
        "unit": shown.number.unit,
        "value": shown.value,
        "since": shown.since.isoformat(),
        "authorities": [_authority(authority) for authority in shown.authorities],
        "cases": [{"edge": side, **_case(case)} for side, case in shown.edges],
    }


def _authority(authority: Authority) -> Json:
    return {
        "key": authority.key,
        "document": authority.document,
        "section": authority.section,
        "edition": authority.edition,
        "grade": authority.grade,
        "says": authority.says,
    }


def _case(case: ShownCase) -> Json:
    return {"file": case.file, "case": case.name}
