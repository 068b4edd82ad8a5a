"""`hangtime serve` as a process of its own: started, waited for, stopped, killed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from examples.live.waiting import wait_until

READY_SECONDS_MOST = 90
STOP_SECONDS_MOST = 90
TAIL_LINES = 40
HANGTIME = (sys.executable, "-m", "console.cli")
_READY = re.compile(r"hangtime serves .* health at (\S+)/health")


class Serve:
    """One site's `hangtime serve --clock log`; its output is added to serve.log beside the site file."""

    def __init__(self, site_file: Path, command: Sequence[str] = HANGTIME) -> None:
        self.log = site_file.with_name("serve.log")
        self._command = [*command, "serve", "--site", str(site_file), "--clock", "log"]
        self._process: subprocess.Popen[bytes] | None = None
        self._log_begins = 0

    @property
    def address(self) -> str | None:
        """Where its health pages are, once it listens."""
        found = _READY.findall(self.log.read_text(encoding="utf-8", errors="replace")[self._log_begins :])
        return str(found[-1]) if found else None

    def start(self) -> None:
        """Start the process."""
        self._log_begins = len(self.log.read_text(encoding="utf-8", errors="replace")) if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait_ready(self) -> None:
        """Wait until every input listens."""
        wait_until(lambda: self.address is not None, READY_SECONDS_MOST, "hangtime serve to listen", self._not_ended)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._running().kill()
        self._running().wait()

    def stop(self) -> int:
        """Ask it to stop, wait until it has, and give its exit code."""
        self._running().send_signal(signal.SIGTERM)
        return self._running().wait(STOP_SECONDS_MOST)

    def close(self) -> None:
        """Leave no process behind."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def tail(self) -> str:
        """The last lines it said."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-TAIL_LINES:])

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "start it first"
        return self._process

    def _not_ended(self) -> None:
        code = self._running().poll()
        if code is not None:
            raise RuntimeError(f"hangtime serve ended with exit code {code}:\n{self.tail()}")
