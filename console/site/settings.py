"""The tables and keys of a site file, with their meaning and defaults."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from console.site.documentation import DocumentationTable
from console.site.policy import PolicyTable
from console.site.reading import ReadingTable
from console.site.table import Table
from console.site.values import (
    BesideSiteFile,
    Brokers,
    Day,
    HostAndPort,
    LedgerUrl,
    Mode,
    Secret,
    Start,
    Text,
    TextOrSecret,
    TimeZoneName,
    TwoDigits,
    WebAddress,
    WholeNumberFromOne,
)
from mappers.conformance import Conformance

CANONICAL = "https://hangtime.example/fhir"


class SiteTable(Table):
    """Who bills, where, and from when on."""

    name: Text = Field(description="the name of the facility")
    time_zone: TimeZoneName = Field(description="the IANA time zone of its clocks, such as America/Chicago")
    identifier_key: Secret = Field(description="the secret that makes charge identities, as env:NAME or file:PATH")
    facility: Text | None = Field(None, description="what charge identities are made for; the name unless stated")
    place_of_service: TwoDigits | None = Field(
        None,
        description="the place of service code, two digits; 22 for a facility and 11 for a professional unless stated",
    )
    canonical: WebAddress = Field(CANONICAL, description="what extension urls and identifier systems hang on")
    first_service_date: Day | None = Field(None, description="nothing before it is ever published")
    test_patients: tuple[Text, ...] = Field((), description="patients whose messages are never billed")


class LedgerTable(Table):
    """Where the ledger is kept."""

    url: LedgerUrl = Field(repr=False, description="sqlite:///PATH or postgresql://HOST/NAME")


class DeadlinesTable(Table):
    """When the passing of time alone asks."""

    missing_stop_hours: WholeNumberFromOne = Field(24, description="how long an infusion may go without a stop")


class FormularyFile(Table):
    """The site's own drugs and products, over those that ship."""

    file: BesideSiteFile | None = Field(
        None, description="a CSV file of drugs; a row for a drug that ships stands in place of what ships"
    )


class ChargeMasterFile(Table):
    """What the site's own charge codes, revenue codes and prices are."""

    file: BesideSiteFile | None = Field(
        None, description="a CSV file from code, modifiers and department to charge code, revenue code and price"
    )


class CoverageFiles(Table):
    """Which diagnoses support which drugs, and which drugs a payer approves first, as the site's payers have it."""

    files: tuple[BesideSiteFile, ...] = Field(
        (), description="YAML files with rows and approvals; what they say of a drug stands in place of what ships"
    )


class Security(Table):
    """How a broker is reached."""

    protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="how the connection is kept"
    )
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(None, description="how SASL signs in")
    username: TextOrSecret | None = Field(None, repr=False, description="who signs in")
    password: Secret | None = Field(None, description="the password, as env:NAME or file:PATH")
    ca: BesideSiteFile | None = Field(None, description="the file of the authority that signs the broker's certificate")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        absent = [key for key in ("mechanism", "username", "password") if getattr(self, key) is None]
        if self.protocol.startswith("SASL") and absent:
            wanted = f"{', '.join(absent)} beside the protocol {self.protocol}"
            raise PydanticCustomError("wanted", "{wanted}", {"wanted": wanted})
        return self


class Topic(Table):
    """A topic and what its records hold."""

    name: Text = Field(description="the name of the topic")
    format: Literal["fhir", "hl7v2"] | None = Field(
        None,
        description="fhir or hl7v2: a record of the other format is a dead letter; either, by content, unless stated",
    )


def _some(topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
    if not topics:
        raise PydanticCustomError("wanted", "at least one topic")
    return topics


class KafkaInput(Table):
    """Topics of one Kafka that are listened to."""

    name: Text = Field(description="the name that this input goes by")
    brokers: Brokers = Field(description="host:port of each broker, separated by commas")
    group: Text = Field("hangtime", description="the consumer group")
    start: Start = Field("earliest", description="where to begin, the first time only")
    batch_records: WholeNumberFromOne = Field(500, description="how many messages are posted at once, at most")
    batch_milliseconds: WholeNumberFromOne = Field(100, description="how long one read waits for messages")
    instance: TextOrSecret | None = Field(
        None, description="the group's name for this process, to come back to its partitions; no two may share one"
    )
    conformance: Conformance = Field(
        Conformance.OFF,
        description="how many HL7 v2 messages a library that knows the whole standard also judges: every, sampled "
        "(one in a hundred) or off; what it objects to is counted and refuses nothing",
    )
    security: Security = Field(Security(), description="how the brokers are reached")
    topics: Annotated[tuple[Topic, ...], AfterValidator(_some)] = Field(description="the topics listened to")


class DeadLettersTable(Table):
    """A topic that dead letters are written to, beside the ledger."""

    brokers: Brokers = Field(description="host:port of each broker, separated by commas")
    topic: Text = Field(description="the topic written to")
    security: Security = Field(Security(), description="how the brokers are reached")


class KafkaTarget(Table):
    """Charges as records of a Kafka topic."""

    kind: Literal["kafka"] = Field(description="what kind of target this is")
    name: Text = Field(description="the name that this target goes by")
    brokers: Brokers = Field(description="host:port of each broker, separated by commas")
    topic: Text = Field(description="the topic written to")
    security: Security = Field(Security(), description="how the brokers are reached")
    mode: Mode = Field("on", description="on, or shadow: works everything out and sends nothing")


class FhirTarget(Table):
    """Charges as ChargeItems of a FHIR server."""

    kind: Literal["fhir"] = Field(description="what kind of target this is")
    name: Text = Field(description="the name that this target goes by")
    url: WebAddress = Field(description="the base address of the FHIR server")
    write: Literal["update", "conditional-update", "conditional-create", "transaction"] | None = Field(
        None, description="how ChargeItems are written; what the server offers unless stated"
    )
    mode: Mode = Field("on", description="on, or shadow: works everything out and sends nothing")


class ConsoleTable(Table):
    """Where health, metrics and the review pages are served."""

    listen: HostAndPort = Field("127.0.0.1:8090", description="host:port to listen on")


Named = TypeVar("Named", KafkaInput, KafkaTarget | FhirTarget)
Target = Annotated[KafkaTarget | FhirTarget, Field(discriminator="kind")]


def _distinct(tables: tuple[Named, ...]) -> tuple[Named, ...]:
    names = [table.name for table in tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PydanticCustomError("wanted", "{wanted}", {"wanted": f"each name once, not {', '.join(twice)} again"})
    return tables


class SiteSettings(Table):
    """All tables of a site file."""

    site: SiteTable = Field(description="the table [site]")
    ledger: LedgerTable | None = Field(None, description="the table [ledger]")
    policy: PolicyTable = Field(PolicyTable(), description="the table [policy]")
    deadlines: DeadlinesTable = Field(DeadlinesTable(), description="the table [deadlines]")
    documentation: DocumentationTable = Field(DocumentationTable(), description="the table [documentation]")
    formulary: FormularyFile = Field(FormularyFile(), description="the table [formulary]")
    chargemaster: ChargeMasterFile = Field(ChargeMasterFile(), description="the table [chargemaster]")
    coverage: CoverageFiles = Field(CoverageFiles(), description="the table [coverage]")
    reading: ReadingTable = Field(ReadingTable(), description="the table [reading]")
    kafka: Annotated[tuple[KafkaInput, ...], AfterValidator(_distinct)] = Field((), description="tables [[kafka]]")
    publish: Annotated[tuple[Target, ...], AfterValidator(_distinct)] = Field((), description="tables [[publish]]")
    dead_letters: DeadLettersTable | None = Field(None, description="the table [dead_letters]")
    console: ConsoleTable = Field(ConsoleTable(), description="the table [console]")
