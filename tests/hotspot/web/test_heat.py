"""An hour of the week: by the city's own clocks, seconds added before they are divided, and a gap is no nobody."""

import re

import pytest
from flask.testing import FlaskClient

from hotspot.analytics.availability import Figure
from hotspot.web.heat import Cell, by_dark, by_most, clients_of_week, down_of_week
from tests.hotspot.web.world import HOUR, NOW, ZONE  # NOW is a Saturday, 14:00 in Jakarta

DAY_S = 24 * HOUR


def test_the_busiest_hour_is_darkest_and_an_unread_one_is_not_nobody() -> None:
    found = by_most({(0, 8): 120.0, (0, 9): 60.0, (6, 23): 0.0})

    assert found.rows[0][8] == found.most == Cell(0, 8, 120.0, 5)
    assert found.rows[0][9] == Cell(0, 9, 60.0, 3)
    assert found.rows[6][23] == Cell(6, 23, 0.0, 0)
    assert found.rows[3][12] == Cell(3, 12, None, None)
    assert [len(row) for row in found.rows] == [24] * 7


def test_nothing_measured_has_no_busiest_hour() -> None:
    assert by_most({}).most is None


@pytest.mark.parametrize(("share", "shade"), [(0, 0), (0.0005, 1), (0.005, 2), (0.02, 3), (0.05, 4), (0.5, 5)])
def test_the_dark_have_one_scale_everywhere(share: float, shade: int) -> None:
    assert by_dark({(1, 1): share}).rows[1][1].shade == shade


def test_hours_are_those_of_the_citys_clocks_and_unread_ones_are_left_out() -> None:
    week = clients_of_week(
        ZONE.key, [(NOW, 10.0), (NOW - 7 * DAY_S, 20.0), (NOW - 14 * DAY_S, None), (NOW + HOUR, None)]
    )

    assert week == {(5, 14): 15.0}


def test_seconds_are_added_before_they_are_divided() -> None:
    hours = [(NOW, Figure(3600, 0)), (NOW - 7 * DAY_S, Figure(300, 300, 3000)), (NOW + HOUR, Figure(0, 0, 3600))]

    assert down_of_week(ZONE.key, hours) == {(5, 14): pytest.approx(300 / 4200)}


@pytest.mark.parametrize("path", ["/usage?period=30d", "/points/TS-0006"])
def test_the_picture_has_its_words_and_its_table(city_viewer: FlaskClient, path: str) -> None:
    page = city_viewer.get(path).text
    picture = page.split('class="heat-plot"')[1].split("</svg>")[0]

    assert re.search(r'aria-label="[^"]*Most: \w+day, \d\d.00, ', picture)
    assert picture.count("<rect") == picture.count("<title>") == 168
    assert page.count('class="week-map') == 2
