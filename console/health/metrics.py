"""The same state as Prometheus metrics; a label is an input, a target, a topic or a partition and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from console.health.state import HealthState, Waiting


def metrics_text(state: HealthState) -> bytes:
    """Every metric in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StateCollector(state))
    return generate_latest(registry)


class StateCollector(Collector):
    """Reads the metrics off the state whenever they are asked for."""

    def __init__(self, state: HealthState) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """Every metric as it stands now."""
        yield from _process(self._state)
        yield from _inputs(self._state)
        yield from _targets(self._state)


def _process(state: HealthState) -> Iterator[Metric]:
    postings, ledger = state.postings, state.ledger
    yield GaugeMetricFamily("hangtime_live", "1 while every loop goes round", not state.silent())
    yield GaugeMetricFamily("hangtime_ready", "1 while messages can be taken in", not state.unready())
    yield CounterMetricFamily("hangtime_postings", "batches posted", postings.postings)
    yield CounterMetricFamily("hangtime_records_posted", "messages posted", postings.records)
    yield CounterMetricFamily("hangtime_posting_seconds", "seconds spent posting", postings.seconds)
    yield CounterMetricFamily("hangtime_dead_letters_posted", "dead letters posted", postings.dead_letters)
    yield CounterMetricFamily("hangtime_objections", "messages the strict lane objects to", postings.objections)
    yield GaugeMetricFamily("hangtime_dead_letters", "dead letters that still stand", ledger.dead_letters)
    yield GaugeMetricFamily("hangtime_held_patients", "patients whose coding failed", ledger.held_patients)
    yield GaugeMetricFamily(
        "hangtime_oldest_uncoded_seconds", "age of the oldest fact that no charge reflects", state.seconds_uncoded()
    )
    yield CounterMetricFamily("hangtime_log_keys_dropped", "keys left out of log lines", state.log_keys_dropped)


def _inputs(state: HealthState) -> Iterator[Metric]:
    now = state.clock()
    up = GaugeMetricFamily("hangtime_input_up", "1 while the input listens", labels=["input"])
    seconds = GaugeMetricFamily("hangtime_lag_seconds", "age of the newest posted, while more waits", labels=["input"])
    rebalances = CounterMetricFamily("hangtime_rebalances", "times partitions were dealt anew", labels=["input"])
    messages = GaugeMetricFamily(
        "hangtime_lag_messages", "messages not posted yet", labels=["input", "topic", "partition"]
    )
    for name, health in sorted(state.inputs.items()):
        up.add_metric([name], health.trouble is None)
        seconds.add_metric([name], health.seconds_behind(now))
        rebalances.add_metric([name], health.rebalances)
        for (topic, partition), behind in sorted(health.partitions.items()):
            if behind is not None:
                messages.add_metric([name, topic, str(partition)], behind.messages)
    yield from (up, seconds, rebalances, messages)


def _targets(state: HealthState) -> Iterator[Metric]:
    now = state.clock()
    up = GaugeMetricFamily("hangtime_target_up", "1 while the target takes charges", labels=["target"])
    delivered = CounterMetricFamily(
        "hangtime_charges_delivered", "charge versions, or dead letters, delivered", labels=["target"]
    )
    undelivered = GaugeMetricFamily(
        "hangtime_undelivered_charges", "charges, or dead letters, not delivered", labels=["target"]
    )
    age = GaugeMetricFamily("hangtime_undelivered_seconds", "age of the oldest of them", labels=["target"])
    held = GaugeMetricFamily("hangtime_held_charges", "charges held, for the EHR has billed them", labels=["target"])
    refused = GaugeMetricFamily("hangtime_refused_charges", "charges the target refused for good", labels=["target"])
    for name, health in sorted(state.targets.items()):
        waiting = state.ledger.targets.get(name, Waiting())
        up.add_metric([name], health.trouble is None)
        delivered.add_metric([name], health.delivered)
        undelivered.add_metric([name], waiting.undelivered)
        age.add_metric([name], waiting.seconds(now))
        held.add_metric([name], waiting.held)
        refused.add_metric([name], waiting.refused)
    yield from (up, delivered, undelivered, age, held, refused)
