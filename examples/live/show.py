"""The day on the terminal: three columns that fill while it goes on, or plain lines where there is no terminal."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

LINES_MOST, WIDTH_BESIDE = 18, 110
FRAME_LINES, BAR_LINES = 2, 2
IN, CHARGES, ARRIVED = "Going in", "Charges on the topic", "At the FHIR server"
STYLES = {"new": "green", "version": "yellow", "withdrawn": "red"}


@dataclass(slots=True)
class Column:
    """One column: how many lines it has had, and the newest of them."""

    count: int = 0
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_MOST))


class Show:
    """Shows lines as they come; `total` messages will go in."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._columns = {name: Column() for name in (IN, CHARGES, ARRIVED)}
        self._bar = Progress(
            TextColumn("{task.completed} of {task.total} messages"), BarColumn(bar_width=None), TimeElapsedColumn()
        )
        self._sent = self._bar.add_task("day", total=total)
        self._live = Live(self._rendered(), console=console, refresh_per_second=8) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def add(self, column: str, line: str) -> None:
        """Show one more line in a column."""
        place = self._columns[column]
        place.count += 1
        place.lines.append(line)
        if column == IN:
            self._bar.advance(self._sent)
        if self._live:
            self._live.update(self._rendered())
        else:
            self._console.print(f"{column:22} {line}", style=None, soft_wrap=True)

    def _rendered(self) -> Group:
        """The columns side by side where they fit, else one below the other."""
        beside = len(self._columns) if self._console.width >= WIDTH_BESIDE else 1
        rows = len(self._columns) // beside
        lines = min(LINES_MOST, (self._console.height - BAR_LINES) // rows - FRAME_LINES)
        width = self._console.width // beside - 1
        panels = [_panel(name, column, width, max(1, lines)) for name, column in self._columns.items()]
        return Group(Columns(panels, padding=(0, 1, 0, 0)), self._bar)


def _panel(name: str, column: Column, width: int, lines: int) -> Panel:
    shown = [
        Text(line, style=STYLES.get(line.split()[0], ""), no_wrap=True, overflow="ellipsis")
        for line in list(column.lines)[-lines:]
    ]
    shown += [Text("")] * (lines - len(shown))
    return Panel(Group(*shown), title=f"{name} ({column.count})", title_align="left", width=width)
