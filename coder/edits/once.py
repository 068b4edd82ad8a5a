"""What a date has only once, or only alone, whatever the visit: a concurrent infusion, a flush."""

from __future__ import annotations

from coder.codes import PORT_FLUSH, THERAPEUTIC_CONCURRENT
from coder.edits.review import Review


def keep_one_concurrent_a_date(review: Review) -> None:
    """Of the concurrent infusions of a date only the first stands."""
    if THERAPEUTIC_CONCURRENT not in review.codes:
        return
    for day in review.dates:
        lines = [line for line in review.services(day) if line.code == THERAPEUTIC_CONCURRENT]
        for line in sorted(lines, key=lambda line: line.order)[1:]:
            says = "A concurrent infusion is reported once a date, and another visit of that day has one."
            review.drop(line, "concurrent.once-per-date", says)


def keep_flushes_alone(review: Review) -> None:
    """A flush stands only where nothing else was done on its date."""
    if PORT_FLUSH not in review.codes:
        return
    for day in review.dates:
        lines = review.services(day)
        flushes = [line for line in lines if line.code == PORT_FLUSH]
        if flushes and (len(flushes) < len(lines) or day in review.procedures):
            for line in flushes:
                review.drop(line, "flush.not-alone", "A flush is a service only where it is the only one of its date.")
