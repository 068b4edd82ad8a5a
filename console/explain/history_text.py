"""The versions of a visit's charges and the telling that caused each, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from itertools import groupby

from console.printable import printable
from ledger.history import PastVersion, cause, in_short
from mappers.telling import Telling


def history_lines(versions: Iterable[PastVersion], zone: tzinfo) -> Iterator[str]:
    """A line for each charge, and under it one for each state it had."""
    for identity, states in groupby(versions, key=lambda one: one.identity):
        several = list(states)
        newest = several[-1].charge
        yield f"{newest.code} of {newest.key.service_date.isoformat()}, {newest.key.role} ({identity[:12]})"
        yield from (f"  {_state(one, zone)}" for one in several)


def _state(one: PastVersion, zone: tzinfo) -> str:
    what = f"version {one.version}" if one.revision == 0 else f"version {one.version}, wording {one.revision}"
    told = "; ".join(_telling(telling, zone) for telling in one.tellings)
    by = f"{cause(one.caused_by)}{f' ({told})' if told else ''}"
    return printable(f"{what}: {in_short(one.charge, one.status)}; by {by}, under {one.rule_set}")


def _telling(telling: Telling, zone: tzinfo) -> str:
    asserted = f", asserted {telling.asserted.astimezone(zone):%Y-%m-%d %H:%M}" if telling.asserted else ""
    name = telling.message_id or next(iter(telling.identifiers), "")
    return f"{telling.kind} {telling.action}{f' {name}' if name else ''}{asserted}"
