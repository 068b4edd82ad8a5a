"""Times as people type them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from console.problems import UsageError

WANTED = "a time such as 2026-03-03T18:00 (the site's zone) or 2026-03-03T18:00-06:00"
DAY_LETTERS = len("2026-03-03")


def read_instant(name: str, said: str, zone: tzinfo) -> datetime:
    """An instant from ISO 8601 text, in `zone` where it names no offset; a day alone is refused, not guessed."""
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        raise UsageError(f"{name}: said {said!r}, wanted {WANTED}") from None
    if len(said) <= DAY_LETTERS:
        raise UsageError(f"{name}: said {said!r}, a day without a time; wanted {WANTED}")
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
