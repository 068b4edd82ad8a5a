"""The command line: `hangtime replay`, `code`, `explain`, `serve`, `rulebook`, `check`, `answer` and `dead-letters`.

Exit codes: 0 ran to the end; 1 `--strict` and something was refused, or `check` found something;
2 usage or settings, one clear line each; 130 and 143 stopped by Ctrl-C or SIGTERM after the batch in hand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from console.answer.arguments import answer
from console.dead_letters.arguments import dead_letters
from console.problems import problem_lines
from console.serve.clock_name import ClockName

if TYPE_CHECKING:
    from console.site.loading import Site

EXIT_USAGE = 2

app = typer.Typer(
    name="hangtime",
    help="Turns what nurses and pumps record into defensible charges.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", show_default=False, help="Message logs: files, folders, globs, or - for standard input."
    ),
]
SiteFile = Annotated[
    Path | None,
    typer.Option(
        "--site", metavar="FILE", show_default=False, help="The site file; without it the built-in sample site serves."
    ),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; whatever happens, nobody sees a traceback."""
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_letters(stream)
    try:
        given = app(args=arguments, prog_name="hangtime", standalone_mode=False)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends as lines a person can use
        return _refused(problem_lines(error))
    return given if isinstance(given, int) else 0


def _never_fail_on_letters(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _refused(lines: Sequence[str]) -> int:
    for line in lines:
        print(f"hangtime: {line}", file=sys.stderr)
    return EXIT_USAGE


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"hangtime {version('hangtime')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def hangtime(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Turns what nurses and pumps record into defensible charges.

    Try: hangtime replay examples/sample-day/logs --site examples/sample-day/site.toml
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def replay(
    paths: Paths,
    site: SiteFile = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")] = Path("out"),
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger",
            metavar="URL",
            show_default=False,
            help="Keep the ledger, as sqlite:///PATH; otherwise it is temporary.",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="TIME", show_default=False, help="Code as of this time; default: the newest record's."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if any record was refused.")] = False,
    _workers: Annotated[
        int, typer.Option("--workers", min=1, metavar="N", help="Processes at work; so far one does it all.")
    ] = 1,
) -> int:
    """Code message logs and write the charges to files.

    The charges are FHIR ChargeItems; nothing is published.

    Example: hangtime replay logs/2026-03-03.ndjson --site site.toml --out out/march-3
    """
    from console.instants import read_instant
    from console.replay.command import ReplayOrder, replay_to_files

    serving = _site(site)
    instant = read_instant("--as-of", as_of, serving.zone) if as_of else None
    return replay_to_files(ReplayOrder(tuple(paths), site, out, ledger, instant), serving, strict=strict)


@app.command()
def code(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", show_default=False, help="Message logs, or case files (.yaml, .yml)."),
    ],
    site: SiteFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", show_default=False, help="Draw the time lines into an SVG file."),
    ] = None,
) -> None:
    """Explain each visit line by line.

    Its runs and minutes, its charges with their rules, what was not billed and what is asked.

    Example: hangtime code examples/sample-day/logs/fhir.ndjson --svg visits.svg
    """
    from console.explain.command import explain_files

    explain_files(tuple(files), _site(site), as_json=as_json, svg=svg)


@app.command()
def explain(
    visit: Annotated[str, typer.Argument(metavar="VISIT", show_default=False, help="The visit, as replay names it.")],
    site: Annotated[
        Path | None,
        typer.Option("--site", metavar="FILE", show_default=False, help="The site file that names the ledger."),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", metavar="URL", show_default=False, help="The ledger itself, as sqlite:///PATH."),
    ] = None,
) -> None:
    """Explain one visit from the ledger.

    With every version of its charges and the telling that caused it.

    Example: hangtime explain visit-1 --ledger sqlite:///var/ledger.db
    """
    from console.explain.from_ledger import explain_visit

    explain_visit(visit, site, ledger)


@app.command()
def serve(
    site: Annotated[Path, typer.Option("--site", metavar="FILE", show_default=False, help="The site file.")],
    clock: Annotated[
        ClockName, typer.Option("--clock", help="By which clock deadlines pass: the wall's, or the records'.")
    ] = ClockName.WALL,
) -> int:
    """Code live: from Kafka into the ledger, and from there to every target.

    Runs until it is told to stop, with Ctrl-C or SIGTERM; the batch in hand is finished.

    Example: hangtime serve --site site.toml
    """
    from console.serve.command import serve_site

    return serve_site(_site(site), clock)


@app.command()
def rulebook(
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", show_default=False, help="The date of service; default: today."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")] = False,
) -> None:
    """Show every rule in force on a day.

    Each beside its authority, its numbers and the golden cases that show it.

    Example: hangtime rulebook --on 2026-03-03
    """
    from console.rulebook.command import show_rulebook

    show_rulebook(on, as_json=as_json)


@app.command()
def check(site: SiteFile = None) -> int:
    """Check settings, tables, code sets, connections.

    All problems are shown at once.

    Example: hangtime check --site site.toml
    """
    from console.check import check_site

    return check_site(site)


app.command(name="answer")(answer)
app.add_typer(dead_letters, name="dead-letters")


def _site(path: Path | None) -> Site:
    from console.site.loading import load_site

    site = load_site(path)
    if path is None:
        print(
            f"Without --site the built-in sample site serves: {site.name}, {site.zone}, its public key.",
            file=sys.stderr,
        )
    return site


if __name__ == "__main__":
    sys.exit(main())
