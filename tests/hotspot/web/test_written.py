from datetime import date

import pytest
from flask import Flask

from hotspot.analytics.written import Writer
from hotspot.web import format as pages
from tests.hotspot.web.world import NOW

SHARES = (None, 0.0, 0.5, 0.99996, 0.995, 1.0)
SECONDS = (None, 0, 45, 60, 3599, 3600, 3660, 86399, 86400, 90000, 200000, 12345678)
AMOUNTS = (None, 0, 999, 1000, 1234, 9_999, 1_234_567, 999_499_999, 10**15)


@pytest.mark.parametrize("language", ["id", "en"])
def test_paper_and_pages_write_alike(city_app: Flask, language: str) -> None:
    writer = Writer(language, "Asia/Jakarta")

    with city_app.test_request_context(headers={"Accept-Language": language}):
        same = [
            *((writer.percent(one), pages.percent(one)) for one in SHARES),
            *((writer.percent(one, 0), pages.percent(one, 0)) for one in SHARES),
            *((writer.duration(one), pages.duration(one)) for one in SECONDS),
            *((writer.number(one), pages.number(one)) for one in AMOUNTS),
            *((writer.octets(one), pages.octets(one)) for one in AMOUNTS),
            *((writer.rupiah(one), pages.rupiah(one)) for one in AMOUNTS),
            (writer.number(1234.56, 1), pages.number(1234.56, 1)),
            (writer.day(date(2026, 10, 1)), pages.day(date(2026, 10, 1))),
            (writer.instant(NOW), pages.instant(NOW)),
        ]

    assert [paper for paper, _ in same] == [
        page.removeprefix('<span class="missing">').removesuffix("</span>") for _, page in same
    ]


def test_month_is_spelt_out() -> None:
    assert Writer("id", "Asia/Jakarta").month(date(2026, 8, 1)) == "Agustus\u00a02026"
    assert Writer("en", "Asia/Jakarta").month(date(2026, 8, 1)) == "August\u00a02026"
