"""Targets on the page: of parts of the city, withdrawn and counted again, from files, and on past days."""

import io
import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotspot.analytics.goal_row import COLUMNS, NEEDED
from hotspot.inventory_file import Layout, read
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AuditEntry, Goal, Point
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import NOW, today

GOAL = {
    "quantity": "30", "kind": "all", "from_on": "2026-01-01", "to_on": "2027-12-31", "source": "RKPD", "area": "",
    "venue": "", "fund": "",
}  # fmt: skip
HEAD = "quantity,kind,from_on,to_on,since,area,venue,fund,source"


def goals(settings: Settings) -> list[Goal]:
    with reading(make_engine(settings.database)) as session:
        return list(session.scalars(select(Goal).order_by(Goal.id)))


def upload(client: FlaskClient, text: str, name: str = "targets.csv") -> TestResponse:
    data = {"csrf_token": token(client, "/rollout"), "file": (io.BytesIO(text.encode()), name)}
    return client.post("/rollout/targets", data=data, content_type="multipart/form-data")


def row(page: str, label: str) -> str:
    return next(part for part in page.split("<tr") if label in part).split("</tr>")[0]


@pytest.mark.parametrize(
    ("scope", "label"),
    [({"area": "36.74.01"}, "/points?area=36.74.01"), ({"venue": "park"}, "Park"), ({"fund": "CSR"}, ">CSR<")],
)
def test_a_part_of_the_city_has_a_target_gap_and_forecast_of_its_own(
    city_admin: FlaskClient, settings: Settings, scope: dict[str, str], label: str
) -> None:
    assert send(city_admin, "/rollout", **GOAL | scope).status_code == 302

    page = city_admin.get("/rollout").text
    own = row(page, label)
    assert "30<small>31\u00a0Dec\u00a02027" in own
    assert "missing" in own
    assert re.search("between|around|not within|too few months", own)
    made = goals(settings)[-1]
    assert (made.recorded_at, made.recorded_by) == (NOW, "admin")
    assert "Target: 50 points" in page  # the city's own stays


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"from_on": ""}, "This field is required"),
        ({"to_on": ""}, "This field is required"),
        ({"quantity": "-5"}, "A number of points from 1 to 1000000."),
        ({"to_on": "2025-12-31"}, "The end must come after the beginning."),
        ({"from_on": "1889-01-01"}, "lies before public Wi-Fi."),
        ({"since": "2026-12-01"}, "lies in the future."),
        ({"since": "yesterday"}, "Not a valid date value"),
        ({"venue": "casino"}, "Not a valid choice"),
        ({"fund": "Nobody"}, "Not a valid choice"),
    ],
)
def test_what_contradicts_is_refused_at_the_field(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, str], said: str
) -> None:
    answer = send(city_admin, "/rollout", **GOAL | fields)

    assert answer.status_code == 422
    name = next(iter(fields))
    assert said in answer.text.split(f'id="{name}-error">')[1].split("</span>")[0]
    assert len(goals(settings)) == 3


def test_a_withdrawn_version_stays_listed_and_counts_no_more(city_admin: FlaskClient, settings: Settings) -> None:
    newest = goals(settings)[-1].id
    page = f"/rollout/targets/{newest}"

    assert send(city_admin, "/rollout", to=f"{page}/withdraw").status_code == 302

    shown = city_admin.get("/rollout").text
    assert "Target: 50 points" not in shown
    assert "withdrawn" in row(shown, "RKPD perubahan")
    assert shown.count('class="goal-line is-older"') == 1
    assert send(city_admin, "/rollout", to=f"{page}/withdraw").status_code == 302
    assert "somebody else was quicker" in city_admin.get("/rollout").text

    assert send(city_admin, "/rollout", to=f"{page}/restore").status_code == 302
    assert "Target: 50 points" in city_admin.get("/rollout").text
    with reading(make_engine(settings.database)) as session:
        said = [(entry.action, entry.detail) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert [action for action, _ in said[-2:]] == ["withdraw", "restore"]
    assert "50 points in all" in said[-1][1]


def test_a_viewer_changes_no_target(city_viewer: FlaskClient, settings: Settings) -> None:
    for to in ("/rollout/targets/1/withdraw", "/rollout/targets/1/restore", "/rollout/targets"):
        assert send(city_viewer, "/rollout", to=to).status_code == 403
    assert {goal.withdrawn_at for goal in goals(settings)} == {None}


def test_a_file_adds_versions_once(city_admin: FlaskClient, settings: Settings) -> None:
    rows = (
        "1.000,kumulatif,2022-01-01,2022-12-31,2021-12-01,,,,RKPD 2022",
        "20,more,1/1/2027,31/12/2027,2026-11-01,Serpong,taman,CSR,",
    )
    text = "\n".join((HEAD, *rows))

    assert upload(city_admin, text).status_code == 302
    assert "2 versions added, 0 known already." in city_admin.get("/rollout").text
    assert upload(city_admin, text).status_code == 302
    assert "0 versions added, 2 known already." in city_admin.get("/rollout").text
    made = goals(settings)[3:]
    assert [(one.quantity, one.cumulative, one.valid_since) for one in made] == [
        (1000, True, date(2021, 12, 1)),
        (20, False, date(2026, 11, 1)),
    ]
    assert made[1].venue_kind == "park"
    assert None not in (made[1].area_id, made[1].fund_id)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-5,all,2027-01-01,2027-12-31,2026-11-01,,,,", "Row 3, quantity: -5 is not a whole number above zero."),
        ("0,all,2027-01-01,2027-12-31,2026-11-01,,,,", "Row 3, quantity: A number of points from 1"),
        ("5,all,2027-01-01,,2026-11-01,,,,", "Row 3, to_on: Empty."),
        ("5,all,2027-12-31,2027-01-01,2026-11-01,,,,", "Row 3, to_on: The end must come after"),
        ("5,some,2027-01-01,2027-12-31,2026-11-01,,,,", "Row 3, kind: some is neither all"),
        ("5,all,2027-01-01,2027-12-31,2026-11-01,99.99,,,", "Row 3, area: 99.99 is no area of this city."),
        ("5,all,2027-01-01,2027-12-31,2026-11-01,,casino,,", "Row 3, venue_kind: casino is not one"),
        ("5,all,2027-01-01,2027-12-31,2026-11-01,,,Nobody,", "Row 3, fund: Nobody is no fund of this city."),
        ("5,all,2027-01-01,2027-12-31,2026-11-01,,,,=cmd()", "Row 3, source: A formula, not a value."),
        ("5,all,2027-01-01,2027-12-31,2099-01-01,,,,", "Row 3, since: 2099-01-01 lies in the future."),
        ("5,all,2027-01-01,2027-12-31,soon,,,,<b>x</b>", "Row 3, since: soon is not a date"),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out(
    city_admin: FlaskClient, settings: Settings, line: str, said: str
) -> None:
    answer = upload(city_admin, f"{HEAD}\n9,all,2027-01-01,2027-12-31,2026-11-01,,,,\n{line}")

    assert answer.status_code == 422
    assert "Nothing was imported." in answer.text
    assert said in answer.text
    assert "<b>x</b>" not in answer.text
    assert len(goals(settings)) == 3


@pytest.mark.parametrize("text", ["", "a,b\n1,2", "\0\1\2"])
def test_what_is_no_table_of_targets_is_refused(city_admin: FlaskClient, text: str) -> None:
    assert upload(city_admin, text).status_code == 422


def test_no_file_is_asked_for_one(city_admin: FlaskClient) -> None:
    answer = send(city_admin, "/rollout", to="/rollout/targets")

    assert answer.status_code == 422
    assert "Choose a file first" in answer.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_file_changes_nothing(city_admin: FlaskClient, kind: str, settings: Settings) -> None:
    content = city_admin.get(f"/rollout/targets.{kind}").data
    sheet = read(content, f"targets.{kind}", Layout(COLUMNS, NEEDED))
    assert [found.cells["quantity"] for found in sheet.rows] == ["40", "20", "50"]
    data = {"csrf_token": token(city_admin, "/rollout"), "file": (io.BytesIO(content), f"targets.{kind}")}

    assert city_admin.post("/rollout/targets", data=data).status_code == 302
    assert len(goals(settings)) == 3


def test_a_past_day_shows_what_was_known_then(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout?on=2026-05-31").text

    assert "Rollout on 31\u00a0May\u00a02026" in page
    assert "Target: 50 points" not in page
    assert "not yet known that day" in row(page, "RKPD perubahan")
    assert "as they could be known at the end of 31\u00a0May\u00a02026" in page
    assert page.count('class="goal-line is-older"') == 1
    assert "Add a target" not in page
    assert "no data" in page  # what ran


def test_the_numbers_of_a_past_day_lead_to_the_points_of_that_day(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout?on=2026-10-01").text

    links = re.findall(r'<a href="(/points\?count=[^"]+)">(\d+)</a>', page.split("The months as a table")[-1])
    assert len(links) > 30
    for link, shown in links[::9]:
        assert "on=202" in link
        listed = re.findall(r"<small>(TS-\d{4})", city_viewer.get(link.replace("&amp;", "&")).text)
        assert len(listed) == int(shown), link


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2027-01-01", "still to come"),
        ("1066-10-14", "there is nothing"),
        ("<script>", "That is no day"),
        ("2026-02-30", "That is no day"),
    ],
)
def test_a_day_that_is_none_shows_today_and_says_so(city_viewer: FlaskClient, day: str, said: str) -> None:
    page = city_viewer.get("/rollout", query_string={"on": day})

    assert page.status_code == 200
    assert said in page.text
    assert "<script>" not in page.text.split("<main")[1]


def test_today_by_its_date_is_today(city_viewer: FlaskClient) -> None:
    assert "Back to today" not in city_viewer.get(f"/rollout?on={today(NOW)}").text


def test_page_and_overview_tell_the_same_forecast(city_viewer: FlaskClient) -> None:
    words = re.search(r'is-wide">.*?<p class="big">([^<]+)</p>', city_viewer.get("/rollout").text, re.DOTALL)

    assert words
    assert words[1] in city_viewer.get("/").text


def test_too_few_months_are_a_reason_and_no_forecast(city_admin: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        for point in session.scalars(select(Point).where(Point.installed_on.is_not(None))):
            point.installed_on = date(2026, 3, 1 + point.id % 2)

    page = city_admin.get("/rollout").text
    assert "too few months to tell" in page
    assert "a range would be a guess" in page
    assert "forecast-band" not in page
    assert "Chance that all" not in page
