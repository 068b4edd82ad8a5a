"""Edits: the only place that says in which order what looks across lines and visits applies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coder.charges import CodedVisit
from coder.edits.add_ons import require_primaries
from coder.edits.beside import advise_of_others
from coder.edits.distinct import mark_distinct
from coder.edits.edition import say_unchecked
from coder.edits.initials import find_second_initials
from coder.edits.inpatient_window import withdraw_or_mark
from coder.edits.limits import apply_limits
from coder.edits.once import keep_flushes_alone, keep_one_concurrent_a_date
from coder.edits.pairs import apply_pairs
from coder.edits.places import keep_to_the_place
from coder.edits.review import begin, finish
from coder.facts import Procedure
from coder.policy import Policy, Setting
from coder.tables import Tables
from coder.visits.visit import Visit


def apply(
    visits: Sequence[Visit],
    coded: Sequence[CodedVisit],
    procedures: Iterable[Procedure],
    policies: Sequence[Policy],
    tables: Tables,
) -> tuple[CodedVisit, ...]:
    """The visits of one patient as coded, with every edit applied that looks across lines, dates and visits.

    A facility's claim and a professional's are edited apart. `policies` are those of the visits.
    """
    settings = {policy.setting for policy in policies}
    if len(settings) <= 1:
        return _apply(visits, coded, procedures, policies, tables)
    edited = list(coded)
    for setting in Setting:
        places = [place for place, policy in enumerate(policies) if policy.setting is setting]
        of_setting = _apply(
            [visits[place] for place in places],
            [coded[place] for place in places],
            procedures,
            [policies[place] for place in places],
            tables,
        )
        for place, visit in zip(places, of_setting, strict=True):
            edited[place] = visit
    return tuple(edited)


def _apply(
    visits: Sequence[Visit],
    coded: Sequence[CodedVisit],
    procedures: Iterable[Procedure],
    policies: Sequence[Policy],
    tables: Tables,
) -> tuple[CodedVisit, ...]:
    """The edits of one setting, in their order.

    First what takes lines off whatever else there is, then what parts or takes off by pairs, then what
    needs a primary, then what counts (and again what needs a primary that was cut), and last what only advises.
    """
    if not visits:
        return ()
    review = begin(visits, coded, procedures, policies, tables)
    keep_to_the_place(review)
    withdraw_or_mark(review)
    keep_flushes_alone(review)
    find_second_initials(review)
    apply_pairs(review)
    mark_distinct(review)
    require_primaries(review)
    keep_one_concurrent_a_date(review)
    apply_limits(review)
    require_primaries(review)
    advise_of_others(review)
    say_unchecked(review)
    return finish(review)
