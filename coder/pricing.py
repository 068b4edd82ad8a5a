"""What the site's charge master makes of coded visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from decimal import Decimal

from coder.charge_master import ChargeMaster
from coder.charges import Answerable, Charge, ChargeStatus, CodedVisit, NotBilled, Query
from coder.tables import Tables
from coder.visits.visit import Visit

UNMAPPED = "charge.unmapped"


def price(visits: Sequence[Visit], coded: Sequence[CodedVisit], zone: tzinfo, tables: Tables) -> tuple[CodedVisit, ...]:
    """Coded visits with the charge master's codes and prices; a line that it lacks waits and is asked about."""
    by_key = {visit.key: visit for visit in visits}
    return tuple(_priced_visit(one, by_key[one.visit], zone, tables.charge_master) for one in coded)


def total(charges: Iterable[Charge]) -> Decimal:
    """What lines come to, where they have a price and a quantity."""
    worth = (charge.price * charge.units for charge in charges if charge.price and charge.units)
    return sum(worth, Decimal(0))


def _priced_visit(coded: CodedVisit, visit: Visit, zone: tzinfo, master: ChargeMaster | None) -> CodedVisit:
    if master is None:
        return coded
    charges = [_priced(charge, master) for charge in coded.charges]
    asked = [_question(charge) for charge in charges if UNMAPPED in charge.because]
    queries = sorted({*coded.queries, *asked}, key=lambda query: (query.since, query.because, query.administrations))
    left = (_worth(one, visit, master, zone) for one in coded.not_billed)
    return replace(coded, charges=tuple(charges), queries=tuple(queries), not_billed=tuple(left))


def _priced(charge: Charge, master: ChargeMaster) -> Charge:
    row = master.find(charge.code, charge.modifiers, charge.department, charge.key.service_date)
    if row is None:
        return replace(charge, status=ChargeStatus.PLANNED, because=(*charge.because, UNMAPPED))
    return replace(charge, charge_code=row.charge_code, revenue_code=row.revenue_code, price=row.price)


def _question(charge: Charge) -> Query:
    day = charge.key.service_date.isoformat()
    ask = f"Which entry of the charge master is for this of {day} in this department: {charge.label}?"
    return Query(charge.visit, charge.patient, charge.service, ask, Answerable.CODER, UNMAPPED, charge.start)


def _worth(left: NotBilled, visit: Visit, master: ChargeMaster, zone: tzinfo) -> NotBilled:
    """What was not billed, with the price of one unit where its code is known and has one."""
    if left.code is None:
        return left
    row = master.find(left.code, (), visit.department, _day(left, visit, zone))
    return replace(left, amount=row.price) if row else left


def _day(left: NotBilled, visit: Visit, zone: tzinfo) -> date:
    about = [one.start for one in visit.administrations if one.start and one.key in left.administrations]
    return min(about).astimezone(zone).date() if about else date.min
