"""Case files: visits an auditor can read and write, as YAML; facts in, what must come out beside them.

A case is a mapping with `case` (its name), `about`, `on` (the date), `given` (administrations) and what
it expects: `charges`, `not_billed`, `queries`. What a case does not state is taken as documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coder.facts import (
    Administration,
    AdministrationStatus,
    DrugGiven,
    Encounter,
    Method,
    PatientClass,
    PatientFacts,
    Purpose,
    Quantity,
    Reference,
    Route,
)
from coder.policy import Midnight, Policy
from mappers.amounts import number
from mappers.strict_yaml import read_yaml

CASE_KEYS = {
    "case",
    "about",
    "source",
    "on",
    "zone",
    "class",
    "as_of",
    "policy",
    "given",
    "charges",
    "not_billed",
    "queries",
}
GIVEN_KEYS = {
    "id",
    "at",
    "day",
    "days",
    "drug",
    "dose",
    "route",
    "method",
    "status",
    "order",
    "access",
    "second_access",
    "attended",
    "purpose",
    "rate",
    "encounter",
}
CHARGE_KEYS = {"code", "units", "modifiers", "date", "status", "because", "part_of"}
ROUTES = {
    "IV": Route.INTRAVENOUS,
    "SC": Route.SUBCUTANEOUS,
    "IM": Route.INTRAMUSCULAR,
    "IA": Route.INTRA_ARTERIAL,
    "unstated": None,
}
SAMPLE_ZONE = "America/Chicago"


class CaseError(ValueError):
    """A case file that cannot be read; the text names file, case, what was said and what was wanted."""


@dataclass(frozen=True, slots=True)
class ExpectedCharge:
    """A charge line a case wants; `because` are rules that must be among its own."""

    code: str
    units: int | None
    modifiers: tuple[str, ...]
    day: date | None
    status: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedRule:
    """A not-billed line or a query a case wants, by its rule."""

    because: str
    code: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One visit told by hand, and what must come of it."""

    name: str
    about: str
    facts: PatientFacts
    policy: Policy
    as_of: datetime
    charges: tuple[ExpectedCharge, ...]
    not_billed: tuple[ExpectedRule, ...]
    queries: tuple[ExpectedRule, ...]
    with_drug_lines: bool


def load_cases(path: Path) -> tuple[Case, ...]:
    """All cases of a file, in its order; raises CaseError or StrictYamlError."""
    entries = read_yaml(path)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CaseError(f"{path}: said {type(entries).__name__}, wanted a list of cases")
    return tuple(_case(entry, f"{path}: {entry.get('case', 'a case without a name')}") for entry in entries)


def _case(entry: Mapping[str, Any], where: str) -> Case:
    _known_keys(entry, CASE_KEYS, where)
    try:
        case = _read(entry)
    except KeyError as error:
        raise CaseError(f"{where}: said no {error}, wanted it or one of what it can be") from error
    except CaseError as error:
        raise CaseError(f"{where}: {error}") from error
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise CaseError(f"{where}: {type(error).__name__}: {error}") from error
    keys = [one.key for one in case.facts.administrations]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise CaseError(f"{where}: said the id {', '.join(twice)} twice, wanted each once")
    return case


def _read(entry: Mapping[str, Any]) -> Case:
    day = date.fromisoformat(entry["on"])
    zone = ZoneInfo(entry.get("zone", SAMPLE_ZONE))
    given = _entries(entry, "given")
    administrations = tuple(_administration(one, day, zone) for one in given)
    keys = sorted({one.encounter or "E1" for one in administrations} | {"E1"})
    patient_class = PatientClass(entry.get("class", "outpatient"))
    facts = PatientFacts(
        "P1",
        Reference(reference="Patient/P1"),
        administrations,
        tuple(
            Encounter(key, "P1", patient_class, references=(Reference(reference=f"Encounter/{key}"),)) for key in keys
        ),
    )
    default_as_of = datetime.combine(day + timedelta(days=3), time(12), zone)
    return Case(
        name=entry["case"],
        about=entry["about"],
        facts=facts,
        policy=_policy(entry.get("policy") or {}, zone),
        as_of=datetime.fromisoformat(entry["as_of"]).replace(tzinfo=zone) if "as_of" in entry else default_as_of,
        charges=tuple(_charge(one) for one in _entries(entry, "charges")),
        not_billed=tuple(_rule(one) for one in _entries(entry, "not_billed")),
        queries=tuple(_rule(one) for one in _entries(entry, "queries")),
        with_drug_lines=any("dose" in one for one in given),
    )


def _entries(entry: Mapping[str, Any], key: str) -> list[Any]:
    said = entry.get(key) or []
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise CaseError(f"{key}: said {type(said).__name__}, wanted a list of mappings")
    return said


def _policy(said: Mapping[str, str], zone: ZoneInfo) -> Policy:
    _known_keys(said, {"midnight", "bag_gap_minutes", "missing_stop_hours"}, "policy")
    return Policy(
        zone=zone,
        midnight=Midnight(said.get("midnight", "threshold")),
        bag_gap_minutes=int(said.get("bag_gap_minutes", 15)),
        missing_stop_hours=int(said.get("missing_stop_hours", 24)),
    )


def _administration(entry: Mapping[str, str], day: date, zone: ZoneInfo) -> Administration:
    _known_keys(entry, GIVEN_KEYS, entry.get("id", "given"))
    start, end, is_open = _times(entry.get("at"), day + timedelta(days=int(entry.get("day", 1)) - 1), zone)
    if end and "days" in entry:
        end += timedelta(days=int(entry["days"]))
    doses = entry["dose"].split(" + ") if "dose" in entry else []
    names = entry["drug"].split(" + ")
    return Administration(
        key=entry["id"],
        patient="P1",
        status=AdministrationStatus(entry.get("status", "in-progress" if is_open else "completed")),
        start=start,
        end=end,
        drugs=tuple(
            DrugGiven(text=name, dose=_quantity(doses[place]) if place < len(doses) else None)
            for place, name in enumerate(names)
        ),
        route=ROUTES[entry.get("route", "IV")],
        method=Method(entry["method"]) if "method" in entry else None,
        rate=_quantity(entry["rate"]) if "rate" in entry else None,
        access=entry.get("access"),
        second_access=entry.get("second_access"),
        attended=entry["attended"] == "yes" if "attended" in entry else None,
        purpose=Purpose(entry["purpose"]) if "purpose" in entry else None,
        order=entry.get("order", f"order of {entry['id']}") or None,
        encounter=entry.get("encounter", "E1"),
        references=(Reference(reference=f"MedicationAdministration/{entry['id']}"),),
    )


def _times(said: str | None, day: date, zone: ZoneInfo) -> tuple[datetime | None, datetime | None, bool]:
    """`09:00`, `09:00-10:30`, `23:00-01:00` (over midnight) or `09:00-` (still open)."""
    if said is None:
        return None, None, False
    first, dash, last = said.partition("-")
    start = datetime.combine(day, time.fromisoformat(first), zone)
    if not last:
        return start, None, bool(dash)
    end = datetime.combine(day, time.fromisoformat(last), zone)
    if end < start:
        end = datetime.combine(day + timedelta(days=1), time.fromisoformat(last), zone)
    return start, end, False


def _quantity(said: str) -> Quantity:
    value, _, unit = said.partition(" ")
    amount = number(value)
    if amount is None:
        raise CaseError(f"said {said!r}, wanted an amount and its unit such as 500 mg")
    return Quantity(amount, unit or None)


def _charge(entry: Mapping[str, Any]) -> ExpectedCharge:
    _known_keys(entry, CHARGE_KEYS, "charges")
    return ExpectedCharge(
        code=entry["code"],
        units=None if entry.get("units", "1") == "none" else int(entry.get("units", "1")),
        modifiers=tuple(entry.get("modifiers") or ()),
        day=date.fromisoformat(entry["date"]) if "date" in entry else None,
        status=entry.get("status", "billable"),
        because=_listed(entry.get("because")),
    )


def _rule(entry: Mapping[str, Any]) -> ExpectedRule:
    _known_keys(entry, {"because", "code", "of"}, "not_billed or queries")
    return ExpectedRule(entry["because"], entry.get("code"), entry.get("of"))


def _listed(said: str | list[str] | None) -> tuple[str, ...]:
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)


def _known_keys(entry: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise CaseError(f"{where}: said {', '.join(unknown)}, wanted only {', '.join(sorted(known))}")
