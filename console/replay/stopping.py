"""Ctrl-C and SIGTERM as a wish to stop: the batch in hand is finished first."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

EXIT_SIGNAL_BASE = 128


class Stopping:
    """While entered, a first signal is remembered; a second one interrupts at once."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if kind is KeyboardInterrupt:
            print("hangtime: stopped at once; no file was written", file=sys.stderr)

    def asked(self) -> bool:
        """Whether somebody asked to stop."""
        return self.signal is not None

    @property
    def exit_code(self) -> int:
        """The exit code by which shells know the signal: 130 after Ctrl-C, 143 after SIGTERM."""
        return EXIT_SIGNAL_BASE + (self.signal or 0)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number
