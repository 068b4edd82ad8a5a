"""The table [reading]: what this site's senders mean, beyond what the standards say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from coder.facts import VisitReason
from console.site.table import Table
from console.site.values import Text
from mappers.observed import Listed
from mappers.profile import Profile
from mappers.profile_files import ProfileError, read_observations, read_profile, shipped_profiles

_PROFILE_ENDINGS = (".yaml", ".yml")


def _wanted(wanted: str) -> PydanticCustomError:
    return PydanticCustomError("wanted", "{wanted}", {"wanted": wanted})


def _observations(said: Any) -> dict[str, Listed]:
    try:
        return read_observations(said)
    except ProfileError as error:
        raise _wanted(f"a table of codes and what they mean ({error})") from error


def _profile(said: Any, info: ValidationInfo) -> Profile:
    """The profile that ships under a name, or the one in a file beside the site file."""
    shipped = shipped_profiles()
    if isinstance(said, str) and said in shipped:
        return shipped[said]
    if not isinstance(said, str) or not said.endswith(_PROFILE_ENDINGS):
        raise _wanted(f"a YAML file, or one that ships: {', '.join(shipped)}")
    try:
        return read_profile(Path((info.context or {}).get("folder", ".")) / said)
    except ProfileError as error:
        raise _wanted(str(error)) from error
    except OSError as error:
        raise _wanted(f"a readable file ({error.strerror})") from error


def _one_for_each_sender(profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    counted = Counter((profile.wire, sender) for profile in profiles for sender in profile.senders)
    twice = sorted({sender for (_, sender), count in counted.items() if count > 1})
    if twice:
        raise _wanted(f"one profile for each sender, not two for {', '.join(twice)}")
    return profiles


class ReadingTable(Table):
    """What this site's senders mean by their own words, beyond what the standards say."""

    profiles: Annotated[
        tuple[Annotated[Profile, PlainValidator(_profile)], ...], AfterValidator(_one_for_each_sender)
    ] = Field(
        (),
        description="sender profiles, what one sender does differently: YAML files, or `epic_like_ras` and "
        "`oracle_like_fhir`, which ship",
    )
    observations: Annotated[dict[str, Listed], PlainValidator(_observations)] = Field(
        {}, description="what an OBX-3 code means, beside those that always do (docs/ras-map.md)"
    )
    visit_reasons: dict[Text, VisitReason] = Field(
        {}, description="words or codes of PV2-3, and the reason they are: chemotherapy, infusion, injection, hydration"
    )
