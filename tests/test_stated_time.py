"""How long something ran by what a dosage says beside its times, and that it is asked about where they are at odds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fhir_samples import Json, administration, dosage, told

NO_RATE = {name: value for name, value in administration()["dosage"].items() if name not in {"rateQuantity", "text"}}


def amount(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit}


def ratio(value: float, unit: str, per: float, time: str) -> Json:
    return {"numerator": amount(value, unit), "denominator": amount(per, time)}


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ({"text": "30 mg IV over 120 min, 3 times per wk"}, (120,)),
        ({"text": "1 g over 1.5 hours"}, (90,)),
        ({"text": "0.1 mg/kg IV over 2-5 minutes"}, ()),
        ({"text": "over 10 min, then over 50 min"}, ()),
        ({"text": "handed over 30 mg"}, ()),
        ({"text": "over 30 min " * 50}, ()),
        ({"dose": amount(1000, "mL"), "rateQuantity": amount(50, "mL/h")}, (1200,)),
        ({"dose": amount(1000, "mL"), "rateRatio": ratio(100, "mL", 2, "h")}, (1200,)),
        ({"dose": amount(1000, "mg"), "rateQuantity": amount(50, "mL/h")}, ()),
        ({"dose": amount(1000, "mL"), "rateQuantity": amount(0, "mL/h")}, ()),
        ({"dose": amount(1, "mL"), "rateQuantity": amount(500, "mL/h")}, ()),
        ({"rateQuantity": amount(20, "min")}, (20,)),
        ({"text": "over 30 min", "rateQuantity": amount(20, "min")}, (30, 20)),
        ({"text": "at 125 mL/hr", "dose": amount(250, "mL")}, (120,)),
        ({"text": "at 125 mL/hr", "dose": amount(250, "mL"), "rateQuantity": amount(500, "mL/h")}, (120, 30)),
    ],
)
def test_what_a_dosage_says_of_the_time(said: Any, minutes: tuple[int, ...]) -> None:
    assert told(dosage={**NO_RATE, **said}).stated_minutes == minutes


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("0.9% NaCl 1,000 mL at 125 mL/hr", ("125", "mL/hr")),
        ("Infuse at 2.5 ml per minute via pump", ("2.5", "ml/minute")),
        ("at 125 mL/hr, then at 250 mL/hr", None),
        ("at 50 mL/hr, titrate to 100 mL/hr", None),
        ("at 50 mL/hr; increase every 30 min", None),
        ("at 50-100 mL/hr", None),
        ("at 125 mg/hr", None),
        ("at 8 h", None),
        ("start at 125 mL/h" + " " * 400, None),
        ("125 mL/hr max", None),
    ],
)
def test_a_rate_in_the_words_of_a_dosage_counts_where_none_is_beside_it(
    text: str, rate: tuple[str, str] | None
) -> None:
    found = told(dosage={**NO_RATE, "text": text}).rate
    assert (found and (str(found.value), found.unit)) == rate
    beside = told(dosage={**NO_RATE, "text": text, "rateQuantity": amount(7, "mL/h")}).rate
    assert beside is not None
    assert str(beside.value) == "7"


def test_nothing_is_beside_a_time_that_is_not_charted() -> None:
    started = {"start": "2026-03-03T09:00:00-06:00"}
    assert told(effectivePeriod=started, dosage=dosage(text="over 30 min")).stated_minutes == ()
