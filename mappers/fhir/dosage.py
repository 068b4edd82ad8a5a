"""The dosage of a FHIR administration: the way the drug took, how much, how fast, and how long by that."""

from __future__ import annotations

import msgspec

from coder.facts import Quantity
from coder.values import value
from mappers.fhir import elements as fhir
from mappers.fhir.parts import KEPT_BYTES_MOST, kept, part
from mappers.fhir.resource import decoder_of
from mappers.fhir.routed import Routed, kept_routed, read_routed
from mappers.fhir.stated_time import rate_in_words, stated_minutes
from mappers.fhir.values import amount, rate
from mappers.profile import Profile

_PATH = "MedicationAdministration.dosage"
_DECODER = decoder_of(fhir.Dosage)


@value(frozen=True, slots=True)
class Dosed:
    """What a dosage says; `minutes` are those of each of its statements, where the administration also ended."""

    routed: Routed = Routed()
    dose: Quantity | None = None
    rate: Quantity | None = None
    minutes: tuple[int, ...] = ()


NOT_DOSED = Dosed()


def _read(said: bytes, profile: Profile) -> Dosed:
    dosage = part(said, _DECODER, _PATH)
    routed = (kept_routed if len(said) <= KEPT_BYTES_MOST else read_routed)(
        dosage.site, dosage.route, dosage.method, profile
    )
    dose, flow = amount(dosage.dose, f"{_PATH}.dose"), rate(dosage, _PATH)
    if dosage.rateQuantity is None and dosage.rateRatio is None:
        flow = rate_in_words(dosage.text)
    return Dosed(routed, dose, flow, stated_minutes(dosage, dose, flow, _PATH))


_kept = kept(_read)


def dosage_of(stated: msgspec.Raw, profile: Profile) -> Dosed:
    """What the dosage of an administration says; raises Refused where it cannot be read."""
    return _kept(stated, profile) if stated else NOT_DOSED
