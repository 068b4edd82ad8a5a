"""Antineoplastics into a cavity, around the brain and spine, or into lesions."""

from __future__ import annotations

from coder.charges import Answerable
from coder.facts import AccessDevice, Route
from coder.policy import CodeFamily
from coder.runs.classified import Classified, Mode
from coder.runs.questions import held, left_out
from coder.runs.run import Run
from coder.runs.unlisted import unlisted
from coder.sheet import Sheet

REDUCED = ("52",)


def into_cavity(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """Into chest, belly, spine or head; what is no antineoplastic is coded elsewhere."""
    if family is not CodeFamily.CHEMOTHERAPY:
        return left_out(run, "mode.route-not-coded", "No code of these rules names this drug by this route.", sheet)
    if run.route is Route.INTRAPERITONEAL and run.puncture and run.access_device is None:
        return unlisted(run, family, sheet)
    if not _includes_puncture(run):
        return Classified(run, Mode.INSTILLATION, False, ("mode.instillation",), family)
    return _by_puncture(run, family, sheet)


def _includes_puncture(run: Run) -> bool:
    """Whether the code includes a puncture: of the chest, or of the spine where no reservoir is used."""
    if run.route is Route.INTRAPLEURAL:
        return True
    return run.route is Route.INTRATHECAL and run.access_device is not AccessDevice.RESERVOIR


def _by_puncture(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    if run.puncture is None:
        ask = f"{run.name.capitalize()}: did the one who gave it also make the puncture, or did somebody else?"
        sheet.ask("cavity.puncture-unknown", run.keys, Answerable.NURSE, ask, run.start)
        return Classified(run, Mode.INSTILLATION, True, ("mode.instillation", "cavity.puncture-unknown"), family)
    if run.puncture:
        return Classified(run, Mode.INSTILLATION, False, ("mode.instillation",), family)
    return Classified(run, Mode.INSTILLATION, False, ("mode.instillation", "cavity.reduced"), family, REDUCED)


def into_lesions(run: Run, family: CodeFamily, sheet: Sheet) -> Classified:
    """Into lesions, by their number; a number nobody charted is asked."""
    if family is not CodeFamily.CHEMOTHERAPY:
        return left_out(run, "mode.route-not-coded", "No code of these rules names this drug by this route.", sheet)
    if run.lesions:
        return Classified(run, Mode.LESIONS, False, ("mode.lesions",), family)
    return held(
        run,
        "lesions.count-unknown",
        "How many lesions were injected is not charted.",
        "How many lesions were injected?",
        Answerable.NURSE,
        sheet,
    )
