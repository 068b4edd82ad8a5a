"""The version of a message: any of HL7 v2, which this reader takes alike."""

from __future__ import annotations

import re

from mappers.hl7.message import Segment
from mappers.refused import refused

_VERSION = re.compile(r"2\.\d(\.\d)?(?![\w.])")


def check_version(msh: Segment) -> None:
    """Raise Refused where MSH-12 names no version of HL7 v2."""
    if not _VERSION.match(msh.text(12)):
        raise refused("not a version", "MSH-12", msh.text(12), "a version such as 2.5.1")
