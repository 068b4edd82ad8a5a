"""Where what was fetched or compiled is kept between runs, outside the checkout."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """The folder of this project's test servers in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "hangtime-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Whoever holds the lock file works; others wait."""
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
