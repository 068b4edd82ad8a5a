"""How a broker is reached, in the words that Kafka clients take."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class KafkaSettingsError(Exception):
    """The settings cannot be used; the text is one line a person can act on."""


@dataclass(frozen=True, slots=True)
class KafkaSecurity:
    """Protocol, SASL mechanism and sign-in, and the file of the authority that signs the broker's certificate."""

    protocol: str = "PLAINTEXT"
    mechanism: str | None = None
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None


def kafka_security(security: KafkaSecurity) -> dict[str, Any]:
    """The keyword arguments of a Kafka client; KafkaSettingsError where the authority's file cannot be used."""
    given: dict[str, Any] = {"security_protocol": security.protocol}
    if security.protocol.startswith("SASL"):
        given |= {
            "sasl_mechanism": security.mechanism,
            "sasl_plain_username": security.username,
            "sasl_plain_password": security.password,
        }
    if security.protocol.endswith("SSL"):
        given["ssl_context"] = _tls(security.ca)
    return given


def _tls(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except ssl.SSLError:
        raise KafkaSettingsError(f"{ca}: wanted certificates in PEM form") from None
    except OSError as error:
        raise KafkaSettingsError(f"{ca}: {error.strerror}") from None
