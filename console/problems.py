"""What stopped a command, told in one clear line each and never as a traceback."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from typer.exceptions import TyperException


class UsageError(Exception):
    """Something the caller can mend; each line names what was said and what was wanted."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


def problem_lines(error: Exception) -> tuple[str, ...]:
    """The lines that say what was wrong; of a fault of our own only its kind and place, for its text may hold data."""
    if isinstance(error, UsageError):
        return error.lines
    if isinstance(error, TyperException):
        return (_usage_line(error),)
    return _settings_lines(error) or (_fault_line(error),)


def place_of(trace: TracebackType | None) -> str | None:
    """The file and line where an exception was raised."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _usage_line(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see {context.command_path} --help)" if context is not None else ""
    return f"{' '.join(error.format_message().split())}{hint}"


def _settings_lines(error: Exception) -> tuple[str, ...]:
    from console.replay.output_files import OutputError
    from console.site.loading import SiteError
    from ledger.errors import LedgerError
    from listeners.logs import LogError
    from mappers.case_values import CaseError
    from mappers.coverage_tables import CoverageTableError
    from mappers.csv_rows import CsvError
    from mappers.strict_yaml import StrictYamlError
    from mappers.tables import TableError

    if isinstance(error, SiteError | LogError):
        return tuple(error.problems)
    if isinstance(error, LedgerError | OutputError | CaseError):
        return (str(error),)
    if isinstance(error, TableError | CsvError | CoverageTableError | StrictYamlError):
        return (str(error),)
    if isinstance(error, OSError) and error.strerror:
        return (f"{error.filename or 'a file'}: {error.strerror}",)
    return ()


def _fault_line(error: Exception) -> str:
    place = place_of(error.__traceback__)
    where = f" at {place}" if place else ""
    return f"a fault of hangtime's own, {type(error).__name__}{where}; no file was written. Please report this line."
