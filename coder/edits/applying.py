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
from coder.policy import Policy
from coder.tables import Tables
from coder.visits.visit import Visit


def apply(
    visits: Sequence[Visit],
    coded: Sequence[CodedVisit],
    procedures: Iterable[Procedure],
    policy: Policy,
    tables: Tables,
) -> tuple[CodedVisit, ...]:
    """The visits of one patient as coded, with every edit applied that looks across lines, dates and visits.

    First what takes lines off whatever else there is, then what parts or takes off by pairs, then what
    needs a primary, then what counts, and last what only advises.
    """
    review = begin(visits, coded, procedures, policy, tables)
    keep_to_the_place(review)
    withdraw_or_mark(review)
    keep_flushes_alone(review)
    keep_one_concurrent_a_date(review)
    find_second_initials(review)
    apply_pairs(review)
    mark_distinct(review)
    require_primaries(review)
    apply_limits(review)
    advise_of_others(review)
    say_unchecked(review)
    return finish(review)
