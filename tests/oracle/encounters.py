"""Random patients: one or two visits, each with a handful of administrations of every shape the oracle codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from coder.facts import (
    Administration,
    AdministrationStatus,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    PatientFacts,
    Pump,
    Purpose,
    Quantity,
    Reference,
    Route,
    VisitReason,
)
from coder.policy import (
    BolusAndDrip,
    Concurrent,
    DistinctModifier,
    EarlyStop,
    Midnight,
    Policy,
    SameDrugRepeat,
    SecondAccess,
    Setting,
    SplitDose,
)

ZONE = ZoneInfo("America/Chicago")
DAYS = [(2026, 3, 3), (2026, 3, 7), (2026, 10, 31), (2025, 12, 31)]
LENGTHS = [15, 16, 17, 20, 30, 31, 32, 45, 59, 60, 61, 76, 89, 90, 91, 92, 120, 150, 151, 152, 180, 211, 300]
THERAPEUTIC = ["ceftriaxone", "vancomycin", "cefazolin", "magnesium sulfate", "metronidazole"]
PUSHED = ["morphine", "ondansetron", "furosemide", "ceftriaxone"]
CHEMOTHERAPY = ["paclitaxel", "cisplatin", "carboplatin", "cyclophosphamide"]
MIXED = "dexamethasone sodium phosphate + ondansetron"
PUMPED = "fluorouracil"
HORMONAL = ["degarelix", "leuprolide"]
SALINE = "sodium chloride 0.9%"
WORDS = [None, None, "left arm", "right arm"]


class Charting:
    """One visit while it is being made up."""

    def __init__(self, random: Random, encounter: str, opens: datetime, span: int) -> None:
        self.random, self.encounter, self.opens, self.span = random, encounter, opens, span
        self.necessity = random.choice([None, None, "incompatible", "protocol"])
        self.given: list[Administration] = []
        self.given_before: set[str] = set()
        self.closed: set[str] = set()

    def chart(self, drug: str, at: int, length: int | None, **more: object) -> Administration:
        """One administration `at` minutes after the visit opens; a word of its own may be a second access."""
        key = f"{self.encounter}{len(self.given):02}"
        start = self.opens + timedelta(minutes=at)
        stated = {"access": self.random.choice(WORDS), "order": f"order {key}", "route": Route.INTRAVENOUS} | more
        if stated["access"] == "right arm":
            stated["second_access"] = self.necessity
        one = Administration(
            key,
            "P",
            stated.pop("status", AdministrationStatus.COMPLETED),  # type: ignore[arg-type]
            start,
            None if length is None else start + timedelta(minutes=length),
            tuple(DrugGiven(text=name) for name in drug.split(" + ")),
            encounter=self.encounter,
            references=(Reference(reference=f"MedicationAdministration/{key}"),),
            **stated,  # type: ignore[arg-type]
        )
        self.given.append(one)
        return one

    def at(self) -> int:
        """Some minute of the visit."""
        return self.random.randrange(self.span)

    def length(self) -> int:
        """How long, mostly at an edge."""
        return self.random.choice(LENGTHS) if self.random.random() < 0.7 else self.random.randint(1, 320)

    def is_one_at_a_time(self, drug: str) -> bool:
        """Whether a drug is given apart from others of its kind."""
        return drug in (*CHEMOTHERAPY, PUMPED) and self.random.random() < 0.8

    def clashes(self, drug: str, at: int, until: int) -> bool:
        """Whether the drug already runs then or may not be given again; two chemotherapies at once are rare."""
        if drug in self.closed:
            return True
        start, end = self.opens + timedelta(minutes=at), self.opens + timedelta(minutes=until)
        family = [*CHEMOTHERAPY, PUMPED] if self.is_one_at_a_time(drug) else [drug]
        beside = [one for one in self.given if {named.text for named in one.drugs} & {*family, *drug.split(" + ")}]
        return any(one.start <= end and start <= (one.end or one.start) for one in beside)  # type: ignore[operator]


def infusion(charting: Charting) -> None:
    """A bag of one drug, sometimes stopped before its ordered end."""
    drug = charting.random.choice([*THERAPEUTIC, *CHEMOTHERAPY, MIXED])
    at, length = charting.at(), charting.length()
    if length < 16 and drug in CHEMOTHERAPY and drug in charting.given_before:
        return
    if charting.clashes(drug, at, at + length):
        return
    charting.given_before.add(drug)
    if length < 16 and drug in CHEMOTHERAPY:
        charting.closed.add(drug)
    early = charting.random.random() < 0.1
    status = AdministrationStatus.STOPPED if early else AdministrationStatus.COMPLETED
    charting.chart(drug, at, length, status=status, ordered_minutes=60 if early else None)


def bags(charting: Charting) -> None:
    """Two or three bags of one order, with gaps at the edge of what continues a run, or a charted pause."""
    drug = charting.random.choice([*THERAPEUTIC[:3], CHEMOTHERAPY[0], SALINE])
    word = charting.random.choice(WORDS[:3] if drug == SALINE else WORDS)
    lengths = [charting.random.choice(LENGTHS[2:12]) for _ in range(charting.random.randint(2, 3))]
    gaps = [charting.random.choice([0, 1, 14, 15, 16, 17, 20, 21, 40]) for _ in lengths]
    at = charting.at()
    if charting.clashes(drug, at, at + sum(lengths) + sum(gaps)):
        return
    charting.given_before.add(drug)
    order = f"order of bags {len(charting.given)}"
    for place, (length, gap) in enumerate(zip(lengths, gaps, strict=True)):
        paused = charting.random.random() < 0.2 and place + 1 < len(lengths)
        status = AdministrationStatus.STOPPED if paused else AdministrationStatus.COMPLETED
        purpose = Purpose.HYDRATION if drug == SALINE else None
        charting.chart(drug, at, length, order=order, access=word, status=status, purpose=purpose)
        at += length + gap


def titrated(charting: Charting) -> None:
    """Rates charted as they were set, some of them nought, and one stop at the end."""
    drug = charting.random.choice(["heparin", THERAPEUTIC[1], CHEMOTHERAPY[0]])
    steps = [charting.random.choice(LENGTHS[1:14]) for _ in range(charting.random.randint(2, 4))]
    at, word, order = charting.at(), charting.random.choice(WORDS), f"titration {len(charting.given)}"
    if charting.clashes(drug, at, at + sum(steps)):
        return
    charting.given_before.add(drug)
    for place, length in enumerate(steps):
        is_last = place + 1 == len(steps)
        rate = Quantity(Decimal(0 if 0 < place < len(steps) - 1 and charting.random.random() < 0.3 else 50), "mL/h")
        status = AdministrationStatus.COMPLETED if is_last else AdministrationStatus.IN_PROGRESS
        charting.chart(drug, at, length if is_last else None, order=order, access=word, rate=rate, status=status)
        at += length


def held_up(charting: Charting) -> None:
    """A bag with its start and stop, and a pause charted within it as a rate of nought."""
    drug, word = charting.random.choice(THERAPEUTIC[:3]), charting.random.choice(WORDS)
    at, length = charting.at(), charting.random.choice(LENGTHS[10:])
    if charting.clashes(drug, at, at + length):
        return
    order = f"held up {len(charting.given)}"
    charting.chart(drug, at, length, order=order, access=word, rate=Quantity(Decimal(100), "mL/h"))
    pause, resumed = sorted(charting.random.sample(range(1, length), 2))
    charting.chart(drug, at + pause, None, order=order, access=word, rate=Quantity(Decimal(0), "mL/h"))
    charting.chart(drug, at + resumed, None, order=order, access=word, rate=Quantity(Decimal(100), "mL/h"))


def push(charting: Charting) -> None:
    """A charted push: one time, some minutes, or an infusion's minutes with or without attendance."""
    drug = charting.random.choice([*PUSHED, *PUSHED, CHEMOTHERAPY[3]])
    at, length = charting.at(), charting.random.choice([None, None, 1, 3, 10, 15, 16, 20])
    if charting.clashes(drug, at, at + (length or 0)) or drug in charting.given_before:
        return
    if drug in CHEMOTHERAPY:
        charting.given_before.add(drug)
    attended = charting.random.choice([True, True, None]) if length and length > 15 else None
    charting.chart(drug, at, length, method=Method.PUSH, attended=attended)


def repeated_push(charting: Charting) -> None:
    """The same drug pushed two to four times, some about thirty minutes apart."""
    drug, word = charting.random.choice(PUSHED), charting.random.choice(WORDS)
    at = charting.at()
    if charting.clashes(drug, at, at + 300):
        return
    for _ in range(charting.random.randint(2, 4)):
        charting.chart(drug, at, None, method=Method.PUSH, access=word)
        at += charting.random.choice([10, 20, 29, 30, 31, 32, 45, 60])


def hydration(charting: Charting) -> None:
    """A bag of saline for volume, or to keep a vein open."""
    purpose = charting.random.choice([Purpose.HYDRATION] * 4 + [Purpose.KEEP_VEIN_OPEN])
    charting.chart(SALINE, charting.at(), charting.length(), purpose=purpose, access=charting.random.choice(WORDS[:3]))


def injection(charting: Charting) -> None:
    """Under the skin or into muscle."""
    drug, route = charting.random.choice(
        [("octreotide", Route.SUBCUTANEOUS), ("ketorolac", Route.INTRAMUSCULAR), ("ceftriaxone", Route.INTRAMUSCULAR)]
        + [(name, Route.SUBCUTANEOUS) for name in HORMONAL]
    )
    charting.chart(drug, charting.at(), None, route=route, injections=charting.random.choice([None, None, 1, 2]))


def under_the_skin(charting: Charting) -> None:
    """A pump under the skin; one a patient."""
    if charting.encounter != "E1" or any(one.route is Route.SUBCUTANEOUS and one.pump for one in charting.given):
        return
    length = max(16, charting.length())
    charting.chart("morphine", charting.at(), length, route=Route.SUBCUTANEOUS, pump=Pump.PORTABLE, access=None)


def into_an_artery(charting: Charting) -> None:
    """A push of either family, or an infusion of chemotherapy; one infusion a visit."""
    if charting.random.random() < 0.5:
        drug = charting.random.choice(["heparin", CHEMOTHERAPY[1]])
        charting.chart(drug, charting.at(), None, route=Route.INTRA_ARTERIAL, method=Method.PUSH)
    elif not any(one.route is Route.INTRA_ARTERIAL and one.end for one in charting.given):
        at, length = charting.at(), max(16, charting.length())
        if not charting.clashes(CHEMOTHERAPY[1], at, at + length):
            charting.chart(CHEMOTHERAPY[1], at, length, route=Route.INTRA_ARTERIAL)


def repeat(charting: Charting) -> None:
    """A drug of the visit again, under an order of its own."""
    earlier = [one for one in charting.given if one.route is Route.INTRAVENOUS and one.end and not one.method]
    drugs = [one for one in earlier if one.drugs[0].text in THERAPEUTIC or one.drugs[0].text == CHEMOTHERAPY[0]]
    if not drugs:
        return
    one = charting.random.choice(drugs)
    drug, at, length = one.drugs[0].text or "", charting.at(), charting.length()
    if (drug in CHEMOTHERAPY and length < 16) or charting.clashes(drug, at, at + length):
        return
    charting.chart(drug, at, length, access=one.access)


def by_pump(charting: Charting) -> None:
    """Chemotherapy by a portable pump, about eight hours or much longer; one a patient."""
    length = charting.random.choice([479, 480, 481, 600, 2760])
    at = charting.at()
    if charting.encounter == "E1" and not any(one.drugs[0].text == PUMPED for one in charting.given):
        if charting.clashes(PUMPED, at, at + length):
            return
        charting.chart(PUMPED, at, length, pump=Pump.PORTABLE)


SHAPES: list[tuple[int, Callable[[Charting], None]]] = [
    (8, infusion),
    (4, bags),
    (2, titrated),
    (1, held_up),
    (5, push),
    (3, repeated_push),
    (5, hydration),
    (3, injection),
    (1, under_the_skin),
    (1, into_an_artery),
    (4, repeat),
    (1, by_pump),
]


def random_patient(seed: int) -> tuple[PatientFacts, Policy]:
    """The patient and the policy of a seed; the same always."""
    random = Random(seed)
    year, month, day = random.choice(DAYS)
    opens = datetime(year, month, day, random.randint(5, 20), random.choice([0, 0, 29, 44, 59]), tzinfo=ZONE)
    opens = opens.astimezone(UTC)
    policy = _policy(random)
    given: list[Administration] = []
    encounters: list[Encounter] = []
    for number in range(random.choice([1, 1, 1, 2])):
        charting = Charting(random, f"E{number + 1}", opens, random.choice([60, 180, 480, 1200]))
        for shape in random.choices([shape for _, shape in SHAPES], [w for w, _ in SHAPES], k=random.randint(1, 6)):
            shape(charting)
        if not charting.given:
            charting.chart("ceftriaxone", 10, 30)
        encounter = _encounter(random, charting, policy)
        encounters.append(encounter)
        given += charting.given
        assert encounter.end is not None
        opens = encounter.end + timedelta(minutes=random.choice([0, 1, 30, 120]))
    random.shuffle(given)
    return PatientFacts("P", Reference(reference="Patient/P"), tuple(given), tuple(encounters)), policy


def looked_at(facts: PatientFacts) -> datetime:
    """When the coding of a random patient is looked at: days after the last visit."""
    return max(one.end for one in facts.encounters if one.end) + timedelta(days=3)


def _encounter(random: Random, charting: Charting, policy: Policy) -> Encounter:
    start = min(one.start for one in charting.given if one.start)
    end = max(one.end or one.start for one in charting.given if one.start)
    return Encounter(
        charting.encounter,
        "P",
        random.choice([PatientClass.OUTPATIENT, PatientClass.EMERGENCY, PatientClass.OBSERVATION]),
        start,
        end + timedelta(minutes=5),
        references=(Reference(reference=f"Encounter/{charting.encounter}"),),
        reason=random.choice([None, *VisitReason]) if policy.setting is Setting.PROFESSIONAL else None,
    )


def _policy(random: Random) -> Policy:
    """Mostly the defaults, so that what they meet is met often."""
    stated = {
        "setting": random.choice([Setting.FACILITY, Setting.FACILITY, Setting.PROFESSIONAL]),
        "distinct_modifier": random.choice(list(DistinctModifier)),
        "hours_modifier": random.choice([True, True, False]),
        "second_access": random.choice([SecondAccess.DOCUMENTED, SecondAccess.DOCUMENTED, SecondAccess.NEVER]),
        "concurrent": random.choice([Concurrent.MAJORITY, *Concurrent]),
        "same_drug_repeat": random.choice(list(SameDrugRepeat)),
        "bolus_and_drip": random.choice(list(BolusAndDrip)),
        "bag_gap_minutes": random.choice([15, 15, 20]),
        "sum_hydration_segments": random.choice([True, True, False]),
        "early_stop": random.choice([None, None, *EarlyStop]),
        "split_dose": random.choice(list(SplitDose)),
        "midnight": random.choice(list(Midnight)),
    }
    return replace(Policy(ZONE), **stated)
