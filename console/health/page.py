"""The health page: one JSON document with everything the state knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.health.state import Behind, HealthState, InputHealth, TargetHealth, Waiting

Page = Mapping[str, object]


def health_page(state: HealthState) -> Page:
    """Everything that is known; `well` is true while nothing troubles and nobody has to look after anything."""
    now = state.clock()
    inputs = {name: _input(health, now) for name, health in sorted(state.inputs.items())}
    targets = {
        name: _target(health, state.ledger.targets.get(name, Waiting()), now)
        for name, health in sorted(state.targets.items())
    }
    return {
        "time": _instant(now),
        "live": not state.silent(),
        "silent": state.silent(),
        "ready": not state.unready(),
        "unready": state.unready(),
        "well": _is_well(state),
        "inputs": inputs,
        "targets": targets,
        "postings": _postings(state),
        "ledger": {
            "trouble": state.ledger_trouble,
            "dead_letters": state.ledger.dead_letters,
            "held_patients": state.ledger.held_patients,
            "oldest_uncoded_seconds": _seconds(state.seconds_uncoded()),
        },
        "log_keys_dropped": state.log_keys_dropped,
    }


def _is_well(state: HealthState) -> bool:
    held = any(waiting.held for waiting in state.ledger.targets.values())
    down = any(target.trouble for target in state.targets.values())
    owing = state.ledger.dead_letters or state.ledger.held_patients or held
    return not (state.silent() or state.unready() or down or owing)


def _input(health: InputHealth, now: datetime) -> Page:
    return {
        "trouble": health.trouble,
        "messages_behind": health.messages_behind,
        "seconds_behind": _seconds(health.seconds_behind(now)),
        "rebalances": health.rebalances,
        "partitions": [_partition(*place, behind) for place, behind in sorted(health.partitions.items())],
    }


def _partition(topic: str, partition: int, behind: Behind | None) -> Page:
    return {
        "topic": topic,
        "partition": partition,
        "messages_behind": behind.messages if behind else None,
        "posted_up_to": _instant(behind.posted_up_to) if behind else None,
    }


def _target(health: TargetHealth, waiting: Waiting, now: datetime) -> Page:
    return {
        "mode": health.mode,
        "trouble": health.trouble,
        "delivered": health.delivered,
        "undelivered": waiting.undelivered,
        "oldest_undelivered_seconds": _seconds(waiting.seconds(now)),
        "held": waiting.held,
        "refused": waiting.refused,
    }


def _postings(state: HealthState) -> Page:
    postings = state.postings
    return {
        "postings": postings.postings,
        "records": postings.records,
        "dead_letters": postings.dead_letters,
        "objections": postings.objections,
        "seconds": _seconds(postings.seconds),
        "last": _instant(postings.last),
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None


def _seconds(seconds: float) -> float:
    return round(seconds, 3)
