"""`hangtime code`: the explanation on the screen, as JSON, or drawn."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from console.explain.as_json import explanation_json
from console.explain.from_files import explain
from console.explain.text import print_visit
from console.explain.visits import Explanation, Unread
from console.printable import printable
from console.replay.output_files import OutputFiles
from console.site.loading import Site


def explain_files(paths: tuple[str, ...], site: Site, *, as_json: bool, svg: Path | None) -> None:
    """Explain the visits of these files and draw them where a file for the drawing is named."""
    explanation = explain(paths, site)
    if as_json:
        sys.stdout.write(explanation_json(explanation.visits, explanation.unread).decode())
    else:
        _print(explanation)
    if svg is not None:
        _draw(explanation, svg)


def _print(explanation: Explanation) -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    for visit in explanation.visits:
        print_visit(console, visit)
    if not explanation.visits:
        console.print("No visit found in these files.")
    _print_unread(console, explanation.unread)


def _print_unread(console: Console, unread: Unread) -> None:
    for kind, count in sorted(unread.ignored.items()):
        console.print(Text(f"Left out: {count} × {printable(kind)}", style="dim"))
    for letter in unread.dead_letters:
        console.print(
            Text(
                printable("Refused: {source} {position}: {reason}; {path}, wanted {wanted}".format(**letter)),
                style="red",
            )
        )


def _draw(explanation: Explanation, svg: Path) -> None:
    from console.explain.timeline_svg import Drawing, draw_svg

    visits = [(explained.visit, explained.zone) for explained in explanation.visits]
    with OutputFiles(svg.parent) as files:
        files.open(svg.name).write(draw_svg(Drawing("Time lines of visits", visits)))
        files.publish()
    print(f"Drawn: {svg}", file=sys.stderr)
