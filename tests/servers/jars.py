"""The jars of a server, as pinned beside this file with their hashes, fetched once."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import stamina

from tests.servers.cache import cache_folder, only_one

HERE = Path(__file__).parent
LOCKS = ("kafka", "fhir")
AT_ONCE = 8


class ServerUnavailableError(Exception):
    """A server that cannot be had here, and why, in one line."""


@dataclass(frozen=True, slots=True)
class Jar:
    """A jar by its Maven coordinate, with the SHA-256 it must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies in the cache."""
        return cache_folder() / "jars" / self.group / f"{self.artifact}-{self.version}.jar"


def jars(lock: str) -> tuple[Jar, ...]:
    """The jars that `kafka` or `fhir` is made of, as `<lock>.jars` beside this file pins them."""
    return tuple(_pinned((HERE / f"{lock}.jars").read_text(encoding="utf-8")))


def fetched(lock: str) -> tuple[Path, ...]:
    """The paths of all jars of a lock, after fetching those that are not in the cache."""
    wanted = jars(lock)
    with only_one(cache_folder() / "jars.lock"):
        missing = [jar for jar in wanted if not jar.path.exists()]
        if missing:
            print(f"Fetching {len(missing)} jars for {lock} into {cache_folder()} ...", file=sys.stderr, flush=True)
            _fetch(lock, missing)
    return tuple(jar.path for jar in wanted)


def _pinned(text: str) -> Iterator[Jar]:
    for line in text.splitlines():
        coordinate, sha256 = line.split()
        group, artifact, version = coordinate.split(":")
        yield Jar(group, artifact, version, sha256)


def _fetch(lock: str, missing: list[Jar]) -> None:
    try:
        with TemporaryDirectory(dir=cache_folder()) as fresh, ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda jar: _fetch_one(jar, Path(fresh)), missing))
    except Exception as fault:
        raise ServerUnavailableError(f"the jars of {lock} cannot be fetched: {str(fault).splitlines()[0]}") from fault


@stamina.retry(on=Exception, attempts=4, wait_initial=1, timeout=300)
def _fetch_one(jar: Jar, fresh: Path) -> None:
    """Into a place of its own first, so that the cache holds whole jars only."""
    from jgo.maven import MavenContext

    maven = MavenContext(repo_cache=fresh, timeout=60)
    found: Path = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    if hashlib.sha256(found.read_bytes()).hexdigest() != jar.sha256:
        found.unlink()
        raise ValueError(f"{jar.artifact} {jar.version} is not the one that was pinned")
    jar.path.parent.mkdir(parents=True, exist_ok=True)
    found.replace(jar.path)
