"""Single polls of the last days and of past days, as a page and as files."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.extras import written
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.chunks import compact
from hotspot.store.lease import Fence
from hotspot.store.models import AccessPoint, PollChunk, PollHot
from hotspot.store.polls import POLL, add_polls
from tests.hotspot.web.world_measured import ZONE

NAME = "AP-010-1"
PAGE = f"/access-points/{NAME}/polls"
SSID = "Tangsel <Free>"
STEADY = {"channel": 36, "tx_rate": 10**8}


def yesterday() -> Any:
    return day_of(ZONE.key, now()) - timedelta(days=1)


@pytest.fixture
def packed(settings: Settings) -> int:
    """The access point's polls of yesterday, two radios and a network in each, packed; one lost at noon."""
    engine = make_engine(settings.database)
    day = yesterday()
    start, end = midnight(ZONE.key, day), midnight(ZONE.key, day + timedelta(days=1))
    with writing(engine) as session:
        ap_id = session.scalars(select(AccessPoint.id).where(AccessPoint.name == NAME)).one()
        session.execute(delete(PollHot))
        rows = []
        for number, slot in enumerate(range(start, end, 300)):
            radios = [
                {"label": f"wifi{n}", "clients": number % 7 + n, "noise": -95.5 + number % 3} | STEADY for n in range(2)
            ]
            said = written({"radios": radios, "ssids": [{"label": SSID, "clients": number % 9}], "extras": {}})
            up = slot != start + 12 * 3600
            row = dict.fromkeys(POLL) | {"slot": slot, "ap_id": ap_id, "city_id": 1, "offset_s": 7, "up": int(up)}
            rows.append(row | ({"clients": 5, "rtt_us": 2500, "extras": said} if up else {}))
        add_polls(session, [tuple(row[name] for name in POLL) for row in rows])
    fence = Fence("collector", "host:1", 1)
    assert compact(engine, fence, 1, (start, end)) == len(rows)
    return ap_id


def test_a_past_day_shows_each_radio_and_network(city_viewer: FlaskClient, packed: int) -> None:
    page = city_viewer.get(f"{PAGE}?day={yesterday()}").text
    assert "288 polls, 1 without an answer" in page
    for said in ("Radio wifi0", "Radio wifi1", "Network Tangsel &lt;Free&gt;", "Channel 36", "Sends at 100", "Noise"):
        assert said in page, said
    assert page.count("data-chart") == 2 + 2 * 2 + 1
    assert SSID not in page


def test_negative_values_are_drawn_from_below_them(city_viewer: FlaskClient, packed: int) -> None:
    noise = city_viewer.get(f"{PAGE}?day={yesterday()}").text.split("<h3>Noise")[1].split("</figure>")[0]
    path = noise.split('class="series-line" d="')[1].split('"')[0]
    assert "-" not in path.replace("h.1", "")
    assert "-100" in noise


def test_a_day_of_which_nothing_is_kept_says_so(city_viewer: FlaskClient, packed: int) -> None:
    page = city_viewer.get(f"{PAGE}?day=2020-01-01").text
    assert "No poll is kept of this time" in page
    assert "data-chart" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [("day=soon", "A day is written as"), ("day=2099-01-01", "must be in the past"), ("day=0001-01-01", "in the past")],
)
def test_a_day_that_is_none_is_told(city_viewer: FlaskClient, query: str, said: str) -> None:
    answer = city_viewer.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert said in answer.text


@pytest.mark.parametrize("period", ["24h", "7d", "", "<b>"])
def test_the_last_days_are_rows_and_packed_ones(city_viewer: FlaskClient, period: str) -> None:
    page = city_viewer.get(f"{PAGE}?period={period}").text
    assert "264 polls, 0 without an answer" in page


def test_the_file_of_a_day_has_all_that_was_said(city_viewer: FlaskClient, packed: int) -> None:
    answer = city_viewer.get(f"/access-points/{NAME}/polls.csv?day={yesterday()}")
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert len(rows) == 288
    first = dict(zip(head, rows[1], strict=True))
    assert (first["answered"], first["rtt_ms"], first["clients"]) == ("1", "2.5", "5")
    assert (first["radio wifi1 clients"], first["radio wifi0 noise"], first[f"ssid {SSID} clients"]) == (
        "2",
        "-94.5",
        "1",
    )
    lost = dict(zip(head, rows[144], strict=True))
    assert (lost["answered"], lost["radio wifi0 clients"]) == ("0", "")
    assert city_viewer.get(f"/access-points/{NAME}/polls.xlsx?day={yesterday()}").status_code == 200


def test_damage_is_named_and_nothing_else_fails(city_viewer: FlaskClient, packed: int, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(PollChunk).values(data=b"nonsense"))
    for path in (f"{PAGE}?day={yesterday()}", f"{PAGE}?period=7d"):
        page = city_viewer.get(path)
        assert page.status_code == 200
        assert "what is stored of them is damaged" in page.text
    assert city_viewer.get(f"/access-points/{NAME}").status_code == 200


def test_the_access_point_page_shows_its_radios_of_24_hours(city_viewer: FlaskClient, packed: int) -> None:
    page = city_viewer.get(f"/access-points/{NAME}").text
    assert f'href="{PAGE}"' in page
    assert "Radio wifi0" in page


def test_an_unknown_device_has_no_polls(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/access-points/AP-999/polls").status_code == 404
    assert city_viewer.get("/access-points/AP-999/polls.csv").status_code == 404
