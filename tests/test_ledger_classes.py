"""The class of a visit over time, from ADT messages that each tell a part, in whatever order they arrive."""

from __future__ import annotations

from itertools import permutations

import pytest

from coder.facts import ClassPeriod, Encounter, PatientClass
from ledger.linking import link
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, SETTINGS, ras, with_field
from tests.told import stored

OUTPATIENT, INPATIENT, EMERGENCY = PatientClass.OUTPATIENT, PatientClass.INPATIENT, PatientClass.EMERGENCY
UNKNOWN = PatientClass.UNKNOWN
OF_LETTER = {"O": OUTPATIENT, "I": INPATIENT, "E": EMERGENCY}


def adt(event: str, clock: str, patient_class: str, asserted: str | None = None) -> bytes:
    """An ADT of that event: PV1-44 is its time where it opens the visit, and it was sent a minute later."""
    hour, minute = clock.split(":")
    time = f"20260303{hour}{minute}"
    sent = time if asserted is None else "20260303" + asserted.replace(":", "")
    header = with_field(with_field(with_field(MSH, 9, f"ADT^{event}"), 7, sent + "30"), 10, f"{event}{sent}{time}")
    pv1 = with_field(with_field(with_field(PV1, 2, patient_class), 44, ""), 45, "")
    return ras(header, f"EVN|{event}|{time}", PID, with_field(pv1, 18, ""))


def dose(sent: str, patient_class: str) -> bytes:
    """A RAS that states a class beside what was given."""
    header = with_field(with_field(MSH, 7, "20260303" + sent.replace(":", "")), 10, f"RAS{sent}")
    return ras(header, PID, with_field(with_field(with_field(PV1, 2, patient_class), 18, ""), 45, ""), ORC, RXA, RXR)


def visit(*messages: bytes) -> Encounter:
    """The visit that the messages tell of; the same in whatever order they arrive."""
    found = [_linked(ordered) for ordered in permutations(messages)]
    assert all(each == found[0] for each in found)
    return found[0]


def _linked(messages: tuple[bytes, ...]) -> Encounter:
    readings = [read(Record("adt", 0, place, value), SETTINGS) for place, value in enumerate(messages)]
    tellings = [item for reading in readings for item in reading.items if isinstance(item, Telling)]
    (facts,) = link(stored(tellings)).patients.values()
    (encounter,) = facts.encounters
    return encounter


def history(encounter: Encounter) -> list[tuple[str, str | None]]:
    """The classes by their letter, with the clock at the site when each began."""
    letters = {meant: letter for letter, meant in OF_LETTER.items()}
    return [(letters[one.patient_class], _clock(one)) for one in encounter.classes]


def _clock(period: ClassPeriod) -> str | None:
    return period.start.astimezone(SETTINGS.zone).strftime("%H:%M") if period.start else None


def test_an_arrival_and_a_change_of_class_add_up() -> None:
    told = visit(adt("A04", "08:00", "E"), adt("A02", "09:00", "E"), adt("A06", "10:00", "I"), adt("A03", "20:00", "I"))
    assert history(told) == [("E", "08:00"), ("I", "10:00")]
    assert [period.end for period in told.classes] == [told.classes[1].start, None]
    assert told.patient_class is INPATIENT
    assert (told.start, told.end) == (told.classes[0].start, told.classes[1].start.replace(day=4, hour=2))  # type: ignore[union-attr]


def test_there_and_back_again() -> None:
    told = visit(adt("A01", "08:00", "O"), adt("A06", "10:00", "I"), adt("A07", "12:00", "O"))
    assert history(told) == [("O", "08:00"), ("I", "10:00"), ("O", "12:00")]
    assert told.patient_class is OUTPATIENT


def test_a_change_of_class_alone_says_nothing_of_what_was_before() -> None:
    assert history(visit(adt("A06", "10:00", "I"))) == [("I", "10:00")]


def test_the_same_class_told_twice_is_one_stretch() -> None:
    assert history(visit(adt("A04", "08:00", "O"), adt("A01", "08:05", "O"))) == [("O", "08:00")]


def test_at_one_time_the_newest_message_has_it() -> None:
    told = visit(adt("A01", "08:00", "I"), adt("A01", "08:00", "O", asserted="08:10"))
    assert history(told) == [("O", "08:00")]


def test_a_visit_taken_back_never_was_until_it_begins_anew() -> None:
    begun, back = adt("A01", "08:00", "I"), adt("A11", "08:20", "I")
    assert visit(begun, back).cancelled
    assert visit(begun, back).classes == ()
    assert visit(begun, back, dose("09:00", "O")).cancelled  # a dose alone does not bring the visit back
    again = visit(begun, back, adt("A04", "08:30", "O"))
    assert (again.cancelled, history(again), again.patient_class) == (False, [("O", "08:30")], OUTPATIENT)


def test_an_end_taken_back_is_no_end_and_leaves_the_classes() -> None:
    told = visit(adt("A01", "08:00", "O"), adt("A03", "12:00", "O"), adt("A13", "12:30", "O"))
    assert (told.end, history(told)) == (None, [("O", "08:00")])
    ended = visit(
        adt("A01", "08:00", "O"), adt("A03", "12:00", "O"), adt("A13", "12:30", "O"), adt("A03", "14:00", "O")
    )
    assert ended.end is not None


def test_a_transfer_taken_back_changes_no_class() -> None:
    told = visit(adt("A01", "08:00", "O"), adt("A02", "09:00", "O"), adt("A12", "09:10", "O"))
    assert (history(told), told.patient_class) == ([("O", "08:00")], OUTPATIENT)


@pytest.mark.parametrize("last", [adt("A08", "11:00", "O"), adt("A02", "11:00", "E"), dose("11:00", "O")])
def test_nobody_knows_the_class_where_the_last_word_turns_an_inpatient_back_without_a_time(last: bytes) -> None:
    told = visit(adt("A04", "08:00", "O"), adt("A06", "10:00", "I"), last)
    assert (told.patient_class, told.classes) == (UNKNOWN, ())


def test_a_later_word_that_agrees_settles_it() -> None:
    told = visit(adt("A04", "08:00", "O"), adt("A06", "10:00", "I"), dose("11:00", "O"), adt("A08", "12:00", "I"))
    assert (told.patient_class, history(told)) == (INPATIENT, [("O", "08:00"), ("I", "10:00")])


def test_an_older_word_settles_nothing() -> None:
    told = visit(adt("A04", "08:00", "O"), dose("09:00", "O"), adt("A06", "10:00", "I"))
    assert (told.patient_class, history(told)) == (INPATIENT, [("O", "08:00"), ("I", "10:00")])


def test_an_inpatient_without_since_when_is_the_newest_class() -> None:
    told = visit(adt("A04", "08:00", "O"), adt("A08", "11:00", "I"))
    assert (told.patient_class, history(told)) == (INPATIENT, [("O", "08:00")])


def test_a_message_without_a_class_says_nothing_of_it() -> None:
    told = visit(adt("A04", "08:00", "O"), adt("A06", "10:00", "I"), adt("A08", "11:00", ""))
    assert (told.patient_class, history(told)) == (INPATIENT, [("O", "08:00"), ("I", "10:00")])
