"""Apache Kafka as one node, its data in a folder."""

from __future__ import annotations

import base64
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.servers.jars import ServerUnavailableError, fetched
from tests.servers.java import java
from tests.servers.server import Server, free_port, listens

QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
HEAP_MEGABYTES = 256
MODULE = "org.apache.kafka.common.security"
STORE_PASSWORD = "for tests alone"


def kafka_server(
    folder: Path, *, users: Mapping[str, str] | None = None, makes_topics: bool = False, tls: bool = False
) -> Server:
    """A broker, not started yet. Topics are made by hand (`create_topics`), never by being asked for.

    With `makes_topics` they are, as brokers do that nobody has told otherwise.

    With `users` (name and password) clients must log in: SASL_PLAINTEXT by PLAIN, SCRAM-SHA-256 or -512; with `tls`
    too SASL_SSL, and the authority that signed the broker's certificate is `ca.pem` in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jars = fetched("kafka")
    broker, controller, clients = free_port(), free_port(), free_port()
    said = _settings(folder, broker, controller)
    said |= _logins(said, clients, users) if users else {}
    said |= _certified(said, folder) if tls else {}
    said |= {"auto.create.topics.enable": "true"} if makes_topics else {}
    settings = folder / "server.properties"
    settings.write_text("".join(f"{key}={value}\n" for key, value in said.items()), encoding="utf-8")
    _format(settings, jars, users or {})
    port = clients if users else broker
    command = java(QUIET, "kafka.Kafka", str(settings), class_path=jars, heap_megabytes=HEAP_MEGABYTES)
    return Server("kafka", f"127.0.0.1:{port}", folder, command, lambda: listens(port))


async def create_topics(bootstrap: str, topics: Mapping[str, int]) -> None:
    """Make topics, each with so many partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        wanted = [NewTopic(name, partitions, replication_factor=1) for name, partitions in topics.items()]
        answer = await admin.create_topics(wanted, timeout_ms=30_000)
    finally:
        await admin.close()
    refused = [(name, said) for name, code, said in answer.topic_errors if code]
    if refused:
        raise RuntimeError(f"topics not made: {refused}")


def _settings(folder: Path, broker: int, controller: int) -> dict[str, str]:
    """Everything at one replica; a broker that was killed is let in again after two seconds."""
    listener = f"PLAINTEXT://127.0.0.1:{broker}"
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"{listener},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": listener,
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(folder / "data"),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "auto.create.topics.enable": "false",
        "broker.session.timeout.ms": "2000",
        "broker.heartbeat.interval.ms": "250",
    }


def _logins(settings: dict[str, str], port: int, users: Mapping[str, str]) -> dict[str, str]:
    """One more listener, for clients that log in."""
    listener = f"SASL://127.0.0.1:{port}"
    known = "".join(f' user_{name}="{password}"' for name, password in users.items())
    scram = f"{MODULE}.scram.ScramLoginModule required;"
    return {
        "listeners": f"{settings['listeners']},{listener}",
        "advertised.listeners": f"{settings['advertised.listeners']},{listener}",
        "listener.security.protocol.map": f"{settings['listener.security.protocol.map']},SASL:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "listener.name.sasl.plain.sasl.jaas.config": f"{MODULE}.plain.PlainLoginModule required{known};",
        "listener.name.sasl.scram-sha-256.sasl.jaas.config": scram,
        "listener.name.sasl.scram-sha-512.sasl.jaas.config": scram,
    }


def _certified(settings: dict[str, str], folder: Path) -> dict[str, str]:
    """The listener for clients that log in by TLS, with a certificate that is its own authority."""
    store = folder / "broker.p12"
    named = ("-alias", "broker", "-keystore", str(store), "-storepass", STORE_PASSWORD)
    subject = ("-dname", "CN=broker", "-ext", "san=ip:127.0.0.1", "-ext", "bc=ca:true", "-validity", "3650")
    _keytool("-genkeypair", "-keyalg", "RSA", "-storetype", "PKCS12", *subject, *named)
    _keytool("-exportcert", "-rfc", "-file", str(folder / "ca.pem"), *named)
    return {
        "listener.security.protocol.map": settings["listener.security.protocol.map"].replace("_PLAINTEXT", "_SSL"),
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.location": str(store),
        "ssl.keystore.password": STORE_PASSWORD,
    }


def _keytool(*arguments: str) -> None:
    """The JDK's own tool, which a bare runtime has too, though without its launcher."""
    command = java("-m", "java.base/sun.security.tools.keytool.Main", *arguments, class_path=(), heap_megabytes=64)
    subprocess.run(command, capture_output=True, check=True)


def _format(settings: Path, jars: tuple[Path, ...], users: Mapping[str, str]) -> None:
    """Prepare the data folder for a cluster of its own."""
    cluster = "x" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]  # a dash would be an option
    command = java(QUIET, "kafka.tools.StorageTool", "format", class_path=jars, heap_megabytes=HEAP_MEGABYTES)
    for name, password in users.items():
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            command += ["--add-scram", f"{mechanism}=[name={name},password={password}]"]
    command += ["--cluster-id", cluster, "--config", str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerUnavailableError(f"kafka's storage cannot be formatted: {(done.stdout + done.stderr).strip()}")
