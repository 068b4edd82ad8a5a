"""Why a line was owed, in a ChargeItem: the diagnoses linked to it, and the payer's number for it."""

from __future__ import annotations

from collections.abc import Iterable

from mappers.charge_item_reference import Json, logical
from mappers.code_systems import ICD_10_CM


def reasons(codes: Iterable[str]) -> list[Json]:
    """The diagnoses, the primary first."""
    return [{"coding": [{"system": ICD_10_CM, "code": code}]} for code in codes]


def approvals(number: str | None, base: str) -> list[Json]:
    """The payer's answer that approved it, by its number."""
    return [logical("ClaimResponse", f"{base}/authorisation", number)] if number else []
