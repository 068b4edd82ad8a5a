"""The site file of a service under way: the sample site, with brokers, topics and a FHIR server of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FHIR_TOPIC, HL7_TOPIC, CHARGES, DEAD_LETTERS = "mar.fhir", "mar.ras", "charges", "dead-letters"
LEDGER, KEY = "ledger.db", "site.key"
TEMPLATE = """\
# Written anew whenever it is used; its key is public and serves this sample only.

[site]
name = "Sample General"
time_zone = "America/Chicago"
identifier_key = "file:{key_file}"
canonical = "{canonical}"

[ledger]
url = "sqlite:///{ledger}"

[[kafka]]
name = "mar"
brokers = "{brokers}"
group = "{group}"
instance = "{group}"
topics = [ {{ name = "{fhir}", format = "fhir" }}, {{ name = "{hl7}", format = "hl7v2" }} ]

[[publish]]
name = "charges"
kind = "kafka"
brokers = "{brokers}"
topic = "{charges}"

[dead_letters]
brokers = "{brokers}"
topic = "{dead_letters}"

[console]
listen = "127.0.0.1:0"
"""
EHR = """
[[publish]]
name = "ehr"
kind = "fhir"
url = "{fhir_base}"
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a service listens and publishes; without `fhir_base` only to a topic.

    `prefix` keeps its topics, its group and its urls apart from others'.
    """

    brokers: str
    fhir_base: str
    prefix: str = ""

    @property
    def canonical(self) -> str:
        """What its extension urls and identifier systems hang on."""
        return f"https://hangtime.example/{self.prefix}fhir"

    def topic(self, name: str) -> str:
        """The topic of this name."""
        return self.prefix + name


def write_site(folder: Path, places: Places) -> Path:
    """Write the site file and its key into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEY).write_text(f"the sample key of {places.prefix or 'make live'}\n", encoding="utf-8")
    written = TEMPLATE.format(
        key_file=KEY,
        ledger=LEDGER,
        brokers=places.brokers,
        canonical=places.canonical,
        group=f"{places.prefix}hangtime",
        fhir=places.topic(FHIR_TOPIC),
        hl7=places.topic(HL7_TOPIC),
        charges=places.topic(CHARGES),
        dead_letters=places.topic(DEAD_LETTERS),
    )
    if places.fhir_base:
        written += EHR.format(fhir_base=places.fhir_base)
    path = folder / "site.toml"
    path.write_text(written, encoding="utf-8")
    return path
