"""Stickers: the code on each leads to the public page of its point, and says no more than is so."""

import io
import re
from xml.etree import ElementTree as ET

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import update

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import Point
from hotspot.web.stickers import QUIET, modules
from tests.hotspot.web.world import HOSTILE, HOSTILE_NAME, PORTAL

SVG = "{http://www.w3.org/2000/svg}"


def text(made: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


def matrix(drawn: ET.Element) -> list[bytearray]:
    """The modules of the code, read back out of the drawing."""
    code = next(one for one in drawn.iter(f"{SVG}svg") if one is not drawn)
    size = int((code.get("viewBox") or "").split()[2]) - 2 * QUIET
    found = [bytearray(size) for _ in range(size)]
    path = next(one for one in code.iter(f"{SVG}path"))
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", path.get("d") or ""):
        for at in range(int(x), int(x) + int(length)):
            found[int(y)][at] = 1
    return found


def test_the_code_is_the_address_of_the_points_page(city_app: Flask, city_admin: FlaskClient) -> None:
    answer = city_admin.get("/points/TS-0006/sticker.svg")
    assert "sticker-TS-0006.svg" in answer.headers["Content-Disposition"]
    found = matrix(ET.fromstring(answer.text))
    wanted = segno.make("http://127.0.0.1:8080/p/TS-0006", error="q", micro=False, boost_error=False)
    assert found == [bytearray(row) for row in wanted.matrix]
    assert city_app.test_client().get("/p/TS-0006").status_code == 200


def test_runs_of_modules_draw_the_code() -> None:
    assert modules([b"\1\1\0", b"\0\0\0", b"\0\1\1"]) == "M0 0h2v1h-2zM1 2h2v1h-2z"


def test_a_hostile_name_stays_text(city_admin: FlaskClient) -> None:
    drawn = ET.fromstring(city_admin.get(f"/points/{HOSTILE}/sticker.svg").text)
    assert HOSTILE_NAME in (drawn.get("aria-label") or "")


@pytest.mark.parametrize(("code", "open_to_all"), [("TS-0006", True), (PORTAL, False)])
def test_only_an_open_point_promises_no_password(city_admin: FlaskClient, code: str, open_to_all: bool) -> None:
    drawn = city_admin.get(f"/points/{code}/sticker.svg").text
    assert ("tanpa sandi" in drawn) == ("no password" in drawn) == open_to_all
    assert "Laporkan gangguan" in drawn


def test_a_sheet_has_every_built_point_of_the_filter(city_admin: FlaskClient) -> None:
    pages = text(city_admin.get("/points/stickers.pdf?area=36.74.01").data)
    codes = re.findall(r"/p/(TS-\d{4})", "".join(pages))
    assert len(codes) == 16
    assert len(pages) == 2
    assert "TS-0042" not in codes


def test_a_single_sticker_is_a_page_of_its_size(city_admin: FlaskClient) -> None:
    made = PdfReader(io.BytesIO(city_admin.get("/points/TS-0006/sticker.pdf").data))
    assert len(made.pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in made.pages[0].mediabox[2:]] == [95, 66]


def test_points_that_nobody_sees_get_none(city_admin: FlaskClient, settings: Settings) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        session.execute(update(Point).where(Point.code == "TS-0006").values(public=False))
    engine.dispose()
    for code in ("TS-0006", "TS-0042"):
        answer = city_admin.get(f"/points/{code}/sticker.pdf")
        assert answer.location == f"/points/{code}"
    for query in ("q=TS-0006", "q=TS-0006&status=up&status=down&endpoint=x&_external=1&_scheme=ftp"):
        assert city_admin.get(f"/points/stickers.pdf?{query}").location == f"/points?{query}"
    assert "no sticker to print" in city_admin.get("/points").text


def test_viewers_print_none(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/points/TS-0006/sticker.pdf").status_code == 403
    assert city_viewer.get("/points/stickers.pdf").status_code == 403
