"""The city's own words on their page: refused with name and place, looked at, kept, taken back."""

from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import MessageTemplate
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world_incidents import Incidents
from tests.hotspot.web.world_told import told

__all__ = ["told"]
PAGE = "/alerts/messages/opened/en"


def kept(settings: Settings) -> list[str]:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        found = list(session.scalars(select(MessageTemplate.subject)))
    engine.dispose()
    return found


def test_own_words_are_looked_at_kept_and_taken_back(
    city_admin: FlaskClient, told: Incidents, settings: Settings
) -> None:
    own = {"subject": "Gangguan: {headline}", "body": "{points}\n{began}"}
    looked = send(city_admin, PAGE, preview="yes", **own)
    assert "Gangguan: Kelurahan Buaran" in looked.text
    assert kept(settings) == []
    assert send(city_admin, PAGE, **own).status_code == 302
    assert kept(settings) == ["Gangguan: {headline}"]
    assert "your own words, admin on" in city_admin.get("/alerts/messages/").text
    assert "Nothing was different" in city_admin.get(send(city_admin, PAGE, **own).location).text

    ours = city_admin.get(f"{PAGE}?ours=yes")
    assert "{severity}: {subject}" in ours.text
    assert (
        send(city_admin, PAGE, subject="{severity}: {subject}", body="{details}\n\nHotspot {city}").status_code == 302
    )
    assert kept(settings) == []


def test_an_unknown_placeholder_is_refused_with_its_name_and_place(
    city_admin: FlaskClient, told: Incidents, settings: Settings
) -> None:
    for more in ({}, {"preview": "yes"}):
        answer = send(city_admin, PAGE, subject="{headline}", body="a {config.secret} b", **more)
        assert answer.status_code == 422
        assert "{config.secret}, at character 3, is no placeholder of this message" in answer.text
        assert "a {config.secret} b</textarea>" in answer.text
    assert kept(settings) == []


def test_every_message_has_a_page_in_both_languages(city_admin: FlaskClient, told: Incidents) -> None:
    for event in ("recovered", "digest", "storm", "test"):
        for language in ("id", "en"):
            assert city_admin.get(f"/alerts/messages/{event}/{language}").status_code == 200
    assert city_admin.get("/alerts/messages/later/id").status_code == 404
    assert city_admin.get("/alerts/messages/opened/fr").status_code == 404


def test_without_incidents_an_example_is_shown(city_admin: FlaskClient) -> None:
    assert "Switch 3: 12 access points at 2 points down" in city_admin.get(PAGE).text
