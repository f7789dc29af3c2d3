from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.store.models import City, State, StatusSpan
from hotspot.store.outages import OutageFilter, OutageRow, outages_page
from tests.hotspot.web.world import DAY, DEGRADED, DOWN_TOGETHER, HOUR, NOW

ALL = 1000


def test_open_outages_come_first_then_the_last_ended(session: Session, city: City) -> None:
    found = outages_page(session, city, OutageFilter(), now=NOW, per_page=ALL)

    still, ended = found.rows[:5], found.rows[5:]
    assert [row.state for row in still] == ["open"] * found.open
    assert {row.point_code for row in still} == {*DOWN_TOGETHER, *DEGRADED}
    assert [row.start for row in still] == sorted((row.start for row in still), reverse=True)
    assert [row.end for row in ended] == sorted((row.end or 0 for row in ended), reverse=True)
    query = select(func.count()).where(StatusSpan.state == int(State.DOWN))
    assert found.total == len(found.rows) == session.scalar(query)


def test_length_of_an_outage(session: Session, city: City) -> None:
    rows = outages_page(session, city, OutageFilter(), now=NOW, per_page=ALL).rows

    for row in rows:
        assert row.duration_s == (row.end or NOW) - row.start


def test_open_outage_is_unknown_when_nobody_looks_any_more(session: Session, city: City) -> None:
    rows = outages_page(session, city, OutageFilter("open"), now=NOW + DAY).rows

    assert {row.state for row in rows} == {"unknown"}
    assert all(row.seen and row.duration_s == row.seen - row.start for row in rows)


@pytest.mark.parametrize("per_page", [1, 3, 5, 7, 50])
def test_pages_hold_every_outage_once(session: Session, city: City, per_page: int) -> None:
    whole = outages_page(session, city, OutageFilter(), now=NOW, per_page=ALL)
    pages = outages_page(session, city, OutageFilter(), now=NOW, per_page=per_page).pages

    rows = [
        row
        for page in range(1, min(pages, 12) + 1)
        for row in outages_page(session, city, OutageFilter(), now=NOW, page=page, per_page=per_page).rows
    ]

    assert rows == whole.rows[: len(rows)]
    assert pages == -(-whole.total // per_page)
    assert len(outages_page(session, city, OutageFilter(), now=NOW, page=999, per_page=per_page).rows) >= 1


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        (OutageFilter("open"), lambda row: row.end is None),
        (OutageFilter(area="36.74.01"), lambda row: row.district == "Serpong"),
        (OutageFilter(area="36.74.01.1001"), lambda row: row.area == "Buaran"),
        (OutageFilter(point="TS-0006"), lambda row: row.point_code == "TS-0006"),
        (OutageFilter(access_point="AP-006-1"), lambda row: row.ap_name == "AP-006-1"),
        (OutageFilter(least_s=2000), lambda row: row.end is None or row.duration_s >= 2000),
        (OutageFilter(since=NOW - 9 * DAY), lambda row: row.end is None or row.end > NOW - 9 * DAY),
        (OutageFilter(until=NOW - 9 * DAY), lambda row: row.start < NOW - 9 * DAY),
        (
            OutageFilter("open", area="36.74.01", since=NOW - HOUR, until=NOW),
            lambda row: row.end is None and row.district == "Serpong",
        ),
        (OutageFilter(point="nix"), lambda _: False),
    ],
)
def test_filter_lists_the_outages_that_hold(
    session: Session, city: City, chosen: OutageFilter, holds: Callable[[OutageRow], bool]
) -> None:
    everything = outages_page(session, city, OutageFilter(), now=NOW, per_page=ALL).rows

    found = outages_page(session, city, chosen, now=NOW, per_page=ALL)

    assert found.rows == [row for row in everything if holds(row)]
    assert found.total == len(found.rows)
