"""docs/read-through.md is the program's, and from its words alone every line is worked out again here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from examples.write_read_through import PAGE, VISITS, read_through

TEXT = PAGE.read_text(encoding="utf-8")
LINE = re.compile(r"^    ([A-Z]?\d{4,5})((?: [A-Z0-9]{2})*)  × (\S+)  (\w+)  ", re.MULTILINE)
GROSS = re.compile(r"^ *(?:minutes +)?\+ +(\d+) min  ", re.MULTILINE)
TAKEN = re.compile(r"^ *(?:minutes +)?- +(\d+) min  ", re.MULTILINE)
COUNTED = re.compile(r"= +(\d+) min counted")
DOSE = re.compile(r"([\d.]+) (\S+) given; one unit is ([\d.]+) \2; rounded up to whole units: (\d+)\.")
FIRST = {"96365": 16, "96413": 16, "96367": 16, "96417": 16, "96360": 31}
HOURS = {"96366", "96415"}


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it."""

    visit: str
    code: str
    units: int
    words: str

    @property
    def counted(self) -> int:
        found = COUNTED.search(self.words)
        assert found, self
        return int(found[1])

    def says(self, rule: str) -> bool:
        return f"{rule}: " in self.words


def shown() -> Iterator[Shown]:
    for part in TEXT.split("\n## ")[1:]:
        visit, _, text = part.partition("\n")
        charges = text.partition("  Charges\n")[2].partition("  Not billed")[0]
        heads = list(LINE.finditer(charges))
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            end = following.start() if following else len(charges)
            yield Shown(visit, head[1], int(head[3]), charges[head.start() : end])


def after_first(minutes: int) -> int:
    """Further hours: each once more than thirty of its minutes ran."""
    return max(0, (minutes - 60) // 60 + ((minutes - 60) % 60 > 30))


def test_the_page_is_fresh() -> None:
    assert read_through() == TEXT


def test_it_holds_ten_visits_with_lines() -> None:
    assert len(VISITS) == 10
    assert {line.visit for line in shown()} == set(VISITS)
    assert len(list(shown())) > 40


def test_minutes_are_what_ran_less_what_was_taken_off() -> None:
    timed = [line for line in shown() if COUNTED.search(line.words)]
    for line in timed:
        gross = sum(int(found) for found in GROSS.findall(line.words))
        taken = sum(int(found) for found in TAKEN.findall(line.words))
        assert gross - taken == line.counted, line
    assert len(timed) > 20


def test_units_follow_from_the_minutes() -> None:
    for line in shown():
        if line.code in FIRST:
            assert line.counted >= FIRST[line.code], line
            assert line.units == 1, line
        elif line.code == "96361":
            assert line.says("hydration.secondary")
            assert line.units == line.counted // 60 + (line.counted % 60 > 30), line
        elif line.code in HOURS:
            dates = [one for one in shown() if one.code == line.code and _same(one) == _same(line)]
            earned = after_first(line.counted) + (1 if line.says("repeat.each") else 0)
            assert sum(one.units for one in dates) == earned, line
        elif line.code[0].isdigit():
            assert line.units == 1, line


def _same(line: Shown) -> tuple[str, int]:
    """The lines of several dates that share one count."""
    return line.visit, line.counted


def test_units_of_drugs_follow_from_the_dose() -> None:
    drugs = [line for line in shown() if not line.code[0].isdigit()]
    for line in drugs:
        found = DOSE.search(" ".join(line.words.split()))
        assert found, line
        given, amount = Decimal(found[1]), Decimal(found[3])
        assert line.units == int((given / amount).to_integral_value(ROUND_CEILING)) == int(found[4]), line
    assert len(drugs) > 10


def test_every_line_says_its_rules_its_date_and_its_authorities() -> None:
    for line in shown():
        assert "Dated 2026-" in line.words, line
        assert "(read)" in line.words or "(known)" in line.words, line
        assert not line.code[0].isdigit() or "Counted on access " in line.words or "mode.injection" in line.words, line


def test_initial_services_name_the_policy_that_ranked_them() -> None:
    ranked = [line for line in shown() if "facility hierarchy (" in line.words]
    assert ranked
    assert all("policy setting = facility, by default" in " ".join(line.words.split()) for line in ranked)
