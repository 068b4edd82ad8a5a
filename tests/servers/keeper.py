"""One server for all workers of a test run, kept by a process that ends it when the run is over.

python -m tests.servers.keeper kafka|fhir FOLDER PID: FOLDER/address or FOLDER/unavailable says how it went.
However the run ends, also killed, nothing stays: the keeper looks whether PID still lives.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.servers.cache import only_one
from tests.servers.fhir import fhir_server
from tests.servers.jars import ServerUnavailableError
from tests.servers.kafka import kafka_server
from tests.servers.server import Server

KINDS: dict[str, Callable[[Path], Server]] = {"kafka": kafka_server, "fhir": fhir_server}
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 1800
END_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.2


def shared(kind: str, run_folder: Path, run_pid: int) -> str:
    """The address of the run's server of this kind; whoever asks first has it started."""
    folder = run_folder / kind
    run_folder.mkdir(mode=0o700, exist_ok=True)
    with only_one(run_folder / f"{kind}.lock"):
        if not folder.exists():
            folder.mkdir()
            _await_word(folder, _start_keeper(kind, folder, run_pid))
    return _told(folder)


def end_all(run_folder: Path) -> None:
    """End what was started for the run, and wait until it is gone."""
    for told in run_folder.glob("*/keeper"):
        keeper = int(told.read_text(encoding="utf-8"))
        if _lives(keeper):
            os.kill(keeper, signal.SIGTERM)
        _wait(partial(_gone, told.parent), END_SECONDS)
    shutil.rmtree(run_folder, ignore_errors=True)


def main(kind: str, folder: Path, run_pid: int) -> None:
    """Start, say where, wait for the end of the run, and leave nothing behind."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    server: Server | None = None
    try:
        server = KINDS[kind](folder)
        server.start()
        _say(folder / "address", server.address)
    except ServerUnavailableError as fault:
        _say(folder / "unavailable", str(fault))
    while not told and _lives(run_pid):
        time.sleep(LOOK_AGAIN_SECONDS)
    if server:
        server.end()
    shutil.rmtree(folder if told else folder.parent, ignore_errors=True)


def _start_keeper(kind: str, folder: Path, run_pid: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.servers.keeper", kind, str(folder), str(run_pid)]
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    _say(folder / "keeper", str(keeper.pid))
    return keeper


def _await_word(folder: Path, keeper: subprocess.Popen[bytes]) -> None:
    """Until the keeper has said how it went; for one that died without a word, its log speaks."""
    if not _wait(lambda: _has_word(folder) or keeper.poll() is not None, START_SECONDS) or not _has_word(folder):
        _say(folder / "unavailable", f"no server after all; {folder}/keeper.log says why")
    keeper.returncode = 0  # it outlives this process on purpose; the end of the run ends it


def _has_word(folder: Path) -> bool:
    return (folder / "address").exists() or (folder / "unavailable").exists()


def _told(folder: Path) -> str:
    unavailable = folder / "unavailable"
    if unavailable.exists():
        raise ServerUnavailableError(unavailable.read_text(encoding="utf-8"))
    return (folder / "address").read_text(encoding="utf-8")


def _say(file: Path, text: str) -> None:
    """The whole file at once, so that nobody reads half of it."""
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(file)


def _wait(condition: Callable[[], bool], seconds: int) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def _gone(folder: Path) -> bool:
    return not folder.exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
