"""Drawings and explanations: an auditor finds every interval, every subtraction and every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import orjson
import pytest
from rich.console import Console

from coder.charges import (
    Advisory,
    Answerable,
    Charge,
    ChargeKey,
    ChargeStatus,
    CodedVisit,
    CodeSystem,
    Interval,
    Minutes,
    NotBilled,
    Product,
    Query,
    Role,
    RunLine,
    Subtraction,
)
from coder.facts import Reference
from coder.runs.classified import Mode
from console.explain.as_json import explanation_json
from console.explain.text import print_visit
from console.explain.timeline import Axis, axis_of, is_mark
from console.explain.timeline_svg import Drawing, draw_svg
from console.explain.timeline_text import draw_text, key_to_signs
from console.explain.visits import ExplainedVisit, Unread
from console.printable import printable, shortened

ZONE = ZoneInfo("America/Chicago")
SVG = "{http://www.w3.org/2000/svg}"


def at(hour: int, minute: int, day: int = 3) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def run(label: str, *times: tuple[datetime, datetime], mode: str = "infusion", **fields: object) -> RunLine:
    intervals = tuple(Interval(label, start, end, "charted") for start, end in times)
    known: dict[str, object] = {"access": "left arm", "pauses": (), "counted": None, "running": False, **fields}
    return RunLine((label,), label, intervals=intervals, mode=mode, **known)  # type: ignore[arg-type]


CEFTRIAXONE = run(
    "ceftriaxone", (at(9, 0), at(9, 40)), (at(9, 55), at(10, 31)), pauses=((at(9, 40), at(9, 55)),), counted=71
)
ONDANSETRON = run("ondansetron", (at(9, 5), at(9, 5)), mode="push")
SALINE = run("saline", (at(8, 0), at(11, 30)), mode="hydration", access="right arm", counted=134)
HEPARIN = run("heparin", (at(11, 0), at(11, 45)), running=True)

MINUTES = Minutes(
    gross=(Interval("a1", at(9, 0), at(9, 40), "charted"), Interval("a1", at(9, 55), at(10, 31), "next-rate")),
    subtracted=(Subtraction("a2", at(9, 5), at(9, 10), 5, "hydration.push"),),
    counted=71,
    threshold="infusion_minutes_floor",
    threshold_minutes=16,
)


def charge(code: str = "96365", units: int | None = 1, **fields: object) -> Charge:
    known: dict[str, object] = {
        "key": ChargeKey("a1", Role.SERVICE, 0, date(2026, 3, 3)),
        "status": ChargeStatus.BILLABLE,
        "system": CodeSystem.CPT,
        "modifiers": ("59",),
        "start": at(9, 0),
        "end": at(10, 31),
        "patient": "MRN|1",
        "visit": "VN|1",
        "subject": Reference("Patient/p1"),
        "context": Reference("Encounter/e1"),
        "service": ("a1",),
        "service_references": (),
        "because": ("rank.initial", "time.infusion"),
        "label": "First infusion",
        "minutes": MINUTES,
        "explanation": ("Counted: 71 minutes.",),
        **fields,
    }
    return Charge(code=code, units=units, **known)  # type: ignore[arg-type]


DRUG = charge(
    "J0696", 4, modifiers=(), minutes=None, product=Product("ceftriaxone", "J0696", "00409733201", Decimal("1.00"), "g")
)
PLANNED = charge("96366", None, status=ChargeStatus.PLANNED)
NOT_BILLED = NotBilled("VN|1", "MRN|1", ("a3",), "96360", 30, Decimal("12.50"), True, "hydration.floor", "Too short.")
QUERY = Query(
    "VN|1", "MRN|1", ("a4",), "When did it stop?", Answerable.NURSE, "time.stop-missing", at(12, 0), at(23, 0)
)
VISIT = CodedVisit(
    "VN|1",
    "MRN|1",
    "E1",
    "outpatient",
    (CEFTRIAXONE, ONDANSETRON, SALINE, HEPARIN),
    (charge(), PLANNED, DRUG),
    (QUERY,),
    (NOT_BILLED,),
)
EMPTY = CodedVisit("VN|2", "MRN|2", "E2", "emergency", (), (), (), ())


def text_of(visit: CodedVisit, width: int = 100, **fields: Any) -> str:
    stream = StringIO()
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    print_visit(console, ExplainedVisit(visit, ZONE, at(18, 0), **fields))
    return stream.getvalue()


class TestAxis:
    def test_holds_every_run_and_pause(self) -> None:
        axis = axis_of(VISIT.runs, ZONE)
        assert axis is not None
        assert (axis.start, axis.end) == (at(8, 0), at(11, 45))

    def test_without_a_charted_time_there_is_none(self) -> None:
        assert axis_of((run("unknown"),), ZONE) is None

    @pytest.mark.parametrize("at_most", [2, 3, 8, 20])
    @pytest.mark.parametrize("hours", [1, 5, 30, 500])
    def test_ticks_are_round_local_times_on_the_axis(self, hours: int, at_most: int) -> None:
        start = datetime(2026, 3, 3, 14, 7, tzinfo=UTC)
        axis = Axis(start, start + timedelta(hours=hours), ZONE)
        ticks = axis.ticks(at_most)
        assert len(ticks) <= at_most
        assert all(axis.start <= tick <= axis.end for tick in ticks)
        assert all(tick.astimezone(ZONE).minute in {0, 30, 15, 45, 10, 20, 40, 50, 5, 25, 35, 55} for tick in ticks)

    def test_ticks_follow_the_clock_on_the_wall_into_summer_time(self) -> None:
        axis = Axis(at(11, 0).astimezone(UTC), at(11, 0, day=10).astimezone(UTC), ZONE)
        assert [axis.tick_words(tick) for tick in axis.ticks(8)] == [f"03-{day:02}" for day in range(4, 11)]

    def test_a_day_later_is_said(self) -> None:
        axis = axis_of((run("late", (at(22, 30), at(1, 15, day=4))),), ZONE)
        assert axis is not None
        assert (axis.clock(at(22, 30)), axis.clock(at(1, 15, day=4))) == ("22:30", "01:15 +1d")
        assert axis.tick_words(at(0, 0, day=4)) == "03-04"

    def test_a_push_is_a_mark_and_a_running_bag_is_not(self) -> None:
        axis = axis_of(VISIT.runs, ZONE)
        assert axis is not None
        assert [is_mark(one, axis) for one in VISIT.runs] == [False, True, False, False]


class TestText:
    @pytest.mark.parametrize("width", [76, 96, 160])
    def test_rows_fill_the_width_and_no_more(self, width: int) -> None:
        axis = axis_of(VISIT.runs, ZONE)
        assert axis is not None
        rows = draw_text(VISIT.runs, axis, width)
        assert max(map(len, rows)) == width

    def test_each_run_has_a_row_under_its_access(self) -> None:
        axis = axis_of(VISIT.runs, ZONE)
        assert axis is not None
        rows = [row.split("  ")[0] for row in draw_text(VISIT.runs, axis, 100)[2:]]
        assert rows == ["left arm:", "ceftriaxone", "ondansetron", "heparin    ".strip(), "right arm:", "saline"]

    def test_pauses_marks_and_running_have_signs_and_a_key(self) -> None:
        axis = axis_of(VISIT.runs, ZONE)
        assert axis is not None
        drawn = "\n".join(draw_text(VISIT.runs, axis, 100))
        assert all(sign in drawn for sign in "█╌◆▶")
        assert key_to_signs((SALINE,), axis) == "█ runs"

    def test_a_long_label_is_cut_with_an_ellipsis(self) -> None:
        long = run("sodium chloride 0.9 % with potassium chloride 20 mmol", (at(9, 0), at(10, 0)))
        axis = axis_of((long,), ZONE)
        assert axis is not None
        assert "…" in draw_text((long,), axis, 80)[2]


class TestExplanation:
    def test_a_charge_is_followed_line_by_line(self) -> None:
        said = text_of(VISIT)
        for words in (
            "96365 59  × 1  billable  First infusion",
            "2026-03-03   09:00–10:31",
            "rank.initial, time.infusion",
            "+   40 min  09:00–09:40  A5, end charted",
            "+   36 min  09:55–10:31  A5, end next-rate",
            "-    5 min  09:05–09:10  A8, hydration.push",
            "=   71 min counted; wanted 16 (infusion minutes floor): met",
            "Counted: 71 minutes.",
            "96366 59  × not countable yet  planned",
            "ceftriaxone 1.00 g, NDC 00409733201",
        ):
            assert words in said

    def test_what_was_not_billed_and_what_is_asked_follow(self) -> None:
        said = text_of(VISIT)
        assert "96360  30 min  amount 12.50  can still be cured" in said
        assert "nurse: When did it stop?" in said
        assert "2026-03-03 12:00, due 2026-03-03 23:00" in said
        assert said.index("Charges") < said.index("Not billed") < said.index("Asked")

    def test_what_the_claim_should_know_is_said_where_there_is_something(self) -> None:
        advisory = Advisory("VN|1", "MRN|1", ("99213", "96365"), "modifier.25", "Separate and significant?")
        said = text_of(replace(VISIT, advisories=(advisory,)))
        for words in ("To know for the claim", "99213, 96365", "modifier.25", "Separate and significant?"):
            assert words in said
            assert words not in text_of(VISIT)

    def test_an_empty_visit_says_so(self) -> None:
        said = text_of(EMPTY)
        assert [line.strip() for line in said.splitlines()[1:5]] == [
            "Runs: none",
            "Charges: none",
            "Not billed: none",
            "Asked: none",
        ]

    def test_long_keys_of_administrations_stand_once_under_a_short_name(self) -> None:
        said = text_of(VISIT)
        assert said.count("ondansetron") == 2
        assert "A2  ondansetron" in said

    def test_short_keys_stay(self) -> None:
        said = text_of(replace(VISIT, runs=()))
        assert "Given" not in said
        assert "a1, end charted" in said

    def test_a_case_shows_its_name_and_question(self) -> None:
        said = text_of(EMPTY, case="Thirty minutes", about="One minute short.")
        assert "Thirty minutes" in said
        assert "One minute short." in said

    def test_no_line_is_wider_than_the_terminal(self) -> None:
        assert max(len(line) for line in text_of(VISIT, width=80).splitlines()) <= 80

    def test_control_signs_of_a_sender_never_reach_the_terminal(self) -> None:
        evil = CodedVisit(
            "VN|\x1b[2J",
            "MRN|\x07",
            "E",
            "outpatient",
            (run("x\x1b]0;y\x07", (at(9, 0), at(9, 30))),),
            (charge(explanation=("\x1b[31mred",)),),
            (),
            (),
        )
        assert "\x1b" not in text_of(evil)
        assert "\x07" not in text_of(evil)


class TestJson:
    def test_holds_what_the_text_shows(self) -> None:
        document = orjson.loads(
            explanation_json([ExplainedVisit(VISIT, ZONE, at(18, 0))], Unread({"oral route": 2}, ()))
        )
        visit = document["visits"][0]
        assert document["ignored"] == {"oral route": 2}
        assert [line["code"] for line in visit["charges"]] == ["96365", "96366", "J0696"]
        assert visit["charges"][0]["minutes"]["gross"][0] == {
            "administration": "a1",
            "start": "2026-03-03T09:00:00-06:00",
            "end": "2026-03-03T09:40:00-06:00",
            "minutes": 40,
            "end_source": "charted",
            "by": None,
            "told": None,
        }
        assert visit["charges"][0]["minutes"]["subtracted"][0]["rule"] == "hydration.push"
        assert visit["charges"][2]["product"]["dose"] == "1.00"
        assert visit["not_billed"][0]["amount"] == "12.50"
        assert visit["queries"][0]["due"] == "2026-03-03T23:00:00-06:00"

    def test_holds_what_the_claim_should_know(self) -> None:
        advised = replace(VISIT, advisories=(Advisory("VN|1", "MRN|1", ("99213",), "modifier.25", "Is it?"),))
        for visit, wanted in (
            (VISIT, []),
            (advised, [{"codes": ["99213"], "because": "modifier.25", "says": "Is it?"}]),
        ):
            told = explanation_json([ExplainedVisit(visit, ZONE, at(18, 0))], Unread({}, ()))
            assert orjson.loads(told)["visits"][0]["advisories"] == wanted

    def test_is_the_same_bytes_each_time(self) -> None:
        first, second = (explanation_json([ExplainedVisit(VISIT, ZONE, None)], Unread({}, ())) for _ in range(2))
        assert first == second


class TestSvg:
    def test_is_a_document_with_title_and_description(self) -> None:
        root = ElementTree.fromstring(draw_svg(Drawing("Visits of the day", [(VISIT, ZONE), (EMPTY, ZONE)])))
        assert root.get("aria-labelledby") == "title desc"
        assert root.findtext(f"{SVG}title") == "Visits of the day"
        description = root.findtext(f"{SVG}desc") or ""
        assert "ceftriaxone 09:00–10:31" in description
        assert "VN|2: no charted time." in description

    def test_colour_is_never_the_only_carrier(self) -> None:
        texts = [element.text or "" for element in _drawn(VISIT).iter(f"{SVG}text")]
        for mode in ("infusion", "push", "hydration"):
            assert mode in texts
            assert any(f"·  {mode}" in text for text in texts)
        assert {"paused", "still running"} <= set(texts)

    @pytest.mark.parametrize("mode", Mode)
    def test_every_mode_has_a_colour_and_its_words(self, mode: Mode) -> None:
        visit = replace(VISIT, runs=(run("x", (at(9, 0), at(12, 0)), mode=mode.value),))
        drawn = draw_svg(Drawing("t", [(visit, ZONE)])).decode()
        assert f">{mode.value}</text>" in drawn
        assert mode.value in text_of(visit)

    def test_loads_nothing(self) -> None:
        drawn = draw_svg(Drawing("t", [(VISIT, ZONE)])).decode()
        assert drawn.count("http") == 1
        assert not any(word in drawn for word in ("href", "@import", "<script", "url("))

    def test_stays_well_formed_whatever_a_sender_wrote(self) -> None:
        _drawn(CodedVisit("<VN>&\x00", "p", "e", "outpatient", (run("a<b>\x1b", (at(9, 0), at(9, 1))),), (), (), ()))

    def test_every_bar_lies_between_label_and_note(self) -> None:
        bars = [element for element in _drawn(VISIT).iter(f"{SVG}rect") if float(element.get("y", "0")) > 92]
        assert bars
        assert all(254 <= float(bar.attrib["x"]) <= 790 for bar in bars)


def _drawn(visit: CodedVisit) -> ElementTree.Element:
    return ElementTree.fromstring(draw_svg(Drawing("t", [(visit, ZONE)])))


def test_printable_keeps_letters_of_every_language() -> None:
    assert printable("Übergrößen 投与 0.9 %") == "Übergrößen 投与 0.9 %"
    assert printable("a\u202eb\x1b") == "a\ufffdb\ufffd"


def test_shortened_cuts_to_the_letters_given() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
