"""Brokers and topics asked first: each reason why an input cannot listen is one line that says so."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from listeners.kafka.cluster import Cluster, ask_cluster, cluster_of
from listeners.kafka.consumer import make_consumer
from listeners.kafka.errors import InputError, InputTrouble
from listeners.kafka.topic_ids import NO_ID, TopicIdsAnswer, TopicIdsQuestion, TopicIdsRequest
from mappers.kafka_settings import KafkaSecurity, kafka_security
from tests.fake_kafka import P0, FakeBroker
from tests.listening import SETTINGS, listening, until

pytestmark = pytest.mark.asyncio

ID = UUID("00112233-4455-6677-8899-aabbccddeeff")


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


async def test_a_broker_that_is_not_there() -> None:
    settings = replace(SETTINGS, brokers=closed_port())
    with pytest.raises(InputTrouble, match=f"^{settings.brokers}: no broker can be reached$"):
        await ask_cluster(settings)


async def test_the_client_alone_does_not_tell_a_broker_that_is_not_there_from_a_wrong_password() -> None:
    consumer = make_consumer(replace(SETTINGS, brokers=closed_port()))
    with pytest.raises(KafkaConnectionError, match="Unable to bootstrap"):
        await consumer.start()
    await consumer.stop()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (SaslAuthenticationFailed("Authentication failed for canary"), "refuses the user name or the password"),
        (UnsupportedSaslMechanismError("canary"), "does not know the SASL mechanism"),
        (ssl.SSLCertVerificationError("canary"), "no TLS connection; is its certificate signed by the authority"),
        (KafkaConnectionError("canary"), "the broker breaks off; is the security protocol the right one?"),
        (ConnectionRefusedError("canary"), "no broker can be reached"),
    ],
)
async def test_why_no_connection_comes_about(fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("aiokafka.client.create_conn", refuse)
    with pytest.raises(InputTrouble) as caught:
        await ask_cluster(replace(SETTINGS, brokers="one:9092, two:9092"))
    assert str(caught.value).startswith("one:9092, two:9092: ")
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)


async def test_two_inputs_that_connect_at_once_hear_each_their_own_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(host: str, *_: object, **__: object) -> None:
        await asyncio.sleep(0)
        raise ConnectionRefusedError if host == "absent" else SaslAuthenticationFailed

    monkeypatch.setattr("aiokafka.client.create_conn", refuse)
    found = await asyncio.gather(
        *(ask_cluster(replace(SETTINGS, brokers=f"{host}:9092")) for host in ("locked", "absent")),
        return_exceptions=True,
    )
    assert [str(one) for one in found] == [
        "locked:9092: the broker refuses the user name or the password",
        "absent:9092: no broker can be reached",
    ]


async def test_the_authoritys_file_must_be_there_and_hold_certificates(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name, said in (("absent.pem", "No such file"), ("ca.pem", "wanted certificates in PEM form")):
        security = KafkaSecurity("SSL", ca=tmp_path / name)
        with pytest.raises(InputError, match=f"^kafka bedside: security.ca: .*{name}: {said}"):
            await ask_cluster(replace(SETTINGS, security=security))


async def test_security_in_the_words_of_the_client() -> None:
    assert kafka_security(KafkaSecurity()) == {"security_protocol": "PLAINTEXT"}
    signed = kafka_security(KafkaSecurity("SASL_SSL", "SCRAM-SHA-512", "me", "secret"))
    assert isinstance(signed.pop("ssl_context"), ssl.SSLContext)
    assert signed == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "me",
        "sasl_plain_password": "secret",
    }
    assert "secret" not in repr(KafkaSecurity("SASL_SSL", "PLAIN", "me", "secret"))


def answer(*topics: tuple[int, str, UUID, list[int]]) -> dict[str, object]:
    """A broker's answer, packed and unpacked as it goes over the wire."""
    made: list[tuple[object, ...]] = [
        (code, name, topic_id, False, [(0, number, 1, 0, [1], [1], [], {}) for number in numbers], -1, {})
        for code, name, topic_id, numbers in topics
    ]
    packed = TopicIdsAnswer(0, [(1, "127.0.0.1", 9092, None, {})], "the-cluster", 1, made, {}).encode()
    unpacked: dict[str, object] = TopicIdsAnswer.decode(packed).to_object()
    return unpacked


async def test_a_cluster_and_the_ids_and_partitions_of_its_topics() -> None:
    assert cluster_of(answer((0, "mar", ID, [1, 0]))) == Cluster("the-cluster", {"mar": ID.hex}, {"mar": (0, 1)})


async def test_topics_are_asked_for_by_name_and_none_is_made() -> None:
    question = TopicIdsRequest(["mar"]).build(TopicIdsQuestion)
    assert question.to_object() == {
        "topics": [{"topic_id": NO_ID, "name": "mar", "tags": {}}],
        "may_create": False,
        "with_operations": False,
        "tags": {},
    }
    assert TopicIdsQuestion.decode(question.encode()).to_object() == question.to_object()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (UnknownTopicOrPartitionError.errno, "topic mar: there is none of this name"),
        (TopicAuthorizationFailedError.errno, "topic mar: the broker refuses it (TopicAuthorizationFailedError)"),
    ],
)
async def test_a_topic_that_cannot_be_read(code: int, said: str) -> None:
    with pytest.raises(InputTrouble) as caught:
        cluster_of(answer((0, "ras", ID, [0]), (code, "mar", NO_ID, [])))
    assert str(caught.value) == said


async def test_every_topic_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InputTrouble) as caught:
        cluster_of(answer(*((UnknownTopicOrPartitionError.errno, name, NO_ID, []) for name in ("mar", "ras"))))
    assert caught.value.reasons == tuple(f"topic {name}: there is none of this name" for name in ("mar", "ras"))
    assert str(caught.value) == "; ".join(caught.value.reasons)


async def test_a_topic_is_asked_for_before_a_consumer_that_would_wait_for_it_for_ever() -> None:
    broker = FakeBroker(trouble="topic mar: there is none of this name")
    broker.write(P0, 2)
    async with listening(broker) as one:
        one.start()
        await until(lambda: one.trouble == "topic mar: there is none of this name")
        assert not broker.consumers
        broker.trouble = None
        await one.until_posted("0:0", "0:1")
        assert one.trouble is None
