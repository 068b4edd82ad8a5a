"""What a command loads before it does anything: only what it needs, so that it is there at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SITE = ("--site", str(ROOT / "examples" / "sample-day" / "site.toml"))
WIRES = {"aiokafka", "aiohttp", "structlog", "prometheus_client", "stamina"}
SCHEMAS = {"sqlalchemy", "alembic"}
STRICT_LANES = {"fhir", "hl7apy"}
LOADED = """
import sys
from console.cli import main
code = main(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (("--help",), WIRES | SCHEMAS | STRICT_LANES | {"yaml", "orjson", "coder", "mappers", "ledger"}),
        (("serve", "--help"), WIRES | SCHEMAS | STRICT_LANES | {"yaml", "coder", "mappers", "ledger"}),
        (("rulebook",), WIRES | SCHEMAS | STRICT_LANES | {"ledger", "listeners", "publishers"}),
        (("check", *SITE), WIRES | SCHEMAS | STRICT_LANES | {"listeners", "publishers"}),
        (("code", "examples/one_visit.yaml"), WIRES | SCHEMAS | STRICT_LANES | {"ledger", "listeners", "publishers"}),
        (("replay", "LOG", *SITE, "--out", "OUT"), WIRES | SCHEMAS),
        (("explain", "no such visit", *SITE, "--ledger", "LEDGER"), WIRES | SCHEMAS | STRICT_LANES),
        (("answer", "--export", "OUT/answers.ndjson", *SITE, "--ledger", "LEDGER"), WIRES | SCHEMAS | STRICT_LANES),
        (("dead-letters", "list", *SITE, "--ledger", "LEDGER"), WIRES | SCHEMAS | STRICT_LANES),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, tuple) else "",
)
def test_a_command_loads_no_library_that_it_has_no_use_for(
    arguments: tuple[str, ...], never: set[str], ledger: Path, tmp_path: Path
) -> None:
    places = {"LOG": str(ledger.with_name("few.ndjson")), "LEDGER": f"sqlite:///{ledger}", "OUT": str(tmp_path)}
    given = [_placed(word, places) for word in arguments]
    ended = _loaded(*given)
    loaded = set(ended.stderr.splitlines()[-1].split())
    assert "console" in loaded, ended.stderr
    assert sorted(loaded & never) == []


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kept ledger with a few records, beside the log they are of."""
    folder = tmp_path_factory.mktemp("kept")
    log = folder / "few.ndjson"
    lines = (ROOT / "examples" / "sample-day" / "logs" / "fhir.ndjson").read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:6]))
    path = folder / "ledger.db"
    replayed = _loaded("replay", str(log), *SITE, "--out", str(folder / "out"), "--ledger", f"sqlite:///{path}")
    assert replayed.returncode == 0, replayed.stderr
    return path


def _placed(word: str, places: dict[str, str]) -> str:
    for name, place in places.items():
        if word == name or word.startswith(f"{name}/"):
            return place + word.removeprefix(name)
    return word


def _loaded(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
