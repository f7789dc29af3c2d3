import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import MaintenanceWindow
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import NOW, World

WINDOW = {"point": "TS-0010", "start": "2026-11-22T01:00", "end": "2026-11-22T03:00", "reason": "Ganti <kabel>"}


def newest(settings: Settings) -> MaintenanceWindow:
    with reading(make_engine(settings.database)) as session:
        return session.scalars(select(MaintenanceWindow).order_by(MaintenanceWindow.id.desc())).first()  # type: ignore[return-value]


def test_windows_are_listed_with_their_state(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/maintenance").text

    for said in ("Coming", "Over", "Cancelled", "Rawa Buntu", "Whole city", "Listrik PLN &lt;padam&gt;"):
        assert said in page, said


def test_a_window_is_announced_in_the_time_of_the_city(
    city_admin: FlaskClient, settings: Settings, world: World
) -> None:
    assert send(city_admin, "/maintenance", **WINDOW).status_code == 302

    window = newest(settings)
    assert (window.start, window.end) == (NOW + 11 * 3600, NOW + 13 * 3600)  # it is 14:00 there
    assert (window.point_id, window.area_id) == (world.points["TS-0010"], None)
    assert (window.announced_at, window.announced_by) == (NOW, "admin")
    assert "Ganti &lt;kabel&gt;" in city_admin.get("/maintenance").text


def test_an_area_or_the_city_can_be_meant(city_admin: FlaskClient, settings: Settings, world: World) -> None:
    send(city_admin, "/maintenance", **WINDOW | {"point": "", "area": "36.74.01"})
    assert newest(settings).area_id == world.areas["36.74.01"]

    send(city_admin, "/maintenance", **WINDOW | {"point": "", "area": ""})
    assert (newest(settings).area_id, newest(settings).point_id) == (None, None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": "2026-11-21T14:00"}, "A window is announced before it begins."),
        ({"start": "2026-11-20T01:00"}, "A window is announced before it begins."),
        ({"end": "2026-11-22T01:00"}, "The end must come after the beginning."),
        ({"end": "2027-11-22T01:00"}, "Longer than 31 days."),
        ({"start": "tomorrow"}, "Not a valid datetime value"),
        ({"start": ""}, "This field is required"),
        ({"start": "0001-01-01T00:00"}, "A window is announced before it begins."),
        ({"point": "TS-9999"}, "TS-9999 is not known here."),
        ({"reason": " "}, "Empty."),
    ],
)
def test_a_wrong_window_names_field_and_reason(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, str], said: str
) -> None:
    before = newest(settings).id

    answer = send(city_admin, "/maintenance", **WINDOW | fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert newest(settings).id == before


def test_a_coming_window_is_cancelled_once(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/maintenance", **WINDOW)
    path = f"/maintenance/{newest(settings).id}/cancel"

    send(city_admin, "/maintenance", path)
    assert newest(settings).cancelled_at == NOW
    send(city_admin, "/maintenance", path)
    assert "Nothing to cancel" in city_admin.get("/maintenance").text


def test_a_window_that_is_over_stays(city_admin: FlaskClient, settings: Settings) -> None:
    with reading(make_engine(settings.database)) as session:
        over = session.scalar(select(MaintenanceWindow.id).where(MaintenanceWindow.end < NOW))

    send(city_admin, "/maintenance", f"/maintenance/{over}/cancel")

    with reading(make_engine(settings.database)) as session:
        assert session.get_one(MaintenanceWindow, over).cancelled_at is None


def test_a_viewer_announces_and_cancels_nothing(city_viewer: FlaskClient, settings: Settings) -> None:
    assert "Announce" not in city_viewer.get("/maintenance").text.split("<main")[1].split("<table")[0].replace(
        "announced", ""
    )
    assert send(city_viewer, "/maintenance", **WINDOW).status_code == 403
    assert send(city_viewer, "/maintenance", "/maintenance/1/cancel").status_code == 403
    with reading(make_engine(settings.database)) as session:
        assert session.scalar(select(func.count()).select_from(MaintenanceWindow)) == 3


def test_the_point_page_leads_to_the_form(city_admin: FlaskClient) -> None:
    assert 'value="TS-0010"' in city_admin.get("/maintenance?point=TS-0010").text
