"""Controllers, what is followed through them, and placing what has no point."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from collectors.result import PollResult
from hotspot.recorder import Poll, Recorder
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city
from hotspot.store.models import AccessPoint, AuditEntry
from hotspot.store.placing import assign
from tests.hotspot.web.controlled import LISTED, settle
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import NOW, World


@pytest.fixture
def wlc(world: World, settings: Settings) -> int:
    """The id of a controller with four access points."""
    engine = make_engine(settings.database)
    made = settle(engine, world.city, NOW)
    engine.dispose()
    return made


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def ids_of(settings: Settings) -> dict[str, int]:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        query = select(AccessPoint.name, AccessPoint.id).where(AccessPoint.controller_id.is_not(None))
        return {row.name: row.id for row in session.execute(query)}


def point_of(settings: Settings, ap_id: int) -> int | None:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        return session.get_one(AccessPoint, ap_id).point_id


def log_of(settings: Settings) -> list[tuple[str, str, str]]:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.subject, row.detail) for row in rows]


def test_list_counts_what_each_controller_follows(city_viewer: FlaskClient, wlc: int) -> None:
    assert wlc
    told = text_of(city_viewer.get("/controllers").text)
    assert "WLC-1" in told
    assert "Ruckus SZ100" in told
    assert "2 / 4" in told
    assert "1 down, 1 unknown" in told
    assert "Add a controller" not in told


def test_city_without_controllers_says_what_to_do(city_admin: FlaskClient) -> None:
    told = text_of(city_admin.get("/controllers").text)
    assert "No controller yet" in told
    assert "Add a controller" in told


def test_controllers_page_lists_its_access_points(city_viewer: FlaskClient, wlc: int) -> None:
    assert wlc
    page = city_viewer.get("/controllers/WLC-1").text
    told = text_of(page)
    assert "4 followed through it, 4 at no point" in told
    assert "not seen since" in told
    assert "&lt;b&gt;" in page
    assert "Access points known, by its own count 4" in told
    moved = city_viewer.get("/access-points/WLC-1")
    assert (moved.status_code, moved.location) == (302, "/controllers/WLC-1")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=down", ["gudang"]),
        ("state=unknown", ["hilang"]),
        ("q=LOBI", ["TS-0006 lobi"]),
        ("placed=yes", []),
        ("placed=no&state=down", ["gudang"]),
        ("state=nonsense&placed=perhaps&page=99", ["TS-0006 lobi", "gudang", "hilang"]),
    ],
)
def test_filter_of_the_access_points_of_a_controller(
    city_viewer: FlaskClient, wlc: int, query: str, shown: list[str]
) -> None:
    assert wlc
    page = city_viewer.get(f"/controllers/WLC-1?{query}").text
    names = [name for name in ("TS-0006 lobi", "gudang", "hilang") if f">{name}</a>" in page]
    assert names == shown


def test_page_of_no_controller_is_not_found(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/controllers/AP-006-1").status_code == 404
    assert city_viewer.get("/controllers/nobody").status_code == 404


def test_access_point_says_through_what_it_is_followed(city_admin: FlaskClient, wlc: int) -> None:
    assert wlc
    told = text_of(city_admin.get("/access-points/TS-0006 lobi").text)
    for words in (
        "followed through WLC-1",
        "10.3.3.1",
        "866",
        "Sends at",
        "Band",
        "5 GHz",
        "Access points without a point",
    ):
        assert words in told
    assert "Community" not in told
    told = text_of(city_admin.get("/access-points/gudang").text)
    assert "Its controller says that it is not connected" in told
    told = text_of(city_admin.get("/access-points/hilang").text)
    assert "Not seen since" in told
    assert "does not list it" in told


def test_polling_of_what_is_followed_can_be_stopped(city_admin: FlaskClient, wlc: int, settings: Settings) -> None:
    assert wlc
    page = "/access-points/gudang"
    assert send(city_admin, page).status_code == 302  # without the check mark
    assert "Polling of this access point is off" in text_of(city_admin.get(page).text)
    assert log_of(settings)[-1] == ("change", "access point gudang", "polling: True -> False")
    assert "gudang" not in city_admin.get("/unplaced/").text


def test_controller_is_added_by_hand(city_admin: FlaskClient, settings: Settings) -> None:
    cells = {"ap_name": "WLC-7", "ap_address": "10.9.9.7", "ap_port": "161", "snmp_version": "2c"}
    answer = send(city_admin, "/controllers", snmp_community="rahasia sekali", **cells)
    assert (answer.status_code, answer.location) == (302, "/controllers/WLC-7")
    told = text_of(city_admin.get("/controllers/WLC-7").text)
    assert "It was not polled yet" in told
    assert "None is known yet" in told
    assert "rahasia" not in told
    assert log_of(settings)[-1][:2] == ("add", "controller WLC-7")
    again = send(city_admin, "/controllers", **cells)
    assert again.status_code == 422
    assert "There is one of this name already" in again.text
    again = send(city_admin, "/controllers", **(cells | {"ap_name": "WLC-8"}))
    assert "WLC-7 has this address already" in again.text


def test_viewer_changes_nothing(city_viewer: FlaskClient, wlc: int) -> None:
    assert wlc
    assert city_viewer.get("/unplaced/").status_code == 200
    for page in (
        "/controllers",
        "/unplaced/review",
        "/unplaced/place",
        "/unplaced/take-back",
        "/access-points/gudang/point",
    ):
        assert city_viewer.post(page, data={"csrf_token": token(city_viewer, "/controllers")}).status_code == 403


def test_placing_is_looked_at_done_and_undone(
    city_admin: FlaskClient, wlc: int, world: World, settings: Settings
) -> None:
    assert wlc
    page = city_admin.get("/unplaced/?controller=WLC-1").text
    assert 'value="TS-0006"' in page
    assert "nothing in its name says which" in page
    ids = ids_of(settings)
    lobby, store, taken = ids["TS-0006 lobi"], ids["gudang"], world.access_points["AP-006-1"]
    chosen = {"ap": [str(lobby), str(store), str(taken), "x", "9" * 30]}
    codes = {f"point-{lobby}": "TS-0006", f"point-{store}": "TS-9999", f"point-{taken}": "TS-0001"}
    review = send(city_admin, "/unplaced/", "/unplaced/review", **chosen, **codes)
    told = text_of(review.text)
    assert "1 access point would be placed" in told
    assert "TS-9999: There is no point of this code." in told
    assert "It has a point already." in told
    assert point_of(settings, lobby) is None
    done = send(city_admin, "/unplaced/", "/unplaced/place", **chosen, **codes)
    assert "1 access point is placed" in text_of(done.text)
    assert point_of(settings, lobby) == world.points["TS-0006"]
    assert point_of(settings, taken) == world.points["TS-0006"]
    assert log_of(settings)[-1] == ("place", "1 access points", "TS-0006 lobi -> TS-0006")
    assert "TS-0006 lobi" in city_admin.get("/points/TS-0006").text
    undone = send(city_admin, "/unplaced/", "/unplaced/take-back", ap=[str(lobby)], **{f"point-{lobby}": "TS-0006"})
    assert undone.status_code == 302
    assert point_of(settings, lobby) is None


def test_nothing_chosen_is_said(city_admin: FlaskClient, wlc: int) -> None:
    assert wlc
    answer = send(city_admin, "/unplaced/", "/unplaced/review", **{f"point-{ap}": "TS-0001" for ap in range(100)})
    assert answer.status_code == 422
    assert "Choose access points" in answer.text
    assert 'value="TS-0001" list="codes"' in answer.text


def test_undo_leaves_what_was_moved_on(city_admin: FlaskClient, wlc: int, world: World, settings: Settings) -> None:
    assert wlc
    lobby = ids_of(settings)["TS-0006 lobi"]
    engine = make_engine(settings.database)
    with writing(engine) as session:
        city = current_city(session)
        assert city
        assign(session, city, lobby, "TS-0007", now=NOW, actor="a")
    send(city_admin, "/unplaced/", "/unplaced/take-back", ap=[str(lobby)], **{f"point-{lobby}": "TS-0006"})
    assert point_of(settings, lobby) == world.points["TS-0007"]


def test_one_access_point_gets_its_point_on_its_page(
    city_admin: FlaskClient, wlc: int, world: World, settings: Settings
) -> None:
    page, lobby = "/access-points/TS-0006 lobi", ids_of(settings)["TS-0006 lobi"]
    assert send(city_admin, page, f"{page}/point", point="TS-0006").status_code == 302
    assert point_of(settings, lobby) == world.points["TS-0006"]
    refused = send(city_admin, page, f"{page}/point", point="TS-9999")
    assert refused.status_code == 422
    assert "TS-9999 is not known here" in refused.text
    assert send(city_admin, page, f"{page}/point", point="TS-0006").status_code == 302
    assert "Nothing was different" in city_admin.get(page).text
    assert send(city_admin, page, f"{page}/point", point="").status_code == 302
    assert point_of(settings, lobby) is None
    controller = send(city_admin, page, "/access-points/WLC-1/point", point="TS-0006")
    assert controller.status_code == 422
    assert point_of(settings, wlc) is None


def test_controllers_and_the_unplaced_count_for_no_point(city_admin: FlaskClient, wlc: int, world: World) -> None:
    assert wlc
    metrics = city_admin.get("/api/v1/points?per_page=500").get_json()
    points = sum(item["access_points"] for item in metrics["items"])
    listed = city_admin.get("/api/v1/access-points?per_page=500").get_json()
    assert listed["total"] == points + len(LISTED)
    assert city_admin.get("/api/v1/access-points?placed=false").get_json()["total"] == len(LISTED)


def test_outage_of_a_controller_is_listed_without_a_point(
    city_admin: FlaskClient, wlc: int, world: World, settings: Settings
) -> None:
    engine = make_engine(settings.database)
    recorder = Recorder(engine, world.city, misses=1)
    recorder.record([Poll(NOW - 1, 60, PollResult(wlc, NOW - 1, reachable=False, error="no answer"))], fence=None)
    told = text_of(city_admin.get("/outages?which=open").text)
    assert "at no point WLC-1" in told
    assert "The device did not answer." in text_of(city_admin.get("/controllers").text)
    item = next(
        one
        for one in city_admin.get("/api/v1/outages?state=open").get_json()["items"]
        if one["access_point"] == "WLC-1"
    )
    assert (item["point"], item["area"]) == (None, None)


def test_cards_of_a_followed_device_fit_one_that_is_asked_itself(city_admin: FlaskClient) -> None:
    told = text_of(city_admin.get("/access-points/AP-006-1").text)
    assert "Round trip" in told
    assert "followed through" not in told


def test_api_tells_of_controllers_and_what_follows_them(city_viewer: FlaskClient, wlc: int) -> None:
    assert wlc
    (told,) = city_viewer.get("/api/v1/controllers").get_json()["items"]
    counted = {name.removeprefix("access_points_"): told[name] for name in told if name.startswith("access_points_")}
    assert counted == {"up": 2, "down": 1, "unknown": 1, "unplaced": 4}
    assert (told["access_points"], told["clients"]) == (4, 11)
    assert (told["device"]["name"], told["device"]["kind"], told["device"]["point"]) == ("WLC-1", "controller", None)
    listed = city_viewer.get("/api/v1/access-points?controller=WLC-1").get_json()["items"]
    assert {one["name"]: one["unknown_because"] for one in listed}["hilang"] == "controller"
    assert {(one["controller"], one["kind"], one["address"]) for one in listed} == {("WLC-1", "access_point", None)}
    detail = city_viewer.get("/api/v1/access-points/TS-0006 lobi").get_json()["detail"]
    assert detail["radios"] == [{"label": "radio 1", "band": 5, "channel": 36, "tx_rate": 866_000_000}]
    assert detail["address"] == "10.3.3.1"
