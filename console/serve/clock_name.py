"""What `--clock` may say."""

from __future__ import annotations

from enum import StrEnum


class ClockName(StrEnum):
    """The wall's clock, or the one that the records themselves tell."""

    WALL = "wall"
    LOG = "log"
