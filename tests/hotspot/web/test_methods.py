import re

from flask import Flask
from flask.testing import FlaskClient

from hotspot.analytics.methods import METHODS
from hotspot.web.methods import method


def test_page_has_every_definition_in_both_languages(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/methods", headers={"Accept-Language": "id"}).text

    assert re.findall(r'<article[^>]* id="([^"]+)"', page) == [one.key for one in METHODS]
    assert all(text in page for text in ("bukan rata-rata persentase", "not a mean of percentages"))


def test_link_leads_to_its_definition_and_says_so(city_app: Flask) -> None:
    with city_app.test_request_context(headers={"Accept-Language": "en"}):
        link = method("mttr")

    assert 'href="/methods#mttr"' in link
    assert 'aria-label="How MTTR and MTBF is computed"' in link


def test_strangers_are_sent_to_the_door(city_app: Flask) -> None:
    assert city_app.test_client().get("/methods").status_code == 302
