import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hotspot.settings import Settings
from hotspot.store.attachments import add_attachment
from hotspot.store.base import make_engine, writing
from hotspot.store.models import Attachment
from tests.hotspot.analytics.pictures import PDF_FILE, png
from tests.hotspot.web.world import NOW, World


@pytest.fixture
def photo(world: World, settings: Settings) -> int:
    return added(world, settings, "photo", png())


def added(world: World, settings: Settings, kind: str, data: bytes) -> int:
    with writing(make_engine(settings.database)) as session:
        return add_attachment(
            session, world.city, kind=kind, name='a "b" ü.x', media_type="", data=data, now=NOW, actor="a"
        )


def test_nobody_sees_it_from_outside(city_app: Flask, photo: int) -> None:
    answer = city_app.test_client().get(f"/attachments/{photo}")

    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_a_photograph_is_shown_and_runs_nothing(city_viewer: FlaskClient, photo: int) -> None:
    answer = city_viewer.get(f"/attachments/{photo}")

    assert answer.mimetype == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_document_is_downloaded(city_viewer: FlaskClient, world: World, settings: Settings) -> None:
    answer = city_viewer.get(f"/attachments/{added(world, settings, 'document', PDF_FILE)}")

    assert answer.data == PDF_FILE
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "a%20%22b%22%20%C3%BC.pdf" in answer.headers["Content-Disposition"]


def test_an_unknown_one_is_not_found(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/attachments/99").status_code == 404


def test_a_damaged_one_is_not_handed_out(city_viewer: FlaskClient, settings: Settings, photo: int) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(Attachment).values(data=b"other"))

    assert city_viewer.get(f"/attachments/{photo}").status_code == 500
