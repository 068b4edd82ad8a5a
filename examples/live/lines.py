"""What is seen during the day, each as one short line: a message going in, a charge appearing, a charge arriving."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from console.printable import printable
from examples.live.charges_topic import Published
from examples.live.comparing import version_of
from examples.live.messages import Message, short
from ledger.versions import WITHDRAWN

Item = dict[str, Any]


def message_line(message: Message, zone: tzinfo) -> str:
    """A message going in: when it was sent and what it says."""
    return printable(f"{message.time.astimezone(zone):%d %b %H:%M}  {message.about}")


def charge_line(record: Published) -> str:
    """A charge on the topic: new, changed or withdrawn."""
    return _line(record.item, record.version)


def arrival_line(item: Item) -> str:
    """A charge at the FHIR server."""
    return _line(item, version_of(item))


def _line(item: Item, version: int) -> str:
    fate = "withdrawn" if item["status"] == WITHDRAWN else "new" if version == 1 else f"version {version}"
    units = f"x{item['quantity']['value']}" if "quantity" in item else "x?"
    context = item.get("context", {})
    visit = short(context.get("reference") or context.get("identifier", {}).get("value", ""))
    return printable(f"{fate:9}  {visit:10}  {item['code']['coding'][0]['code']} {units} {item['status']}")
