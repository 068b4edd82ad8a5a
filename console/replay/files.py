"""The files a replay leaves behind, read back from the ledger one line at a time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

import orjson

from coder.charges import ChargeStatus
from console.explain.as_json import Json, instant_json, not_billed_json, query_json
from console.posting.counts import Fates
from console.replay.output_files import OutputFiles
from console.replay.results import Results
from ledger import reading_back
from ledger.ledger import Ledger
from ledger.reading_back import DeadLetter
from ledger.versions import WITHDRAWN
from mappers.charge_item import ChargeItemProfile
from publishers.encoding import version_line


@dataclass(frozen=True, slots=True)
class ReplayFiles:
    """Writes each file from the ledger and counts its lines into the results."""

    ledger: Ledger
    files: OutputFiles
    profile: ChargeItemProfile
    zone: tzinfo

    def write(self, results: Results) -> None:
        """Write every file of the replay but the changes, which were written as they came."""
        self._charges(results)
        results.queries = self._lines(
            "queries.ndjson",
            (
                {"id": identity, **query_json(query, self.zone)}
                for identity, query in reading_back.open_queries(self.ledger)
            ),
        )
        self._lines("not-billed.ndjson", self._not_billed(results))
        self._lines("dead-letters.ndjson", map(_dead_letter, reading_back.dead_letters(self.ledger)))
        results.visits = reading_back.count_visits(self.ledger)
        results.held = reading_back.count_held(self.ledger)
        results.withdrawn = reading_back.count_charges(self.ledger, WITHDRAWN)
        summary = orjson.dumps(summary_json(results, self.zone), option=orjson.OPT_INDENT_2)
        self.files.open("summary.json").write(summary + b"\n")

    def _charges(self, results: Results) -> None:
        stream = self.files.open("charge-items.ndjson")
        for version in reading_back.charges_in_force(self.ledger):
            results.note(version.charge)
            stream.write(version_line(version, self.profile))

    def _not_billed(self, results: Results) -> Iterable[Json]:
        for left in reading_back.not_billed(self.ledger):
            results.note_not_billed(left)
            yield not_billed_json(left)

    def _lines(self, name: str, documents: Iterable[Json]) -> int:
        stream = self.files.open(name)
        count = 0
        for document in documents:
            stream.write(orjson.dumps(document) + b"\n")
            count += 1
        return count


def summary_json(results: Results, zone: tzinfo) -> Json:
    """The summary; everything in it but the seconds and the rate is the same for the same log."""
    counts = results.counts
    return {
        "as_of": instant_json(results.as_of, zone) if results.as_of else None,
        "complete": results.complete,
        "records": _fates(counts.records),
        "items": _fates(counts.items),
        "repeats": counts.repeats,
        "held": results.held,
        "visits": results.visits,
        "charges": {**{status.value: results.lines(status) for status in ChargeStatus}, WITHDRAWN: results.withdrawn},
        "queries": results.queries,
        "not_billed": results.not_billed,
        **_money(results),
        "ignored": dict(sorted(counts.records.ignored.items())),
        "ignored_items": dict(sorted(counts.items.ignored.items())),
        "dead_letters": counts.items.dead_letters,
        "seconds": round(results.seconds, 3),
        "messages_per_second": round(results.messages_per_second, 1),
    }


def _money(results: Results) -> Json:
    """What lines come to, exact as text, where the site has a charge master."""
    if not results.amounts and results.not_billed_amount is None:
        return {}
    amounts = {status.value: str(results.amounts.get(status.value, 0)) for status in ChargeStatus}
    return {"amounts": {**amounts, "not_billed": str(results.not_billed_amount or 0)}}


def _fates(fates: Fates) -> Json:
    return {
        "read": fates.read,
        "mapped": fates.mapped,
        "ignored": fates.ignored.total(),
        "dead_letters": fates.dead_letters,
    }


def _dead_letter(letter: DeadLetter) -> Json:
    return {
        "source": letter.source,
        "position": letter.position,
        "reason": letter.reason,
        "path": letter.path,
        "said": letter.said,
        "wanted": letter.wanted,
        "raw": b64encode(letter.raw).decode("ascii"),
    }
