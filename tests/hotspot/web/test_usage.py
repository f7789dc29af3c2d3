import csv
import io
import re

import pytest
from flask.testing import FlaskClient


def rows(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(f"/usage.csv?{query}").data.decode("utf-8-sig"))))


@pytest.mark.parametrize("period", ["7d", "30d", "90d", "365d", "month", "last_month", "nonsense"])
def test_every_window_has_its_page(city_viewer: FlaskClient, period: str) -> None:
    answer = city_viewer.get(f"/usage?period={period}")
    assert answer.status_code == 200
    assert "<h1>Usage</h1>" in answer.text


def test_the_page_and_the_file_tell_the_same_points(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/usage?period=30d").text
    busiest = page.split("Most used points</h2>")[1].split("Least used points</h2>")[0]
    shown = re.findall(r"<small>(TS-\d{4}) ·", busiest)
    filed = [row["point_code"] for row in rows(city_viewer, "period=30d")]
    assert shown
    assert shown == filed[: len(shown)]


def test_the_file_counts_its_seconds(city_viewer: FlaskClient) -> None:
    for row in rows(city_viewer, "period=7d"):
        known = int(row["up_s"]) + int(row["down_s"])
        if row["availability"]:
            assert float(row["availability"]) == pytest.approx(int(row["up_s"]) / known)
        else:
            assert known == 0


def test_a_window_before_everything_is_empty_and_says_so(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/usage?from=2001-01-01&to=2001-02-01").text
    assert "Nothing was measured in this window" in page
