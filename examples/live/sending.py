"""Topics made and messages sent into them, each with its own time, at a given pace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from examples.live.charges_topic import PARTITIONS
from examples.live.messages import Message

ANSWER_SECONDS_MOST = 60
# The days that are played lie in the past: nothing expires by its time, and no broker refuses it as too far off.
TIMELESS = {
    "retention.ms": "-1",
    "message.timestamp.before.max.ms": str(2**63 - 1),
    "message.timestamp.after.max.ms": str(2**63 - 1),
}
COMPACTED = {"cleanup.policy": "compact"}

Sent = Callable[[Message], None]


async def make_topics(brokers: str, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Make topics for messages to come in by, and compacted ones for charges to go out by."""
    configs = {**dict.fromkeys(inputs, TIMELESS), **dict.fromkeys(outputs, COMPACTED)}
    wanted = [NewTopic(name, PARTITIONS, 1, topic_configs=config) for name, config in configs.items()]
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        made = await admin.create_topics(wanted)
    finally:
        await admin.close()
    refused = [f"{name} ({text})" for name, code, text, *_ in made.topic_errors if code]
    if refused:
        raise RuntimeError(f"topics the broker does not make: {', '.join(refused)}")


async def send(brokers: str, messages: Sequence[Message], pauses: Iterable[float], sent: Sent) -> None:
    """Send each message after its pause, and the next when the broker has it; a broker away is waited for."""
    producer = AIOKafkaProducer(bootstrap_servers=brokers, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for message, pause in zip(messages, pauses, strict=True):
            await asyncio.sleep(pause)
            async with asyncio.timeout(ANSWER_SECONDS_MOST):
                await producer.send_and_wait(
                    message.topic, message.value, message.key, timestamp_ms=round(message.time.timestamp() * 1000)
                )
            sent(message)
    finally:
        await asyncio.wait_for(producer.stop(), ANSWER_SECONDS_MOST)
