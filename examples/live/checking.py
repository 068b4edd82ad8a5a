"""The end of a day, looked at from every side: topic, FHIR server and ledger against what replay gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from console.posting.logs import rule_set
from console.site.loading import Site, load_site
from examples.live.charges_topic import Published, newest, read_all
from examples.live.comparing import but_for_version, differences, identity_of, version_of
from examples.live.fhir_server import FhirServer
from examples.live.replaying import Replayed
from examples.live.site_file import CHARGES, Places
from ledger.delivery import backlog
from ledger.ledger import Ledger, open_ledger
from ledger.reading_back import charges_in_force, dead_letters
from mappers.tables import load_tables
from publishers.encoding import version_line

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrived:
    """Everything that has arrived: each record of the topic, each version at the FHIR server, its charges now."""

    records: tuple[Published, ...]
    history: tuple[Item, ...]
    charges: tuple[Item, ...]

    @property
    def on_topic(self) -> dict[str, Published]:
        """The newest version of each charge on the topic."""
        return newest(self.records)

    def unlike(self, replayed: Replayed) -> list[str]:
        """Where topic and FHIR server hold something else than replay gives, or than each other."""
        topic = [record.item for record in self.on_topic.values()]
        return [
            *(f"topic: {line}" for line in differences(replayed.charges, topic)),
            *(f"FHIR server: {line}" for line in differences(replayed.charges, self.charges)),
            *self._at_another_version(),
        ]

    def unordered(self) -> list[str]:
        """Charges whose versions fell on the topic, changed partition, or did not rise at the FHIR server."""
        return [*_falling(self.records), *_not_rising(self.history)]

    def _at_another_version(self) -> Iterator[str]:
        there = {identity_of(item): version_of(item) for item in self.charges}
        for identity, record in self.on_topic.items():
            if there.get(identity) != record.version:
                arrived_as = there.get(identity)
                yield f"{identity[:12]}: version {record.version} on the topic, {arrived_as} at the FHIR server"


async def arrived(places: Places) -> Arrived:
    """Read the topic and the FHIR server."""
    records = await read_all(places.brokers, places.topic(CHARGES))
    async with FhirServer(places.fhir_base, places.canonical) as server:
        return Arrived(tuple(records), tuple(await server.history()), tuple(await server.charges()))


def _falling(records: Iterable[Published]) -> Iterator[str]:
    last: dict[str, Published] = {}
    for record in records:
        before = last.get(record.identity, record)
        if record.version < before.version:
            yield f"{record.identity[:12]}: version {record.version} on the topic after {before.version}"
        if record.partition != before.partition:
            yield f"{record.identity[:12]}: on partitions {before.partition} and {record.partition}"
        last[record.identity] = record


def _not_rising(history: Iterable[Item]) -> Iterator[str]:
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for item in history:
        versions[identity_of(item)].append(version_of(item))
    for identity, given in versions.items():
        if given != sorted(set(given)):
            yield f"{identity[:12]}: versions {given} at the FHIR server"


@contextmanager
def site_ledger(site_file: Path) -> Iterator[tuple[Site, Ledger]]:
    """The site and its ledger, once nobody serves it any more."""
    site = load_site(site_file)
    with open_ledger(site.ledger_url(), facility=site.facility, identity_key=site.identity_key()) as ledger:
        yield site, ledger


def ledger_faults(site_file: Path, replayed: Replayed, messages: int) -> list[str]:
    """Where the ledger holds something else than replay gives, owes something, or did not read to the end."""
    with site_ledger(site_file) as (site, ledger):
        held = list(_charges(site, ledger))
        owed = [(target.name, backlog(ledger, target.name)) for target in site.settings.publish]
        read = ledger.reader.execute("SELECT sum(next) FROM live_offset").fetchone()[0]
        refused = {letter.raw for letter in dead_letters(ledger)}
        gaps = ledger.reader.execute(
            "SELECT identity FROM charge_version GROUP BY identity HAVING max(version) <> count(DISTINCT version)"
        ).fetchall()
    return [
        *(f"ledger: {line}" for line in differences(replayed.charges, held, but_for_version)),
        *(f"{target}: owed {waiting}" for target, waiting in owed if waiting.undelivered or waiting.refused),
        *([f"read {read} messages of {messages}"] if read != messages else []),
        *(["other dead letters than replay's"] if refused != replayed.refused else []),
        *(f"{identity[:12]}: versions with gaps" for (identity,) in gaps),
    ]


def _charges(site: Site, ledger: Ledger) -> Iterator[Item]:
    profile = site.profile(rule_set(load_tables()))
    for one in charges_in_force(ledger):
        yield orjson.loads(version_line(replace(one, changed=None), profile))
