"""The kinds of values that a site file holds, each with the sentence that says what is wanted."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    SecretStr,
    Strict,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

ENVIRONMENT = "env:"
FILE = "file:"
LEDGER_SCHEMES = ("sqlite://", "postgresql://", "postgresql+")
SECRET_ERROR = "secret"


def _wanted(wanted: str) -> PydanticCustomError:
    return PydanticCustomError("wanted", "{wanted}", {"wanted": wanted})


def _secret(wanted: str) -> PydanticCustomError:
    return PydanticCustomError(SECRET_ERROR, "{wanted}", {"wanted": wanted})


def _folder(info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("folder", "."))


def _resolved(said: str, info: ValidationInfo) -> str | None:
    """What `env:NAME` or `file:PATH` stands for; None where the value is neither."""
    if said.startswith(ENVIRONMENT):
        return _from_environment(said.removeprefix(ENVIRONMENT))
    if said.startswith(FILE):
        return _from_file(_folder(info) / said.removeprefix(FILE))
    return None


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise _secret(f"the environment variable {name} to be set" if name else "a name after env:")
    return value


def _from_file(path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise _secret(f"a readable file at {path} ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _secret(f"UTF-8 text in {path}") from error
    if not value:
        raise _secret(f"something in {path}, which is empty")
    return value


def _read_secret(said: object, info: ValidationInfo) -> str:
    value = _resolved(said, info) if isinstance(said, str) else None
    if value is None:
        raise _secret("env:NAME or file:PATH; a secret is never written in the site file itself")
    return value


def _read_text(said: object, info: ValidationInfo) -> object:
    value = _resolved(said, info) if isinstance(said, str) else None
    return said if value is None else value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wanted("an IANA time zone such as America/Chicago") from error
    return name


def _two_digits(said: str) -> str:
    if not re.fullmatch(r"\d{2}", said, re.ASCII):
        raise _wanted('two digits in quotes, such as "22"')
    return said


def _web_address(said: str) -> str:
    if _has_password(said):
        raise _secret("an address without a password")
    if not said.startswith(("https://", "http://")) or not urlsplit(said).hostname:
        raise _wanted("an address that begins with https:// or http://")
    return said.rstrip("/")


def _has_password(url: str) -> bool:
    """Whether an address has a password in it; one that cannot be taken apart is taken to have one."""
    try:
        return urlsplit(url).password is not None
    except ValueError:
        return True


def _host_and_port(said: str) -> str:
    host, _, port = said.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise _wanted("host:port, such as 127.0.0.1:8090")
    return said


def _brokers(said: str) -> str:
    for broker in said.split(","):
        _host_and_port(broker.strip())
    return said


def _beside_site_file(said: Path, info: ValidationInfo) -> Path:
    return _folder(info) / said


def _ledger_url(said: object, info: ValidationInfo) -> str:
    """A ledger's address; a path in it is relative to the site file."""
    if isinstance(said, str) and _has_password(said):
        raise _secret("an address without a password, or env:NAME or file:PATH for one with it")
    url = _read_text(said, info)
    if not isinstance(url, str) or not url.startswith(LEDGER_SCHEMES):
        raise _wanted("sqlite:///PATH or postgresql://HOST/NAME")
    if url.startswith("sqlite:///"):
        return f"sqlite:///{_folder(info).absolute() / url.removeprefix('sqlite:///')}"
    return url


def _start(said: object) -> str | datetime:
    if said in ("earliest", "latest") or (isinstance(said, datetime) and said.tzinfo is not None):
        return said
    raise _wanted('"earliest", "latest" or an instant such as 2026-01-01T00:00:00-06:00')


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Secret = Annotated[SecretStr, BeforeValidator(_read_secret)]
TextOrSecret = Annotated[Text, BeforeValidator(_read_text)]
TimeZoneName = Annotated[Text, AfterValidator(_known_zone)]
TwoDigits = Annotated[str, AfterValidator(_two_digits)]
WebAddress = Annotated[Text, AfterValidator(_web_address)]
HostAndPort = Annotated[Text, AfterValidator(_host_and_port)]
Brokers = Annotated[Text, AfterValidator(_brokers)]
BesideSiteFile = Annotated[Path, AfterValidator(_beside_site_file)]
LedgerUrl = Annotated[str, BeforeValidator(_ledger_url)]
WholeNumber = Annotated[int, Field(strict=True, ge=0)]
WholeNumberFromOne = Annotated[int, Field(strict=True, ge=1)]
Day = Annotated[date, Strict()]
Start = Annotated[str | datetime, PlainValidator(_start)]
Mode = Literal["on", "shadow"]
