"""The sheet of one visit while it is being coded: what is asked, what is left out, what is charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from coder.charges import Advisory, Answerable, Charge, Interval, NotBilled, Query, RunLine
from coder.drug_tables import modifiers_asked
from coder.facts import Administration, Quantity, Route
from coder.minutes import Stretch
from coder.policy import Needed, Policy
from coder.tables import BillingUnit, Tables
from coder.visits.visit import Part, Visit

Asked = tuple[str, str | None, tuple[str, ...], date, Route | None, str | None, Quantity | None]

NEEDED_FOR = {
    "time.start-missing": "start_and_stop",
    "time.stop-missing": "start_and_stop",
    "drug.unknown": "drug_named",
    "drug.ambiguous": "drug_named",
    "drug.dose-missing": "dose",
    "drug.unit-mismatch": "dose",
    "mode.route-unknown": "route",
}


@dataclass(slots=True)
class Sheet:
    """Collects one visit's results; `as_of` is the coder's only notion of now.

    What counts once in a visit, whatever the access, is noted here: dates with a concurrent infusion, and
    the time that has counted as hydration; `shared_orders` are those under which several things were given.
    `chosen` holds the billing unit of what was asked about already: drug, NDC, codes, day, route, dialysis, container.
    """

    visit: Visit
    policy: Policy
    tables: Tables
    as_of: datetime
    charges: list[Charge] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    not_billed: list[NotBilled] = field(default_factory=list)
    runs: list[RunLine] = field(default_factory=list)
    advisories: list[Advisory] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)
    concurrent_dates: set[date] = field(default_factory=set)
    hydrated: list[Stretch] = field(default_factory=list)
    shared_orders: frozenset[str] = frozenset()
    asked: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set, repr=False)
    localised: dict[datetime, datetime] = field(default_factory=dict, repr=False)
    local_gross: dict[str, tuple[Interval, ...]] = field(default_factory=dict, repr=False)
    parts: dict[str | None, Part] = field(default_factory=dict, repr=False)
    numbers: dict[datetime, Mapping[str, int]] = field(default_factory=dict, repr=False)
    modifiers: dict[date, frozenset[str]] = field(default_factory=dict, repr=False)
    chosen: dict[Asked, BillingUnit | str] = field(default_factory=dict, repr=False)

    def ask(
        self,
        rule: str,
        about: Sequence[str],
        of: Answerable,
        ask: str,
        since: datetime | None,
        drug: str = "",
    ) -> None:
        """Put one question to a person, unless the site's checklist does not want it."""
        if rule in NEEDED_FOR and getattr(self.policy, NEEDED_FOR[rule]) is Needed.OFF:
            return
        query = Query(
            visit=self.visit.key,
            patient=self.visit.patient,
            administrations=tuple(about),
            ask=ask,
            of=of,
            because=rule,
            since=self.local(since or self.as_of),
            drug=drug,
        )
        asked = (rule, query.administrations, ask)
        if asked not in self.asked:
            self.asked.add(asked)
            self.queries.append(query)

    def leave_out(
        self,
        rule: str,
        about: Sequence[str],
        says: str,
        *,
        code: str | None = None,
        minutes: int | None = None,
        curable: bool = False,
    ) -> None:
        """Say what is not billed, and why."""
        self.not_billed.append(
            NotBilled(
                visit=self.visit.key,
                patient=self.visit.patient,
                administrations=tuple(about),
                code=code,
                minutes=minutes,
                amount=None,
                curable=curable,
                because=rule,
                says=says,
            )
        )

    def local(self, moment: datetime) -> datetime:
        """A moment on the site's clock; each moment in UTC is converted once."""
        if moment.tzinfo is not UTC:
            return moment.astimezone(self.policy.zone)
        try:
            return self.localised[moment]
        except KeyError:
            local = self.localised[moment] = moment.astimezone(self.policy.zone)
            return local

    def numbers_at(self, moment: datetime) -> Mapping[str, int]:
        """All numbers in force on the date of a moment."""
        known = self.numbers.get(moment)
        if known is None:
            known = self.numbers[moment] = self.tables.on(self.local(moment).date())
        return known

    def part(self, given: Administration) -> Part:
        """The encounter an administration was charted in, as its charges name it."""
        known = self.parts.get(given.encounter)
        if known is None:
            known = self.parts[given.encounter] = self.visit.part(given)
        return known

    def modifiers_on(self, day: date) -> frozenset[str]:
        """The modifiers of drug lines that the payer asks for on a day."""
        known = self.modifiers.get(day)
        if known is None:
            known = self.modifiers[day] = modifiers_asked(self.tables.drug_modifiers, self.visit.payer, day)
        return known

    def clock(self, moment: datetime) -> str:
        """A moment as an auditor reads it."""
        local = self.local(moment)
        return f"{local.hour:02}:{local.minute:02}"
