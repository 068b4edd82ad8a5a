"""`make bench`: reading, coding and posting, as medians over repeated runs and as ratios against peers."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.coding import coding
from benchmarks.hostile import hostile
from benchmarks.lookup import look_ups
from benchmarks.measured import Measured, compared
from benchmarks.start import starts
from benchmarks.work import posting, reading_fhir, reading_hl7

LIBRARIES = ("pydantic", "fhir.resources", "hl7apy", "SQLAlchemy")


def main() -> int:
    """Measure and print; the machine and the versions stand above the figures."""
    sample = Path(__file__).parents[1] / "examples" / "sample-day"
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    print(f"{'what':52} {'median':>12} {'beside its peer':>28}")
    for row in (
        *reading_hl7(sample),
        *reading_fhir(sample),
        *coding(),
        *look_ups(),
        *posting(sample),
        *hostile(),
        *starts(),
    ):
        print(_line(row))
    return 0


def _line(row: Measured) -> str:
    return f"{row.what:52} {row.shown:>12} {compared(row):>28}"


if __name__ == "__main__":
    sys.exit(main())
