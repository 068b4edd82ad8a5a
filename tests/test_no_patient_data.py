"""No patient data in logs, metrics, the health page or the texts of exceptions: canary names are planted and sought."""

from __future__ import annotations

import ast
import json
import logging
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from coder.charges import Charge
from console.health.ledger_counts import count_ledger
from console.health.metrics import metrics_text
from console.health.page import health_page
from console.health.state import HealthState
from console.logs import KEYS, LibraryLines
from console.problems import problem_lines
from console.site.loading import Site, load_site
from ledger.bodies import CHARGE, TELLING
from ledger.errors import LedgerError
from ledger.identity import charge_identity
from ledger.ledger import Ledger, open_ledger
from ledger.posting import post
from mappers.reading import read
from mappers.record import Record
from mappers.refused import refused
from tests.ledger_site import posting_context
from tests.small_logs import administration, encounter

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("mappers", "ledger", "listeners", "publishers", "console")
CANARY = "Quetzalcoatl"
MRN = "77700077"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
LOGGERS = {"log", "logger", "_log", "_logger", "LOG"}
ENDED_SECONDS = 60


def with_canaries(resource: object) -> bytes:
    """The resource of patient p1, who is called by a canary's name and number."""
    text = json.dumps(resource).replace('"Patient/p1"', f'"Patient/{CANARY}-{MRN}", "display": "{CANARY}"')
    return text.encode()


def records() -> list[Record]:
    """A visit, a document that is refused, and bytes that are nothing: each with a canary."""
    values = [
        with_canaries(encounter("1")),
        with_canaries(administration("1", "09:00", "09:45")),
        with_canaries({"resourceType": "MedicationAdministration", "status": CANARY, CANARY: MRN}),
        f"MSH|^~\\&|{CANARY}|||{MRN}".encode(),
        f"{CANARY} {MRN}".encode(),
    ]
    return [Record("mar.fhir", 0, offset, value, key=MRN.encode()) for offset, value in enumerate(values)]


def clean(text: str | bytes) -> bool:
    said = text if isinstance(text, str) else text.decode()
    return CANARY not in said and MRN not in said


@pytest.fixture
def site() -> Site:
    return load_site(None)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    context = posting_context()
    with open_ledger("sqlite://", facility=context.facility, identity_key=context.identity_key) as opened:
        yield opened


class TestPagesAndMetrics:
    def test_hold_none_whatever_was_heard(self, site: Site, ledger: Ledger) -> None:
        def fail(*_: object) -> object:
            raise KeyError(CANARY)

        state = HealthState()
        readings = [read(record, site.reading()) for record in records()]
        posted = post(ledger, readings, replace(posting_context(), code=fail))  # type: ignore[arg-type]
        assert posted.held
        state.expect_input("mar")
        state.assigned("mar", [("mar.fhir", 0)])
        state.expect_target("ehr", "on")
        state.posted(posted.records.mapped, posted.records.dead_letters, 0.1)
        state.ledger_counted(count_ledger(ledger, ("ehr",)))
        assert state.ledger.dead_letters == 3
        assert state.ledger.held_patients == 1
        assert clean(orjson.dumps(health_page(state)))
        assert clean(metrics_text(state))


NOISE = """
import asyncio, gc, logging, sys, threading, warnings
from console.logs import configure_logs
import stamina
import structlog

CANARY = "Quetzalcoatl 77700077"
dropped = []
configure_logs(dropped=lambda: dropped.append(1))
log = structlog.get_logger()
library = logging.getLogger("aiokafka.conn")

log.info("posted", records=3, patient=CANARY, said=CANARY, raw=CANARY.encode())
log.warning("held", input={CANARY: CANARY}, problem=ValueError(CANARY), topics=["mar.fhir", ValueError(CANARY)])
try:
    try:
        raise KeyError(CANARY)
    except KeyError as cause:
        raise ValueError(f"for {CANARY}") from cause
except ValueError as error:
    log.exception("not posted")
    log.error("not posted", exc_info=error)
    log.error("not posted", exc_info=(type(error), error, error.__traceback__))
    library.exception("could not decode %r", CANARY)
library.warning("a response of %s held %r", "node", CANARY)
library.error(f"filled in before: {CANARY}")
for _ in range(50):
    library.error("again and again: %s", CANARY)
warnings.warn(CANARY, stacklevel=1)

def fail(*_):
    raise RuntimeError(CANARY)

@stamina.retry(on=RuntimeError, attempts=2, wait_initial=0.001, wait_jitter=0)
def tried_again(name):
    fail()

try:
    tried_again(CANARY)
except RuntimeError:
    log.warning("tried in vain", attempt=2)

thread = threading.Thread(target=fail, name="reader")
thread.start()
thread.join()

class Grudge:
    def __del__(self):
        raise RuntimeError(CANARY)

Grudge()
gc.collect()

async def forgotten():
    task = asyncio.ensure_future(asyncio.to_thread(fail))
    await asyncio.wait([task])
    del task
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    gc.collect()
    await asyncio.sleep(0)

asyncio.run(forgotten())
log.info("the end", count=len(dropped))
"""


@pytest.fixture(scope="module")
def noise() -> tuple[str, list[dict[str, object]]]:
    """What a process writes that logs in every wrong way: all of it, and its lines."""
    done = subprocess.run(
        [sys.executable, "-c", NOISE], cwd=ROOT, capture_output=True, text=True, check=True, timeout=ENDED_SECONDS
    )
    assert done.stdout == ""
    return done.stderr, [json.loads(line) for line in done.stderr.splitlines()]


class TestLogs:
    def test_hold_no_canary(self, noise: tuple[str, list[dict[str, object]]]) -> None:
        text, lines = noise
        assert clean(text)
        assert "Traceback" not in text
        assert all(line.keys() <= KEYS for line in lines)

    def test_keep_what_is_allowed_and_count_what_is_not(self, noise: tuple[str, list[dict[str, object]]]) -> None:
        _, lines = noise
        first = {key: value for key, value in lines[0].items() if key != "timestamp"}
        assert first == {"event": "posted", "level": "info", "records": 3}
        assert (lines[1]["input"], lines[1]["problem"]) == ("dict", "ValueError")
        assert lines[1]["topics"] == ["mar.fhir", "ValueError"]
        assert (lines[-1]["event"], lines[-1]["count"]) == ("the end", 3)

    def test_an_exception_is_its_type_and_place(self, noise: tuple[str, list[dict[str, object]]]) -> None:
        _, lines = noise
        told = [line for line in lines if line["event"] == "not posted"]
        assert [line["fault"] for line in told] == ["ValueError"] * 3
        assert all(str(line["place"]).startswith("<string>:") for line in told)

    def test_a_library_keeps_its_template_alone(self, noise: tuple[str, list[dict[str, object]]]) -> None:
        _, lines = noise
        told = [line for line in lines if line.get("logger") == "aiokafka.conn"]
        assert [line["event"] for line in told] == [
            "could not decode %r",
            "a response of %s held %r",
            "a library's line",
            "again and again: %s",
        ]
        assert told[0]["fault"] == "ValueError"

    def test_what_nobody_caught_is_told_too(self, noise: tuple[str, list[dict[str, object]]]) -> None:
        _, lines = noise
        events = [line["event"] for line in lines if line.get("fault") == "RuntimeError"]
        assert "a thread failed" in events
        assert "an exception could not be raised" in events
        assert not [line for line in lines if str(line["event"]).startswith("stamina")]
        assert {line["fault"] for line in lines if line.get("logger") == "asyncio"} == {
            "RuntimeError",
            "ZeroDivisionError",
        }


class TestLibraryLines:
    def test_a_place_is_heard_once_a_minute_with_how_often_it_spoke(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [0.0]
        lines: list[dict[str, object]] = []
        monkeypatch.setattr(
            "console.logs.structlog.get_logger",
            lambda: SimpleNamespace(log=lambda level, event, **keys: lines.append({"event": event, **keys})),
        )
        handler = LibraryLines(monotonic=lambda: now[0])
        for now[0] in (0.0, 1.0, 59.0, 60.0, 61.0, 121.0):
            handler.emit(logging.LogRecord("aiokafka", logging.ERROR, "conn.py", 7, "to %s", (CANARY,), None))
        handler.emit(logging.LogRecord("aiokafka", logging.ERROR, "conn.py", 8, "to %s", (CANARY,), None))
        assert [line.get("suppressed", 0) for line in lines] == [0, 2, 1, 0]
        assert all(line["event"] == "to %s" for line in lines)


def unfit_log_calls(text: str) -> Iterator[str]:
    """Log lines whose text is not constant, or whose keys a log may not hold."""
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
            continue
        if not _is_logger(node.func.value):
            continue
        if len(node.args) != 1 or not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
            yield f"{node.lineno}: the text is not one constant"
        for keyword in node.keywords:
            if keyword.arg not in KEYS | {"exc_info"}:
                yield f"{node.lineno}: the key {keyword.arg}"


def _is_logger(said: ast.expr) -> bool:
    called = said.func if isinstance(said, ast.Call) else said
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    return name in LOGGERS | {"get_logger", "getLogger", "logging"}


class TestCode:
    def test_the_rule_finds_something(self) -> None:
        shown = textwrap.dedent(
            """
            log.info("posted", records=3)
            log.info(f"posted {name}")
            self._log.error("refused %s", name)
            structlog.get_logger().warning("held", patient=name)
            logging.error(name)
            log.error("held", exc_info=error, **more)
            """
        )
        assert list(unfit_log_calls(shown)) == [
            "3: the text is not one constant",
            "4: the text is not one constant",
            "5: the key patient",
            "6: the text is not one constant",
            "7: the key None",
        ]

    def test_every_log_line_has_a_constant_text_and_allowed_keys(self) -> None:
        found = [
            f"{path.relative_to(ROOT)}:{finding}"
            for floor in FLOORS
            for path in sorted((ROOT / floor).rglob("*.py"))
            for finding in unfit_log_calls(path.read_text(encoding="utf-8"))
        ]
        assert found == []


class TestExceptions:
    def test_a_refusal_does_not_repeat_what_was_said(self) -> None:
        error = refused("not a time", "effectivePeriod.start", CANARY, "a FHIR dateTime")
        assert clean(str(error))
        assert clean(repr(error))

    @pytest.mark.parametrize("body", [TELLING, CHARGE])
    def test_a_row_that_cannot_be_read(self, body: type) -> None:
        with pytest.raises(LedgerError) as error:
            body.load(json.dumps({"patient": CANARY, MRN: CANARY}).encode())  # type: ignore[attr-defined]
        assert clean(str(error.value))

    def test_of_a_fault_of_ours_only_its_kind_and_place_is_said(self) -> None:
        try:
            raise RuntimeError(CANARY)
        except RuntimeError as error:
            (line,) = problem_lines(error)
        assert clean(line)
        assert "RuntimeError at test_no_patient_data.py:" in line

    def test_an_identity_cannot_be_read_back(self, site: Site, ledger: Ledger) -> None:
        context = posting_context()
        post(ledger, [read(record, site.reading()) for record in records()], context)
        charges = [CHARGE.load(body) for (body,) in ledger.reader.execute("SELECT body FROM charge")]
        assert charges
        assert all(CANARY in charge.patient for charge in charges)
        assert all(clean(_identity(charge)) for charge in charges)


def _identity(charge: Charge) -> str:
    context = posting_context()
    return charge_identity(context.identity_key, context.facility, charge.key)
