"""Inputs in rising order of offset, as posting asks for, whatever order they are read in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mappers.telling import Reading


@dataclass(slots=True)
class InputOrder:
    """Two logs of one topic and partition may be read out of order: what falls back goes on as another input."""

    _following: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def ordered(self, reading: Reading) -> Reading:
        """The reading, under another name of its input where that input has been read past it already."""
        record = reading.record
        tracks = self._following.setdefault((record.source, record.partition), [])
        place = next((place for place, following in enumerate(tracks) if following <= record.offset), len(tracks))
        tracks[place : place + 1] = [record.offset + 1]
        if not place:
            return reading
        return replace(reading, record=replace(record, source=f"{record.source} ({place + 1})"))
