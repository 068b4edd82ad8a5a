"""The plugin as an interface engineer uses it: three lines, a readable difference, one flag to accept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.golden.differences import differences
from console.golden.form import Golden, GoldenVisit, read_golden, write_golden
from console.golden.reading import Entry, GoldenError
from tests.small_logs import write_day, write_site

THREE_LINES = """
def test_day(replay_log):
    replay_log("logs/day.ndjson", golden="logs/day.golden.yaml")
"""
CHARGE: Entry = {
    "date": "2026-03-03",
    "code": "96365",
    "units": "1",
    "modifiers": (),
    "status": "billable",
    "because": ("rank.initial",),
}
NOT_BILLED = {"code": "96360", "minutes": "30", "because": "hydration.floor"}
QUERY = {"of": "nurse", "because": "time.stop-missing", "ask": "When did it stop?"}
VISIT = GoldenVisit("outpatient", (CHARGE,), (NOT_BILLED,), (QUERY,))
GOLDEN = Golden({"VN|1": VISIT}, {"oral route": 1}, 2)


@pytest.fixture
def day(pytester: pytest.Pytester) -> Path:
    """A folder with a log beside its test."""
    pytester.makepyfile(test_day=THREE_LINES)
    logs = pytester.mkdir("logs")
    write_day(logs)
    return logs


class TestFixture:
    def test_without_a_golden_file_it_says_how_to_make_one(self, pytester: pytest.Pytester, day: Path) -> None:
        result = pytester.runpytest_subprocess()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*no golden file*day.golden.yaml; `pytest --hangtime-accept` writes it*"])

    def test_accepts_and_then_passes(self, pytester: pytest.Pytester, day: Path) -> None:
        accepted = pytester.runpytest_subprocess("--hangtime-accept")
        accepted.assert_outcomes(passed=1)
        accepted.stdout.fnmatch_lines(["hangtime: accepted *day.golden.yaml"])
        pytester.runpytest_subprocess().assert_outcomes(passed=1)
        codes = [
            charge["code"] for visit in read_golden(day / "day.golden.yaml").visits.values() for charge in visit.charges
        ]
        assert codes.count("96365") == 2

    def test_shows_the_difference_visit_by_visit(self, pytester: pytest.Pytester, day: Path) -> None:
        pytester.runpytest_subprocess("--hangtime-accept")
        golden = day / "day.golden.yaml"
        golden.write_text(golden.read_text().replace("96374", "96372", 1))
        result = pytester.runpytest_subprocess()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*parts from*", "visit *", "*missing*96372*", "*surplus*96374*"])
        assert "Traceback" not in result.stdout.str()

    def test_a_wrong_path_is_one_clear_line(self, pytester: pytest.Pytester, day: Path) -> None:
        (day / "day.ndjson").unlink()
        result = pytester.runpytest_subprocess()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*day.ndjson*no such file*"])

    def test_takes_several_logs_a_site_and_a_time(self, pytester: pytest.Pytester, day: Path) -> None:
        write_day(day, "again.ndjson")
        write_site(day)
        pytester.makepyfile(
            test_day="""
            def test_day(replay_log):
                given = replay_log("logs/day.ndjson", "logs/again.ndjson", golden="g.yaml", site="logs/site.toml",
                                   as_of="2026-03-03T12:00")
                assert given.ignored == {"after as-of": 6}
        """
        )
        pytester.runpytest_subprocess("--hangtime-accept").assert_outcomes(passed=1)


class TestGoldenFile:
    def test_is_read_as_it_was_written(self, tmp_path: Path) -> None:
        write_golden(tmp_path / "g.yaml", GOLDEN)
        assert read_golden(tmp_path / "g.yaml") == GOLDEN

    def test_keeps_codes_and_dates_text(self, tmp_path: Path) -> None:
        odd = replace(VISIT, charges=({**CHARGE, "code": "00170", "modifiers": ("25", "NO")},))
        write_golden(tmp_path / "g.yaml", Golden({"12:30": odd}, {}, 0))
        assert read_golden(tmp_path / "g.yaml").visits["12:30"].charges[0]["code"] == "00170"

    def test_gives_each_charge_one_line(self, tmp_path: Path) -> None:
        write_golden(tmp_path / "g.yaml", GOLDEN)
        lines = (tmp_path / "g.yaml").read_text().splitlines()
        assert sum("96365" in line and "rank.initial" in line for line in lines) == 1

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("visits: {}\nvisits: {}\n", "twice"),
            ("visit: {}\n", "'visit', wanted one of visits, ignored, dead_letters"),
            ("visits: {a: {klass: x}}\n", "visits.a: said 'klass'"),
            ("visits: {a: {charges: [{code: '1'}]}}\n", "visits.a.charges[0]: said no date"),
            ("visits: {a: {charges: x}}\n", "wanted a list"),
            ("ignored: {oral: many}\n", "ignored.oral: said 'many', wanted a count"),
            ("- a\n", "said a list, wanted keys with values"),
            ("visits: [\n", "g.yaml"),
        ],
    )
    def test_what_it_cannot_say_is_refused(self, text: str, said: str, tmp_path: Path) -> None:
        (tmp_path / "g.yaml").write_text(text)
        with pytest.raises(GoldenError, match="yaml") as refused:
            read_golden(tmp_path / "g.yaml")
        assert said in str(refused.value)


class TestDifferences:
    def test_none_between_equals(self) -> None:
        assert differences(GOLDEN, GOLDEN) == []

    def test_a_changed_field_is_told_by_its_values(self) -> None:
        given = _with(charges=({**CHARGE, "units": "2", "because": ()},))
        assert differences(GOLDEN, given) == [
            "visit VN|1",
            "  changed  2026-03-03 96365: units 1 -> 2; because [rank.initial] -> []",
        ]

    def test_missing_and_surplus_lines(self) -> None:
        other = {**CHARGE, "code": "96374"}
        lines = differences(GOLDEN, _with(charges=(other,)))
        assert lines[1].startswith("  missing  date 2026-03-03, code 96365, units 1")
        assert lines[2].startswith("  surplus  date 2026-03-03, code 96374, units 1")

    def test_equal_lines_are_held_against_each_other_first(self) -> None:
        second = {**CHARGE, "units": "2"}
        expected, given = _with(charges=(CHARGE, second)), _with(charges=(second,))
        assert differences(expected, given)[1].startswith("  missing  date 2026-03-03, code 96365, units 1")

    def test_visits_that_came_or_went(self) -> None:
        empty = Golden({}, GOLDEN.ignored, GOLDEN.dead_letters)
        assert differences(GOLDEN, empty)[1] == "  missing  the visit itself"
        assert differences(empty, GOLDEN)[1] == "  surplus  the visit itself"

    def test_not_billed_queries_class_and_counts(self) -> None:
        given = Golden(
            {"VN|1": GoldenVisit("inpatient", (CHARGE,), ({**NOT_BILLED, "minutes": "29"},), ())}, {"oral route": 2}, 0
        )
        assert differences(GOLDEN, given) == [
            "visit VN|1",
            "  changed  class outpatient -> inpatient",
            "  changed  not billed hydration.floor 96360: minutes 30 -> 29",
            "  missing  query of nurse, because time.stop-missing, ask When did it stop?",
            "ignored oral route: 1 -> 2",
            "dead letters: 2 -> 0",
        ]


def _with(**fields: object) -> Golden:
    return replace(GOLDEN, visits={"VN|1": replace(VISIT, **fields)})  # type: ignore[arg-type]
