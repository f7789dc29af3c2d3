from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from hotspot.web.windows import instant_of, local_text, named, window

ZONE = ZoneInfo("Asia/Jakarta")
NOW = 1_795_244_400  # 2026-11-21 14:00 there


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


@pytest.mark.parametrize(
    ("period", "a", "b"),
    [
        ("24h", "2026-11-20T14:00", "2026-11-21T14:00"),
        ("7d", "2026-11-15T00:00", "2026-11-21T14:00"),
        ("30d", "2026-10-23T00:00", "2026-11-21T14:00"),
        ("month", "2026-11-01T00:00", "2026-11-21T14:00"),
        ("last_month", "2026-10-01T00:00", "2026-11-01T00:00"),
    ],
)
def test_periods_are_cut_in_the_zone_of_the_city(period: str, a: str, b: str) -> None:
    found = named(period, ZONE, NOW)

    assert (found.a, found.b) == (at(a), at(b))


def test_the_month_before_january_is_december() -> None:
    assert named("last_month", ZONE, at("2026-01-05T10:00")).a == at("2025-12-01T00:00")


def test_two_instants_are_a_window_up_to_now(app: Flask) -> None:
    with app.test_request_context():
        found = window({"from": "2026-11-20T00:00", "to": "2026-12-24"}, ZONE, NOW)

    assert (found.a, found.b, found.period, found.problem) == (at("2026-11-20T00:00"), NOW, "", "")


@pytest.mark.parametrize(
    "asked", [{"from": "x"}, {"from": "2026-11-22"}, {"from": "2026-11-02", "to": "2026-11-01"}, {"to": "1999-01-01"}]
)
def test_what_makes_no_sense_is_the_usual_window_with_a_reason(app: Flask, asked: dict[str, str]) -> None:
    with app.test_request_context():
        found = window(asked, ZONE, NOW)

    assert found.period == "30d"
    assert found.problem


def test_a_local_time_reads_back_as_it_was_written() -> None:
    assert instant_of(local_text(NOW, ZONE), ZONE) == NOW
    assert instant_of("2026-11-21T07:00:00+00:00", ZONE) == NOW
