"""Writes docs/read-through.md: ten visits of the sample day as `hangtime code` explains them.

python -m examples.write_read_through
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from console.explain.from_files import explain
from console.explain.text import print_visit
from console.site.loading import load_site

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "read-through.md"
DAY = ROOT / "examples" / "sample-day"
COLUMNS = 150
VISITS = (
    "VN|700301|2026-03-03",
    "VN|700401",
    "fhir|Encounter/enc-700501",
    "fhir|Encounter/enc-701201",
    "VN|701301",
    "fhir|Encounter/enc-701501",
    "fhir|Encounter/enc-701701",
    "VN|701901",
    "fhir|Encounter/enc-709904",
    "VN|709912",
)
HEAD = """# Ten visits, read through

What `hangtime code examples/sample-day/logs --site examples/sample-day/site.toml` says of ten visits of the sample day,
as an auditor would read it. Each line can be worked out again by hand from its own words: minutes that ran (+), minutes
taken off (-) and the rule that took them, what is left (=), the number it was held against, and for a drug the dose
over the amount of one unit. A test makes this page anew and works out every line of it again.
"""


def read_through() -> str:
    """The page as Markdown."""
    explanation = explain([str(DAY / "logs")], load_site(DAY / "site.toml"))
    by_name = {one.visit.visit: one for one in explanation.visits}
    parts = [HEAD]
    for name in VISITS:
        screen = StringIO()
        print_visit(Console(file=screen, width=COLUMNS, highlight=False, markup=False, emoji=False), by_name[name])
        lines = "\n".join(line.rstrip() for line in screen.getvalue().splitlines()).rstrip()
        parts.append(f"## {name}\n\n```text\n{lines}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(read_through(), encoding="utf-8")
