"""The questions of drug lines: to whom, and in which words; no code and no money in them."""

from __future__ import annotations

from coder.charges import Answerable
from coder.lines.drug_amounts import Supply
from coder.runs.run import Run
from coder.sheet import Sheet

QUESTIONS = {
    "drug.dose-missing": (Answerable.NURSE, "How much {name} was given in all?"),
    "drug.unit-mismatch": (Answerable.PHARMACY, "What is the dose of {name} in {unit}?"),
    "drug.route": (Answerable.NURSE, "By which route was {name} given?"),
    "drug.dialysis-unknown": (Answerable.CODER, "Was the patient on dialysis when {name} was given?"),
    "drug.product-unknown": (Answerable.PHARMACY, "Which product of {name} was given? Please state its NDC."),
    "drug.ndc-missing": (Answerable.PHARMACY, "Which product of {name} was given? Please state its NDC."),
    "drug.container-unknown": (
        Answerable.PHARMACY,
        "Did {name} come from a single-dose or a multi-dose container? Please state its NDC.",
    ),
    "drug.status-unknown": (Answerable.CODER, "Is {name} paid separately on this date?"),
    "drug.waste-undocumented": (
        Answerable.NURSE,
        "Which containers of {name} were opened, and how much was discarded?",
    ),
    "drug.waste-differs": (
        Answerable.NURSE,
        "The dose of {name} and what was discarded do not add up to what was opened. What was opened and discarded?",
    ),
    "drug.containers-short": (
        Answerable.NURSE,
        "The containers of {name} charted as opened hold less than the dose. Which were opened?",
    ),
    "drug.containers-larger": (
        Answerable.PHARMACY,
        "More {name} was opened than the sizes it comes in need for this dose. Which sizes were at hand?",
    ),
    "drug.waste-shared": (
        Answerable.NURSE,
        "The bag held several drugs. Of which of them was what is charted as opened or discarded?",
    ),
    "drug.waste-unit": (Answerable.NURSE, "How much {name} was opened and discarded, in {unit}?"),
}


def ask(rule: str, supply: Supply, run: Run, sheet: Sheet, unit: str = "") -> None:
    """Put the question of a rule about one drug of a run."""
    of, words = QUESTIONS[rule]
    sheet.ask(rule, run.keys, of, words.format(name=supply.name, unit=unit), run.start, supply.name)
