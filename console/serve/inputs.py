"""The site's tables [[kafka]] as what sources take."""

from __future__ import annotations

from console.site.settings import KafkaInput, Security
from listeners.kafka.settings import KafkaSettings
from mappers.kafka_settings import KafkaSecurity


def kafka_settings(table: KafkaInput) -> KafkaSettings:
    """One input's settings."""
    return KafkaSettings(
        name=table.name,
        brokers=table.brokers,
        topics=tuple(topic.name for topic in table.topics),
        group=table.group,
        start=table.start,
        security=security_of(table.security),
        batch_records=table.batch_records,
        batch_milliseconds=table.batch_milliseconds,
        instance=table.instance,
    )


def security_of(table: Security) -> KafkaSecurity:
    """How brokers are reached."""
    return KafkaSecurity(
        protocol=table.protocol,
        mechanism=table.mechanism,
        username=table.username,
        password=table.password.get_secret_value() if table.password else None,
        ca=table.ca,
    )
