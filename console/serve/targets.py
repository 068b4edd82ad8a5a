"""The site's tables [[publish]] and [dead_letters] as deliveries that run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.serve.inputs import security_of
from console.serve.report import Report
from console.site.loading import Site
from console.site.settings import DeadLettersTable, FhirTarget, KafkaTarget
from ledger.dead_letter_topic import TARGET as DEAD_LETTERS
from ledger.ledger import Ledger
from ledger.worker import LedgerWorker
from mappers.charge_item import ChargeItemProfile
from publishers.dead_letter_topic import DeadLetterTopic
from publishers.delivery import Delivery, Publisher
from publishers.fhir.capability import Write
from publishers.fhir.charge_items import ChargeItems
from publishers.fhir.client import FhirClient
from publishers.fhir.publisher import FhirPublisher
from publishers.kafka.connecting import TopicSettings
from publishers.kafka.publisher import KafkaPublisher
from publishers.kafka.writing import TopicWriter


@dataclass(frozen=True, slots=True)
class Targets:
    """Makes what delivers to each target of a site."""

    site: Site
    ledger: Ledger
    worker: LedgerWorker
    report: Report
    profile: ChargeItemProfile

    def deliveries(self) -> Iterator[Delivery | DeadLetterTopic]:
        """One for each target, and one for dead letters where the site wants them on a topic."""
        for target in self.site.settings.publish:
            self.report.state.expect_target(target.name, target.mode)
            yield Delivery(
                target.name,
                self._publisher(target),
                ledger=self.ledger,
                call=self.worker.call,
                report=self.report,
                shadow=target.mode == "shadow",
            )
        if letters := self.site.settings.dead_letters:
            self.report.state.expect_target(DEAD_LETTERS, "on")
            writer = TopicWriter(topic_settings(letters))
            yield DeadLetterTopic(writer, ledger=self.ledger, call=self.worker.call, report=self.report)

    def _publisher(self, target: KafkaTarget | FhirTarget) -> Publisher:
        if isinstance(target, FhirTarget):
            items = ChargeItems(FhirClient(target.url), self.profile)
            return FhirPublisher(items, write=Write(target.write) if target.write else None)
        return KafkaPublisher(
            TopicWriter(topic_settings(target)), self.profile, ledger=self.ledger, call=self.worker.call
        )


def topic_settings(table: KafkaTarget | DeadLettersTable) -> TopicSettings:
    """The topic that a table names."""
    return TopicSettings(table.brokers, table.topic, security_of(table.security))


def unwritable(site: Site) -> Iterator[str]:
    """One line for each target that states a way of writing which there is not yet, also where it is a shadow."""
    for number, target in enumerate(site.settings.publish, 1):
        if isinstance(target, FhirTarget) and target.write not in {None, *Write}:
            yield f"publish[{number}].write: said {target.write}, wanted {' or '.join(Write)}"
