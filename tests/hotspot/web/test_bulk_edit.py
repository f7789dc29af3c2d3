"""Ticking points, seeing what a change would do, saying yes, and undoing it."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import Point
from tests.hotspot.web.world import POINTS

CHOSEN = "/edit-points/?code=TS-0010&code=TS-0011&code=NONE"


def fields_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))


def looked(browser: FlaskClient, **wanted: str) -> TestResponse:
    fields = fields_of(browser.get(CHOSEN).text) | {"code": ["TS-0010", "TS-0011"]}
    return browser.post("/edit-points/preview", data=fields | {f"set_{name}": text for name, text in wanted.items()})


def commit(browser: FlaskClient, page: TestResponse) -> TestResponse:
    form = page.text[page.text.index('action="/edit-points/yes"') :]
    return browser.post("/edit-points/yes", data=fields_of(form))


def modes(settings: Settings) -> list[str]:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        query = select(Point.auth_mode).where(Point.code.in_(["TS-0010", "TS-0011"])).order_by(Point.code)
        found = list(session.scalars(query))
    engine.dispose()
    return found


def test_from_the_table_to_the_change_and_back(city_admin: FlaskClient, settings: Settings) -> None:
    table = city_admin.get("/points").text
    assert 'name="code" value="TS-0010" form="pick"' in table
    assert "Edit 2 points" in city_admin.get(CHOSEN).text
    page = looked(city_admin, auth_mode="open")
    assert "Nothing has been written yet." in page.text
    assert modes(settings) == ["portal", "voucher"]

    done = commit(city_admin, page)
    assert done.location == "/changes/"
    assert modes(settings) == ["open", "open"]
    listed = city_admin.get("/changes/").text
    assert "2 points are changed." in listed
    undo = re.search(r'action="(/changes/\d+/undo)"', listed)
    assert undo
    city_admin.post(undo[1], data={"csrf_token": fields_of(listed)["csrf_token"]})
    assert modes(settings) == ["portal", "voucher"]


def test_all_of_a_filter(city_admin: FlaskClient) -> None:
    assert f"Edit {POINTS} points" in city_admin.get("/edit-points/?all=yes").text
    page = city_admin.get("/edit-points/?all=yes&auth=voucher").text
    assert "Edit 1 point" in page
    fields = fields_of(page)
    assert (fields["all"], fields["auth"]) == ("yes", "voucher")


def test_nothing_ticked_says_what_to_do(city_admin: FlaskClient) -> None:
    page = city_admin.get("/edit-points/", follow_redirects=True)
    assert "Choose points first" in page.text


def test_nothing_chosen_or_nonsense_is_told(city_admin: FlaskClient) -> None:
    page = looked(city_admin)
    assert page.status_code == 422
    assert "Choose what to change." in page.text
    page = looked(city_admin, poll_interval_s="soon", auth_mode="open")
    assert page.status_code == 422
    assert re.search(r'id="set_poll_interval_s-error">soon is not from 5 to 86400', page.text)
    assert 'value="soon"' in page.text


def test_what_somebody_changed_meanwhile_is_named_and_nothing_is_written(
    city_admin: FlaskClient, settings: Settings
) -> None:
    page = looked(city_admin, auth_mode="open")
    engine = make_engine(settings.database)
    with writing(engine) as session:
        session.execute(update(Point).where(Point.code == "TS-0011").values(version=7))
    engine.dispose()
    again = commit(city_admin, page)
    assert "Somebody has changed these meanwhile: TS-0011." in again.text
    assert modes(settings) == ["portal", "voucher"]
    commit(city_admin, again)
    assert modes(settings) == ["open", "open"]


def test_an_old_preview_changes_nothing(city_admin: FlaskClient, settings: Settings) -> None:
    page = looked(city_admin, auth_mode="open")
    commit(city_admin, page)
    assert commit(city_admin, page).location == "/points"


def test_who_may_only_look_has_no_boxes(city_viewer: FlaskClient) -> None:
    assert 'name="code"' not in city_viewer.get("/points").text
    assert city_viewer.get(CHOSEN).status_code == 403
