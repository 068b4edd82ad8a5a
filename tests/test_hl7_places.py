"""Where the patient of a visit was over time, from HL7 v2 messages that each tell a part, in whatever order."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import permutations

import pytest

from coder.coding import code
from coder.facts import Encounter, PatientFacts, Place, PlacePeriod
from ledger.linking import link
from mappers.hl7.places import place_in
from mappers.hl7.separators import separators_of
from mappers.profile import STANDARD, Profile
from mappers.reading import read
from mappers.record import Record
from mappers.telling import Telling
from tests.hl7_samples import MSH, ORC, PID, PV1, RXA, RXR, SETTINGS, ras, with_field
from tests.infused import POLICY, TABLES, at
from tests.told import stored
from tests.told import visit as resource

LETTERS = {Place.OPERATING_ROOM: "OR", Place.RECOVERY: "PACU", Place.DIALYSIS: "DIALYSIS"}
SEPARATORS = separators_of("|", r"^~\&")
Told = list[tuple[str, str | None, str | None]]


def adt(event: str, clock: str, place: str, *, happened: str = "", asserted: str | None = None) -> bytes:
    """An ADT recorded at that time, sent half a minute later unless stated; `happened` is EVN-6."""
    recorded = _time(clock)
    sent = _time(asserted) if asserted else recorded
    header = with_field(with_field(with_field(MSH, 9, f"ADT^{event}"), 7, sent + "30"), 10, f"{event}{sent}{recorded}")
    pv1 = with_field(with_field(with_field(PV1, 3, place), 44, ""), 45, "")
    return ras(header, f"EVN|{event}|{recorded}||||{_time(happened) if happened else ''}", PID, pv1)


def dose(clock: str, place: str) -> bytes:
    """A RAS of a dose given at that time, which says where the patient is."""
    header = with_field(with_field(MSH, 7, _time(clock) + "40"), 10, f"RAS{clock}{place}")
    given = with_field(with_field(RXA, 3, _time(clock)), 4, "")
    order = with_field(ORC, 2, f"ORD-{clock}")
    return ras(header, PID, with_field(with_field(PV1, 3, place), 45, ""), order, given, with_field(RXR, 4, "IVP"))


def _time(clock: str) -> str:
    return f"20260303{clock.replace(':', '')}"


def facts(messages: Iterable[bytes], *more: Telling) -> PatientFacts:
    readings = [read(Record("adt", 0, offset, value), SETTINGS) for offset, value in enumerate(messages)]
    tellings = [item for reading in readings for item in reading.items if isinstance(item, Telling)]
    (patient,) = link(stored([*tellings, *more])).patients.values()
    return patient


def visit(*messages: bytes) -> Encounter:
    """The visit that the messages tell of; the same in whatever order they arrive."""
    found = [facts(ordered).encounters[0] for ordered in permutations(messages)]
    assert all(each == found[0] for each in found)
    return found[0]


def places(*messages: bytes) -> Told:
    return told(visit(*messages).places)


def told(periods: Iterable[PlacePeriod]) -> Told:
    return [(LETTERS[one.place], _clock(one.start), _clock(one.end)) for one in periods if one.place]


def _clock(moment: datetime | None) -> str | None:
    return moment.astimezone(SETTINGS.zone).strftime("%H:%M") if moment else None


ARRIVED = adt("A04", "08:00", "INF^3")
INTO_OR = adt("A02", "09:00", "OR^4")


def test_transfers_tell_places_each_until_the_next() -> None:
    day = (ARRIVED, INTO_OR, adt("A02", "11:00", "PACU"), adt("A02", "12:00", "INF^3"), adt("A03", "14:00", "INF^3"))
    assert places(*day) == [("OR", "09:00", "11:00"), ("PACU", "11:00", "12:00")]


def test_a_place_begins_when_the_transfer_happened_not_when_it_was_recorded() -> None:
    assert places(ARRIVED, adt("A02", "09:20", "OR", happened="09:00")) == [("OR", "09:00", None)]


@pytest.mark.parametrize("event", ["A01", "A04", "A06", "A07"])
def test_an_arrival_and_a_change_of_class_tell_a_place_too(event: str) -> None:
    assert places(adt(event, "08:00", "PACU"), adt("A02", "10:00", "INF")) == [("PACU", "08:00", "10:00")]


def test_another_room_of_the_same_kind_is_one_stretch() -> None:
    assert places(ARRIVED, INTO_OR, adt("A02", "10:00", "OR^5")) == [("OR", "09:00", None)]


def test_at_one_time_the_newest_message_has_the_place() -> None:
    corrected = adt("A02", "09:00", "PACU", asserted="09:10")
    assert places(ARRIVED, INTO_OR, corrected) == [("PACU", "09:00", None)]


class TestTakenBack:
    @pytest.mark.parametrize("happened", ["09:00", "", "09:05"])
    def test_a_transfer_that_never_was_leaves_what_stood_before(self, happened: str) -> None:
        assert places(ARRIVED, INTO_OR, adt("A12", "09:30", "INF^3", happened=happened)) == []
        back = adt("A12", "11:30", "OR^4", happened=happened and "11:00")
        assert places(ARRIVED, INTO_OR, adt("A02", "11:00", "INF^3"), back) == [("OR", "09:00", None)]

    def test_the_one_of_that_moment_and_not_the_last(self) -> None:
        back = adt("A12", "11:30", "INF^3", happened="09:00")
        assert places(ARRIVED, INTO_OR, adt("A02", "11:00", "PACU"), back) == [("PACU", "11:00", None)]

    def test_two_after_one_another(self) -> None:
        first, second = adt("A12", "11:30", "OR^4"), adt("A12", "11:40", "INF^3")
        assert places(ARRIVED, INTO_OR, adt("A02", "11:00", "PACU"), first, second) == []

    def test_of_a_transfer_nobody_told_nothing_else_is_taken_back(self) -> None:
        assert places(adt("A01", "08:00", "OR"), adt("A12", "09:00", "OR")) == [("OR", "08:00", None)]

    def test_of_the_only_move_known_the_place_stated_is_all_that_is_known(self) -> None:
        assert places(INTO_OR, adt("A12", "09:30", "PACU", happened="09:00")) == [("PACU", None, None)]

    def test_one_without_a_place_takes_the_last_back(self) -> None:
        assert places(ARRIVED, INTO_OR, adt("A12", "09:30", "")) == []

    def test_a_visit_taken_back_was_nowhere(self) -> None:
        assert places(ARRIVED, INTO_OR, adt("A11", "09:30", "OR")) == []
        assert places(INTO_OR, adt("A11", "09:30", "OR"), adt("A04", "10:00", "PACU")) == [("PACU", "10:00", None)]

    def test_an_end_taken_back_leaves_the_places(self) -> None:
        day = (ARRIVED, INTO_OR, adt("A03", "10:00", "OR"), adt("A13", "10:30", "OR"))
        assert places(*day) == [("OR", "09:00", None)]


class TestSeen:
    def test_an_update_that_agrees_says_nothing_new(self) -> None:
        assert places(ARRIVED, INTO_OR, adt("A08", "09:30", "OR"), adt("A12", "10:00", "INF")) == []

    def test_an_update_that_differs_counts_from_when_it_was_recorded(self) -> None:
        assert places(ARRIVED, INTO_OR, adt("A08", "10:00", "INF", happened="08:00")) == [("OR", "09:00", "10:00")]
        assert places(ARRIVED, adt("A08", "10:00", "OR"), adt("A02", "11:00", "INF")) == [("OR", "10:00", "11:00")]

    def test_an_update_recorded_at_no_time_counts_from_when_it_was_sent(self) -> None:
        update = adt("A08", "10:00", "INF", happened="08:00").replace(b"EVN|A08|202603031000", b"EVN|A08|20260303x")
        assert places(ARRIVED, INTO_OR, update) == [("OR", "09:00", "10:00")]

    def test_an_update_sent_before_a_transfer_was_told_did_not_know_of_it(self) -> None:
        late = adt("A02", "09:30", "INF", happened="09:00")
        assert places(adt("A04", "08:00", "INF"), adt("A08", "09:10", "OR"), late) == []

    def test_a_patient_who_is_expected_is_not_there_yet(self) -> None:
        assert places(adt("A05", "07:00", "DIALYSIS"), adt("A04", "08:00", "INF")) == []


class TestUntimed:
    def test_a_place_that_all_messages_agree_on_is_that_of_the_whole_visit(self) -> None:
        doses = [dose(clock, "DIALYSIS") for clock in ("09:00", "10:00")]
        assert places(*doses, adt("A08", "15:00", "DIALYSIS")) == [("DIALYSIS", None, None)]

    def test_places_that_differ_are_none_that_is_known(self) -> None:
        assert places(dose("09:00", "OR"), dose("10:00", "INF")) == []
        assert places(dose("09:00", "OR"), dose("10:00", "PACU")) == []

    def test_a_message_without_a_time_of_the_place_yields_to_those_that_have_one(self) -> None:
        assert places(ARRIVED, dose("10:00", "OR")) == []
        assert places(ARRIVED, INTO_OR, dose("10:00", "INF")) == [("OR", "09:00", None)]


class TestWithResources:
    """An Encounter resource told at some time, with messages before and after it."""

    def told(self, asserted: str, *periods: PlacePeriod, hl7: Iterable[bytes]) -> Told:
        """The resource goes by the visit number of the messages; its times and `asserted` are the site's."""
        telling = resource("e1", None, patient="urn:oid:1.2.3|12345", identifiers=("fhir|Encounter/e1", "VN|VN-1"))
        whole = replace(telling, fact=Encounter("", telling.patient, places=periods), asserted=at(asserted))
        return told(facts(hl7, whole).encounters[0].places)

    def test_its_times_stand_in_place_of_what_was_told_before(self) -> None:
        period = PlacePeriod(Place.RECOVERY, at("09:30"), at("10:00"))
        assert self.told("12:00", period, hl7=[ARRIVED, INTO_OR]) == [("PACU", "09:30", "10:00")]

    def test_a_transfer_told_later_ends_its_open_stretch(self) -> None:
        period = PlacePeriod(Place.OPERATING_ROOM, at("09:00"), None)
        moved = [adt("A02", "11:00", "INF")]
        assert self.told("10:00", period, hl7=[ARRIVED, *moved]) == [("OR", "09:00", "11:00")]
        ended = PlacePeriod(Place.OPERATING_ROOM, at("09:00"), at("10:30"))
        assert self.told("10:45", ended, hl7=moved) == [("OR", "09:00", "10:30")]

    def test_its_place_without_times_yields_to_transfers_alone(self) -> None:
        whole = PlacePeriod(Place.DIALYSIS)
        assert self.told("12:00", whole, hl7=[dose("09:00", "INF"), adt("A08", "09:00", "INF")]) == [
            ("DIALYSIS", None, None)
        ]
        assert self.told("12:00", whole, hl7=[ARRIVED, INTO_OR]) == [("OR", "09:00", None)]

    def test_one_without_places_leaves_them(self) -> None:
        assert self.told("12:00", hl7=[ARRIVED, INTO_OR]) == [("OR", "09:00", None)]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("OR^4^1", Place.OPERATING_ROOM),
        ("SURG^OR 4", Place.OPERATING_ROOM),
        ("4W^12^A^^^^^^Recovery Room", Place.RECOVERY),
        ("7^^^^^H", Place.HOME),
        ("7^^^^^N", None),
        ("ORTHO^12", None),
        ('""', None),
    ],
)
def test_kinds_of_places(said: str, place: Place | None) -> None:
    assert place_in(said, SEPARATORS, STANDARD) is place


def test_the_senders_own_words_go_first() -> None:
    profile = Profile(places={"or": Place.DIALYSIS, "west": Place.IMAGING})
    assert place_in("OR", SEPARATORS, profile) is Place.DIALYSIS
    assert place_in("OR^WEST", SEPARATORS, Profile(places={"west": Place.IMAGING})) is Place.IMAGING


def test_the_same_in_whatever_order_a_days_messages_arrive() -> None:
    """Random days, no two messages sent at once: they add up to the same encounter, shuffled twenty ways."""
    chance = random.Random(8)
    for _ in range(60):
        minutes = chance.sample(range(480, 960), chance.randint(3, 9))
        sent = [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]
        messages = [_any_message(clock, chance) for clock in sent]
        straight = facts(messages).encounters
        for _ in range(20):
            assert facts(chance.sample(messages, len(messages))).encounters == straight


def _any_message(sent: str, chance: random.Random) -> bytes:
    place = chance.choice(("INF", "OR", "PACU", ""))
    event = chance.choice(("A01", "A02", "A02", "A02", "A03", "A06", "A08", "A11", "A12", "A12", "A13", "RAS"))
    if event == "RAS":
        return dose(sent, place)
    recorded, happened = (f"{chance.randint(8, 15):02}:{chance.choice(('00', '30'))}" for _ in range(2))
    return adt(event, recorded, place, happened=chance.choice(("", happened)), asserted=sent)


def test_a_transfer_changes_how_a_dose_is_judged() -> None:
    """A push at 09:10 is billed from the infusion suite, part of the operation from the operating room."""

    def judged(*messages: bytes) -> tuple[list[str | None], list[str]]:
        (coded,) = code(facts([*messages, dose("09:10", "INF")]), POLICY, TABLES, at("+3 12:00")).visits
        return [charge.code for charge in coded.charges if charge.code == "96374"], [
            left.because for left in coded.not_billed if left.because.startswith("integral")
        ]

    assert judged(ARRIVED) == (["96374"], [])
    assert judged(ARRIVED, INTO_OR) == ([], ["integral.operation"])
    assert judged(ARRIVED, INTO_OR, adt("A12", "09:30", "INF", happened="09:00")) == (["96374"], [])
    assert judged(ARRIVED, INTO_OR, adt("A02", "09:10", "INF")) == (["96374"], [])
    assert judged(ARRIVED, INTO_OR, adt("A02", "09:11", "INF")) == ([], ["integral.operation"])
