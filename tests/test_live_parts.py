"""The parts that live days are played and judged with: the pace, the messages, the comparison, the show."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

from console.site.loading import load_site
from examples.live.charges_topic import Published, newest
from examples.live.checking import Arrived
from examples.live.comparing import comparable, differences, version_of
from examples.live.day import SAMPLE_LOGS
from examples.live.fhir_server import FhirServer, held_before
from examples.live.lines import arrival_line, charge_line
from examples.live.messages import Message, read_messages
from examples.live.pacing import IDLE_MOST, pauses
from examples.live.replaying import Replayed
from examples.live.show import ARRIVED, IN, Show
from examples.live.site_file import Places, write_site
from examples.live.waiting import wait_until

EIGHT = datetime(2026, 3, 3, 8, tzinfo=UTC)
PLACES = Places("127.0.0.1:1", "http://127.0.0.1:2/fhir", "part-")


def item(identity: str = "c1", version: int = 1, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "ChargeItem",
        "id": identity,
        "extension": [
            {"url": f"{PLACES.canonical}/version", "valuePositiveInt": version},
            {"url": f"{PLACES.canonical}/because", "valueCode": "one rule"},
            {"url": f"{PLACES.canonical}/charge-modifier", "valueCoding": {"code": "59"}},
        ],
        "identifier": [{"system": f"{PLACES.canonical}/charge", "value": identity}],
        "status": "billable",
        "code": {"coding": [{"code": "96365"}], "text": "a label"},
        "quantity": {"value": 1},
        "context": {"reference": "Encounter/enc-702101"},
        "occurrencePeriod": {"start": "2026-03-03T08:00:00-06:00"},
        **elements,
    }


def published(identity: str, version: int, *, partition: int = 0, offset: int = 0, **elements: Any) -> Published:
    return Published(identity, version, partition, offset, item(identity, version, **elements))


def messages(folder: Path) -> tuple[Message, ...]:
    return read_messages(SAMPLE_LOGS, load_site(write_site(folder, PLACES)), PLACES)


# --- the pace --------------------------------------------------------------------------------------------------------


def test_idle_gaps_are_cut_and_the_whole_takes_what_it_may() -> None:
    times = [EIGHT, EIGHT + timedelta(minutes=5), EIGHT + timedelta(days=7), EIGHT + timedelta(days=7, minutes=5)]
    assert pauses(times, 40) == pytest.approx([0, 10, 20, 10])
    assert timedelta(minutes=10) == IDLE_MOST


def test_messages_of_one_moment_go_out_at_once() -> None:
    assert pauses([EIGHT, EIGHT], 40) == [0, 0]
    assert pauses([EIGHT], 40) == [0]
    assert pauses([], 40) == []


def test_a_message_told_late_does_not_turn_time_back() -> None:
    assert pauses([EIGHT, EIGHT - timedelta(hours=1), EIGHT], 10) == pytest.approx([0, 0, 10])


# --- the messages ----------------------------------------------------------------------------------------------------


def test_every_message_of_the_day_goes_to_its_topic_at_its_own_time(tmp_path: Path) -> None:
    read = messages(tmp_path)
    assert len(read) == 164
    assert {message.topic for message in read} == {"part-mar.fhir", "part-mar.ras"}
    assert [message.time for message in read] == sorted(message.time for message in read)
    assert all(message.value.startswith(b"MSH") == message.topic.endswith("ras") for message in read)
    assert read[1].about == "enc-709913  piperacillin-tazobactam 06:00 in-progress"


def test_an_ehr_holds_what_its_messages_are_and_refer_to(tmp_path: Path) -> None:
    held = held_before(messages(tmp_path))
    assert {"Patient/pat-029", "Encounter/enc-702101", "MedicationAdministration/ma-702101-1"} <= set(held)
    assert {name.partition("/")[0] for name in held} >= {"Practitioner", "MedicationRequest"}


# --- the comparison --------------------------------------------------------------------------------------------------


def test_versions_wording_and_what_the_receiver_adds_are_not_compared() -> None:
    said_otherwise = item(version=3, note=[{"text": "otherwise"}], meta={"versionId": "7"}, id="its own")
    assert comparable(said_otherwise) == comparable(item())
    assert differences([item()], [said_otherwise]) == []


def test_every_difference_that_counts_is_named() -> None:
    wanted = [item("c1"), item("c2"), item("c3", status="entered-in-error")]
    found = [item("c1", quantity={"value": 2}), item("c1"), item("c4"), item("c3", status="entered-in-error")]
    assert differences(wanted, found) == [
        "c1 96365: quantity is {'value': 2}, wanted {'value': 1}",
        "c1 96365: there twice",
        "c4 96365: not wanted",
        "c2 96365: missing",
    ]


def test_consumers_take_the_highest_version() -> None:
    first, late = published("c1", 2, offset=5), published("c1", 1, offset=6)
    again = published("c1", 2, offset=7)
    assert newest([first, late, again]) == {"c1": again}


def test_a_version_that_falls_and_a_partition_that_changes_are_faults() -> None:
    records = (published("c1", 2), published("c1", 1), published("c2", 1), published("c2", 1, partition=1))
    history = (item("c1", 1), item("c1", 2), item("c2", 1), item("c2", 1))
    assert Arrived(records, history, ()).unordered() == [
        "c1: version 1 on the topic after 2",
        "c2: on partitions 0 and 1",
        "c2: versions [1, 1] at the FHIR server",
    ]


def test_topic_and_fhir_server_must_agree_on_the_version() -> None:
    arrived = Arrived((published("c1", 2),), (), (item("c1", 1),))
    assert arrived.unlike(Replayed((item("c1", 1),), frozenset(), {})) == [
        "c1: version 2 on the topic, 1 at the FHIR server"
    ]


@pytest.mark.asyncio
async def test_a_history_whose_pages_move_on_while_it_is_read_has_each_version_once() -> None:
    versions = [
        item("c1", number, meta={"versionId": str(number), "lastUpdated": "2026-03-03"}) for number in (3, 2, 1)
    ]
    pages = {"": (versions[:2], "?more"), "more": (versions[1:], None)}
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        entries, following = pages["more" if "more" in request.query else ""]
        links = [{"relation": "next", "url": str(request.url.with_query("more"))}] if following else []
        return web.json_response({"entry": [{"resource": one} for one in entries], "link": links})

    app = web.Application()
    app.router.add_get("/ChargeItem/_history", answer)
    async with TestServer(app) as server, FhirServer(str(server.make_url("")).rstrip("/"), PLACES.canonical) as ehr:
        assert [version_of(one) for one in await ehr.history()] == [1, 2, 3]
    assert "_since=" in asked[0]


# --- the show --------------------------------------------------------------------------------------------------------


def shown(*, terminal: bool) -> str:
    page = io.StringIO()
    console = Console(file=page, force_terminal=terminal, width=120, highlight=False)
    with Show(console, total=2) as show:
        show.add(IN, "03 Mar 08:00  ceftriaxone 08:00 in-progress")
        show.add(ARRIVED, arrival_line(item(version=2)))
    return page.getvalue()


def test_a_terminal_sees_columns_and_anything_else_plain_lines() -> None:
    assert "Going in (1)" in shown(terminal=True)
    assert "1 of 2 messages" in shown(terminal=True)
    plain = shown(terminal=False)
    assert [line.split()[0] for line in plain.splitlines()] == ["Going", "At"]
    assert "version 2  enc-702101  96365 x1 billable" in plain


def test_a_charge_is_new_changed_or_withdrawn() -> None:
    assert charge_line(published("c1", 1)) == "new        enc-702101  96365 x1 billable"
    assert charge_line(published("c1", 4, status="entered-in-error")).startswith("withdrawn  enc-702101")


@pytest.mark.parametrize(("width", "panels_beside"), [(150, 3), (80, 1)])
def test_columns_stand_beside_each_other_where_they_fit(width: int, panels_beside: int) -> None:
    page = io.StringIO()
    with Show(Console(file=page, force_terminal=True, width=width, height=40), total=1) as show:
        show.add(IN, "one line")
    assert max(line.count("╭") for line in page.getvalue().splitlines()) == panels_beside


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_waiting_ends_with_the_name_of_what_did_not_come() -> None:
    wait_until(lambda: True, 0, "nothing")
    with pytest.raises(TimeoutError, match="waited 0 s for a charge"):
        wait_until(lambda: False, 0, "a charge")
