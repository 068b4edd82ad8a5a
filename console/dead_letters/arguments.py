"""The command line of `hangtime dead-letters`; what it does is loaded when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

dead_letters = typer.Typer()

SiteFile = Annotated[
    Path | None, typer.Option("--site", metavar="FILE", show_default=False, help="The site file that names the ledger.")
]
LedgerUrl = Annotated[
    str | None,
    typer.Option("--ledger", metavar="URL", show_default=False, help="The ledger itself, as sqlite:///PATH."),
]


@dead_letters.callback(invoke_without_command=True)
def all_commands(context: typer.Context) -> None:
    """What was refused and why; feed it again after a fix."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@dead_letters.command("list")
def list_(
    site: SiteFile = None,
    ledger: LedgerUrl = None,
    settled: Annotated[bool, typer.Option("--all", help="Also those that were fed again and are settled.")] = False,
) -> None:
    """List what was refused and why, without patient data.

    Example: hangtime dead-letters list --site site.toml
    """
    from console.dead_letters.command import list_letters

    list_letters(site, ledger, settled=settled)


@dead_letters.command()
def show(
    numbers: Annotated[list[int], typer.Argument(metavar="ID", show_default=False, help="Ids that the list shows.")],
    site: SiteFile = None,
    ledger: LedgerUrl = None,
) -> None:
    """Show letters whole: what was said and the raw bytes, which are patient data.

    Example: hangtime dead-letters show 12 --site site.toml
    """
    from console.dead_letters.command import show_letters

    show_letters(numbers, site, ledger)


@dead_letters.command()
def replay(
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="[ID]", show_default=False, help="Ids that the list shows; all that stand without any."),
    ] = None,
    site: SiteFile = None,
    ledger: LedgerUrl = None,
) -> None:
    """Feed letters again after a fix, and mark those that are refused no longer.

    Example: hangtime dead-letters replay --site site.toml
    """
    from console.dead_letters.command import replay_letters

    replay_letters(numbers or (), site, ledger)
