import pytest
from flask import Flask

from hotspot.analytics.service_hours import parsed
from hotspot.web.hours import in_words


@pytest.mark.parametrize(
    ("written", "lang", "said"),
    [
        ("Mon-Fri 07:00-17:00", "en", ["Mon–Fri 07:00–17:00"]),
        ("Mon-Fri 07:00-17:00; Sat 08:00-12:00", "id", ["Sen–Jum 07.00–17.00", "Sab 08.00–12.00"]),
        ("Mon,Wed 07:00-24:00", "en", ["Mon 07:00–24:00", "Wed 07:00–24:00"]),
        ("Sun 07:00-11:00; Sun 13:00-17:00", "en", ["Sun 07:00–11:00, 13:00–17:00"]),
    ],
)
def test_neighbouring_days_of_the_same_hours_are_one_line(app: Flask, written: str, lang: str, said: list[str]) -> None:
    with app.test_request_context(f"/?lang={lang}"):
        assert in_words(parsed(written)) == said
