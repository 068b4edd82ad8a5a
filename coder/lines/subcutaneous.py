"""Infusions under the skin by pump: one clock for the visit, and one further set-up at another site."""

from __future__ import annotations

from collections.abc import Sequence

from coder.charges import Charge
from coder.codes import SUBCUTANEOUS_HOUR, SUBCUTANEOUS_INFUSION, SUBCUTANEOUS_SET_UP
from coder.lines.line import charges_of
from coder.lines.timed import Under, hours_line, service_line, timed, timed_together, untimed_line
from coder.runs.classified import Classified
from coder.sheet import Sheet


def subcutaneous_charges(pumped: Sequence[Classified], sheet: Sheet) -> tuple[Charge, ...]:
    """The charges of all infusions under the skin of a visit, which come in order of start."""
    if not pumped:
        return ()
    first = pumped[0]
    said = ("An infusion under the skin by pump, with setting it up: it stands by itself.",)
    service = service_line(timed(first, None, sheet), SUBCUTANEOUS_INFUSION, ("subcutaneous.initial",), said)
    charges = charges_of(service, sheet)
    under = Under(charges[0].key, first.planned)
    together = timed_together([timed(one, None, sheet) for one in pumped], sheet)
    rules = ("time.additional-hours", *(("subcutaneous.together",) if len(pumped) > 1 else ()))
    hours = hours_line(together, SUBCUTANEOUS_HOUR, Under(under.key, False), rules)
    if hours:
        charges += charges_of(hours, sheet)
    return charges + _further_sites(pumped, under, bool(hours), sheet)


def _further_sites(pumped: Sequence[Classified], under: Under, has_hours: bool, sheet: Sheet) -> tuple[Charge, ...]:
    """One further set-up at a site other than the first; every other pump is in the hours of all of them."""
    charges: tuple[Charge, ...] = ()
    for one in pumped[1:]:
        if not charges and one.run.access != pumped[0].run.access:
            said = (f"The pump was set up again at another site: {one.run.access}.",)
            line = untimed_line(timed(one, None, sheet), SUBCUTANEOUS_SET_UP, ("subcutaneous.set-up",), said, under)
            charges = charges_of(line, sheet)
        elif not has_hours:
            says = "Its minutes are counted with the first infusion under the skin, and earn no further hour."
            sheet.leave_out(
                "subcutaneous.together",
                one.run.keys,
                says,
                code=SUBCUTANEOUS_HOUR,
                minutes=None if one.run.one_time else one.run.minutes,
            )
    return charges
