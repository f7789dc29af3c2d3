import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import Attachment, Point
from tests.hotspot.analytics.pictures import PDF_FILE, png
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import DEGRADED, HOSTILE, PORTAL, WITHOUT_ACCESS_POINTS, World


def stored(settings: Settings, code: str) -> Point:
    with reading(make_engine(settings.database)) as session:
        return session.scalars(select(Point).where(Point.code == code)).one()


def test_a_point_tells_who_where_and_how_it_stands(city_viewer: FlaskClient) -> None:
    page = city_viewer.get(f"/points/{DEGRADED[0]}").text

    for said in ("Degraded", "AP-006-1", "Down", "Hibah", "Nusa Link", "36.74.01", "still down", "1 h"):
        assert said.replace(" ", "\u00a0") in page or said in page, said


def test_the_figures_are_those_of_the_world(city_viewer: FlaskClient) -> None:
    """One of three access points is down for the last hour and a half of the day: 24 h less 5400 s of 3 x 86400."""
    page = city_viewer.get(f"/points/{DEGRADED[0]}?period=24h").text

    assert "97.91" in page  # 1 - 5400 / 259200, cut and not rounded


def test_any_window_is_answered(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/points/TS-0010?from=2026-11-20T00:00&to=2026-11-20T06:00").text

    assert "20\u00a0Nov\u00a02026\u00a000:00\u00a0WIB" in page
    assert "100.00\u00a0%" in page


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=y",
        "from=2026-11-21T00:00&to=2026-11-20T00:00",
        "from=2030-01-01",
        "from=0001-01-01",
        "period=eternity",
        "from=9999-12-31T23:59",
        "_scheme=x",
        "from=%00",
    ],
)
def test_a_window_that_makes_no_sense_is_no_error(city_viewer: FlaskClient, query: str) -> None:
    assert city_viewer.get(f"/points/TS-0010?{query}").status_code == 200


def test_a_wrong_window_says_why_and_keeps_what_was_typed(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/points/TS-0010?from=2026-11-21T00:00&to=2026-11-20T00:00").text

    assert "The beginning must be before the end" in page
    assert 'value="2026-11-20T00:00"' in page


def test_a_hostile_name_is_text_everywhere(city_viewer: FlaskClient) -> None:
    for path in (f"/points/{HOSTILE}", "/access-points/AP-001-1", "/outages?period=30d"):
        page = city_viewer.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_point_that_asks_for_a_password_is_marked(city_viewer: FlaskClient) -> None:
    assert "breaks the promise" in city_viewer.get(f"/points/{PORTAL}").text
    assert "breaks the promise" not in city_viewer.get("/points/TS-0012").text


def test_a_planned_point_has_no_figures(city_viewer: FlaskClient) -> None:
    page = city_viewer.get(f"/points/{WITHOUT_ACCESS_POINTS[0]}").text

    assert "No access point is known here yet" in page
    assert "100.00" not in page


def test_an_unknown_point_is_not_found(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/points/TS-9999").status_code == 404


def test_an_admin_takes_the_next_step(city_admin: FlaskClient, settings: Settings) -> None:
    page = "/points/TS-0040"
    reasons = {"override_photo": "no camera", "override_place": "seen <there>"}

    answer = send(city_admin, page, stage="accepted", since="2026-11-20", document="BAST 12/2026", **reasons)

    assert answer.status_code == 302
    point = stored(settings, "TS-0040")
    assert (point.lifecycle, str(point.accepted_on)) == ("accepted", "2026-11-20")
    told = city_admin.get(page).text
    for said in ("BAST 12/2026", "without Photograph: no camera", "without Coordinates: seen &lt;there&gt;"):
        assert said in told


def test_the_gates_say_what_is_missing_before(city_admin: FlaskClient) -> None:
    page = city_admin.get("/points/TS-0040").text

    for said in (
        "no number of an acceptance record (BAST)",
        "no photograph of the point",
        "the boundary of Pamulang Barat is not known; import it",
        "are asked for",
    ):
        assert said in page, said
    assert "What an acceptance asks for" not in city_admin.get("/points/TS-0045").text


def test_a_photograph_and_a_document_come_with_the_step(city_admin: FlaskClient) -> None:
    fields: dict[str, Any] = {"stage": "accepted", "since": "2026-11-20", "document": "B", "override_place": "x"}
    fields |= {"photo": (io.BytesIO(png()), "tampak.png"), "file": (io.BytesIO(PDF_FILE), "BAST.pdf")}

    answer = send(city_admin, "/points/TS-0040", **fields)

    assert answer.status_code == 302
    page = city_admin.get("/points/TS-0040").text
    found = re.findall(r'href="(/attachments/\d+)"', page)
    assert {city_admin.get(path).mimetype for path in found} == {"image/png", "application/pdf"}
    assert "without Photograph" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stage": "accepted", "since": "2026-11-20"}, "No number of an acceptance record (BAST)."),
        ({"stage": "active", "since": "2027-10-01"}, "This day has not come yet."),
        ({"stage": "active", "since": "2020-10-01"}, "Installed on 2026-08-13 can&#39;t come after Active"),
        ({"stage": "planned", "since": "2026-11-01"}, "Not a valid choice"),
        ({"stage": "flying", "since": "2026-11-01"}, "Not a valid choice"),
        ({"stage": "active", "since": "soon"}, "Not a valid date value"),
        ({"stage": "active", "since": ""}, "This field is needed"),
        ({"stage": "active", "since": "2026-11-01", "note": "=1+1"}, "A formula, not a value."),
        ({"stage": "active", "since": "2026-11-01", "photo": b"<svg/>"}, "The file is no photograph"),
    ],
)
def test_a_wrong_step_names_field_and_reason(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, Any], said: str
) -> None:
    before = stored(settings, "TS-0040")
    photo = {"photo": (io.BytesIO(fields["photo"]), "x.png")} if "photo" in fields else {}

    answer = send(city_admin, "/points/TS-0040", **fields | photo)

    assert answer.status_code == 422
    assert said in answer.text
    after = stored(settings, "TS-0040")
    assert (before.lifecycle, before.installed_on) == (after.lifecycle, after.installed_on)
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(Attachment.id)).all() == []


def test_a_step_is_withdrawn_and_stays_in_sight(city_admin: FlaskClient, settings: Settings) -> None:
    page = "/points/TS-0020"
    send(city_admin, page, stage="suspended", since="2026-11-20")
    form = re.findall(r'action="(/lifecycle/steps/\d+/withdraw)"', city_admin.get(page).text)[0]

    assert send(city_admin, page, form).status_code == 302

    assert stored(settings, "TS-0020").lifecycle == "active"
    assert "withdrawn by admin" in city_admin.get(page).text
    wrong = re.findall(r'action="(/lifecycle/steps/\d+/withdraw)"', city_admin.get(page).text)[-1]
    assert "needs this step" in city_admin.get(send(city_admin, page, wrong).location).text


def test_a_photograph_may_come_by_itself(city_admin: FlaskClient) -> None:
    page, to = "/points/TS-0040", "/lifecycle/photos/TS-0040"

    send(city_admin, page, to, picture=(io.BytesIO(png()), "a.png"), taken_on="2026-11-20")

    assert "photographs: 1" in city_admin.get(page).text
    for fields, said in (
        ({"taken_on": "2026-11-20"}, "Choose a file first"),
        ({"picture": (io.BytesIO(png()), "a.png"), "taken_on": "2027-11-20"}, "lies in the future"),
        ({"picture": (io.BytesIO(b"x"), "a.png"), "taken_on": "2026-11-20"}, "no photograph"),
    ):
        told: Any = fields
        answer = send(city_admin, page, to, **told)
        assert answer.status_code == 422
        assert said in answer.text
    assert send(city_admin, page, "/lifecycle/photos/nobody").status_code == 404


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-11-20", "AP-020-1"), ("2020-01-01", "no step is recorded up to this day"), ("x", "On a past day")],
)
def test_any_past_day_is_told(city_viewer: FlaskClient, day: str, said: str) -> None:
    assert said in city_viewer.get(f"/points/TS-0020?on={day}").text


def test_a_viewer_changes_nothing(city_viewer: FlaskClient, city_admin: FlaskClient, world: World) -> None:
    assert world.points
    assert "csrf_token" in city_admin.get("/points/TS-0040").text
    answer = send(city_viewer, "/points/TS-0040", stage="retired", since="2026-11-01")
    assert answer.status_code == 403
