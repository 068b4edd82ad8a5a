"""One visit explained for a person: its runs, its charges line by line, what was not billed, what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from coder.charges import Advisory, Charge, ChargeKey, CodedVisit, Interval, Minutes, NotBilled, Query, Subtraction
from coder.lines.explaining import reasons, rests_on
from coder.lines.wording import who_and_when
from coder.tables import Authority
from console.explain.timeline import axis_of
from console.explain.timeline_text import draw_text, key_to_signs
from console.explain.visits import ExplainedVisit
from console.printable import printable

INDENT = 2
CAPTION = 10
SHORT_LETTERS = 6
STATUS_STYLES = {"billable": "green", "planned": "yellow"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a visit is shown with: the zone of its clock, a short name for each administration, what rules rest on."""

    zone: tzinfo
    names: Mapping[str, str]
    authorities: Mapping[str, Authority]
    changed: Mapping[ChargeKey, str]

    def called(self, administrations: Iterable[str]) -> str:
        """The administrations by their short names."""
        return ", ".join(self.names[key] for key in administrations)

    def span(self, start: datetime, end: datetime, day: date) -> str:
        """From when to when, with the date where it is not `day`."""
        first, last = self._clock(start, day), self._clock(end, day)
        return first if start == end else f"{first}–{last}"

    def instant(self, instant: datetime) -> str:
        """The local date and time."""
        return f"{instant.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def _clock(self, instant: datetime, day: date) -> str:
        local = instant.astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == day else f"{local:%m-%d %H:%M}"


def print_visit(console: Console, explained: ExplainedVisit) -> None:
    """Print one visit so that a coding auditor can follow every line of it."""
    visit, page = explained.visit, _page(explained)
    if explained.case:
        console.rule(Text(printable(explained.case), style="bold"), align="left", style="dim")
        _say(console, explained.about)
    console.print(_heading(visit))
    if any(name != key for key, name in page.names.items()):
        _part(console, "Given", [Text(printable(f"{name}  {key}")) for key, name in page.names.items()])
    _part(console, "Runs", _runs(visit, page, console.width - 2 * INDENT))
    _part(console, "Charges", [_charge(charge, page) for charge in visit.charges])
    _part(console, "Not billed", [_not_billed(line, page) for line in visit.not_billed])
    _part(console, "Asked", [_query(query, page) for query in visit.queries])
    if visit.advisories:
        _part(console, "To know for the claim", [_advisory(advisory) for advisory in visit.advisories])
    console.print()


def _page(explained: ExplainedVisit) -> Page:
    names = _short_names(explained.visit)
    return Page(explained.zone, names, explained.authorities, explained.changed)


def _short_names(visit: CodedVisit) -> dict[str, str]:
    """A1, A2 and so on, for each administration in the order the visit names it; keys short enough stay."""
    named = [*(run.administrations for run in visit.runs), *(charge.service for charge in visit.charges)]
    named += [line.administrations for line in visit.not_billed]
    named += [query.administrations for query in visit.queries]
    ledgers = [charge.minutes for charge in visit.charges if charge.minutes]
    named += [tuple(interval.administration for interval in minutes.gross) for minutes in ledgers]
    named += [tuple(less.administration for less in minutes.subtracted) for minutes in ledgers]
    keys = dict.fromkeys(key for keys in named for key in keys)
    if all(len(key) <= SHORT_LETTERS for key in keys):
        return {key: printable(key) for key in keys}
    return {key: f"A{place}" for place, key in enumerate(keys, start=1)}


def _say(console: Console, words: str | None) -> None:
    if words:
        console.print(Padding(Text(printable(words), style="italic"), (0, 0, 0, INDENT), expand=False))


def _heading(visit: CodedVisit) -> Text:
    heading = Text(f"Visit {printable(visit.visit)}", style="bold")
    heading.append(f"   {visit.patient_class}", style="cyan")
    heading.append(f"   patient {printable(visit.patient)}", style="dim")
    if visit.attended_by:
        heading.append(f"   attending {printable(visit.attended_by)}", style="dim")
    return heading


def _part(console: Console, title: str, blocks: Sequence[RenderableType]) -> None:
    console.print(
        Padding(Text(f"{title}: none" if not blocks else title, style="underline"), (0, 0, 0, INDENT), expand=False)
    )
    for block in blocks:
        console.print(Padding(block, (0, 0, 0, 2 * INDENT), expand=False))


def _runs(visit: CodedVisit, page: Page, width: int) -> list[RenderableType]:
    axis = axis_of(visit.runs, page.zone)
    if axis is None:
        return [Text(f"{printable(run.label)}: no time charted") for run in visit.runs]
    accesses = {printable(run.access) for run in visit.runs}
    where = f"access {accesses.pop()}" if len(accesses) == 1 else f"{len(accesses)} accesses"
    title = Text(f"{axis.start.astimezone(page.zone):%Y-%m-%d}, {page.zone}, {where}", style="dim")
    rows = Text("\n".join(draw_text(visit.runs, axis, width)), no_wrap=True, overflow="ellipsis")
    return [title, rows, Text(key_to_signs(visit.runs, axis), style="dim")]


def _charge(charge: Charge, page: Page) -> RenderableType:
    day = charge.key.service_date
    rows: list[tuple[str, Text]] = [
        ("when", Text(f"{day}   {page.span(charge.start, charge.end, day)}")),
        ("rules", Text(", ".join(charge.because))),
    ]
    rows += _product_row(charge)
    rows += [("given", Text(page.called(charge.service)))]
    if charge.minutes is not None:
        rows.append(("minutes", _minutes(charge.minutes, day, page)))
    said = [*reasons(charge, page.zone), *([page.changed[charge.key]] if charge.key in page.changed else [])]
    rows.append(("says", Text("\n".join(printable(sentence) for sentence in said))))
    if resting := rests_on(charge, page.authorities):
        rows.append(("because", Text("\n".join(resting))))
    return _block(_charge_heading(charge), rows)


def _charge_heading(charge: Charge) -> Text:
    heading = Text(" ".join([charge.code, *charge.modifiers]), style="bold")
    heading.append(f"  × {_units_words(charge.units)}  ", style="bold")
    heading.append(charge.status, style=STATUS_STYLES.get(charge.status, ""))
    heading.append(f"  {printable(charge.label)}")
    return heading


def _product_row(charge: Charge) -> list[tuple[str, Text]]:
    product = charge.product
    if product is None:
        return []
    ndc = f", NDC {product.ndc}" if product.ndc else ""
    return [("drug", Text(printable(f"{product.drug} {product.dose} {product.dose_unit}{ndc}")))]


def _minutes(minutes: Minutes, day: date, page: Page) -> Text:
    rows = [_gross(interval, day, page) for interval in minutes.gross]
    rows += [_subtraction(less, day, page) for less in minutes.subtracted]
    return Text("\n".join([*rows, f"= {minutes.counted:>4} min counted{_threshold(minutes)}"]))


def _threshold(minutes: Minutes) -> str:
    if minutes.threshold is None or minutes.threshold_minutes is None:
        return ""
    met = "met" if minutes.counted >= minutes.threshold_minutes else "not met"
    return f"; wanted {minutes.threshold_minutes} ({minutes.threshold.replace('_', ' ')}): {met}"


def _gross(interval: Interval, day: date, page: Page) -> str:
    length = (interval.end - interval.start) // timedelta(minutes=1)
    span = page.span(interval.start, interval.end, day)
    name = page.names[interval.administration]
    return printable(f"+ {length:>4} min  {span}  {name}, end {interval.source}{who_and_when(interval, page.zone)}")


def _subtraction(less: Subtraction, day: date, page: Page) -> str:
    span = page.span(less.start, less.end, day)
    return f"- {less.minutes:>4} min  {span}  {page.names[less.administration]}, {less.rule}"


def _not_billed(line: NotBilled, page: Page) -> RenderableType:
    facts = [
        f"{line.minutes} min" if line.minutes is not None else "",
        f"amount {line.amount}" if line.amount is not None else "",
        "can still be cured" if line.curable else "cannot be cured",
    ]
    heading = Text(line.code or "no code", style="bold")
    heading.append(f"  {'  '.join(fact for fact in facts if fact)}", style="not bold")
    return _block(
        heading,
        [
            ("rules", Text(line.because)),
            ("given", Text(page.called(line.administrations))),
            ("says", Text(printable(line.says))),
        ],
    )


def _query(query: Query, page: Page) -> RenderableType:
    due = f", due {page.instant(query.due)}" if query.due else ""
    since = Text(f"{page.instant(query.since)}{due}")
    return _block(
        Text(f"{query.of}: {printable(query.ask)}", style="bold"),
        [
            ("since", since),
            ("rules", Text(query.because)),
            ("about", Text(page.called(query.administrations))),
        ],
    )


def _advisory(advisory: Advisory) -> RenderableType:
    heading = Text(", ".join(printable(code) for code in advisory.codes) or "the visit", style="bold")
    return _block(heading, [("rules", Text(advisory.because)), ("says", Text(printable(advisory.says)))])


def _block(heading: Text, rows: Iterable[tuple[str, Text]]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=CAPTION, style="dim")
    grid.add_column(overflow="fold")
    for caption, content in rows:
        grid.add_row(f"  {caption}", content)
    return Group(heading, grid)


def _units_words(units: int | None) -> str:
    return "not countable yet" if units is None else str(units)
