"""`deploy/` is kept true: every key, topic, port, path and command in it is held against the code."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
import typer
import yaml
from typer.core import TyperGroup

from console.cli import app
from console.health.server import health_app
from console.health.state import HealthState
from console.serve.service import STOP_SECONDS_MOST
from console.site.loading import Site, load_site
from console.site.reference import TABLES
from publishers.kafka.writing import RECORD_BYTES_MOST

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
EXAMPLE = DEPLOY / "site.example.toml"
BROKER_MESSAGE_BYTES_MOST = 1_048_588
FLOORS = {"coder", "mappers", "ledger", "listeners", "publishers", "console"}


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in re.findall(r'"env:(\w+)"', active(EXAMPLE.read_text(encoding="utf-8"))):
        monkeypatch.setenv(name, "a key for tests alone")
    return load_site(EXAMPLE)


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load(text_of("compose.yaml"))


@pytest.fixture(scope="module")
def topics() -> Any:
    return yaml.safe_load(text_of("topics.yaml"))


@pytest.fixture(scope="module")
def make_topics() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_topics", DEPLOY / "make_topics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def active(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def instructions() -> list[list[str]]:
    """The Containerfile's instructions, each as its words."""
    joined = text_of("Containerfile").replace("\\\n", " ")
    return [line.split() for line in joined.splitlines() if line and not line.startswith("#")]


def arguments_of(kind: str) -> list[str]:
    return [word for words in instructions() if words[0] == kind for word in words[1:]]


def command_of(text: str) -> list[str]:
    """An instruction in JSON form."""
    found = re.search(rf"^{text} (\[.*\])$", text_of("Containerfile"), re.MULTILINE)
    assert found
    words: list[str] = yaml.safe_load(found.group(1))
    return words


def parses(words: list[str]) -> dict[str, Any]:
    """What a command line of ours says; it is refused like any other where it is none."""
    command: Any = typer.main.get_command(app)
    while isinstance(command, TyperGroup):
        word, *words = words
        command = command.get_command(typer.Context(command), word)
        assert command is not None, word
    params: dict[str, Any] = command.make_context(command.name, words).params
    return params


class TestSiteFile:
    def test_it_loads_with_what_compose_gives_it(self, site: Site, compose: Any) -> None:
        given = compose["services"]["hangtime"]["environment"]
        assert set(re.findall(r'"env:(\w+)"', active(EXAMPLE.read_text(encoding="utf-8")))) == set(given)
        assert site.settings.kafka
        assert {target.kind for target in site.settings.publish} == {"kafka", "fhir"}

    def test_an_ehr_that_nobody_has_named_yet_gets_nothing(self, site: Site) -> None:
        assert [target.mode for target in site.settings.publish if target.kind == "fhir"] == ["shadow"]

    @pytest.mark.parametrize(("name", "table"), TABLES, ids=[name for name, _ in TABLES])
    def test_every_key_there_is_stands_in_it(self, name: str, table: Any) -> None:
        text = EXAMPLE.read_text(encoding="utf-8")
        absent = [key for key in table.model_fields if not re.search(rf"(^|[{{, #]){key} = ", text, re.MULTILINE)]
        assert absent == []

    def test_what_is_commented_out_is_known_too(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("HANGTIME_KEY", "HOSTNAME", "U", "P"):
            monkeypatch.setenv(name, "given")
        opened = re.sub(r"^# (?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert opened.count("\n# ") < EXAMPLE.read_text(encoding="utf-8").count("\n# ") - 10
        (tmp_path / "site.toml").write_text(opened, encoding="utf-8")
        settings = load_site(tmp_path / "site.toml").settings
        assert settings.kafka[0].instance == "given"

    def test_defaults_that_are_shown_are_the_defaults(self, site: Site, tmp_path: Path) -> None:
        text = EXAMPLE.read_text(encoding="utf-8")
        no_defaults = "security|instance|write|place_of|early_stop|chemo_family|override|files?|Check|What|The"
        no_defaults += "|profiles|observations|visit_reasons"
        shown = re.sub(rf"^# (?!{no_defaults})(?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
        (tmp_path / "site.toml").write_text(shown, encoding="utf-8")
        as_shown = load_site(tmp_path / "site.toml").settings.model_dump(exclude={"site": {"facility"}})
        assert as_shown == site.settings.model_dump(exclude={"site": {"facility"}})


class TestTopics:
    def test_they_are_those_of_the_site_file(self, site: Site, topics: Any) -> None:
        listened = [topic.name for table in site.settings.kafka for topic in table.topics]
        written = [target.topic for target in site.settings.publish if target.kind == "kafka"]
        assert site.settings.dead_letters is not None
        assert set(topics) == {*listened, *written, site.settings.dead_letters.topic}

    def test_each_is_fully_defined(self, topics: Any) -> None:
        for definition in topics.values():
            assert set(definition) == {"about", "partitions", "replication", "config"}
            assert definition["partitions"] > 0
            assert all(isinstance(value, str) for value in definition["config"].values())

    def test_charges_are_kept_and_nothing_else_is_compacted(self, site: Site, topics: Any) -> None:
        written = {target.topic for target in site.settings.publish if target.kind == "kafka"}
        policies = {name: topics[name]["config"].get("cleanup.policy", "delete") for name in topics}
        assert {name for name, policy in policies.items() if policy == "compact"} == written

    def test_a_topic_takes_the_largest_record_we_send(self, topics: Any) -> None:
        for definition in topics.values():
            most = int(definition["config"].get("max.message.bytes", BROKER_MESSAGE_BYTES_MOST))
            assert most >= RECORD_BYTES_MOST

    def test_they_are_made_where_they_are_missing(
        self, kafka: str, make_topics: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        definitions = make_topics.read_definitions(DEPLOY / "topics.yaml")
        apart = {f"{uuid4().hex}.{name}": definition for name, definition in definitions.items()}
        file = tmp_path / "topics.yaml"
        file.write_text(yaml.safe_dump(apart))
        for _ in range(2):
            assert make_topics.main([kafka, str(file)]) == 0
        (another, definition), *_ = apart.items()
        file.write_text(yaml.safe_dump(apart | {another: definition | {"partitions": 7}}))
        assert capsys.readouterr().err == ""
        assert make_topics.main([kafka, str(file)]) == 1
        assert capsys.readouterr().err == f"{another}: has 6 partitions, wanted 7; it is left as it is\n"


class TestCompose:
    def test_the_services(self, compose: Any) -> None:
        assert set(compose["services"]) == {"kafka", "topics", "hangtime", "postgresql"}

    def test_the_brokers_are_where_the_site_file_and_the_topics_look_for_them(self, compose: Any, site: Site) -> None:
        environment = compose["services"]["kafka"]["environment"]
        advertised = environment["KAFKA_ADVERTISED_LISTENERS"]
        named = {table.brokers for table in site.settings.kafka}
        named |= {target.brokers for target in site.settings.publish if target.kind == "kafka"}
        assert site.settings.dead_letters is not None
        named |= {site.settings.dead_letters.brokers, compose["services"]["topics"]["entrypoint"][2]}
        assert named == {"kafka:9092"}
        assert "INSIDE://kafka:9092" in advertised
        assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"

    def test_every_variable_of_the_broker_is_one_that_its_image_reads(self, compose: Any) -> None:
        environment = compose["services"]["kafka"]["environment"]
        assert all(name == "CLUSTER_ID" or re.fullmatch(r"KAFKA_[A-Z_]+", name) for name in environment)

    def test_the_commands_are_ours(self, compose: Any) -> None:
        command = compose["services"]["hangtime"]["command"]
        assert command == command_of("CMD")
        assert parses(command)["site"] == Path("/etc/hangtime/site.toml")
        assert mounted(compose, "hangtime", "/etc/hangtime/site.toml") == "./${HANGTIME_SITE:-site.example.toml}"

    def test_the_ledger_is_on_a_volume(self, compose: Any, site: Site) -> None:
        folder = str(Path(site.ledger_url().removeprefix("sqlite:///")).parent)
        assert mounted(compose, "hangtime", folder) in compose["volumes"]
        assert arguments_of("VOLUME") == [folder]
        assert f"-m 0700 {folder}" in text_of("Containerfile")

    def test_the_health_port_is_let_out_on_this_machine_alone(self, compose: Any, site: Site) -> None:
        host, _, port = site.settings.console.listen.rpartition(":")
        assert host == "0.0.0.0"
        assert compose["services"]["hangtime"]["ports"] == [f"127.0.0.1:{port}:{port}"]
        assert arguments_of("EXPOSE") == [port]
        probe = compose["services"]["hangtime"]["healthcheck"]["test"][-1]
        assert f"http://127.0.0.1:{port}/live" in probe
        compile(probe, "probe", "exec")

    def test_no_port_is_open_to_the_world(self, compose: Any) -> None:
        ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_images_are_pinned_and_named_without_a_registry(self, compose: Any) -> None:
        images = {service["image"] for service in compose["services"].values()}
        assert images == {"apache/kafka:4.3.1", "postgres:18", "hangtime"}

    def test_it_waits_for_what_it_needs(self, compose: Any) -> None:
        services = compose["services"]
        assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
        assert services["hangtime"]["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}
        assert "healthcheck" in services["kafka"]

    def test_it_has_the_time_to_stop(self, compose: Any) -> None:
        seconds = int(compose["services"]["hangtime"]["stop_grace_period"].removesuffix("s"))
        assert seconds > 2 * STOP_SECONDS_MOST

    def test_it_can_do_little(self, compose: Any) -> None:
        service = compose["services"]["hangtime"]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]

    def test_every_file_it_mounts_is_there(self, compose: Any) -> None:
        mounts = [volume for service in compose["services"].values() for volume in service["volumes"]]
        files = [re.sub(r"\$\{\w+:-(.*)\}", r"\1", mount).split(":")[0] for mount in mounts if mount.startswith("./")]
        assert files
        assert [file for file in files if not (DEPLOY / file).is_file()] == []


def mounted(compose: Any, service: str, place: str) -> str:
    """What is mounted at a place of a service's container."""
    volumes: list[str] = compose["services"][service]["volumes"]
    found = [re.fullmatch(rf"(.*?):{re.escape(place)}(:ro)?", volume) for volume in volumes]
    (only,) = [one.group(1) for one in found if one]
    return only


class TestContainerfile:
    def test_what_it_copies_is_there_and_the_builder_sees_it(self) -> None:
        copies = [words[1:-1] for words in instructions() if words[0] == "COPY" and "--from=build" not in words]
        sources = {source for words in copies for source in words}
        assert [source for source in sources if not (ROOT / source).exists()] == []
        seen = re.findall(r"^!(.*)$", text_of("Containerfile.dockerignore"), re.MULTILINE)
        assert set(seen) == sources | {"requirements/"}
        assert {source.strip("/") for source in sources} >= FLOORS

    def test_its_python_is_the_oldest_we_support(self) -> None:
        oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
        images = [words[1] for words in instructions() if words[0] == "FROM"]
        assert set(images) == {f"python:{oldest.removeprefix('>=')}-slim"}

    def test_it_installs_what_is_locked_and_nothing_else(self) -> None:
        installs = [line for line in text_of("Containerfile").splitlines() if "pip install" in line]
        assert all("--require-hashes -r requirements/run.txt" in line or "--no-deps" in line for line in installs)

    def test_it_runs_as_a_plain_user(self) -> None:
        (user,) = arguments_of("USER")
        assert all(int(number) >= 10000 for number in user.split(":"))
        last = [words[0] for words in instructions()]
        assert "RUN" not in last[last.index("USER") :]

    def test_its_command_is_ours(self) -> None:
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
        assert command_of("ENTRYPOINT") == [*scripts]
        parses(command_of("CMD"))


class TestReadme:
    def test_its_pages_are_served(self) -> None:
        served = {route.resource.canonical for route in health_app(HealthState()).router.routes() if route.resource}
        assert set(re.findall(r"^\| `(/\w+)`", text_of("README.md"), re.MULTILINE)) == served

    def test_its_metrics_are_ours(self) -> None:
        source = (ROOT / "console" / "health" / "metrics.py").read_text(encoding="utf-8")
        ours = set(re.findall(r'"(hangtime_\w+)"', source))
        named = set(re.findall(r"`(hangtime_\w+)`", text_of("README.md")))
        assert named
        assert {name.removesuffix("_total") for name in named} <= ours

    def test_every_file_is_listed(self) -> None:
        files = {path.name for path in DEPLOY.iterdir() if path.is_file()} - {"README.md", "Containerfile.dockerignore"}
        assert set(table_names()) == files

    def test_its_commands_are_ours(self) -> None:
        (command,) = re.findall(r"exec hangtime hangtime ([^`]*)`", text_of("README.md"))
        assert parses(command.split())["site"] == Path("/etc/hangtime/site.toml")

    def test_its_variables_are_those_of_compose(self) -> None:
        used = set(re.findall(r"\$\{(\w+)", text_of("compose.yaml")))
        assert set(re.findall(r"\b(HANGTIME_\w+)", text_of("README.md"))) == used


def table_names() -> Iterator[str]:
    for line in text_of("README.md").splitlines():
        if line.startswith("| `") and not line.startswith("| `/"):
            yield from re.findall(r"`([^`]+)`", line.split("|")[1])
