"""A line's ledger of minutes as an extension of its ChargeItem."""

from __future__ import annotations

from datetime import datetime, tzinfo

from coder.charges import Interval, Minutes, Subtraction
from mappers.charge_item_reference import Json


def minutes_extension(minutes: Minutes, url: str, zone: tzinfo) -> Json:
    """Every gross interval, every subtraction, what counted, and the threshold it met."""
    parts = [_gross(interval, zone) for interval in minutes.gross]
    parts += [_subtracted(subtraction, zone) for subtraction in minutes.subtracted]
    parts.append({"url": "counted", "valueUnsignedInt": minutes.counted})
    if minutes.threshold:
        parts.append(_threshold(minutes.threshold, minutes.threshold_minutes))
    return {"extension": parts, "url": url}


def period(start: datetime, end: datetime, zone: tzinfo) -> Json:
    """A FHIR Period in the zone's time."""
    return {"start": start.astimezone(zone).isoformat(), "end": end.astimezone(zone).isoformat()}


def _gross(interval: Interval, zone: tzinfo) -> Json:
    parts: list[Json] = [
        {"url": "administration", "valueString": interval.administration},
        {"url": "period", "valuePeriod": period(interval.start, interval.end, zone)},
        {"url": "source", "valueCode": interval.source},
    ]
    if interval.by:
        parts.append({"url": "by", "valueString": interval.by})
    if interval.at:
        parts.append({"url": "told", "valueDateTime": interval.at.astimezone(zone).isoformat()})
    return {"extension": parts, "url": "gross"}


def _subtracted(subtraction: Subtraction, zone: tzinfo) -> Json:
    parts: list[Json] = [
        {"url": "administration", "valueString": subtraction.administration},
        {"url": "period", "valuePeriod": period(subtraction.start, subtraction.end, zone)},
        {"url": "minutes", "valueUnsignedInt": subtraction.minutes},
        {"url": "rule", "valueCode": subtraction.rule},
    ]
    return {"extension": parts, "url": "subtracted"}


def _threshold(name: str, minutes: int | None) -> Json:
    parts: list[Json] = [{"url": "number", "valueCode": name}]
    if minutes is not None:
        parts.append({"url": "minutes", "valueUnsignedInt": minutes})
    return {"extension": parts, "url": "threshold"}
