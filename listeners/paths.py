"""From what a person names to the logs that are read: files, folders, globs and standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

STANDARD_INPUT = "-"


class LogError(Exception):
    """Logs that cannot be read at all; `problems` holds one line for each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def find_logs(paths: Sequence[str]) -> list[str]:
    """Every log that the paths name, each once, sorted by name; LogError names all that is wrong."""
    problems: list[str] = []
    found: dict[str, str] = {}
    for path in paths:
        try:
            for log in _logs(path):
                found.setdefault(_same(log), log)
        except LogError as error:
            problems.extend(error.problems)
    if problems:
        raise LogError(*problems)
    return sorted(found.values())


def _same(log: str) -> str:
    return log if log == STANDARD_INPUT else os.path.realpath(log)


def _logs(path: str) -> list[str]:
    if path == STANDARD_INPUT:
        return [path]
    if os.path.lexists(path):
        return _named(path)
    matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute patterns
    if not matches:
        raise LogError(f"{path!r}: no such file or folder, and no glob that matches one")
    logs = dict.fromkeys(log for match in matches for log in _matched(match))
    if not logs:
        raise LogError(f"{path!r}: matches only folders without files")
    return list(logs)


def _matched(match: str) -> list[str]:
    return list(_files_in(match)) if Path(match).is_dir() else _named(match)


def _named(path: str) -> list[str]:
    if not Path(path).is_dir():
        return [_readable(path)]
    logs = list(_files_in(path))
    if not logs:
        raise LogError(f"{path!r}: a folder without files")
    return logs


def _files_in(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if not name.startswith(".") and _is_file(path):
                yield _readable(str(path))


def _is_file(path: Path) -> bool:
    """Whether a folder's entry is read: pipes and devices are only read where they are named."""
    return path.is_file() or not path.exists()


def _unreadable(error: OSError) -> None:
    raise LogError(f"{str(error.filename)!r}: {error.strerror}") from error


def _readable(path: str) -> str:
    try:
        path.encode()
        if Path(path).is_file() or not Path(path).exists():
            Path(path).open("rb").close()
    except OSError as error:
        raise LogError(f"{path!r}: {error.strerror}") from error
    except UnicodeEncodeError as error:
        raise LogError(f"{path!r}: a name that is not UTF-8") from error
    return path
