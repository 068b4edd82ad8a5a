"""The words that fit as an answer to each rule, in every spelling, and what each of them states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coder.answers.forms import FORMS
from coder.answers.values import Asked
from coder.facts import AccessDevice, Administration, AdministrationStatus, Method, PatientClass, Pump, Purpose, Route
from tests.infused import ZONE, at, given

ASKED = Asked(ZONE, at("09:00"))
BARE = given("A1", "09:00-10:00", route=None)
UNKNOWN = given("A1", "09:00-10:00", status=AdministrationStatus.UNKNOWN)
HAND = {"attended": True, "pump": None}


def stated(rule: str, said: str, one: Administration = BARE) -> Administration | None:
    """The administration as the answer states it; None where the answer does not fit."""
    form = FORMS[rule]
    says = form.read(said, ASKED)
    return form.state([one], says)[0] if says is not None else None


@pytest.mark.parametrize(
    ("rule", "said", "fields"),
    [
        ("drug.route", "IV", {"route": Route.INTRAVENOUS}),
        ("drug.route", "sc", {"route": Route.SUBCUTANEOUS}),
        ("mode.route-unknown", "iv", {"route": Route.INTRAVENOUS}),
        ("mode.route-unknown", "SC", {"route": Route.SUBCUTANEOUS}),
        ("mode.route-unknown", "im", {"route": Route.INTRAMUSCULAR}),
        ("mode.route-unknown", "ia", {"route": Route.INTRA_ARTERIAL}),
        ("mode.route-unknown", "Intra arterial", {"route": Route.INTRA_ARTERIAL}),
        ("mode.pump-unknown", "subcutaneous by hand", {"route": Route.SUBCUTANEOUS, **HAND}),
        ("mode.pump-unknown", "intramuscular by hand", {"route": Route.INTRAMUSCULAR, **HAND}),
        ("mode.pump-unknown", "intravenous by hand", {"route": Route.INTRAVENOUS, **HAND}),
        ("mode.pump-unknown", "subcutaneous by pump", {"route": Route.SUBCUTANEOUS, "pump": Pump.STATIONARY}),
        ("mode.pump-unknown", "intravenous by pump", {"route": Route.INTRAVENOUS, "pump": Pump.STATIONARY}),
        ("mode.push-unattended", "attended", HAND),
        ("mode.push-unattended", "infusion", {"method": Method.INFUSION}),
        ("pump.kind-unknown", "portable", {"pump": Pump.PORTABLE}),
        ("pump.kind-unknown", "implanted", {"pump": Pump.IMPLANTABLE}),
        ("pump.kind-unknown", "implantable", {"pump": Pump.IMPLANTABLE}),
        ("pump.kind-unknown", "other", {"pump": None}),
        ("pump.length-unknown", "46", {"ordered_minutes": 2760}),
        ("order.duration-missing", "46", {"ordered_minutes": 46}),
        ("cavity.puncture-unknown", "same", {"puncture": True}),
        ("cavity.puncture-unknown", "other", {"puncture": False}),
        ("cavity.puncture-unknown", "somebody else", {"puncture": False}),
        ("flush.device-unknown", "port", {"access_device": AccessDevice.PORT}),
        ("flush.device-unknown", "catheter", {"access_device": AccessDevice.CATHETER}),
        ("flush.device-unknown", "peripheral", {"access_device": AccessDevice.PERIPHERAL}),
        ("pcs.access-unknown", "peripheral", {"access": "peripheral"}),
        ("pcs.access-unknown", "Central", {"access": "central"}),
        ("drug.container-unknown", "single dose", {"single_dose": True}),
        ("drug.container-unknown", "multi dose", {"single_dose": False}),
        ("documented.identity", "Yes", {"identified": True}),
        ("documented.identity", "no", {"identified": False}),
        ("documented.infusion-kind", "therapeutic", {"purpose": Purpose.THERAPEUTIC}),
        ("documented.infusion-kind", "prophylactic", {"purpose": Purpose.PROPHYLACTIC}),
        ("documented.infusion-kind", "diagnostic", {"purpose": Purpose.DIAGNOSTIC}),
    ],
)
def test_what_a_word_states(rule: str, said: str, fields: dict[str, Any]) -> None:
    found = stated(rule, said)
    assert {name: getattr(found, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("given", AdministrationStatus.COMPLETED),
        ("partly given", AdministrationStatus.STOPPED),
        ("not given", AdministrationStatus.NOT_DONE),
    ],
)
def test_whether_it_was_given(said: str, status: AdministrationStatus) -> None:
    found = stated("given.status-unknown", said, UNKNOWN)
    assert found
    assert found.status is status
    known = stated("given.status-unknown", "not given", BARE)
    assert known
    assert known.status is AdministrationStatus.COMPLETED


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("mode.route-unknown", "by mouth"),
        ("mode.pump-unknown", "intramuscular by pump"),
        ("pump.kind-unknown", "stationary"),
        ("flush.device-unknown", "reservoir"),
        ("visit.class-unknown", "unknown"),
        ("documented.infusion-kind", "hydration"),
        ("documented.identity", "perhaps"),
        ("pcs.access-unknown", "left"),
    ],
)
def test_what_does_not_fit(rule: str, said: str) -> None:
    assert stated(rule, said) is None


def test_the_words_are_named_to_whoever_answers() -> None:
    assert FORMS["mode.push-unattended"].wanted == "one of attended, infusion"
    assert FORMS["pcs.substance-unknown"].wanted == "one of antineoplastic, antibody, other"
    assert FORMS["cavity.puncture-unknown"].wanted == "one of same, somebody-else"
    classes = [one.value for one in PatientClass if one is not PatientClass.UNKNOWN]
    assert FORMS["visit.class-unknown"].wanted == f"one of {', '.join(classes)}"
    for rule in ("access.second-undocumented", "pcs.substance-unknown"):
        for word in FORMS[rule].wanted.removeprefix("one of ").split(", "):
            assert FORMS[rule].fits(word)


def test_a_pump_that_is_charted_stays_the_pump() -> None:
    pumped = stated("mode.pump-unknown", "subcutaneous by pump", replace(BARE, pump=Pump.PORTABLE))
    assert pumped
    assert pumped.pump is Pump.PORTABLE
