"""The small vocabulary in which the sample day's stories are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Chicago")
THE_DAY = date(2026, 3, 3)


@dataclass(frozen=True)
class Drug:
    """A drug as the pharmacy of Sample General knows it."""

    name: str
    ndc: str | None = None
    rxnorm: str | None = None
    hcpcs: str | None = None


@dataclass(frozen=True)
class Department:
    """Where patients are, and how each of the two senders says what kind of patient they are."""

    code: str
    name: str
    fhir_class: str
    hl7_class: str
    hl7_patient_type: str = ""


@dataclass(frozen=True)
class Told:
    """One message about an administration: when it was sent and what it said then.

    `state` is running, done or wrong (withdrawn). `dose` is said in place of the true one.
    `times` is how often the very same message was sent.
    """

    at: str
    state: str = "done"
    dose: str | None = None
    times: int = 1


@dataclass(frozen=True)
class Given:
    """One administration: "09:00-09:30" ran between two times, "10:05" has one; "+01:15" is the day after.

    `order` is its order's place in the visit; unsaid, each administration has an order of its own.
    """

    drug: Drug
    dose: str
    at: str
    route: str = "IV"
    method: str | None = None
    rate: str | None = None
    purpose: str | None = None
    order: int | None = None
    carrier: tuple[Drug, str] | None = None
    wasted: str | None = None
    containers: tuple[str, ...] = ()
    refused: str | None = None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Visit:
    """One visit, told by FHIR, by HL7 or by both; `story` 0 is everyday work beside the stories."""

    story: int
    number: str
    department: Department
    wire: str
    given: tuple[Given, ...]
    patient: int
    day: date = THE_DAY
    series: bool = False
    test: bool = False
    hl7_class: str | None = None
    operation: tuple[str, str, str] | None = None
    orders: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        places = (given.order or place for place, given in enumerate(self.given, start=1))
        object.__setattr__(self, "orders", tuple(places))


def moment(day: date, clock: str) -> datetime:
    """ "09:30" on that day, "+01:15" on the day after."""
    days = timedelta(days=1 if clock.startswith("+") else 0)
    return datetime.combine(day + days, time.fromisoformat(clock.lstrip("+")), ZONE)


def period(visit: Visit, given: Given) -> tuple[datetime, datetime | None]:
    """When an administration started, and when it stopped if it has two times."""
    start, _, stop = given.at.partition("-")
    return moment(visit.day, start), moment(visit.day, stop) if stop else None


def stay(visit: Visit) -> tuple[datetime, datetime]:
    """Arrival some time before the first administration, departure some time after the last."""
    periods = [period(visit, given) for given in visit.given]
    last = max(stop or start for start, stop in periods)
    return min(start for start, _ in periods) - timedelta(minutes=25), last + timedelta(minutes=20)


def amount(words: str) -> tuple[str, str]:
    """ "1500 mg" as its number and its unit."""
    number, _, unit = words.partition(" ")
    return number, unit


FAMILY_NAMES = (
    "Fablewood", "Mockingham", "Pretendon", "Samplewell", "Inventsson", "Fictiva", "Imaginero",
    "Madeupski", "Storybrook", "Legendre-Faux", "Unrealis", "Exampleton", "Notareal",
)  # fmt: skip
GIVEN_NAMES = ("Ada", "Boris", "Clio", "Dorian", "Esme", "Florian", "Greta", "Hugo", "Ines", "Jasper", "Kira")


def patient_name(patient: int) -> tuple[str, str]:
    """An invented family and given name; 143 of them differ."""
    return FAMILY_NAMES[patient % len(FAMILY_NAMES)], GIVEN_NAMES[patient % len(GIVEN_NAMES)]


def medical_record_number(patient: int) -> str:
    """An invented medical record number."""
    return f"SG{9_000_000 + patient}"


def birth_date(patient: int) -> date:
    """An invented birthday of an adult."""
    return date(1938 + patient % 55, 1 + patient % 12, 1 + patient % 28)
