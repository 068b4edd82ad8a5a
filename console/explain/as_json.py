"""The explanation of visits as one JSON document: what the text shows, for a program to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo

import orjson

from coder.charges import (
    Advisory,
    Charge,
    Interval,
    Minutes,
    NotBilled,
    Product,
    Query,
    RunLine,
    Subtraction,
)
from coder.lines.explaining import reasons, rests_on
from console.explain.visits import ExplainedVisit, Unread

Json = dict[str, object]


def explanation_json(visits: Iterable[ExplainedVisit], unread: Unread) -> bytes:
    """One document: every visit, then what was refused and what was left out by kind."""
    document = {
        "visits": [_explained(visit) for visit in visits],
        "ignored": dict(sorted(unread.ignored.items())),
        "dead_letters": unread.dead_letters,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def query_json(query: Query, zone: tzinfo) -> Json:
    """A question as `queries.ndjson` and the explanation show it, but for its id."""
    return {
        "visit": query.visit,
        "administrations": list(query.administrations),
        "ask": query.ask,
        "of": query.of.value,
        "because": query.because,
        "since": instant_json(query.since, zone),
        "due": None if query.due is None else instant_json(query.due, zone),
    }


def not_billed_json(line: NotBilled) -> Json:
    """What was not billed as `not-billed.ndjson` and the explanation show it; money stays exact as text."""
    return {
        "visit": line.visit,
        "administrations": list(line.administrations),
        "code": line.code,
        "minutes": line.minutes,
        "amount": None if line.amount is None else str(line.amount),
        "curable": line.curable,
        "because": line.because,
        "says": line.says,
    }


def instant_json(instant: datetime, zone: tzinfo) -> str:
    """An instant in the site's zone, with its offset."""
    return instant.astimezone(zone).isoformat()


def _explained(explained: ExplainedVisit) -> Json:
    case: Mapping[str, object] = {"case": explained.case, "about": explained.about} if explained.case else {}
    return {
        **case,
        "as_of": instant_json(explained.as_of, explained.zone) if explained.as_of else None,
        **_visit(explained),
    }


def _visit(explained: ExplainedVisit) -> Json:
    visit, zone = explained.visit, explained.zone
    return {
        "visit": visit.visit,
        "patient": visit.patient,
        "encounter": visit.encounter,
        "class": visit.patient_class,
        "attending": visit.attended_by,
        "runs": [_run(run, zone) for run in visit.runs],
        "charges": [_charge(charge, explained) for charge in visit.charges],
        "not_billed": [not_billed_json(line) for line in visit.not_billed],
        "queries": [query_json(query, zone) for query in visit.queries],
        "advisories": [_advisory(advisory) for advisory in visit.advisories],
    }


def _advisory(advisory: Advisory) -> Json:
    return {"codes": list(advisory.codes), "because": advisory.because, "says": advisory.says}


def _run(run: RunLine, zone: tzinfo) -> Json:
    return {
        "label": run.label,
        "mode": run.mode,
        "access": run.access,
        "administrations": list(run.administrations),
        "intervals": [_interval(interval, zone) for interval in run.intervals],
        "pauses": [_period(start, end, zone) for start, end in run.pauses],
        "counted_minutes": run.counted,
        "running": run.running,
    }


def _charge(charge: Charge, explained: ExplainedVisit) -> Json:
    zone = explained.zone
    return {
        "code": charge.code,
        "system": charge.system.value,
        "label": charge.label,
        "units": charge.units,
        "modifiers": list(charge.modifiers),
        "status": charge.status.value,
        "role": charge.key.role.value,
        "service_date": charge.key.service_date.isoformat(),
        "period": _period(charge.start, charge.end, zone),
        "because": list(charge.because),
        "service": list(charge.service),
        "product": None if charge.product is None else _product(charge.product),
        "minutes": None if charge.minutes is None else _minutes(charge.minutes, zone),
        "explanation": list(reasons(charge, zone)),
        "rests_on": list(rests_on(charge, explained.authorities)),
        "changed": explained.changed.get(charge.key),
    }


def _product(product: Product) -> Json:
    return {
        "drug": product.drug,
        "hcpcs": product.hcpcs,
        "ndc": product.ndc,
        "dose": str(product.dose),
        "dose_unit": product.dose_unit,
    }


def _minutes(minutes: Minutes, zone: tzinfo) -> Json:
    return {
        "gross": [_interval(interval, zone) for interval in minutes.gross],
        "subtracted": [_subtraction(less, zone) for less in minutes.subtracted],
        "counted": minutes.counted,
        "threshold": minutes.threshold,
        "threshold_minutes": minutes.threshold_minutes,
    }


def _interval(interval: Interval, zone: tzinfo) -> Json:
    return {
        "administration": interval.administration,
        **_period(interval.start, interval.end, zone),
        "minutes": (interval.end - interval.start) // timedelta(minutes=1),
        "end_source": interval.source,
        "by": interval.by,
        "told": None if interval.at is None else instant_json(interval.at, zone),
    }


def _subtraction(less: Subtraction, zone: tzinfo) -> Json:
    return {
        "administration": less.administration,
        **_period(less.start, less.end, zone),
        "minutes": less.minutes,
        "rule": less.rule,
    }


def _period(start: datetime, end: datetime, zone: tzinfo) -> Json:
    return {"start": instant_json(start, zone), "end": instant_json(end, zone)}
