"""Weekly schedules: how they are written, and which instants they are."""

from datetime import UTC, date, datetime

import pytest

from hotspot.analytics.calendar import midnight
from hotspot.analytics.service_hours import open_periods, parsed

HOUR, DAY = 3600, 86400
OFFICE = "Mon-Fri 07:00-17:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon 07:00-17:00", ((0, 420, 1020),)),
        ("sat,SUN 00:00-24:00", ((5, 0, 1440), (6, 0, 1440))),
        ("Sat-Mon 08:30-09:00", ((0, 510, 540), (5, 510, 540), (6, 510, 540))),
        ("Fri 22:00-24:00; Sat 00:00-02:00;", ((4, 1320, 1440), (5, 0, 120))),
        (" Mon - Tue ,  Thu 07:00 - 08:00 ", ((0, 420, 480), (1, 420, 480), (3, 420, 480))),
    ],
)
def test_schedule_as_people_write_it(text: str, expected: object) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (";", "is empty"),
        ("always", "is not like Mon-Fri"),
        ("Mon 7-17", "is not like Mon-Fri"),
        ("Mon 07:00-17:00 Tue 07:00-17:00", "is not like Mon-Fri"),
        ("Sen 07:00-17:00", "'sen' is none of mon,"),
        ("Mon, 07:00-17:00", "'' is none of mon,"),
        ("Mon 07:60-17:00", "a time that is none"),
        ("Mon 07:00-24:01", "a day ends at 24:00"),
        ("Mon 17:00-07:00", "ends before it begins"),
        ("Mon 07:00-07:00", "ends before it begins"),
    ],
)
def test_schedule_that_cannot_be_read(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parsed(text)


@pytest.mark.parametrize(("zone", "utc"), [("Asia/Jakarta", 0), ("Asia/Makassar", 23), ("Asia/Jayapura", 22)])
def test_office_hours_of_a_week_in_each_zone(zone: str, utc: int) -> None:
    monday = midnight(zone, date(2026, 11, 16))
    found = open_periods(parsed(OFFICE), zone, monday, monday + 7 * DAY)
    assert found == [(monday + day * DAY + 7 * HOUR, monday + day * DAY + 17 * HOUR) for day in range(5)]
    assert datetime.fromtimestamp(found[0][0], UTC).hour == utc


def test_hours_are_cut_to_the_window() -> None:
    monday = midnight("Asia/Jakarta", date(2026, 11, 16))
    noon = monday + 12 * HOUR
    assert open_periods(parsed(OFFICE), "Asia/Jakarta", noon, noon + 60) == [(noon, noon + 60)]
    assert open_periods(parsed(OFFICE), "Asia/Jakarta", noon, noon) == []
    assert open_periods(parsed("Sun 00:00-24:00"), "Asia/Jakarta", noon, noon + DAY) == []


def test_hours_that_touch_or_overlap_are_one() -> None:
    monday = midnight("Asia/Jakarta", date(2026, 11, 16))
    schedule = parsed("Mon 07:00-12:00; Mon 11:00-24:00; Tue 00:00-01:00")
    assert open_periods(schedule, "Asia/Jakarta", monday, monday + 2 * DAY) == [(monday + 7 * HOUR, monday + 25 * HOUR)]


@pytest.mark.parametrize(("day", "length_h"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_whole_days_are_as_long_as_the_zone_makes_them(day: str, length_h: int) -> None:
    start = midnight("America/New_York", date.fromisoformat(day))
    found = open_periods(parsed("Sun 00:00-24:00"), "America/New_York", start, start + 2 * DAY)
    assert found == [(start, start + length_h * HOUR)]
