"""Runs: what is charted, what is taken off and what is left, on random charts; and how drugs are remembered."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from coder.drugs import identity
from coder.facts import (
    Administration,
    AdministrationStatus,
    Coding,
    DrugGiven,
    Method,
    PatientClass,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.minutes import duration, overlap
from coder.runs.known import Known, recognise
from coder.runs.outpatient import Runs, runs_of
from coder.runs.run import Run
from coder.runs.stitching import stitch
from coder.sheet import Sheet
from coder.visits.visit import Visit
from mappers import tables
from mappers.csv_rows import CsvError
from tests.infused import POLICY, TABLES

START = datetime(2026, 3, 3, 9, tzinfo=UTC)
STATUSES = (AdministrationStatus.COMPLETED, AdministrationStatus.IN_PROGRESS, AdministrationStatus.STOPPED)
RATES = (None, Decimal(0), Decimal(100), Decimal(120))


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def sheet_of(*administrations: Administration) -> Sheet:
    visit = Visit(
        "E1", "P1", Reference("Patient/P1"), Reference("E1"), "E1", PatientClass.OUTPATIENT, None, None, administrations
    )
    return Sheet(visit, POLICY, TABLES, after(10_000))


def charted(dice: random.Random, place: int, taken_over_at: datetime | None) -> Administration:
    start = dice.randrange(0, 400)
    rate = dice.choice(RATES)
    return Administration(
        key=f"A{place:02}",
        patient="P1",
        status=dice.choice(STATUSES),
        start=after(start),
        end=after(start + dice.randrange(0, 90)) if dice.random() < 0.7 else None,
        drugs=(DrugGiven(text=dice.choice(("heparin", "vancomycin"))),),
        route=Route.INTRAVENOUS,
        rate=None if rate is None else Quantity(rate, "mL/h"),
        order=dice.choice(("O1", "O2")),
        encounter="E1",
        taken_over_at=taken_over_at,
    )


def chart(seed: int) -> tuple[list[Known], datetime | None, datetime | None]:
    """Random bags, rates and pauses, with a takeover and an inpatient order in some."""
    dice = random.Random(seed)
    taken_over_at = after(dice.randrange(0, 200)) if dice.random() < 0.3 else None
    until = after(dice.randrange(100, 500)) if dice.random() < 0.4 else None
    given = [charted(dice, place, taken_over_at) for place in range(dice.randrange(1, 9))]
    known = [recognise(one, sheet_of()) for one in given]
    return [one for one in known if one], taken_over_at, until


def ledger(run: Run) -> tuple[timedelta, timedelta, timedelta]:
    gross = duration((one.start, one.end) for one in run.gross)
    return gross, duration((one.start, one.end) for one in run.cuts), duration(run.net)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_charted_is_taken_off_or_left(seed: int) -> None:
    known, _, until = chart(seed)
    for run in stitch(known, 15, until):
        gross, cut, net = ledger(run)
        assert gross == cut + net, seed
        assert not overlap(((one.start, one.end) for one in run.cuts), run.net), seed
        assert run.minutes == net // timedelta(minutes=1), seed


@pytest.mark.parametrize("seed", range(300))
def test_nothing_counts_before_the_takeover_or_after_the_inpatient_order(seed: int) -> None:
    known, _, until = chart(seed)
    for run in stitch(known, 15, until):
        if run.taken_over_at and run.net:
            assert run.net[0][0] >= run.taken_over_at == run.start, seed
        if until and run.start < until:
            assert all(end <= until for _, end in run.net), seed
            assert run.end <= until or not run.gross, seed


@pytest.mark.parametrize("seed", range(300))
def test_runs_do_not_depend_on_the_order_of_arrival(seed: int) -> None:
    known, _, until = chart(seed)
    runs = stitch(known, 15, until)
    random.Random(seed).shuffle(known)
    assert stitch(known, 15, until) == runs
    assert sorted(key for run in runs for key in run.keys) == sorted({key for run in runs for key in run.keys})


def test_a_single_administration_is_the_run_that_several_make() -> None:
    """The short way of a run of one comes to what the long way comes to."""
    for status in STATUSES:
        for end in (None, after(0), after(40)):
            one = Administration(
                "A1", "P1", status, after(0), end, (DrugGiven(text="heparin"),), Route.INTRAVENOUS, order="O1"
            )
            known = [recognise(one, sheet_of()), recognise(replace(one, key="A2"), sheet_of())]
            short = stitch([known[0]] if known[0] else [], 15)[0]
            long = stitch([known[0]] if known[0] else [], 15, after(0))[0]
            assert (short.gross, short.net, short.minutes, short.end, short.running, short.stop_missing) == (
                long.gross,
                long.net,
                long.minutes,
                long.end,
                long.running,
                long.stop_missing,
            )


def test_bags_hung_before_the_takeover_are_not_supplied() -> None:
    first = Administration(
        "A1",
        "P1",
        AdministrationStatus.COMPLETED,
        after(0),
        after(60),
        (DrugGiven(text="heparin"),),
        Route.INTRAVENOUS,
        order="O1",
        taken_over_at=after(30),
    )
    second = replace(first, key="A2", start=after(60), end=after(90), taken_over_at=None)
    (run,) = runs_of(sheet_of(first, second)).outpatient
    assert [one.administration.key for one in run.supplied] == ["A2"]
    assert (run.taken_over_at, run.start, run.minutes) == (after(30), after(30), 60)


def test_what_was_taken_over_without_a_start_counts_from_there() -> None:
    one = Administration(
        "A1",
        "P1",
        AdministrationStatus.COMPLETED,
        None,
        after(60),
        (DrugGiven(text="heparin"),),
        Route.INTRAVENOUS,
        taken_over_at=after(30),
    )
    (run,) = runs_of(sheet_of(one)).outpatient
    assert (run.start, run.minutes, run.supplied) == (after(30), 30, ())


def test_a_flush_of_no_known_drug_is_asked_about_and_one_of_none_is_not() -> None:
    flush = Administration(
        "A1",
        "P1",
        AdministrationStatus.COMPLETED,
        after(0),
        drugs=(DrugGiven(text="wonder drug"),),
        method=Method.PUSH,
        purpose=Purpose.FLUSH,
    )
    other = Administration("A2", "P1", AdministrationStatus.COMPLETED, after(5), purpose=Purpose.KEEP_VEIN_OPEN)
    sheet = sheet_of(flush, other)
    assert runs_of(sheet) == Runs((), (), ())
    assert [left.because for left in sheet.not_billed] == ["drug.unknown", "fluid.keep-vein-open"]


def test_what_a_code_named_is_remembered_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    formulary = replace(TABLES.formulary, remembered={})
    monkeypatch.setattr(identity, "REMEMBERED_AT_MOST", 2)
    said = [DrugGiven((Coding("RxNorm", "6470", word),)) for word in ("a", "b", "c")]
    first = [identity.identify(one, formulary) for one in said]
    assert len(formulary.remembered) == 1
    assert [identity.identify(one, formulary) for one in said] == first
    assert identity.identify(DrugGiven(text="wonder drug"), formulary).drug is None
    assert ((), "wonder drug") not in formulary.remembered


def test_a_table_that_names_no_drug_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(tables.DATA, folder)
    (folder / "chemo_family.csv").write_text(
        "drug,route,payer,diagnosis,since,until,family,source\nwonder drug,,,,,,therapeutic,ours\n", encoding="utf-8"
    )
    monkeypatch.setattr(tables, "DATA", folder)
    with pytest.raises(CsvError, match=r"chemo_family.csv:2: drug: said 'wonder drug', wanted the name of a drug"):
        tables.load_tables.__wrapped__()
