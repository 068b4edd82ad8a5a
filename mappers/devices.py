"""Words for devices: what pumped a drug, and what a line ends in.

What is only called a pump, and neither carried nor worn nor implanted, stands beside the bed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coder.facts import AccessDevice, Pump

_ABSENT = re.compile(r"\b(no|not|without)\b")
_ON_BODY = re.compile(r"\bon[- ]?body\b")
_PUMP = re.compile(r"\b(pumps?|infus[eo]rs?|syringe drivers?)\b")
_IMPLANTED = re.compile(r"\bimplant(ed|able)\b")
_CARRIED = re.compile(r"\b(portable|ambulatory|elastomeric|wearable|take[- ]?home)\b")
_PORT = re.compile(
    r"\b(port-?a-?cath|mediport|power ?port"
    r"|(implant(ed|able)|chest|venous|subclavian|jugular)( venous)?( access)? port)\b"
)
_RESERVOIR = re.compile(r"\b(ommaya|reservoir)\b")
_CATHETER = re.compile(r"\b(catheter|picc|midline|hickman|broviac|groshong)\b")
_PERIPHERAL = re.compile(r"\bperipheral (iv|line|vein|venous)\b")
_BARE_PUMPS = {pump.value: pump for pump in Pump}
_BARE_DEVICES = {device.value: device for device in AccessDevice}


def pump_in(said: Iterable[str]) -> Pump | None:
    """The pump that these words, in lower case, name."""
    found = {pump for words in said if (pump := _pump(words))}
    return next((pump for pump in Pump if pump in found), None)


def _pump(words: str) -> Pump | None:
    if words in _BARE_PUMPS:
        return _BARE_PUMPS[words]
    if _ABSENT.search(words):
        return None
    if _ON_BODY.search(words):
        return Pump.ON_BODY
    if not _PUMP.search(words):
        return None
    if _IMPLANTED.search(words):
        return Pump.IMPLANTABLE
    return Pump.PORTABLE if _CARRIED.search(words) else Pump.STATIONARY


def access_device_in(said: Iterable[str]) -> AccessDevice | None:
    """What the line ends in, by these words, in lower case; a pump's own parts say nothing of it."""
    found = {device for words in said if (device := _access_device(words))}
    return next((device for device in AccessDevice if device in found), None)


def _access_device(words: str) -> AccessDevice | None:
    if words in _BARE_DEVICES:
        return _BARE_DEVICES[words]
    if _ABSENT.search(words) or _PUMP.search(words):
        return None
    kinds = (
        (_PORT, AccessDevice.PORT),
        (_RESERVOIR, AccessDevice.RESERVOIR),
        (_CATHETER, AccessDevice.CATHETER),
        (_PERIPHERAL, AccessDevice.PERIPHERAL),
    )
    return next((device for pattern, device in kinds if pattern.search(words)), None)
