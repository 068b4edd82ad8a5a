"""The command line of `hangtime answer`; what it does is loaded when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SiteFile = Annotated[
    Path | None, typer.Option("--site", metavar="FILE", show_default=False, help="The site file that names the ledger.")
]
LedgerUrl = Annotated[
    str | None,
    typer.Option("--ledger", metavar="URL", show_default=False, help="The ledger itself, as sqlite:///PATH."),
]


def answer(
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", show_default=False, help="The query's id, as in queries.ndjson.")
    ] = None,
    value: Annotated[
        list[str] | None, typer.Argument(metavar="[VALUE]", show_default=False, help="The answer.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", show_default=False, help="Who answers; kept with the answer.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", show_default=False, help="When it was answered; default: now.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back the answer that was given.")] = False,
    export: Annotated[
        str | None,
        typer.Option(
            "--export",
            metavar="FILE",
            show_default=False,
            help="Write every answer as records that replay reads, into a file or - for standard output.",
        ),
    ] = None,
    site: SiteFile = None,
    ledger: LedgerUrl = None,
) -> None:
    """Answer a query, or take an answer back.

    An answer is a fact with who and when: the query goes, and the charges follow. Without a value it says what
    is asked and what fits.

    Example: hangtime answer 3f0c... 10:15 --by "RN Kim" --site site.toml
    """
    from console.answer.command import Order, export_answers, give_answer

    if export is not None:
        export_answers(export, site, ledger)
    else:
        give_answer(Order(query, " ".join(value or ()), by, at, withdraw), site, ledger)
