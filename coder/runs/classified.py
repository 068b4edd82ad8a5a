"""What a run is to the coder: its mode, its family of codes, and how that was decided."""

from __future__ import annotations

from enum import StrEnum

from coder.policy import CodeFamily
from coder.runs.run import Run
from coder.values import value


class Mode(StrEnum):
    """What a run is to the coder."""

    INFUSION = "infusion"
    PUSH = "push"
    INJECTION = "injection"
    HYDRATION = "hydration"
    SUBCUTANEOUS_INFUSION = "subcutaneous infusion"
    ARTERIAL_PUSH = "arterial push"
    ARTERIAL_INFUSION = "arterial infusion"
    PROLONGED = "prolonged by pump"
    ON_BODY = "on-body injector"
    INSTILLATION = "instillation"
    LESIONS = "into lesions"
    REFILL = "pump refill"
    FLUSH = "flush alone"
    DECLOT = "declotting"
    UNLISTED = "unlisted"
    HELD = "held"


@value(frozen=True, slots=True)
class Classified:
    """A run with its mode; `planned` while its stop is not charted, `rules` say how it was decided.

    `family` is the family of codes, `modifiers` are 52 or 53 where the service was reduced or discontinued.
    An infusion that is not planned earns its first unit even where it stopped early under its floor.
    """

    run: Run
    mode: Mode
    planned: bool = False
    rules: tuple[str, ...] = ()
    family: CodeFamily = CodeFamily.THERAPEUTIC
    modifiers: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The run's anchor."""
        return self.run.anchor
