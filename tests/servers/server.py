"""A server as a process of its own: started, killed, held, let go and ended by its process id."""

from __future__ import annotations

import atexit
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.jars import ServerUnavailableError

READY_SECONDS = 600  # a busy machine takes minutes where an idle one takes seconds
END_SECONDS = 20
LOOK_AGAIN_SECONDS = 0.1
PORTS = range(20_000, 32_000)  # beneath those that systems lend to clients, so that a restart finds its own free


@dataclass
class Server:
    """A server on the loopback address.

    `address` is where clients reach it, the same after every restart: what a killed server had written
    is in `folder` and is read again. A start waits until `ready` says yes.
    """

    name: str
    address: str
    folder: Path
    command: list[str]
    ready: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What the server writes to its outputs, of all its starts."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._running().pid

    def start(self) -> None:
        """Start it and wait until it serves; it ends with this process at the latest."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        atexit.register(self.end)
        deadline = time.monotonic() + READY_SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise ServerUnavailableError(f"{self.name} does not start: {self._last_line()}")
            time.sleep(LOOK_AGAIN_SECONDS)

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        self._running().kill()
        self._running().wait()

    def stop(self) -> None:
        """Hold it: its connections stay open and nothing is answered (SIGSTOP)."""
        self._running().send_signal(signal.SIGSTOP)

    def cont(self) -> None:
        """Let a held server go on (SIGCONT)."""
        self._running().send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it in order, or at once where it does not; nothing if it is not running."""
        if self.process is None or self.process.poll() is not None:
            return
        self.cont()
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process

    def _last_line(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "its log is empty")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerUnavailableError("no free port")


def listens(port: int) -> bool:
    """Whether somebody takes connections on this port."""
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", port)) == 0
