"""The ledger's store: bodies come back equal, identities say nothing, files belong to one site and one schema."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, inspect

from coder.charges import Charge, ChargeKey, ChargeStatus, CodedVisit, CodeSystem, NotBilled, Query, Role
from coder.facts import Administration, AdministrationStatus, Reference
from ledger.bodies import CHARGE, CODED_VISIT, NOT_BILLED, QUERY, TELLING, Body
from ledger.creation import CREATION, REVISION
from ledger.errors import LedgerError
from ledger.identity import charge_identity, key_fingerprint, query_identity
from ledger.ledger import Ledger, open_ledger
from ledger.migrating import alembic_config, upgrade
from ledger.schema import creation_script, metadata
from ledger.versions import WITHDRAWN, ChargeState, changes
from mappers.telling import KINDS, Fact, Telling
from tests.first_bodies import FIRST_CHARGE, FIRST_TELLING, FIRST_VISIT
from tests.ledger_site import FACILITY, KEY
from tests.told import visit

# --- bodies ----------------------------------------------------------------------------------------------------------

YEARS = (datetime(1990, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  the strategy adds the zone
OFFSETS = st.sampled_from([UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("Etc/GMT+6")])
st.register_type_strategy(datetime, st.datetimes(*YEARS, timezones=OFFSETS))
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False, places=3))

TELLINGS = st.from_type(Telling).map(lambda telling: replace(telling, kind=KINDS[type(telling.fact)]))

BODIES: list[tuple[Body[Any], st.SearchStrategy[Any]]] = [
    (TELLING, TELLINGS), (CHARGE, st.from_type(Charge)), (QUERY, st.from_type(Query)),
    (NOT_BILLED, st.from_type(NotBilled)), (CODED_VISIT, st.from_type(CodedVisit)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "values"), BODIES, ids=["telling", "charge", "query", "not billed", "coded visit"])
def test_every_body_comes_back_equal(body: Body[Any], values: st.SearchStrategy[Any]) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.data_too_large])
    @for_all(values)
    def comes_back(value: object) -> None:
        assert body.load(body.dump(value)) == value

    comes_back()


@pytest.mark.parametrize("kind", KINDS)
def test_a_telling_keeps_the_kind_of_its_fact_however_little_the_fact_says(kind: type[Fact]) -> None:
    required: dict[str, Any] = {"status": AdministrationStatus.COMPLETED} if kind is Administration else {}
    telling = replace(visit("e1", "09:00"), fact=kind(key="", patient="p1", **required), kind=KINDS[kind])
    assert TELLING.load(TELLING.dump(telling)) == telling


def test_a_body_of_the_first_ledgers_is_read_as_it_was_meant() -> None:
    """Written down as 0.1.0 wrote it: what has come to facts and charges since is at its default."""
    telling = TELLING.load(FIRST_TELLING)
    assert (telling.kind, telling.start) == ("administration", datetime(2026, 3, 3, 9, tzinfo=UTC))
    assert isinstance(telling.fact, Administration)
    assert (telling.fact.drugs[0].text, telling.fact.pump, telling.fact.procedure) == ("ceftriaxone", None, None)
    charge = CHARGE.load(FIRST_CHARGE)
    assert (charge.code, charge.units, charge.access, charge.own_order) == ("96374", 1, None, False)
    assert CODED_VISIT.load(FIRST_VISIT).advisories == ()


def test_decimals_keep_their_digits_and_times_their_offset(charge: Charge) -> None:
    start = datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("America/Chicago"))
    back = CHARGE.load(CHARGE.dump(replace(charge, start=start)))
    assert back.start.utcoffset() == timedelta(hours=-6)
    left_out = NotBilled("v", "p", (), None, None, Decimal("1500.00"), False, "r", "s")
    assert str(NOT_BILLED.load(NOT_BILLED.dump(left_out)).amount) == "1500.00"


def test_a_body_that_cannot_be_read_is_told_without_what_it_says() -> None:
    with pytest.raises(LedgerError, match="holds a Charge that this version cannot read") as refused:
        CHARGE.load(b'{"patient": "CANARY"}')
    assert "CANARY" not in repr(refused.value) + str(refused.value.__cause__)


# --- identities ------------------------------------------------------------------------------------------------------


def test_an_identity_depends_on_each_part_of_its_key_and_on_the_site() -> None:
    key = ChargeKey("a1", Role.SERVICE, 0, date(2026, 3, 3))
    others = [
        replace(key, anchor="a2"),
        replace(key, role=Role.HOURS),
        replace(key, component=1),
        replace(key, service_date=date(2026, 3, 4)),
    ]
    found = {charge_identity(KEY, FACILITY, one) for one in (key, *others)}
    found |= {charge_identity(b"other", FACILITY, key), charge_identity(KEY, "Other", key)}
    assert len(found) == 7
    assert all(len(one) == 40 and set(one) <= set("0123456789abcdef") for one in found)


def test_no_two_keys_run_together() -> None:
    day = date(2026, 3, 3)
    one = charge_identity(KEY, 'A","b', ChargeKey("c", Role.DRUG, 1, day))
    assert one != charge_identity(KEY, "A", ChargeKey('b","c', Role.DRUG, 1, day))


def test_a_query_is_known_by_visit_rule_and_administrations_in_any_order() -> None:
    raised = datetime(2026, 3, 3, tzinfo=UTC)
    query = Query("v", "p", ("a", "b"), "When?", "nurse", "time.stop", raised)  # type: ignore[arg-type]
    same = replace(query, administrations=("b", "a"), ask="At what time?", since=raised + timedelta(1))
    assert query_identity(KEY, FACILITY, query) == query_identity(KEY, FACILITY, same)
    for other in (replace(query, visit="w"), replace(query, because="x"), replace(query, administrations=("a",))):
        assert query_identity(KEY, FACILITY, query) != query_identity(KEY, FACILITY, other)


def test_a_fingerprint_is_not_the_key() -> None:
    assert len(key_fingerprint(KEY)) == 16
    assert KEY.decode() not in key_fingerprint(KEY)
    assert key_fingerprint(KEY) != key_fingerprint(KEY + b"x")


# --- what is due -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def charge() -> Charge:
    start = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return Charge(
        key=ChargeKey("a", Role.SERVICE, 0, date(2026, 3, 3)), status=ChargeStatus.BILLABLE, system=CodeSystem.CPT,
        code="96365", modifiers=(), units=1, start=start, end=start + timedelta(hours=1), patient="p", visit="e",
        subject=Reference(value="p"), context=Reference(value="e"), service=("a",), service_references=(),
        because=("initial",), label="First hour",
    )  # fmt: skip


DUE: dict[str, Any] = {
    "status": ChargeStatus.PLANNED, "code": "96367", "modifiers": ("59",), "units": 2, "service": ("a", "b"),
    "start": datetime(2026, 3, 3, 8, tzinfo=UTC), "end": datetime(2026, 3, 3, 11, tzinfo=UTC), "department": "ED",
    "part_of": ChargeKey("b", Role.SERVICE, 0, date(2026, 3, 3)),
}  # fmt: skip
WORDING: dict[str, Any] = {
    "because": ("rule",), "label": "other", "explanation": ("Said.",), "visit": "f", "patient": "q",
}  # fmt: skip


@pytest.mark.parametrize("name", DUE)
def test_a_version_is_due_when_more_than_the_wording_changes(charge: Charge, name: str) -> None:
    (change,) = changes({"i": ChargeState("i", 3, 2, "billable", charge)}, {"i": replace(charge, **{name: DUE[name]})})
    assert (change.due, change.state.version, change.state.revision) == (True, 4, 0)


@pytest.mark.parametrize("name", WORDING)
def test_wording_alone_makes_a_revision(charge: Charge, name: str) -> None:
    (change,) = changes(
        {"i": ChargeState("i", 3, 2, "billable", charge)}, {"i": replace(charge, **{name: WORDING[name]})}
    )
    assert (change.due, change.state.version, change.state.revision) == (False, 3, 3)


def test_nothing_new_changes_nothing_and_a_withdrawn_charge_is_withdrawn_once(charge: Charge) -> None:
    assert changes({"i": ChargeState("i", 1, 0, "billable", charge)}, {"i": charge}) == ()
    (withdrawn,) = changes({"i": ChargeState("i", 1, 0, "billable", charge)}, {})
    assert (withdrawn.state.status, withdrawn.state.version, withdrawn.state.charge) == (WITHDRAWN, 2, charge)
    assert changes({"i": withdrawn.state}, {}) == ()
    (again,) = changes({"i": withdrawn.state}, {"i": charge})
    assert (again.state.status, again.state.version) == ("billable", 3)


def test_withdrawals_come_first_then_charges_by_date_and_code(charge: Charge) -> None:
    later = replace(charge, key=replace(charge.key, service_date=date(2026, 3, 4)))
    owed = {"b": later, "c": replace(charge, code="J0696"), "a": charge}
    made = changes({"z": ChargeState("z", 1, 0, "billable", charge)}, owed)
    assert [change.state.identity for change in made] == ["z", "a", "c", "b"]


# --- files -----------------------------------------------------------------------------------------------------------


def reopen(path: Path, key: bytes = KEY, facility: str = FACILITY) -> Ledger:
    return open_ledger(f"sqlite:///{path}", facility=facility, identity_key=key)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    reopen(tmp_path / "var" / "ledger.db").close()
    return tmp_path / "var" / "ledger.db"


def test_a_ledger_is_its_owners_alone(path: Path) -> None:
    with reopen(path) as ledger:
        ledger.writer.execute("INSERT INTO patient (key) VALUES ('p')")
        assert {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {
            f"ledger.db{end}": "0o600" for end in ("", "-wal", "-shm")
        }
        assert ledger.writer.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_ledger_refuses_another_site_key_and_another_facility(path: Path) -> None:
    with pytest.raises(LedgerError, match="another site key") as refused:
        reopen(path, key=b"SECRET CANARY")
    assert "CANARY" not in str(refused.value)
    with pytest.raises(LedgerError, match="belongs to 'Sample General', the site file says 'Other'"):
        reopen(path, facility="Other")
    reopen(path).close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://u:SECRET@h/db", "said postgresql:..., wanted sqlite:///PATH or sqlite://"),
        ("var/ledger.db", "wanted sqlite:///PATH"),
        ("sqlite:///", "wanted sqlite:///PATH"),
        ("sqlite:///{}/folder", "cannot be opened as a ledger"),
        ("sqlite:///{}/text", "cannot be opened as a ledger"),
        ("sqlite:///{}/text/ledger.db", "cannot be opened as a ledger"),
        ("sqlite:///{}/other.db", "a database, but not a ledger"),
    ],
)
def test_what_is_no_ledger_is_refused_in_one_line(tmp_path: Path, url: str, says: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("This is a text, and a long one, but no database at all. " * 20)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(LedgerError) as refused:
        open_ledger(url.format(tmp_path), facility=FACILITY, identity_key=KEY)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_a_temporary_ledger_is_quick_to_open_and_gone_when_closed() -> None:
    started = perf_counter()
    ledger = open_ledger("sqlite://", facility=FACILITY, identity_key=KEY)
    assert perf_counter() - started < 0.5
    (_, _, file), *_ = ledger.reader.execute("PRAGMA database_list").fetchall()
    ledger.close()
    assert not Path(file).parent.exists()


def test_a_ledger_that_another_writes_to_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.ledger.BUSY_SECONDS", 0)
    with (
        reopen(path) as one,
        reopen(path) as other,
        one.transaction(),
        pytest.raises(LedgerError, match="cannot be written now"),
        other.transaction(),
    ):
        pass


# --- migrations ------------------------------------------------------------------------------------------------------


def test_the_migrations_lead_to_the_schema_of_a_new_ledger(path: Path, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "migrated.db").close()
    upgrade(tmp_path / "migrated.db")
    engines = [create_engine(f"sqlite:///{file}") for file in (path, tmp_path / "migrated.db")]
    for engine in engines:
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == REVISION
    assert described(engines[0]) == described(engines[1])
    for engine in engines:
        engine.dispose()


def test_the_statements_that_ship_are_those_of_the_schema() -> None:
    assert CREATION.read_text(encoding="utf-8") == creation_script(), "python -m ledger.schema writes them anew"


def described(engine: Engine) -> dict[str, list[str]]:
    """Every table's columns, keys and indexes, as text."""
    found = inspect(engine)
    return {
        table: sorted(
            str(one)
            for one in [
                *found.get_columns(table),
                found.get_pk_constraint(table),
                *(dict(index) | {"dialect_options": where(index)} for index in found.get_indexes(table)),
            ]
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def where(index: Any) -> list[str]:
    """What an index of some rows alone says of them."""
    return sorted(map(str, index.get("dialect_options", {}).values()))


def test_an_older_ledger_is_brought_to_the_newest_schema(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DROP TABLE {table.name}")
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    with reopen(path) as ledger:
        assert ledger.reader.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISION,)]
        assert ledger.reader.execute("SELECT facility FROM ledger_meta").fetchall() == [(FACILITY,)]


def test_what_a_target_had_not_got_is_due_after_the_move_to_leases(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
    engine.dispose()
    with sqlite3.connect(path) as older:
        older.execute("INSERT INTO delivery VALUES ('ehr', 'a', 2, 1), ('ehr', 'b', 1, 1)")
    older.close()
    with reopen(path) as ledger:
        found = ledger.reader.execute("SELECT identity, due_at, attempts FROM delivery ORDER BY identity").fetchall()
    assert found == [("a", "", 0), ("b", None, 0)]


def test_a_ledger_of_a_newer_version_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(LedgerError, match="written by a newer version of hangtime"):
        reopen(path)
