import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AuditEntry, Goal
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import POINTS, WITHOUT_ACCESS_POINTS

GOAL = {"quantity": "75", "kind": "all", "from_on": "2027-01-01", "to_on": "2027-12-31", "source": "RPJMD <2027>"}
CODE = re.compile(r"<small>(TS-\d{4})")


def number(page: str, count: str) -> int:
    """What the card of a count says."""
    card = page.split(f'href="/points?count={count}"')[1]
    found = re.search(r'class="value">(\d+)<', card)
    assert found
    return int(found[1])


@pytest.mark.parametrize("count", ["installed", "accepted", "active", "payable"])
def test_each_number_equals_the_list_behind_it(city_viewer: FlaskClient, count: str) -> None:
    shown = number(city_viewer.get("/rollout").text, count)

    listed = CODE.findall(city_viewer.get(f"/points?count={count}").text)
    assert shown == len(listed) == len(set(listed))
    assert 0 < shown < POINTS


def test_the_numbers_of_a_table_lead_to_their_points(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout").text

    links = re.findall(r'<a href="(/points\?count=[^"]+(?:area|venue|fund)=[^"]+)">(\d+)</a>', page)
    assert len(links) > 40
    for link, shown in links[::7]:
        assert len(CODE.findall(city_viewer.get(link.replace("&amp;", "&")).text)) == int(shown), link


def test_it_tells_ahead_or_behind_and_what_is_needed(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout").text

    assert "Target: 50 points by 31\u00a0Dec\u00a02026" in page
    assert re.search(r"▼ \d+ behind", page)
    assert "Needed a month" in page


def test_the_rule_stands_beside_each_count(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout").text

    for rule in ("hang on the wall", "the day of acceptance", "answered in the last 24 hours", "last 30 days"):
        assert rule in page
    assert page.count("As of 21\u00a0Nov\u00a02026.") == 4


def test_old_versions_of_the_target_keep_their_line(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout").text

    assert page.count('class="goal-line is-older"') == 2
    assert page.count('class="goal-line"') == 1


def test_months_that_nobody_measured_are_no_data(city_viewer: FlaskClient) -> None:
    table = city_viewer.get("/rollout").text.split("The months as a table")[2]

    assert "no data" in table.split("31\u00a0Dec\u00a02025")[1].split("</tr>")[0]


def test_the_pipeline_counts_by_stage(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/rollout").text

    assert '<a href="/points?lifecycle=funded">2</a>' in page
    assert len(CODE.findall(city_viewer.get("/points?count=planned").text)) == len(WITHOUT_ACCESS_POINTS)


def test_a_new_version_is_in_force_and_noted(city_admin: FlaskClient, settings: Settings) -> None:
    assert send(city_admin, "/rollout", **GOAL | {"from_on": "2026-01-01"}).status_code == 302

    page = city_admin.get("/rollout").text
    assert "Target: 75 points by 31\u00a0Dec\u00a02027" in page
    assert "RPJMD &lt;2027&gt;" in page
    with reading(make_engine(settings.database)) as session:
        assert "75 points in all" in session.scalars(select(AuditEntry.detail)).all()[-1]
        assert len(session.scalars(select(Goal)).all()) == 4


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantity": "0"}, "A number of points from 1 to 1000000."),
        ({"quantity": "many"}, "Not a valid integer value"),
        ({"to_on": "2026-01-01"}, "The end must come after the beginning."),
        ({"to_on": "9999-01-01"}, "This day is too far away."),
        ({"area": "99.99"}, "Not a valid choice"),
        ({"kind": "magic"}, "Not a valid choice"),
        ({"source": "=cmd"}, "A formula, not a value."),
    ],
)
def test_a_wrong_target_names_field_and_reason(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, str], said: str
) -> None:
    answer = send(city_admin, "/rollout", **GOAL | fields)

    assert answer.status_code == 422
    assert said in answer.text
    with reading(make_engine(settings.database)) as session:
        assert len(session.scalars(select(Goal)).all()) == 3


def test_a_city_without_a_target_is_told_what_one_is(city_admin: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(delete(Goal))

    assert "A target is a number of points by a date" in city_admin.get("/rollout").text


def test_a_viewer_adds_no_target(city_viewer: FlaskClient) -> None:
    assert "Add a target" not in city_viewer.get("/rollout").text
    assert send(city_viewer, "/rollout", **GOAL).status_code == 403
