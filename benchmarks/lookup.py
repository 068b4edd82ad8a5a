"""What one look-up of a drug costs, by each way a sender can name it; nothing is remembered between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.measured import Measured, measure
from coder.drugs.identity import identify
from coder.facts import Coding, DrugGiven
from coder.tables import Formulary
from mappers.tables import load_tables

ALLOWED_SECONDS = 0.000015
TIMES = 2000
NDC = "http://hl7.org/fhir/sid/ndc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
ASKED = {
    "NDC of 11 digits": DrugGiven(codings=(Coding(NDC, "57970010001"),)),
    "NDC of 10 digits": DrugGiven(codings=(Coding(NDC, "5797010001"),)),
    "NDC with hyphens, 5-4-2": DrugGiven(codings=(Coding(NDC, "57970-0100-01"),)),
    "NDC with hyphens, 5-3-2": DrugGiven(codings=(Coding(NDC, "57970-100-01"),)),
    "RxNorm": DrugGiven(codings=(Coding(RXNORM, "616015"),)),
    "HCPCS": DrugGiven(codings=(Coding(HCPCS, "J1745"),)),
    "generic name": DrugGiven(text="Ceftriaxone"),
    "brand": DrugGiven(text="Remicade"),
    "a code nobody knows beside a name": DrugGiven(codings=(Coding("local", "X1", "Packed Red Cells"),)),
    "four codes of one drug": DrugGiven(
        codings=(Coding("local", "4711"), Coding(RXNORM, "1"), Coding(HCPCS, "J0875"), Coding(NDC, "57970-100-01"))
    ),
}


def look_ups() -> Iterator[Measured]:
    """A look-up by each kind of identity, beside what one may take."""
    formulary = replace(load_tables().formulary, remembered={})
    for name, asked in ASKED.items():
        yield Measured(f"look-up: {name}", _seconds(asked, formulary), "what is allowed", ALLOWED_SECONDS)


def _seconds(asked: DrugGiven, formulary: Formulary) -> float:
    if identify(asked, formulary).drug is None:
        raise LookupError(f"the formulary does not know {asked}")
    formulary.remembered.clear()

    def work() -> int:
        for _ in range(TIMES):
            identify(asked, formulary)
            formulary.remembered.clear()
        return TIMES

    return measure("look-up", work).seconds
