"""Output files that appear whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

OWNER_ONLY = 0o600
FOLDER_OWNER_ONLY = 0o700


class OutputError(OSError):
    """The output cannot be written; the text is one line for a person."""


class OutputFiles:
    """Files written under hidden names in their folder and renamed together by `publish`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: list[Path] = []
        self._files: dict[str, tuple[Path, BinaryIO]] = {}

    def __enter__(self) -> Self:
        missing = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        try:
            self.folder.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.folder}: {error.strerror}, wanted a folder to write to") from None
        self._made = missing
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hidden, stream in self._files.values():
            with suppress(OSError):
                stream.close()
            hidden.unlink(missing_ok=True)
        for folder in self._made:
            with suppress(OSError):
                folder.rmdir()

    def open(self, name: str) -> BinaryIO:
        """A new file that will be called `name` once everything is published."""
        hidden = self.folder / f".{name}.{os.getpid()}"
        try:
            hidden.unlink(missing_ok=True)
            descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        except OSError as error:
            raise OutputError(f"{self.folder}: {error.strerror}, wanted a folder to write to") from None
        stream = os.fdopen(descriptor, "wb")
        self._files[name] = (hidden, stream)
        return stream

    def publish(self) -> None:
        """Give every file its name, in the order they were opened."""
        try:
            for _, stream in self._files.values():
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()
            for name, (hidden, _) in self._files.items():
                hidden.replace(self.folder / name)
        except OSError as error:
            raise OutputError(f"{self.folder}: {error.strerror}, wanted a folder to write to") from None
        self._files.clear()
        self._made.clear()
