"""`hangtime` with the processor time of each of its threads measured, and what that came to."""

from __future__ import annotations

import cProfile
import pstats
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from console.cli import main as hangtime

FLOORS = ("coder", "mappers", "ledger", "listeners", "publishers", "console")
PROFILE = "serve.profile"
SHOWN = 12
ROOT = Path(__file__).parents[1]


class ThreadProfiles:
    """One profile for each thread, from its first step on."""

    def __init__(self) -> None:
        self._profiles: list[cProfile.Profile] = []

    def begin(self, _frame: FrameType | None = None, _event: str = "", _argument: Any = None) -> None:
        """Measure the thread this is called in, in place of whatever measured it before."""
        profile = cProfile.Profile(time.thread_time)
        self._profiles.append(profile)
        profile.enable()

    def write(self, path: Path) -> None:
        """Write what all threads came to."""
        threading.setprofile(None)
        first, *others = self._profiles
        first.disable()
        stats = pstats.Stats(first)
        for other in others:
            other.create_stats()
            stats.add(other)
        stats.dump_stats(path)


def main(arguments: list[str]) -> int:
    """Run hangtime; the profile is written beside the site file."""
    profiles = ThreadProfiles()
    threading.setprofile(profiles.begin)
    profiles.begin()
    try:
        return hangtime(arguments)
    finally:
        profiles.write(Path(arguments[arguments.index("--site") + 1]).with_name(PROFILE))


def report(folder: Path) -> str:
    """Shares of floors and libraries, then the functions that take most by themselves."""
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(str(folder / PROFILE)).stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in stats.values())
    shares: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in stats.items():
        shares[_where(file, name)] += own  # type: ignore[assignment]
    lines = [f"{share / whole:6.1%}  {where}" for where, share in shares.most_common(SHOWN)]
    lines.append("\n   own    with what it calls, of our functions")
    ours = sorted(((at, found) for at, found in stats.items() if _floor(at[0])), key=lambda one: -one[1][3])
    for (file, _, name), (_, _, own, called, _) in ours[: 2 * SHOWN]:
        lines.append(f"{own / whole:6.1%} {called / whole:6.1%}  {Path(file).relative_to(ROOT)} {name}")
    return "\n".join(lines)


def _where(file: str, name: str) -> str:
    if floor := _floor(file):
        return floor
    if file == "~":
        return f"in C: {name.strip('<>')}"
    parts = Path(file).parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts else "Python's library"


def _floor(file: str) -> str | None:
    path = Path(file)
    return path.relative_to(ROOT).parts[0] if path.is_relative_to(ROOT) and ".venv" not in path.parts else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
