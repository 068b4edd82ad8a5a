"""What a case tells of the documentation of a dose beyond the dose itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coder.facts import Reference
from mappers.case_values import CaseDay, quantity, yes_or_no

YES_OR_NO = ("identified", "monitored", "reaction", "reaction_managed", "educated", "signed")
DOCUMENTED_KEYS = {*YES_OR_NO, "volume", "pump_start", "pump_end", "lot", "expiry", "supervised_by"}


def read_documented(entry: Mapping[str, str], day: CaseDay) -> dict[str, Any]:
    """The fields of an administration that document it: `volume` infused, pump times, lot, who supervised."""
    stated: dict[str, Any] = {name: yes_or_no(entry, name) for name in YES_OR_NO}
    stated |= {name: day.moment(entry[name]) for name in ("pump_start", "pump_end") if name in entry}
    stated |= {name: entry.get(name) for name in ("lot", "expiry")}
    if "volume" in entry:
        stated["volume_infused"] = quantity(entry["volume"])
    if "supervised_by" in entry:
        stated["supervised_by"] = Reference(reference=f"Practitioner/{entry['supervised_by']}")
    return stated
