"""Makes the topics of topics.yaml that a broker does not have: python make_topics.py BROKERS [FILE].

Exit 0: all are there; 1: one that was there has another number of partitions, or the broker refused one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

Definitions = dict[str, dict[str, Any]]


def read_definitions(path: Path) -> Definitions:
    """The definitions of a file by the topic's name."""
    definitions: Definitions = yaml.safe_load(path.read_text(encoding="utf-8"))
    return definitions


async def make_topics(brokers: str, definitions: Definitions) -> list[str]:
    """Make what is not there; gives a line for each topic that is not as it should be."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        there = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics(list(definitions))}
        absent = [_new(name, wanted) for name, wanted in definitions.items() if not there.get(name)]
        answer = await admin.create_topics(absent) if absent else None
    finally:
        await admin.close()
    refused = [(name, for_code(code).__name__) for name, code, *_ in (answer.topic_errors if answer else ()) if code]
    return [*(f"{name}: refused, {why}" for name, why in refused), *_unlike(definitions, there)]


def _new(name: str, wanted: dict[str, Any]) -> NewTopic:
    return NewTopic(name, wanted["partitions"], wanted["replication"], topic_configs=wanted["config"])


def _unlike(definitions: Definitions, there: dict[str, int]) -> Iterator[str]:
    for name, wanted in definitions.items():
        if there.get(name, 0) not in (0, wanted["partitions"]):
            yield f"{name}: has {there[name]} partitions, wanted {wanted['partitions']}; it is left as it is"


def main(arguments: list[str]) -> int:
    """Make the topics and say what is wrong."""
    definitions = read_definitions(Path(arguments[1] if len(arguments) > 1 else "topics.yaml"))
    problems = asyncio.run(make_topics(arguments[0], definitions))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
