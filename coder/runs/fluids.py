"""Fluid that is no service of its own: what keeps a vein open, carries a drug or flushes a line."""

from __future__ import annotations

from collections.abc import Sequence

from coder.charges import Answerable
from coder.facts import AccessDevice, Administration, AdministrationStatus, Purpose
from coder.runs.known import Known
from coder.sheet import Sheet
from coder.tables import DrugFamily

SAYS = {
    Purpose.KEEP_VEIN_OPEN: ("fluid.keep-vein-open", "Fluid that keeps the vein open is not a service."),
    Purpose.CARRIER: ("fluid.carrier", "Fluid that carries a drug is part of giving the drug."),
    Purpose.FLUSH: ("fluid.flush", "A flush is part of the service it belongs to."),
}
HOLDS_DRUG = "fluid.holds-drug"
NOT_GIVEN = (AdministrationStatus.NOT_DONE, AdministrationStatus.ENTERED_IN_ERROR)
LOCKS = frozenset({"heparin", "heparin lock flush"})


def is_port_flush(administration: Administration) -> bool:
    """Whether an implanted port was flushed, which may be a service when it is all that was done that day."""
    return administration.purpose is Purpose.FLUSH and administration.access_device is AccessDevice.PORT


def without_drug(administration: Administration, sheet: Sheet) -> bool:
    """Leave out a flush or the like of which no drug is charted at all."""
    if administration.drugs or administration.purpose not in SAYS or is_port_flush(administration):
        return False
    _leave_out(administration, administration.purpose, sheet)
    return True


def set_aside(known: Known, sheet: Sheet) -> bool:
    """Leave out fluid that is no service; a drug charted so is asked about, never dropped silently."""
    administration = known.administration
    purpose = administration.purpose
    if purpose not in SAYS:
        return False
    confirmed = administration.answered(HOLDS_DRUG) if administration.answers else None
    if known.family is not DrugFamily.FLUID and not _is_lock(known) and not confirmed:
        _ask_drug(known, sheet)
        return True
    if is_port_flush(administration):
        return False
    _leave_out(administration, purpose, sheet)
    return True


def without_flushes_beside(kept: Sequence[Known], sheet: Sheet) -> list[Known]:
    """All but the flushes of a port on a day on which something else was given: those belong to it."""
    dates = {
        sheet.local(one.start).date()
        for one in sheet.visit.administrations
        if one.start and one.purpose is not Purpose.FLUSH and not one.ignored and one.status not in NOT_GIVEN
    }
    alone = []
    for known in kept:
        given = known.administration
        if is_port_flush(given) and given.start and sheet.local(given.start).date() in dates:
            sheet.leave_out(SAYS[Purpose.FLUSH][0], [given.key], SAYS[Purpose.FLUSH][1])
        else:
            alone.append(known)
    return alone


def _is_lock(known: Known) -> bool:
    return known.administration.purpose is Purpose.FLUSH and LOCKS.issuperset(known.infusate)


def _leave_out(administration: Administration, purpose: Purpose, sheet: Sheet) -> None:
    about = [administration.key]
    if purpose is Purpose.FLUSH and administration.access_device is None and _only_flushed(sheet):
        says = "A flush alone; whether of an implanted port is not charted."
        sheet.leave_out("flush.device-unknown", about, says, curable=True)
        ask = "What kind of line was flushed: an implanted port, another catheter, or a line in an arm?"
        sheet.ask("flush.device-unknown", about, Answerable.NURSE, ask, administration.start)
        return
    rule, says = SAYS[purpose]
    sheet.leave_out(rule, about, says)


def _only_flushed(sheet: Sheet) -> bool:
    given = [one for one in sheet.visit.administrations if not one.ignored and one.status not in NOT_GIVEN]
    return all(one.purpose is Purpose.FLUSH for one in given)


def _ask_drug(known: Known, sheet: Sheet) -> None:
    administration = known.administration
    name = " with ".join(known.infusate)
    sheet.leave_out(
        HOLDS_DRUG,
        [administration.key],
        f"{name.capitalize()} is a drug, charted with the purpose {administration.purpose}.",
        curable=True,
    )
    ask = f"{name.capitalize()} is charted with the purpose {administration.purpose}. What was it given for?"
    sheet.ask(HOLDS_DRUG, [administration.key], Answerable.NURSE, ask, administration.start)
