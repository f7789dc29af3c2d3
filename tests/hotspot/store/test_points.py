from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.inventory import LIFECYCLE, VENUE_KINDS
from hotspot.analytics.stays import Presence
from hotspot.store.access_points import ApFilter, access_point_detail, access_points_page
from hotspot.store.boundaries import boundaries
from hotspot.store.models import AccessPoint, City, Point, RollupDay, RollupHour
from hotspot.store.points import (
    BY_STATUS,
    NONE,
    SEVERITY,
    SORTS,
    PointFilter,
    PointRow,
    SortError,
    every_point,
    not_up,
    point_detail,
    points_page,
    status_counts,
)
from hotspot.store.polls import polls_of
from hotspot.store.standing import STATUSES
from hotspot.store.strips import series
from tests.hotspot.web.world import (
    DAY,
    DEGRADED,
    DOWN_SINCE_S,
    DOWN_TOGETHER,
    HOSTILE,
    HOSTILE_NAME,
    HOUR,
    NEVER_POLLED,
    NOW,
    PORTAL,
    WITHOUT_ACCESS_POINTS,
    World,
    midnight,
    today,
)

ALL = 1000


def listed(session: Session, city: City, sort: str = "code", **chosen: Any) -> list[PointRow]:
    return points_page(session, city, PointFilter(**chosen), now=NOW, sort=sort, per_page=ALL).rows


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        ({"status": ("down",)}, lambda row: row.code in DOWN_TOGETHER),
        ({"status": ("degraded", "down")}, lambda row: row.code in DOWN_TOGETHER + DEGRADED),
        ({"status": ("planned",)}, lambda row: row.code in WITHOUT_ACCESS_POINTS),
        ({"area": "36.74.01"}, lambda row: row.district_code == "36.74.01"),
        ({"area": "36.74.01.1006"}, lambda row: row.area == "Rawa Buntu"),
        ({"venue": "park"}, lambda row: row.venue_kind == "park"),
        ({"fund": "CSR"}, lambda row: row.fund == "CSR"),
        ({"fund": NONE}, lambda row: row.fund is None),
        ({"provider": "Nusa Link"}, lambda row: row.provider == "Nusa Link"),
        ({"lifecycle": "accepted"}, lambda row: row.lifecycle == "accepted"),
        ({"auth": "portal"}, lambda row: row.code == PORTAL),
        ({"q": "ts-0017"}, lambda row: row.code == "TS-0017"),
        ({"q": "AP-017-1"}, lambda row: row.code == "TS-0017"),
        ({"q": "10.74.17.1"}, lambda row: row.code == "TS-0017"),
        ({"q": HOSTILE_NAME}, lambda row: row.code == HOSTILE),
        ({"q": "%"}, lambda _: False),
        ({"q": "_"}, lambda _: False),
        ({"area": "36.74.01", "venue": "market"}, lambda row: (row.district, row.venue_kind) == ("Serpong", "market")),
        ({"area": "99"}, lambda _: False),
    ],
)
def test_filter_lists_the_points_that_hold(
    session: Session, city: City, chosen: dict[str, Any], holds: Callable[[PointRow], bool]
) -> None:
    everyone = listed(session, city)

    found = listed(session, city, **chosen)

    assert [row.code for row in found] == [row.code for row in everyone if holds(row)]
    assert len(everyone) == 48


KEYS: dict[str, Callable[[PointRow], Any]] = {
    "venue": lambda row: list(VENUE_KINDS).index(row.venue_kind),
    "lifecycle": lambda row: list(LIFECYCLE).index(row.lifecycle),
    "status": lambda row: SEVERITY.index(row.status),
    "access_points": lambda row: row.aps_total,
    "availability": lambda row: row.availability_30d,
    "coverage": lambda row: row.coverage_30d,
}


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize(
    "column", [name for name in SORTS if name not in ("name", "area", "district", "fund", "provider")]
)
def test_sorted_by_any_column_with_missing_values_last(
    session: Session, city: City, column: str, direction: str
) -> None:
    rows = listed(session, city, direction + column)

    key = KEYS.get(column, attrgetter(column))
    values = [key(row) for row in rows]
    known = [value for value in values if value is not None]

    assert values[len(known) :] == [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=bool(direction))


@pytest.mark.parametrize("column", ["name", "area", "district", "fund", "provider"])
def test_sorted_by_words_equal_ones_stand_together(session: Session, city: City, column: str) -> None:
    values = [getattr(row, column) for row in listed(session, city, column)]

    changes = sum(1 for one, other in pairwise(values) if one != other)

    assert changes == len(set(values)) - 1


def test_second_column_orders_what_the_first_leaves_equal(session: Session, city: City) -> None:
    rows = listed(session, city, "district,-code")

    assert [(row.district, row.code) for row in rows] == [
        (name, row.code)
        for name in dict.fromkeys(row.district for row in rows)
        for row in sorted(rows, key=lambda row: row.code, reverse=True)
        if row.district == name
    ]


@pytest.mark.parametrize("sort", ["nothing", "code,-nothing", "--code", "p.code; DROP TABLE point"])
def test_unknown_column_is_named(session: Session, city: City, sort: str) -> None:
    with pytest.raises(SortError):
        listed(session, city, sort)


def test_pages_hold_every_row_once(session: Session, city: City) -> None:
    pages = [
        points_page(session, city, PointFilter(), now=NOW, sort="-availability", page=page, per_page=7)
        for page in range(1, 8)
    ]

    codes = [row.code for page in pages for row in page.rows]

    assert {page.total for page in pages} == {48}
    assert {page.pages for page in pages} == {7}
    assert sorted(codes) == [row.code for row in listed(session, city)]


@pytest.mark.parametrize("now", [NOW, NOW + DAY])
def test_the_quick_status_is_that_of_the_rows(session: Session, city: City, now: int) -> None:
    rows = every_point(session, city, PointFilter(), now=now)

    assert status_counts(session, city, now) == dict.fromkeys(STATUSES, 0) | Counter(row.status for row in rows)
    for word in STATUSES:
        found = points_page(session, city, PointFilter(status=(word,)), now=now, per_page=ALL).rows
        assert [row.code for row in found] == [row.code for row in rows if row.status == word]


@pytest.mark.parametrize("per_page", [3, 7, 50])
def test_pages_by_status_are_the_same_when_what_is_not_up_is_known(session: Session, city: City, per_page: int) -> None:
    dark = not_up(session, city, NOW)
    assert dark is not None
    assert status_counts(session, city, NOW, dark) == status_counts(session, city, NOW)
    for page in range(1, 48 // per_page + 2):
        asked: dict[str, Any] = {"now": NOW, "sort": BY_STATUS, "page": page, "per_page": per_page}
        plain = points_page(session, city, PointFilter(), **asked)
        assert points_page(session, city, PointFilter(), **asked, dark=dark) == plain
    assert not_up(session, city, NOW + DAY) is None


def test_page_beyond_the_last_is_the_last(session: Session, city: City) -> None:
    found = points_page(session, city, PointFilter(), now=NOW, page=99, per_page=40)

    assert (found.page, found.pages, len(found.rows)) == (2, 2, 8)
    assert points_page(session, city, PointFilter(q="nix"), now=NOW).pages == 1


def test_statements_do_not_grow_with_the_rows(session: Session, city: City, statements: list[str]) -> None:
    points_page(session, city, PointFilter(), now=NOW, per_page=1)
    few = len(statements)
    statements.clear()

    points_page(session, city, PointFilter(), now=NOW, per_page=48)

    assert len(statements) == few <= 8


def test_figures_are_the_sums_of_the_roll_ups(session: Session, city: City) -> None:
    first = midnight(date.fromordinal(today(NOW).toordinal() - 29))
    expected: dict[str, Figure] = defaultdict(lambda: Figure(0, 0, 0, 0))
    query = select(Point.code, RollupDay).join(AccessPoint, AccessPoint.point_id == Point.id)
    for code, day in session.execute(query.join(RollupDay, RollupDay.ap_id == AccessPoint.id)):
        if day.t >= first:
            expected[code] += Figure(day.up_s, day.down_s, day.unknown_s, day.maintenance_s)

    for row in listed(session, city):
        assert row.figure_30d == expected[row.code]
        assert row.availability_30d == expected[row.code].availability
        assert row.coverage_30d == expected[row.code].coverage


def test_export_tells_the_figures_of_the_table(session: Session, city: City) -> None:
    chosen = PointFilter(status=("up", "down"))

    rows = every_point(session, city, chosen, now=NOW, sort="-availability,name")

    shown = points_page(session, city, chosen, now=NOW, sort="-availability,name", per_page=ALL).rows
    assert [replace(row, days=[], spark=[]) for row in shown] == rows


def test_strip_is_ninety_days_with_gaps_where_nothing_was_measured(session: Session, city: City) -> None:
    rows = {row.code: row for row in listed(session, city)}

    assert {len(row.days) for row in rows.values()} == {90}
    assert rows[NEVER_POLLED].days == [None] * 90
    assert rows[NEVER_POLLED].spark == [None] * 24
    assert rows["TS-0012"].days[-7] is None
    assert rows["TS-0012"].days[-5] is not None
    down = rows[DOWN_TOGETHER[0]]
    assert down.days[-1] == pytest.approx(1 - DOWN_SINCE_S / (14 * HOUR))


def test_spark_sums_the_means_of_the_access_points(session: Session, city: City, filled_world: World) -> None:
    row = next(row for row in listed(session, city) if row.code == DEGRADED[0])
    hour = NOW - 5 * HOUR
    query = select(RollupHour).join(AccessPoint, AccessPoint.id == RollupHour.ap_id)
    hours = session.scalars(query.where(AccessPoint.point_id == filled_world.points[DEGRADED[0]], RollupHour.t == hour))

    assert row.spark[-6] == round(sum((one.clients_sum or 0) / one.clients_n for one in hours))


def test_point_tells_its_devices_and_its_life(session: Session, city: City) -> None:
    found = point_detail(session, city, DEGRADED[0], NOW)

    assert found is not None
    assert found.point == next(row for row in listed(session, city) if row.code == DEGRADED[0])
    assert [device.state for device in found.access_points] == ["down", "up", "up"]
    assert [step.stage for step in found.changes] == ["installed", "accepted", "active"]
    assert point_detail(session, city, "nix", NOW) is None


def test_series_of_several_devices_is_their_sum(session: Session, filled_world: World) -> None:
    ids = [filled_world.access_points[f"AP-006-{number}"] for number in (2, 3)]
    window = (NOW - 7 * DAY, NOW)

    both = series(session, [Presence(ap) for ap in ids], *window, "hour")

    one, other = (series(session, [Presence(ap)], *window, "hour") for ap in ids)
    assert [bucket.t for bucket in both] == [bucket.t for bucket in one] == sorted(bucket.t for bucket in both)
    for sums, first, second in zip(both, one, other, strict=True):
        assert sums.figure == first.figure + second.figure
        assert sums.rx_bytes == (first.rx_bytes or 0) + (second.rx_bytes or 0)
        assert sums.clients_mean == pytest.approx((first.clients_mean or 0) + (second.clients_mean or 0))
        assert sums.rtt_ms == 2.4
    assert len(series(session, [Presence(ap) for ap in ids], *window, "day")) == 7


def test_nothing_measured_is_no_bucket(session: Session) -> None:
    assert series(session, [], 0, NOW, "day") == []


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (ApFilter(), 46),
        (ApFilter(q="ap-006"), 3),
        (ApFilter(q="TS-0006"), 3),
        (ApFilter(state="down"), 5),
        (ApFilter(state="unknown"), 3),
        (ApFilter(point="TS-0006", state="up"), 2),
        (ApFilter(vendor="Ubiquiti"), 15),
        (ApFilter(profile="unifi", q="10.74.6."), 1),
        (ApFilter(q="nix"), 0),
    ],
)
def test_access_points_are_filtered(session: Session, city: City, chosen: ApFilter, count: int) -> None:
    found = access_points_page(session, city, chosen, now=NOW, per_page=ALL)

    assert (found.total, len(found.rows)) == (count, count)
    assert [row.name for row in found.rows] == sorted(row.name for row in found.rows)


def test_access_point_tells_what_it_said_and_no_credential(session: Session, city: City) -> None:
    found = access_point_detail(session, city, "AP-006-2", NOW)

    assert found is not None
    assert (found.row.state, found.serial, found.row.clients) == ("up", "SN000061", 20)
    assert {"radios", "ssids", "interfaces"} <= found.detail.keys()
    assert not hasattr(found, "credential")
    assert access_point_detail(session, city, "nix", NOW) is None


def test_access_point_never_polled_knows_nothing(session: Session, city: City) -> None:
    found = access_point_detail(session, city, "AP-008-1", NOW)

    assert found is not None
    assert (found.row.state, found.row.since, found.row.clients, found.detail) == ("unknown", None, None, {})


def test_polls_of_one_access_point_in_order(session: Session, filled_world: World) -> None:
    ap = filled_world.access_points["AP-006-1"]

    found = polls_of(session, ap, NOW - 2 * HOUR, NOW).rows

    assert [poll.at for poll in found] == sorted(poll.at for poll in found)
    assert len(found) == 24
    assert [poll.up for poll in found] == [True] * 6 + [False] * 18
    assert polls_of(session, ap, NOW + DAY, NOW + 2 * DAY).rows == []
    assert polls_of(session, -1, NOW - DAY, NOW).rows == []


@pytest.mark.parametrize(("level", "count"), [("", 9), ("district", 3), ("village", 6)])
def test_areas_by_level(session: Session, city: City, level: str, count: int) -> None:
    found = boundaries(session, city, level)

    assert len(found) == count
    assert all((area.district_code is None) == (area.level == "district") for area in found)
