"""`hangtime dead-letters`: list, show and replay what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.dead_letters.feeding import Fed, Feeding
from console.dead_letters.opening import Kept, opened
from console.posting.logs import posting_context
from console.printable import printable
from console.problems import UsageError
from ledger.dead_letters import KeptLetter, Notice, kept_letters, notices
from mappers.reading import objection

SENDERS_ELEMENT = "no such element in"


def list_letters(site: Path | None, ledger: str | None, *, settled: bool) -> None:
    """Print a line for each letter that stands (or every one), without anything that was said."""
    with opened(site, ledger) as kept:
        shown = list(notices(kept.ledger, settled=settled))
    console = _console()
    if shown:
        console.print(_table(shown))
    standing = sum(notice.settled_at is None for notice in shown)
    console.print(f"{standing} dead letter(s) stand." if standing else "No dead letter stands.")


def show_letters(numbers: Sequence[int], site: Path | None, ledger: str | None) -> None:
    """Print letters whole, with what was said and the raw bytes: patient data."""
    with opened(site, ledger) as kept:
        letters = _letters(kept, numbers)
    console = _console()
    for letter in letters:
        for line in _lines(letter):
            console.print(line, soft_wrap=True)


def replay_letters(numbers: Sequence[int], site: Path | None, ledger: str | None) -> None:
    """Feed letters again, all that stand where none is named, and print what came of it."""
    with opened(site, ledger) as kept:
        targets = tuple(target.name for target in kept.site.settings.publish)
        feeding = Feeding(
            kept.ledger, kept.site.reading(), posting_context(kept.site, targets), lambda: datetime.now(UTC)
        )
        fed = Fed()
        for record in _chosen(kept, numbers):
            feeding.feed(kept_letters(kept.ledger, record), fed)
        feeding.let_time_pass()
    _print_fed(fed)


def _chosen(kept: Kept, numbers: Sequence[int]) -> list[list[int]]:
    """The letters that stand of each record that one of the numbers belongs to, or of every record."""
    records: dict[tuple[str, str], list[int]] = {}
    for notice in notices(kept.ledger, settled=False):
        records.setdefault((notice.source, notice.position), []).append(notice.id)
    if not numbers:
        return list(records.values())
    _refuse_absent(numbers, {number for record in records.values() for number in record}, "none that stands")
    return [record for record in records.values() if set(record) & set(numbers)]


def _letters(kept: Kept, numbers: Sequence[int]) -> list[KeptLetter]:
    letters = kept_letters(kept.ledger, numbers)
    _refuse_absent(numbers, {letter.id for letter in letters}, "none")
    return letters


def _refuse_absent(numbers: Sequence[int], there: Set[int], what: str) -> None:
    absent = [number for number in numbers if number not in there]
    if absent:
        raise UsageError(*(f"dead letter {number}: there is {what}" for number in absent))


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _table(shown: Iterable[Notice]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("id", justify="right")
    for name in ("from", "at", "why", "where"):
        table.add_column(name, overflow="fold")
    for notice in shown:
        words = (notice.source, notice.position, notice.reason, _place(notice))
        table.add_row(str(notice.id), *map(_text, words), style="dim" if notice.settled_at else None)
    return table


def _place(notice: Notice) -> str:
    """The path; the name of an element that R4 does not know is the sender's own word, and is left out."""
    if not notice.wanted.startswith(SENDERS_ELEMENT):
        return notice.path
    return f"{notice.path.rpartition('.')[0]}.…"


def _text(said: str) -> Text:
    return Text(printable(said))


def _lines(kept: KeptLetter) -> Iterator[Text]:
    letter = kept.letter
    yield Text(f"Dead letter {kept.id}", style="bold")
    for name, said in (
        ("from", f"{letter.source} {letter.position}"),
        ("written", kept.timestamp.isoformat() if kept.timestamp else "not known"),
        ("why", letter.reason),
        ("where", letter.path),
        ("said", letter.said),
        ("wanted", letter.wanted),
        ("settled", kept.settled_at.isoformat() if kept.settled_at else "no"),
    ):
        yield Text(f"  {name:8} {printable(said)}")
    against = objection(letter.raw)
    if against:
        yield Text(f"  {'strict':8} {printable(against)} (hl7apy or fhir.resources, which know the whole standard)")
    yield Text(f"  raw      {len(letter.raw)} bytes")
    for line in letter.raw.decode("utf-8", "replace").splitlines():
        yield Text(f"    {printable(line)}")


def _print_fed(fed: Fed) -> None:
    if fed.charges:
        print(f"To be delivered again: {fed.charges} charge(s).")
    if fed.records or not fed.charges:
        refused = fed.refused.total()
        print(f"Fed again: {fed.records} record(s). Refused no longer: {fed.settled}. Still refused: {refused}.")
    for reason, count in sorted(fed.refused.items()):
        print(f"  {count} × {printable(reason)}")
