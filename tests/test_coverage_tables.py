"""Coverage tables: what a file may say, what a site's file changes, and which row decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from coder.charges import Query
from coder.coverage_table import CoverageRow, CoverageTable, Verdict
from coder.facts import Administration
from coder.necessity.judging import age_on
from coder.tables import Tables
from mappers.coverage_tables import CoverageTableError, load_coverage, with_coverage
from mappers.tables import load_tables
from tests.infused import DAY, coded, given

TABLES = load_tables()
ADULT = 40
ROW = "- {drug: dalbavancin, diagnoses: [L03], verdict: covered, source: ours"


def written(folder: Path, text: str) -> Path:
    path = folder / "coverage.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(CoverageTableError) as caught:
        load_coverage(written(folder, text), TABLES.formulary)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- drug: x", "coverage.yaml: said list, wanted rows and approvals"),
        ("{row: []}", "said row, wanted only approvals, rows"),
        ("rows: dalbavancin", "rows: said str, wanted a list"),
        ("rows: [dalbavancin]", "rows[1]: said str, wanted a mapping"),
        (f"rows:\n{ROW}, dose: 1}}", "rows[1]: said dose, wanted only"),
        ("rows:\n- {drug: wonder drug, diagnoses: [L03], verdict: covered, source: o}", "drug: said 'wonder drug'"),
        ("rows:\n- {code: J0000, diagnoses: [L03], verdict: covered, source: o}", "code: said 'J0000'"),
        ("rows:\n- {drug: dalbavancin, code: J0875, diagnoses: [L03], verdict: covered, source: o}", "beside a code"),
        ("rows:\n- {drug: dalbavancin, diagnoses: [L03], verdict: fine, source: o}", "verdict: said 'fine'"),
        ("rows:\n- {drug: dalbavancin, diagnoses: [L03], verdict: secondary-only, source: o}", "the diagnosis alone"),
        ("rows:\n- {diagnoses: [L03], verdict: covered, source: o}", "verdict: said covered, wanted a drug"),
        ("rows:\n- {drug: dalbavancin, diagnoses: [], verdict: covered, source: o}", "wanted a list of codes"),
        ("rows:\n- {drug: dalbavancin, diagnoses: L03, verdict: covered, source: o}", "wanted a list of codes"),
        ("rows:\n- {drug: dalbavancin, diagnoses: [l03], verdict: covered, source: o}", "diagnoses: said 'l03'"),
        ("rows:\n- {drug: dalbavancin, diagnoses: [L03-L02], verdict: covered, source: o}", "said 'L03-L02'"),
        (
            "rows:\n- {drug: dalbavancin, diagnoses: [L03.12-L03.11], verdict: covered, source: o}",
            "wanted an ICD-10-CM",
        ),
        (f"rows:\n{ROW}, ages: '17'}}", "ages: said '17'"),
        (f"rows:\n{ROW}, ages: '-'}}", "ages: said '-'"),
        (f"rows:\n{ROW}, ages: 18-17}}", "ages: said '18-17'"),
        (f"rows:\n{ROW}, since: July}}", "since: said 'July', wanted a date"),
        ("rows:\n- {drug: dalbavancin, diagnoses: [L03], verdict: covered}", "source: said nothing"),
        ("approvals: [{payer: Acme, source: o}]", "approvals[1]: said neither drug nor code"),
        ("approvals: [{drug: dalbavancin}]", "source: said nothing"),
    ],
)
def test_what_a_file_may_not_say(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert load_coverage(written(tmp_path, ""), TABLES.formulary) == CoverageTable()


def test_a_code_stands_for_its_drug_on_the_days_it_has(tmp_path: Path) -> None:
    text = "rows: [{code: J0875, diagnoses: [L03.1], verdict: covered, source: o, until: 2026-12-31}]"
    (row,) = load_coverage(written(tmp_path, text), TABLES.formulary).rows
    (unit,) = TABLES.formulary.drugs["dalbavancin"].billing
    assert (row.drug, row.first, row.last, row.since, row.until) == (
        "dalbavancin",
        "L031",
        "L031",
        unit.since,
        date(2026, 12, 31),
    )


def site(folder: Path, text: str) -> Tables:
    return with_coverage(TABLES, [written(folder, text)])


def test_a_sites_file_stands_in_place_of_what_ships_for_the_drugs_it_names(tmp_path: Path) -> None:
    own = site(tmp_path, "rows: [{drug: dalvance, diagnoses: [S93], verdict: covered, source: ours}]").coverage
    assert [row.first for row in own.by_drug["dalbavancin"]] == ["S93"]
    assert own.by_drug["iron sucrose"] == TABLES.coverage.by_drug["iron sucrose"]
    assert own.by_drug[None] == TABLES.coverage.by_drug[None]
    assert own.approvals == TABLES.coverage.approvals


def test_a_sites_approvals_stand_in_place_of_what_ships(tmp_path: Path) -> None:
    own = site(tmp_path, "approvals: [{drug: dalbavancin, payer: Acme, source: ours}]").coverage
    assert own.approval("dalbavancin", "acme", DAY)
    assert own.approval("dalbavancin", "sample health plan", DAY) is None
    assert own.approval("ferric carboxymaltose", "sample health plan", DAY)


def asked(*doses: Administration, tables: Tables = TABLES) -> list[Query]:
    """What is asked about necessity."""
    return [query for query in coded(*doses, tables=tables).queries if query.because.startswith("necessity")]


def test_a_sites_file_changes_what_is_asked(tmp_path: Path) -> None:
    dose = given("A1", "09:00-09:30", "dalbavancin", reasons=("S93.401A",))
    own = site(tmp_path, "rows: [{drug: dalbavancin, diagnoses: [S93], verdict: covered, source: ours}]")
    assert [query.because for query in asked(dose)] == ["necessity.unsupported"]
    assert asked(dose, tables=own) == []


def row(first: str, last: str | None = None, verdict: Verdict = Verdict.COVERED, **more: object) -> CoverageRow:
    return replace(CoverageRow(verdict, "iron", first, last or first), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([row("D50"), row("D509", verdict=Verdict.WARNED)], Verdict.WARNED),
        ([row("D509", verdict=Verdict.WARNED), row("D50")], Verdict.WARNED),
        ([row("D50"), row("D50", verdict=Verdict.WARNED)], Verdict.WARNED),
        ([row("D50", payer="acme", verdict=Verdict.WARNED), row("D509")], Verdict.WARNED),
        ([row("D50", payer="other", verdict=Verdict.WARNED), row("D509")], Verdict.COVERED),
        ([row("D50", from_age=18, verdict=Verdict.WARNED), row("D50")], Verdict.WARNED),
        ([row("D50", to_age=39, verdict=Verdict.WARNED), row("D50")], Verdict.COVERED),
        ([row("D50", since=DAY, verdict=Verdict.WARNED), row("D50")], Verdict.WARNED),
        ([row("D50", until=date(2026, 3, 2), verdict=Verdict.WARNED), row("D50")], Verdict.COVERED),
        ([row("A00", "D50")], Verdict.COVERED),
        ([row("D509", "D51")], Verdict.COVERED),
        ([row("A00", "D49")], None),
        ([row("D51", "D52")], None),
        ([row("D5099")], None),
    ],
)
def test_which_row_decides(rows: list[CoverageRow], wanted: Verdict | None) -> None:
    found = CoverageTable(tuple(rows)).row_for("iron", "D509", "acme", DAY, ADULT)
    assert (found.verdict if found else None) is wanted


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2003, 7, 22), date(2021, 7, 21), 17),
        (date(2003, 7, 22), date(2021, 7, 22), 18),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2026, 3, 3), date(2026, 3, 3), 0),
    ],
)
def test_age_in_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_questions_have_no_code_and_lead_nowhere() -> None:
    (query,) = asked(given("A1", "09:00-09:30", "dalbavancin", reasons=("S93.401A",)))
    assert query.ask == "Dalbavancin was given at 09:00. Which condition or conditions was it given for?"


def test_repeats_of_a_drug_are_one_question() -> None:
    doses = [given(f"A{hour}", f"{hour}:00-{hour}:30", "dalbavancin", reasons=("S93.401A",)) for hour in (10, 14)]
    (query,) = asked(*doses)
    assert query.administrations == ("A10", "A14")
    assert query.ask.startswith("Dalbavancin was given 2 times, first at 10:00.")


def test_the_page_on_coverage_tables_shows_one_that_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "coverage.md").read_text(encoding="utf-8")
    shown = page.partition("```yaml\n")[2].partition("```")[0]
    table = load_coverage(written(tmp_path, shown), TABLES.formulary)
    assert [row.verdict for row in table.rows] == [Verdict.COVERED] * 3 + [Verdict.SECONDARY_ONLY]
    assert table.approval("dalbavancin", "sample health plan", DAY)
    assert all(f"`{verdict}`" in page for verdict in Verdict)
