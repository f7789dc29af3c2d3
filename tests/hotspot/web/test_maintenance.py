from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import City, MaintenanceWindow
from hotspot.store.views import save_view
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import ADMIN, NOW, World

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


WRONG: list[tuple[dict[str, str], str]] = [
    ({"start": "2026-10-20T01:00"}, "More than 31 days ago."),
    ({"start": "0001-01-01T00:00"}, "More than 31 days ago."),
    ({"start": "2029-11-22T01:00"}, "More than two years ahead."),
    ({"start": "9999-12-31T01:00"}, "More than two years ahead."),
    ({"start": "2026-11-20T01:00", "end": "2026-11-21T14:00"}, "It is over already: late work keeps alerts quiet"),
    ({"end": "2026-11-22T01:00"}, "The end must come after the beginning."),
    ({"end": "2027-11-22T01:00"}, "Longer than 31 days."),
    ({"start": "tomorrow"}, "Not a valid datetime value"),
    ({"start": ""}, "Empty."),
    ({"point": "TS-9999"}, "TS-9999 is not known here."),
    ({"point": "TS-0010, TS-9999\nTS-8888"}, "TS-9999, TS-8888 is not known here."),
    ({"point": ", ".join(f"X{n}" for n in range(10_000))}, "More than 5000 points; choose an area or a provider."),
    ({"point": "x" * 200_001}, "Field cannot be longer than 200000 characters."),
    ({"area": "36.74.01"}, "Choose points, a provider or an area, not several of them."),
    ({"provider": "Nobody"}, "Not a valid choice."),
    ({"view": "17"}, "Not a valid choice."),
    ({"reason": " "}, "Empty."),
    ({"reason": "=1+1"}, "A formula, not a value."),
    ({"every": "yearly"}, "Not a valid choice."),
    ({"every": "weekly"}, "Empty."),
]


def test_a_wrong_window_names_field_and_reason(city_admin: FlaskClient, settings: Settings) -> None:
    before = newest(settings).id
    for fields, said in WRONG:
        answer = send(city_admin, "/maintenance", **WINDOW | fields)
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert newest(settings).id == before


def test_a_time_that_clocks_skip_is_refused(city_admin: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(City).values(time_zone="Europe/Berlin"))

    answer = send(city_admin, "/maintenance", **WINDOW | {"start": "2027-03-28T02:30", "end": "2027-03-28T04:00"})

    assert answer.status_code == 422
    assert "Clocks skip this time on that day." in answer.text


def test_pressed_twice_it_is_announced_once(city_admin: FlaskClient, settings: Settings) -> None:
    several = WINDOW | {"point": "TS-0010 ; TS-0011"}
    for asked in (WINDOW, several):
        assert send(city_admin, "/maintenance", **asked).status_code == 302
        again = send(city_admin, "/maintenance", **asked)
        assert again.status_code == 422
        assert "The same window is announced already." in again.text
    assert send(city_admin, "/maintenance", **several | {"point": "TS-0012,TS-0011"}).status_code == 302


def test_several_points_are_one_window(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/maintenance", **WINDOW | {"point": "TS-0011\nTS-0010, TS-0011"})

    made = newest(settings)
    assert (made.point_id, made.list_id is not None) == (None, True)
    page = city_admin.get(f"/maintenance/{made.id}").text
    assert 'href="/points/TS-0010"' in page
    assert "Covers 2 points, 2 access points" in page
    assert "2 points" in city_admin.get("/maintenance").text


def test_a_device_a_provider_or_a_saved_view_can_be_meant(
    city_admin: FlaskClient, settings: Settings, world: World
) -> None:
    send(city_admin, "/maintenance", **WINDOW | {"point": "AP-006-2"})
    assert newest(settings).ap_id == world.access_points["AP-006-2"]
    send(city_admin, "/maintenance", **WINDOW | {"point": "", "provider": "Nusa Link"})
    assert newest(settings).provider_id
    with writing(make_engine(settings.database)) as session:
        view = {"page": "points.index", "name": "Nusa", "query": "provider=Nusa+Link"}
        save_view(
            session, session.get_one(City, world.city), world.accounts[ADMIN], **view, shared=False, now=NOW, actor="a"
        )
    send(city_admin, "/maintenance", **WINDOW | {"point": "", "view": "1"})
    assert newest(settings).list_id
    page = city_admin.get("/maintenance").text
    assert all(said in page for said in ("AP-006-2", "/points?provider=Nusa+Link"))


def test_late_work_is_marked_and_said_to_be(city_admin: FlaskClient, settings: Settings) -> None:
    assert send(city_admin, "/maintenance", **WINDOW | {"start": "2026-11-21T14:00"}).status_code == 302

    page = city_admin.get("/maintenance").text
    assert "announced late: it keeps alerts quiet" in page
    assert "announced late</span>" in page
    assert "Not left out of any figure" in city_admin.get(f"/maintenance/{newest(settings).id}").text
    assert "announced late" in city_admin.get("/points/TS-0010").text


def test_a_look_before_says_what_it_means_and_writes_nothing(city_admin: FlaskClient, settings: Settings) -> None:
    before = newest(settings).id
    over = WINDOW | {"point": "", "area": "36.74.01", "start": "2026-11-22T13:00", "end": "2026-11-22T15:00"}

    looked = send(city_admin, "/maintenance", "/maintenance/look", **over)

    assert looked.status_code == 200
    assert "Covers 19 points, 20 access points" in looked.text
    assert "Overlaps with 1 window:" in looked.text
    assert "Listrik PLN &lt;padam&gt;" in looked.text.split('id="look"')[1].split("</form>")[0]
    refused = send(city_admin, "/maintenance", "/maintenance/look", **over | {"end": ""})
    assert refused.status_code == 422
    assert newest(settings).id == before


SERIES: dict[str, Any] = {
    "point": "TS-0010", "reason": "Uji genset", "every": "weekly", "weekdays": ["1", "4"], "weeks": "1", "at": "02:00",
    "length": "120", "first": "2026-11-21",
}  # fmt: skip


def test_a_series_is_announced_with_its_windows_and_ended_with_them(
    city_admin: FlaskClient, settings: Settings
) -> None:
    looked = send(city_admin, "/maintenance", "/maintenance/look", **SERIES)
    assert "10 windows in five weeks" in looked.text
    assert send(city_admin, "/maintenance", **SERIES).status_code == 302
    page = city_admin.get("/maintenance").text
    assert "Every Tuesday and Friday, 02:00 for 2\xa0h, from 21\xa0Nov\xa02026 on" in page
    assert page.count("Uji genset") < 8
    assert city_admin.get("/maintenance?series=1").text.count("Uji genset") > 10
    again = send(city_admin, "/maintenance", **SERIES)
    assert "The same series is announced already." in again.text

    send(city_admin, "/maintenance", "/maintenance/series/1/end")
    assert "10 windows to come are cancelled" in city_admin.get("/maintenance").text
    assert newest(settings).cancelled_at == NOW
    send(city_admin, "/maintenance", "/maintenance/series/1/end")
    assert "was ended before" in city_admin.get("/maintenance").text


WRONG_SERIES: list[tuple[dict[str, Any], str]] = [
    ({"weekdays": []}, "Choose at least one day of the week."),
    ({"weekdays": ["9"]}, "is not a valid choice"),
    ({"length": "1441"}, "Between 5 and 1440."),
    ({"length": "two"}, "Not a valid integer value"),
    ({"at": "25:00"}, "Not a valid time value"),
    ({"weeks": "0"}, "Between 1 and 12."),
    ({"first": ""}, "Empty."),
    ({"last": "2026-11-20"}, "The last day lies before the first."),
    ({"every": "day_of_month"}, "Between 1 and 31."),
    ({"weekdays": list("0123456"), "length": "1000"}, "More than half of all time would be maintenance."),
    ({"first": "2020-01-01", "last": "2020-12-31"}, "The last one is over already."),
]


def test_a_wrong_series_names_field_and_reason(city_admin: FlaskClient, settings: Settings) -> None:
    for fields, said in WRONG_SERIES:
        answer = send(city_admin, "/maintenance", **SERIES | fields)
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert newest(settings).reason != "Uji genset"


def test_a_window_goes_on_in_another(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/maintenance", **WINDOW)
    first = newest(settings)
    page = f"/maintenance/{first.id}"

    assert send(city_admin, page, f"{page}/extend", until="2026-11-22T03:00").status_code == 422
    assert send(city_admin, page, f"{page}/extend", until="").status_code == 422
    assert send(city_admin, page, f"{page}/extend", until="2026-11-22T05:00").status_code == 302

    made = newest(settings)
    assert (made.start, made.end, made.point_id) == (first.end, first.end + 2 * 3600, first.point_id)
    send(city_admin, page, f"{page}/cancel")
    assert send(city_admin, page, f"{page}/extend", until="2026-11-22T06:00").status_code == 302
    assert newest(settings).id == made.id


def test_another_time_is_another_window(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/maintenance", **WINDOW | {"point": "TS-0010,TS-0011"})
    first = newest(settings)
    filled = city_admin.get(f"/maintenance?instead={first.id}").text
    assert all(text in filled for text in ("TS-0010\nTS-0011", "2026-11-22T01:00", "Ganti &lt;kabel&gt;"))

    moved = WINDOW | {"point": "TS-0010,TS-0011", "start": "2026-11-23T01:00", "end": "2026-11-23T03:00"}
    assert send(city_admin, "/maintenance", **moved, instead=str(first.id)).status_code == 302

    with reading(make_engine(settings.database)) as session:
        assert session.get_one(MaintenanceWindow, first.id).cancelled_at == NOW
    assert newest(settings).start == first.start + 86_400
    assert send(city_admin, "/maintenance", **moved | {"reason": "y"}, instead="99999").status_code == 404


def test_numbers_of_nothing_in_the_address_are_not_heeded(city_admin: FlaskClient) -> None:
    for number in ("9" * 30, "-1", "x"):
        for name in ("series", "instead"):
            assert city_admin.get(f"/maintenance?{name}={number}").status_code == 200
        assert city_admin.get(f"/maintenance/{number}").status_code == 404


def test_ticked_and_filtered_points_fill_the_form(city_admin: FlaskClient) -> None:
    assert "TS-0010\nTS-0011</textarea>" in city_admin.get("/maintenance?code=TS-0011&code=TS-0010&code=X").text
    everything = city_admin.get("/maintenance?all=yes&provider=Nusa+Link").text
    assert "TS-0002\nTS-0003\nTS-0004" in everything


def test_the_calendar_file_has_what_the_page_lists(city_viewer: FlaskClient) -> None:
    answer = city_viewer.get("/maintenance.ics")

    assert answer.mimetype == "text/calendar"
    assert answer.text.count("BEGIN:VEVENT") == 3
    assert "SUMMARY:Listrik PLN <padam>\r\n" in answer.text
    assert "DTSTART:20261122T070000Z" in answer.text
    assert answer.text.count("STATUS:CANCELLED") == 1


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
    assert "TS-0010</textarea>" in city_admin.get("/maintenance?point=TS-0010").text
