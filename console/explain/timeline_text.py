"""A visit's runs drawn as text: one row a run, scaled to the width of the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coder.charges import RunLine
from console.explain.timeline import Axis, counted_words, instants_of, is_mark, mode_words, span_words
from console.printable import printable, shortened

RUNS, PAUSES, MARK, GOES_ON, TICK, LINE = "█", "╌", "◆", "▶", "┬", "─"
NARROWEST_BAR = 20
LONGEST_LABEL = 28
TICK_LETTERS = 8
GAP = 2


def draw_text(runs: Sequence[RunLine], axis: Axis, width: int) -> list[str]:
    """The rows of a time line: an axis with its ticks, then under each access its runs with times and minutes."""
    notes = _notes(runs, axis)
    labels = [shortened(run.label, min(LONGEST_LABEL, width // 4)) for run in runs]
    label_width = max(map(len, labels))
    bar_width = max(NARROWEST_BAR, width - label_width - max(len(note) for note in notes) - 2 * GAP)
    rows = [
        _row(label.ljust(label_width), _bar(run, axis, bar_width), note)
        for run, label, note in zip(runs, labels, notes, strict=True)
    ]
    axis_rows = [_row(" " * label_width, row, "") for row in _axis_rows(axis, bar_width)]
    return axis_rows + _under_accesses(runs, rows)


def _row(label: str, bar: str, note: str) -> str:
    return (" " * GAP).join((label, bar, note)).rstrip()


def _under_accesses(runs: Sequence[RunLine], rows: Sequence[str]) -> list[str]:
    accesses = list(dict.fromkeys(run.access for run in runs))
    if len(accesses) == 1:
        return list(rows)
    return [
        line
        for access in accesses
        for line in (
            f"{printable(access)}:",
            *(row for run, row in zip(runs, rows, strict=True) if run.access == access),
        )
    ]


def key_to_signs(runs: Sequence[RunLine], axis: Axis) -> str:
    """What the signs of these rows mean, naming only those that occur."""
    meanings = {RUNS: "runs", PAUSES: "paused", MARK: "one charted time, or a short push", GOES_ON: "still running"}
    used = {
        RUNS: any(not is_mark(run, axis) for run in runs),
        PAUSES: any(run.pauses for run in runs),
        MARK: any(is_mark(run, axis) for run in runs),
        GOES_ON: any(run.running for run in runs),
    }
    return "   ".join(f"{sign} {meanings[sign]}" for sign, occurs in used.items() if occurs)


def _notes(runs: Sequence[RunLine], axis: Axis) -> list[str]:
    spans = [span_words(run, axis) for run in runs]
    counts = [counted_words(run) for run in runs]
    span_width, count_width = max(map(len, spans)), max(map(len, counts))
    return [
        f"{span:<{span_width}}  {count:>{count_width}}  {mode_words(run)}"
        for run, span, count in zip(runs, spans, counts, strict=True)
    ]


def _axis_rows(axis: Axis, width: int) -> tuple[str, str]:
    ticks = axis.ticks(max(2, width // TICK_LETTERS))
    line, words = [LINE] * width, [" "] * width
    free_from = 0
    for tick in ticks:
        cell = _cell(axis, tick, width)
        line[cell] = TICK
        word = axis.tick_words(tick)
        start = min(cell, width - len(word))
        if start >= free_from:
            words[start : start + len(word)] = word
            free_from = start + len(word) + 1
    return "".join(words).rstrip(), "".join(line)


def _bar(run: RunLine, axis: Axis, width: int) -> str:
    cells = [" "] * width
    if is_mark(run, axis):
        cells[_cell(axis, instants_of(run)[0], width)] = MARK
        return "".join(cells)
    for interval in run.intervals:
        _fill(cells, axis, interval.start, interval.end, RUNS)
    for start, end in run.pauses:
        _fill(cells, axis, start, end, PAUSES)
    if run.running and instants_of(run):
        cells[_cell(axis, instants_of(run)[-1], width)] = GOES_ON
    return "".join(cells)


def _fill(cells: list[str], axis: Axis, start: datetime, end: datetime, sign: str) -> None:
    first, last = _cell(axis, start, len(cells)), _cell(axis, end, len(cells))
    for cell in range(first, max(first + 1, last)):
        cells[cell] = sign


def _cell(axis: Axis, instant: datetime, width: int) -> int:
    return min(width - 1, int(axis.place(instant) * width))
