from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask

from hotspot.web import format as filters

NBSP = "\u00a0"


def shown(app: Flask, language: str, function: Callable[..., str], *values: Any) -> str:
    with app.test_request_context(f"/?lang={language}"):
        return str(function(*values)).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("function", "value", "indonesian", "english"),
    [
        (filters.number, 1463607, "1.463.607", "1,463,607"),
        (filters.number, 0, "0", "0"),
        (filters.percent, 0.995, "99,50 %", "99.50 %"),
        (filters.percent, 0.99996, "99,99 %", "99.99 %"),
        (filters.percent, 1.0, "100,00 %", "100.00 %"),
        (filters.percent, 0.57, "57,00 %", "57.00 %"),
        (filters.percent, 0.0, "0,00 %", "0.00 %"),
        (filters.rupiah, 9_000_000, "Rp9.000.000", "Rp9,000,000"),
        (filters.rupiah, -450, "−Rp450", "−Rp450"),
        (filters.fund_kind, "csr", "CSR perusahaan", "Company CSR"),
        (filters.octets, 1_234_000_000, "1,2 GB", "1.2 GB"),
        (filters.octets, 512, "512 B", "512 B"),
        (filters.bit_rate, 48_400_000, "48 Mbps", "48 Mbps"),
        (filters.bit_rate, 999_999, "1,0 Mbps", "1.0 Mbps"),
        (filters.milliseconds, 412, "0,4 ms", "0.4 ms"),
        (filters.milliseconds, 18_000, "18 ms", "18 ms"),
        (filters.duration, 45, "45 dtk", "45 s"),
        (filters.duration, 3 * 3600 + 12 * 60 + 59, "3 jam 12 mnt", "3 h 12 min"),
        (filters.duration, 2 * 86400, "2 hari", "2 d"),
        (filters.instant, 1_795_244_400, "21 Nov 2026 14.00 WIB", "21 Nov 2026 14:00 WIB"),
        (filters.day, date(2026, 8, 17), "17 Agu 2026", "17 Aug 2026"),
        (filters.day, 1_795_244_400, "21 Nov 2026", "21 Nov 2026"),
        (filters.venue, "community_hall", "Balai warga", "Community hall"),
        (filters.venue, "unheard_of", "unheard_of", "unheard_of"),
        (filters.lifecycle, "planned", "Direncanakan", "Planned"),
    ],
)
def test_a_value_is_written_as_its_reader_writes_it(
    app: Flask, function: Callable[..., str], value: Any, indonesian: str, english: str
) -> None:
    assert shown(app, "id", function, value) == indonesian
    assert shown(app, "en", function, value) == english


@pytest.mark.parametrize(
    "function",
    [
        filters.number,
        filters.percent,
        filters.duration,
        filters.instant,
        filters.day,
        filters.octets,
        filters.bit_rate,
        filters.milliseconds,
    ],
)
def test_a_missing_value_is_no_data_and_not_zero(app: Flask, function: Callable[..., str]) -> None:
    assert "no data" in shown(app, "en", function, None)
    assert "tidak ada data" in shown(app, "id", function, None)


def test_ago_counts_from_the_clock_and_never_is_never(app: Flask) -> None:
    with time_machine.travel(1_795_244_400, tick=False):
        assert shown(app, "en", filters.ago, 1_795_244_382) == "18 s ago"
        assert shown(app, "id", filters.ago, 1_795_244_382) == "18 dtk lalu"
        assert shown(app, "en", filters.ago, None) == "never"
        assert shown(app, "en", filters.ago, 1_795_244_500) == "0 s ago"
