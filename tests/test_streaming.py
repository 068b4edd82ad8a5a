"""A log streams: memory stays flat from the sample day to a hundred copies of it under other patients."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

DAY = Path(__file__).resolve().parents[1] / "examples" / "sample-day"
COPIES = 100
MORE_MEMORY_AT_MOST = 1.25
MEASURED = """
import resource, sys
from console.cli import main
sys.argv = ["hangtime", *sys.argv[1:]]
try:
    main()
finally:
    sys.stderr.write(f"\\nkilobytes={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}\\n")
"""


def _write_copies(folder: Path, copies: int) -> Path:
    """The day's two logs, each patient, visit and order number of a copy its own."""
    folder.mkdir()
    for log in sorted((DAY / "logs").iterdir()):
        text = log.read_bytes()
        with (folder / log.name).open("wb") as file:
            for number in range(copies):
                file.write(re.sub(rb"\b(SG9|70)(\d{4,6})", rb"\g<1>%03d\2" % number, text) if number else text)
    return folder


def _replayed(logs: Path, out: Path) -> tuple[dict[str, int], int]:
    command = [sys.executable, "-c", MEASURED, "replay", str(logs), "--site", str(DAY / "site.toml"), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "120"})
    assert done.returncode == 0, done.stderr[-2000:]
    found = re.search(r"kilobytes=(\d+)", done.stderr)
    assert found
    charges = json.loads((out / "summary.json").read_text())["charges"]
    return {status: charges[status] for status in ("planned", "billable")}, int(found.group(1))


def test_memory_stays_flat(tmp_path: Path) -> None:
    one, small = _replayed(_write_copies(tmp_path / "one", 1), tmp_path / "out-one")
    many, large = _replayed(_write_copies(tmp_path / "many", COPIES), tmp_path / "out-many")
    assert many == {status: COPIES * count for status, count in one.items()}
    assert large < MORE_MEMORY_AT_MOST * small, f"{small} kB for one day, {large} kB for {COPIES}"
