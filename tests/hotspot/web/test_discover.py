import csv
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import AccessPoint, ApState, FoundDevice, Search
from hotspot.web.found import HEAD
from tests.hotspot.web import world_found as found
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import NOW

PAGE = "/discover/"
SEARCH: dict[str, Any] = {"ranges": "10.1.0.0/29", "sets": ["1"], "rate": "50", "port": "161"}


def devices(settings: Settings) -> dict[str, FoundDevice]:
    with reading(make_engine(settings.database)) as session:
        return {device.address: device for device in session.scalars(select(FoundDevice))}


def searched(settings: Settings) -> list[Search]:
    with reading(make_engine(settings.database)) as session:
        return list(session.scalars(select(Search).order_by(Search.id)))


def ids(settings: Settings, *addresses: str) -> list[int]:
    known = devices(settings)
    return [known[address].id for address in addresses]


def access_point(settings: Settings, name: str) -> AccessPoint | None:
    with reading(make_engine(settings.database)) as session:
        return session.scalars(select(AccessPoint).where(AccessPoint.name == name)).one_or_none()


def rows(page: str) -> str:
    return page.split('id="found"')[1]


def test_what_waits_for_a_decision_is_listed_with_state_and_proposal(city_admin: FlaskClient) -> None:
    page = rows(city_admin.get(PAGE).text)
    for said in (found.NEW, found.NAMELESS, found.TWICE, found.CONTROLLER, found.REFUSED, 'value="TS-0006"',
                 "by its name", "the same serial number as AP-003-1", "lists 12 access points",
                 "No credential fits", "It answers SNMP but refuses the credentials.",
                 "none: a controller"):  # fmt: skip
        assert said in page, said
    for unsaid in (found.PING, found.IGNORED, f">{found.KNOWN}<"):
        assert unsaid not in page, unsaid


def test_texts_of_devices_are_only_texts(city_admin: FlaskClient) -> None:
    for view in ("open", "ping", "inventory", "added", "ignored"):
        assert "<img" not in city_admin.get(f"{PAGE}?show={view}").text
    assert "&lt;img src=x" in rows(city_admin.get(PAGE).text)
    form = re.findall(r'name="found" value="(\d+)"', city_admin.get(PAGE).text)
    assert "<img" not in send(city_admin, PAGE, "/discover/add", found=form).text


@pytest.mark.parametrize(
    ("view", "address"),
    [("ping", found.PING), ("inventory", found.KNOWN), ("ignored", found.IGNORED), ("nonsense", found.NEW)],
)
def test_each_view_lists_its_own(city_admin: FlaskClient, view: str, address: str) -> None:
    assert address in rows(city_admin.get(f"{PAGE}?show={view}").text)


def test_a_view_without_devices_says_so(city_admin: FlaskClient) -> None:
    assert "No found device is in this list." in city_admin.get(f"{PAGE}?show=added").text


def test_searches_show_how_far_they_are(city_admin: FlaskClient) -> None:
    page = city_admin.get(PAGE).text
    for said in ("Searching", "600 of 1,022 addresses", "10.98.0.1-10.98.3.254", "Done", "7 answer ping", "Cancel"):
        assert said in page, said
    assert 'hx-trigger="every 2s"' in page


def test_a_search_is_asked_for(city_admin: FlaskClient, settings: Settings) -> None:
    answer = send(city_admin, PAGE, **SEARCH)
    assert answer.status_code == 302
    asked = searched(settings)[-1]
    assert (asked.ranges, asked.addresses, asked.rate, asked.credential_sets) == ("10.1.0.1-10.1.0.6", 6, 50, "1")
    assert (asked.requested_by, asked.requested_at, asked.started_at) == ("admin", NOW, None)
    assert "Waiting for the collector" in city_admin.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ranges": ""}, "Empty."),
        ({"ranges": "10.0.0.0/8"}, "16777214 addresses; at most 65536 are searched at once."),
        ({"ranges": "<b>"}, "&lt;b&gt; is neither an address nor a range such as 10.0.0.0/22."),
        ({"rate": "0"}, "0 is not from 1 to 1000 addresses a second."),
        ({"rate": "quick"}, "Not a valid integer value"),
        ({"port": "99999"}, "99999 is not a port from 1 to 65535."),
        ({"sets": []}, "No credential is chosen."),
        ({"sets": ["77"]}, "valid choice"),
    ],
)
def test_a_mistake_stands_beside_what_was_typed(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, Any], said: str
) -> None:
    before = len(searched(settings))
    answer = send(city_admin, PAGE, **SEARCH | fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(searched(settings)) == before


def test_the_address_fills_the_form(city_admin: FlaskClient) -> None:
    page = city_admin.get(f"{PAGE}?ranges=10.5.0.0/24&port=16161&sets=1").text
    assert "10.5.0.0/24</textarea>" in page
    assert 'value="16161"' in page


def test_a_search_is_cancelled_once(city_admin: FlaskClient, settings: Settings) -> None:
    running = searched(settings)[-1].id
    send(city_admin, PAGE, f"/discover/searches/{running}/cancel")
    assert searched(settings)[-1].cancelled_at == NOW
    send(city_admin, PAGE, f"/discover/searches/{running}/cancel")
    page = city_admin.get(PAGE).text
    assert "The search was over before." in page
    assert 'hx-trigger="every 2s"' not in page


def test_a_device_is_added_after_a_look(city_admin: FlaskClient, settings: Settings) -> None:
    first, second, refused = ids(settings, found.NEW, found.CONTROLLER, found.REFUSED)
    look = send(city_admin, PAGE, "/discover/add", found=[first, second, refused])
    assert look.status_code == 200
    assert "What would be added" in look.text
    assert 'value="TS-0006-lantai-2"' in look.text
    assert "Add 2 devices" in look.text
    assert access_point(settings, "controller") is None

    wanted = {f"name-{first}": "lantai-2", f"point-{first}": "TS-0010", "found": [first, second], "sure": "yes"}
    assert send(city_admin, PAGE, "/discover/add", **wanted).status_code == 302

    ap, controller = access_point(settings, "lantai-2"), access_point(settings, "controller")
    assert ap
    assert controller
    assert (ap.address, ap.kind, ap.credential_set_id, ap.model) == (found.NEW, "access_point", 1, "U6-Lite")
    assert (controller.kind, controller.point_id) == ("controller", None)
    page = rows(city_admin.get(f"{PAGE}?show=added").text)
    assert "lantai-2" in page
    assert "added" in city_admin.get("/audit/").text


def test_of_several_with_a_mistake_none_is_added(city_admin: FlaskClient, settings: Settings) -> None:
    first, second = ids(settings, found.NEW, found.NAMELESS)
    wanted = {
        "found": [first, second],
        "sure": "yes",
        f"name-{first}": "good",
        f"point-{first}": "",
        f"name-{second}": "AP-001-1",
    }
    answer = send(city_admin, PAGE, "/discover/add", **wanted)
    assert answer.status_code == 422
    assert "There is one of this name already." in answer.text
    assert 'value="good"' in answer.text
    assert access_point(settings, "good") is None
    assert devices(settings)[found.NEW].decision == ""

    answer = send(city_admin, PAGE, "/discover/add", found=[first], sure="yes", **{f"point-{first}": "TS-9999"})
    assert "TS-9999 is not known here." in answer.text


def test_a_code_that_was_typed_chooses_its_device(city_admin: FlaskClient, settings: Settings) -> None:
    first, second = ids(settings, found.NEW, found.NAMELESS)
    typed = {f"point-{first}": "TS-0006", f"point-{second}": " TS-0099 "}  # the first as it was proposed
    look = send(city_admin, PAGE, "/discover/add", **typed)
    assert "Add 1 devices" in look.text
    assert 'value="TS-0099"' in look.text
    assert f'name="found" value="{second}"' in look.text


def test_nothing_chosen_is_said(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, PAGE, "/discover/add", found=["x", *map(str, ids(settings, found.REFUSED, found.PING))])
    assert "No device is chosen that can be added." in city_admin.get(PAGE).text


def test_ignored_devices_come_back(city_admin: FlaskClient, settings: Settings) -> None:
    chosen = ids(settings, found.NEW, found.REFUSED)
    send(city_admin, PAGE, "/discover/ignore", found=chosen)
    assert {devices(settings)[address].decision for address in (found.NEW, found.REFUSED)} == {"ignored"}
    answer = send(city_admin, PAGE, "/discover/notice", found=chosen, show="ignored")
    assert "show=ignored" in answer.location
    assert "2 devices wait for a decision again." in city_admin.get(PAGE).text
    assert devices(settings)[found.IGNORED].decision == "ignored"


def test_a_device_just_added_is_taken_out_again(city_admin: FlaskClient, settings: Settings) -> None:
    chosen = ids(settings, found.NEW)
    send(city_admin, PAGE, "/discover/add", found=chosen, sure="yes")
    assert access_point(settings, "TS-0006-lantai-2")
    send(city_admin, PAGE, "/discover/undo", found=chosen, show="added")
    assert access_point(settings, "TS-0006-lantai-2") is None
    assert devices(settings)[found.NEW].decision == ""
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(ApState.ap_id)).first()


def test_the_code_of_a_point_is_completed(city_admin: FlaskClient) -> None:
    answer = city_admin.get("/discover/points?point-7=TS-000").text
    assert answer.count("<option") == 9
    assert "<script>" not in answer
    assert city_admin.get("/discover/points?point-7=").text.strip() == ""


def test_the_list_is_a_file(city_admin: FlaskClient) -> None:
    lines = list(csv.reader(io.StringIO(city_admin.get("/discover/devices.csv").text.lstrip("\ufeff"))))
    assert lines[0][: len(HEAD)] == list(HEAD)
    by_address = {line[0]: line for line in lines[1:]}
    assert set(by_address) == {found.NEW, found.NAMELESS, found.TWICE, found.CONTROLLER, found.REFUSED}
    assert by_address[found.NEW][14:16] == ["TS-0006", "name: TS-0006-lantai-2"]
    assert not any(cell.startswith("=") for line in lines for cell in line)
    assert city_admin.get("/discover/devices.xlsx?show=ping").status_code == 200


@pytest.mark.parametrize("to", ["", "add", "ignore", "notice", "undo", "searches/1/cancel"])
def test_a_viewer_decides_nothing(city_viewer: FlaskClient, to: str) -> None:
    assert send(city_viewer, "/password", f"/discover/{to}", found=["1"], sure="yes").status_code == 403


def test_the_head_of_a_cluster_may_be_an_access_point(city_admin: FlaskClient, settings: Settings) -> None:
    (chosen,) = ids(settings, found.CONTROLLER)
    look = send(city_admin, PAGE, "/discover/add", found=[chosen]).text
    assert '<option value="controller" selected>' in look
    wanted = {f"kind-{chosen}": "controller", f"point-{chosen}": "TS-0010"}
    refused = send(city_admin, PAGE, "/discover/add", found=[chosen], sure="yes", **wanted)
    assert "A controller belongs to no point." in refused.text
    send(city_admin, PAGE, "/discover/add", found=[chosen], sure="yes", **wanted | {f"kind-{chosen}": "access_point"})
    added = access_point(settings, "controller")
    assert added
    assert (added.kind, added.point_id is None) == ("access_point", False)
