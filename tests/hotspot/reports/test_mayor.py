"""The mayor's page stays one sheet, whatever the city is like."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from hotspot.analytics.availability import Figure
from hotspot.analytics.contracts import Dark, Ending, Line
from hotspot.analytics.forecast import Forecast
from hotspot.analytics.reports import Month
from hotspot.analytics.written import Writer
from hotspot.pdf import pdf
from hotspot.reports.facts import CityMonth, DistrictMonth, city_month
from hotspot.reports.mayor import MOST_DISTRICTS, drawing, forecast, hero, mayor_rows, mayor_sheet
from hotspot.store.base import reading
from hotspot.store.city import current_city
from hotspot.store.models import City
from tests.hotspot.web.world import NOW, World

WRITER = Writer("id", "Asia/Jakarta")
LONG = "Kecamatan dengan nama yang panjang sekali sehingga tidak muat di satu baris pun " * 2


@pytest.fixture(scope="module")
def october(filled_sqlite: tuple[Engine, World]) -> tuple[City, CityMonth]:
    with reading(filled_sqlite[0]) as session:
        city = current_city(session)
        assert city is not None
        return city, city_month(session, city, Month(date(2026, 10, 1)), NOW)


def pages(sheet: dict[str, Any]) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf("mayor", sheet))).pages]


def test_large_city_with_long_names_stays_one_sheet(october: tuple[City, CityMonth]) -> None:
    city, found = october
    line = Line("027/1" * 9, "TS-1", date(2026, 1, 1), date(2026, 12, 31), 1)
    crowded = replace(
        found,
        districts=[DistrictMonth(f"36.74.{n}", LONG, n, n, None, Figure(9, 1)) for n in range(10, 50)],
        busiest=[replace(one, name=LONG, district=LONG) for one in found.busiest],
        least=[(code, LONG, figure) for code, _, figure in found.least],
        endings=[Ending(line.contract, line.ends_on, 61, 90, (Dark(line, None),))] * 5,
    )
    city.demonstration = True

    (text,) = pages(mayor_sheet(city, crowded, WRITER))

    assert f"dan {40 - MOST_DISTRICTS} kecamatan lain" in text
    assert text.count("titik akan padam") == 3


def test_city_where_nothing_was_measured_says_so(october: tuple[City, CityMonth]) -> None:
    city, found = october
    empty = replace(
        found,
        whole=replace(found.whole, figure=Figure()),
        clients=None,
        octets=None,
        busiest=[],
        least=[],
        endings=[],
        districts=[],
        progress=replace(found.progress, standing=replace(found.progress.standing, goal=None, forecast=None)),
    )

    (text,) = pages(mayor_sheet(city, empty, WRITER))

    assert text.replace("\u00a0", " ").count("tidak ada data") >= 3
    assert "Belum ada target." in text


def test_headline_tells_ahead_behind_and_reached(october: tuple[City, CityMonth]) -> None:
    stand = october[1].progress.standing
    assert stand.forecast is not None
    reached = replace(stand, ahead_active=3, forecast=replace(stand.forecast, reason="reached"))
    few = replace(stand, forecast=replace(stand.forecast, reason="few_months"))
    never = replace(stand, forecast=replace(stand.forecast, late=None, chance=None))

    assert hero(stand, WRITER)["tone"] == "bad"
    assert hero(reached, WRITER)["tone"] == "good"
    assert "sudah terpasang" in forecast(reached, WRITER)
    assert "terlalu sedikit bulan" in forecast(few, WRITER)
    assert "mungkin tidak dalam sepuluh tahun" in forecast(never, WRITER)
    assert "Dengan laju ini tidak dalam" in forecast(replace(stand, forecast=Forecast("")), WRITER)
    assert "kurang dari 1" in forecast(replace(stand, forecast=replace(stand.forecast, chance=0.001)), WRITER)
    assert "lebih dari 99" in forecast(replace(stand, forecast=replace(stand.forecast, chance=1.0)), WRITER)


def test_drawing_stays_within_its_frame(october: tuple[City, CityMonth]) -> None:
    drawn = drawing(october[1].progress.burn_up, october[1].progress.standing.goal, WRITER)

    dots = [*drawn["installed"], *drawn["goal"], *(dot for dot in drawn["active"] if dot)]
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in dots)


def test_table_of_the_mayor_has_the_numbers_as_they_are(october: tuple[City, CityMonth]) -> None:
    found = october[1]
    rows = {(name, of): value for name, of, value in mayor_rows(found)}

    assert rows["month", ""] == "2026-10"
    assert rows["availability", ""] == found.whole.figure.availability
    assert rows["up_s", ""] == found.whole.figure.up_s
    assert rows["active", ""] == found.progress.standing.counts.active
