"""How far an administration got: RXA-18, RXA-20 and RXA-21, with ORC-5 where the nurse charted no state.

RXA-20 is held against table 0322: what is not listed there is unknown, and the coder holds it.
"""

from __future__ import annotations

from coder.facts import AdministrationStatus
from mappers.hl7.message import Segment
from mappers.hl7.orders import Given
from mappers.refused import refused
from mappers.telling import Action

_COMPLETION = {
    "CP": AdministrationStatus.COMPLETED,
    "PA": AdministrationStatus.STOPPED,
    "RE": AdministrationStatus.NOT_DONE,
    "NA": AdministrationStatus.NOT_DONE,
}
_ORDER_STATUS = {
    "IP": AdministrationStatus.IN_PROGRESS,
    "CM": AdministrationStatus.COMPLETED,
    "CP": AdministrationStatus.COMPLETED,
}
_ACTIONS = {
    "": Action.ADD,
    "A": Action.ADD,
    "S": Action.ADD,
    "X": Action.ADD,
    "U": Action.UPDATE,
    "D": Action.DELETE,
}


def action_of(rxa: Segment) -> Action:
    """What RXA-21 does to what was said before."""
    said = rxa.text(21)
    if said not in _ACTIONS:
        raise refused("not an action", rxa.path(21), said, "A, U, D, S or X of tables 0206 and 0323")
    return _ACTIONS[said]


def status_of(given: Given, action: Action) -> AdministrationStatus:
    """The state of an administration; a deletion is an entry made in error."""
    rxa = given.rxa
    if action is Action.DELETE:
        return AdministrationStatus.ENTERED_IN_ERROR
    if rxa.repetitions(18) and not rxa.is_cleared(18):
        return AdministrationStatus.NOT_DONE
    if rxa.text(20):
        return _COMPLETION.get(rxa.text(20), AdministrationStatus.UNKNOWN)
    return _uncharted(rxa, given.order.text(5) if given.order else "")


def _uncharted(rxa: Segment, order_status: str) -> AdministrationStatus:
    """RXA-20 is empty: a status one field early, else what the order says, else whether an end is charted."""
    shifted = rxa.text(19)
    if shifted == "RE" and order_status == "IP":
        return AdministrationStatus.IN_PROGRESS
    if shifted in _COMPLETION:
        return _COMPLETION[shifted]
    if order_status in _ORDER_STATUS:
        return _ORDER_STATUS[order_status]
    return AdministrationStatus.COMPLETED if rxa.text(4) else AdministrationStatus.UNKNOWN
