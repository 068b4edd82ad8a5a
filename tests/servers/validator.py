"""HAPI's validator for ChargeItems: our profile and extensions known, every other extension refused."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from mappers.structure_definitions import profile_url, structure_definitions
from tests.servers.jars import ServerUnavailableError
from tests.servers.java import hapi_class_path, java

HEAP_MEGABYTES = 700
END_SECONDS = 20

Resource = dict[str, Any]


class Validator:
    """A process that answers each ChargeItem with its OperationOutcome; the first takes seconds, others little."""

    def __init__(self, folder: Path) -> None:
        definitions = folder / "definitions.ndjson"
        definitions.write_bytes(b"".join(orjson.dumps(found) + b"\n" for found in structure_definitions()))
        arguments = ["ResourceValidation", str(definitions), profile_url()]
        command = java(*arguments, class_path=hapi_class_path(), heap_megabytes=HEAP_MEGABYTES)
        with (folder / "validator.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)

    def __call__(self, resources: Iterable[Resource]) -> list[Resource]:
        """The OperationOutcome of each ChargeItem, in their order."""
        told = [orjson.dumps(resource) + b"\n" for resource in resources]
        assert self._process.stdin
        assert self._process.stdout
        teller = threading.Thread(target=self._tell, args=(told,))
        teller.start()
        said = [self._process.stdout.readline() for _ in told]
        teller.join()
        if not all(said):
            raise ServerUnavailableError("the validator ended; see validator.log")
        return [orjson.loads(line) for line in said]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """With its input at an end it ends."""
        try:
            self._process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _tell(self, lines: list[bytes]) -> None:
        """Beside the reading, so that neither pipe fills up."""
        assert self._process.stdin
        self._process.stdin.writelines(lines)
        self._process.stdin.flush()


def faults(outcome: Resource) -> list[str]:
    """What an OperationOutcome refuses, each with its place."""
    return [
        f"{issue.get('location', ['?'])[0]}: {issue.get('diagnostics', issue['code'])}"
        for issue in outcome.get("issue", [])
        if issue["severity"] in ("error", "fatal")
    ]
