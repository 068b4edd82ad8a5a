"""The site file: who bills, by which clock, with which policy, from where and to where."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationError

from coder.facts import Reference
from coder.policies.overrides import Policies
from coder.policy import Policy
from coder.tables import Tables
from console.site.policy import policies_of
from console.site.problems import problems_of
from console.site.settings import SiteSettings, SiteTable
from mappers.conformance import Conformance
from mappers.coverage_tables import CoverageTableError, with_coverage
from mappers.csv_rows import CsvError
from mappers.strict_yaml import StrictYamlError
from mappers.tables import load_tables, site_tables

if TYPE_CHECKING:
    from mappers.charge_item import ChargeItemProfile
    from mappers.reading import ReadingSettings

SAMPLE_NAME = "Sample General"
SAMPLE_ZONE = "America/Chicago"
SAMPLE_KEY = "the sample site's key is public"
OFF = Conformance.OFF
TEMPORARY_LEDGER = "sqlite://"


class SiteError(Exception):
    """A site file that cannot serve; `problems` holds one line for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Site:
    """A site: its settings, and what the floors beneath take of them. `path` is None for the sample site."""

    settings: SiteSettings
    path: Path | None = None

    @property
    def name(self) -> str:
        """The name of the facility."""
        return self.settings.site.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the facility's clocks."""
        return ZoneInfo(self.settings.site.time_zone)

    @property
    def facility(self) -> str:
        """What charge identities are made for."""
        return self.settings.site.facility or self.settings.site.name

    @property
    def canonical(self) -> str:
        """What extension urls and identifier systems hang on, without a slash at its end."""
        return self.settings.site.canonical

    @property
    def first_service_date(self) -> date | None:
        """The day before which nothing is ever published."""
        return self.settings.site.first_service_date

    def identity_key(self) -> bytes:
        """The secret that charge identities are made with."""
        return self.settings.site.identifier_key.get_secret_value().encode()

    def policies(self) -> Policies:
        """What the coder is told of the site's choices."""
        settings = self.settings
        return policies_of(
            settings.policy,
            settings.documentation,
            self.zone,
            settings.site.place_of_service,
            settings.deadlines.missing_stop_hours,
        )

    def policy(self) -> Policy:
        """The site's choices where no override decides otherwise."""
        return self.policies().base

    def tables(self) -> Tables:
        """The tables that ship, with the site's own rows before them; SiteError where a file of the site's is not."""
        settings = self.settings
        try:
            tables = site_tables(settings.formulary.file, settings.chargemaster.file)
            return with_coverage(tables, settings.coverage.files)
        except (CsvError, CoverageTableError, StrictYamlError, OSError) as error:
            raise SiteError([str(error)]) from None

    def reading(self) -> ReadingSettings:
        """What the readers of messages are told."""
        from mappers.reading import ReadingSettings

        told = self.settings.reading
        return ReadingSettings(
            self.zone,
            frozenset(self.settings.site.test_patients),
            self._formats(),
            observations=told.observations,
            visit_reasons=told.visit_reasons,
            profiles=told.profiles,
        )

    def live_reading(self) -> ReadingSettings:
        """The same for messages as they come in, of which the strict lane judges some."""
        judged = {topic.name: table.conformance for table in self.settings.kafka for topic in table.topics}
        return replace(self.reading(), conformance={name: how for name, how in judged.items() if how is not OFF})

    def _formats(self) -> dict[str, str]:
        """The stated formats of topics; where two inputs have a topic of one name, those that both state alike."""
        stated: dict[str, set[str | None]] = {}
        for topic in (topic for table in self.settings.kafka for topic in table.topics):
            stated.setdefault(topic.name, set()).add(topic.format)
        alike = {name: next(iter(formats)) for name, formats in stated.items() if len(formats) == 1}
        return {name: found for name, found in alike.items() if found}

    def profile(self, rule_set: str) -> ChargeItemProfile:
        """How ChargeItems are written; `rule_set` is a name and a date, "name|date"."""
        from mappers.charge_item import ChargeItemProfile

        facility = Reference(system=f"{self.canonical}/facility", value=self.facility, display=self.name)
        return ChargeItemProfile(self.canonical, facility, rule_set, self.zone, load_tables().authorities)

    def ledger_url(self, override: str | None = None) -> str:
        """Where the ledger is: `override`, else what the site file says, else a temporary one."""
        if override:
            return override
        return self.settings.ledger.url if self.settings.ledger else TEMPORARY_LEDGER


def load_site(path: Path | None = None) -> Site:
    """The site of a site file, or the built-in sample site; SiteError lists all that is wrong at once."""
    if path is None:
        return Site(_sample())
    try:
        return Site(SiteSettings.model_validate(_tables(path), context={"folder": path.parent}), path)
    except ValidationError as error:
        raise SiteError(problems_of(error)) from None


def _tables(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SiteError([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SiteError([f"{path}: is not UTF-8 text"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SiteError([f"{path}: is not TOML: {error}"]) from None


def _sample() -> SiteSettings:
    table = SiteTable.model_construct(
        name=SAMPLE_NAME,
        time_zone=SAMPLE_ZONE,
        identifier_key=SecretStr(SAMPLE_KEY),
    )
    return SiteSettings(site=table)
