"""The table [documentation]: which pieces of documentation hold a line, are asked for, or are left alone."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from coder.policy import Needed, Wanted
from console.site.table import Table

IN_DOCUMENTATION = "set in [documentation]"


class DocumentationTable(Table):
    """Documentation that is required (the line waits, and somebody is asked), asked for only, or off.

    What coding cannot do without is required or off: off leaves it out without asking. What is off unless stated
    is what many feeds do not carry, so that it would make a question of every dose.
    """

    start_and_stop: Needed = Field(Needed.REQUIRED, description="when it began and ended: required or off")
    drug_named: Needed = Field(Needed.REQUIRED, description="the drug by name, not its kind alone: required or off")
    dose: Needed = Field(Needed.REQUIRED, description="how much was given: required or off")
    route: Needed = Field(Needed.REQUIRED, description="how it entered the body: required or off")
    order: Wanted = Field(Wanted.REQUIRED, description="the order of an infusion: required, asked or off")
    diagnosis: Wanted = Field(
        Wanted.ASKED, description="a diagnosis for the drug: asked is of drugs that the coverage table knows"
    )
    reaction: Wanted = Field(Wanted.ASKED, description="what was done about a charted reaction")
    identity: Wanted = Field(Wanted.OFF, description="that the patient's identity was checked")
    infusion_kind: Wanted = Field(Wanted.OFF, description="whether it was therapeutic, prophylactic or diagnostic")
    infection: Wanted = Field(Wanted.OFF, description="the infection or organism an anti-infective was given for")
    order_duration: Wanted = Field(Wanted.OFF, description="how long the order was to run")
    volume_and_rate: Wanted = Field(Wanted.OFF, description="the volume and the rate of an infusion")
    access_site: Wanted = Field(Wanted.OFF, description="the site it was given at")
    given_by: Wanted = Field(Wanted.OFF, description="who gave it")
    ordered_by: Wanted = Field(Wanted.OFF, description="who ordered it")
    supervised_by: Wanted = Field(Wanted.OFF, description="who supervised it")
    monitoring: Wanted = Field(Wanted.OFF, description="that the patient was monitored")
    education: Wanted = Field(Wanted.OFF, description="that the patient was educated")
    lot_and_expiry: Wanted = Field(Wanted.OFF, description="the lot number and the expiry of the drug")


def checklist(table: DocumentationTable) -> dict[str, Any]:
    """Every key as the coder takes it."""
    return {key: getattr(table, key) for key in sorted(DocumentationTable.model_fields)}


def checklist_stated(table: DocumentationTable) -> dict[str, Any]:
    """The keys that the table states."""
    return {key: getattr(table, key) for key in sorted(table.model_fields_set)}
