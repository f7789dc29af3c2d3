"""The technician's pages: where to go, what is done at a point, forms that arrive twice, tests that are asked for."""

import io
import re
import struct
import zlib
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from hotspot.settings import Settings
from hotspot.store.assignments import assign
from hotspot.store.base import reading, writing
from hotspot.store.models import AccessPoint, AccountArea, Assignment, City, PointNote, PointPhoto, PollRequest
from hotspot.store.poll_requests import Said, answer
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.visitor import make_account, send, token
from tests.hotspot.web.world import COMMUNITY, DEGRADED, DOWN_TOGETHER, NOW, POLLING_OFF, World

BUARAN = "36.74.01.1001"  # where DOWN_TOGETHER are
PNG = b"\x89PNG\r\n\x1a\n"


def picture() -> bytes:
    """One white pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")


@pytest.fixture
def tini(city_engine: Engine, world: World) -> int:
    """A technician of Buaran, to whom a point there is given."""
    number = make_account(city_engine, "tini", "technician")
    with writing(city_engine) as session:
        session.add(AccountArea(account_id=number, area_id=world.areas[BUARAN]))
        session.flush()
        assign(session, session.get_one(City, world.city), ["TS-0003"], number, "no power", now=NOW, actor="admin")
    return number


@pytest.fixture
def phone(city_app: Flask, settings: Settings, tini: int) -> FlaskClient:
    return signed_in(city_app, settings, tini)


def form(phone: FlaskClient, kind: str, code: str = "TS-0003", **fields: object) -> TestResponse:
    return send(phone, f"/field/{code}", f"/field/{code}/{kind}", **({"key": str(uuid4())} | fields))


def form_of(phone: FlaskClient) -> dict[str, str]:
    return {"csrf_token": token(phone, "/field/TS-0003")}


def post_json(phone: FlaskClient, kind: str, code: str = "TS-0003", **fields: object) -> TestResponse:
    signed = phone.get("/field/sign.json").json
    assert signed
    headers = {"Accept": "application/json", "X-CSRFToken": signed["csrf"]}
    answered = phone.post(f"/field/{code}/{kind}", data={"key": str(uuid4())} | fields, headers=headers)
    answered.request.environ["wsgi.input"].close()  # a file, where what is sent is large
    return answered


def test_technician_begins_at_the_points_to_work_at(phone: FlaskClient, tini: int) -> None:
    page = phone.get("/field/")
    assert page.headers["X-Field-Account"] == str(tini)
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert "geolocation=()" in phone.get("/field/TS-0003").headers["Permissions-Policy"]
    assert page.text.index("no power") < page.text.index("Down, partly down or unknown")
    links = re.findall(r'href="/field/(TS-\d+)"', page.text)
    assert links[0] == "TS-0003"
    assert set(links) == {*DOWN_TOGETHER, DEGRADED[0]}
    assert 'href="geo:-6.303,106.69?q=' in page.text


def test_pages_keep_no_secret_and_the_worker_none_of_others(phone: FlaskClient, city_viewer: FlaskClient) -> None:
    for path in ("/field/", "/field/TS-0003"):
        assert COMMUNITY not in phone.get(path).text
        assert city_viewer.get(path).status_code == 403
    assert phone.get("/field/worker.js").mimetype == "text/javascript"


def test_note_is_kept_once_however_often_it_is_sent(phone: FlaskClient, city_engine: Engine) -> None:
    key = str(uuid4())
    answers = [post_json(phone, "note", key=key, text="Kabel putus", at=NOW - 3600).json for _ in range(2)]
    assert answers == [{"state": "done"}, {"state": "again"}]
    with reading(city_engine) as session:
        row = session.scalars(select(PointNote)).one()
    assert (row.text, row.at, row.received_at, row.actor) == ("Kabel putus", NOW - 3600, NOW, "tini")
    assert "Kabel putus" in phone.get("/points/TS-0003").text


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("note", {"text": ""}),
        ("note", {"text": "x" * 2001}),
        ("note", {"text": "x", "key": "garbage"}),
        ("note", {"text": "x", "key": "'; DROP TABLE point; --" * 100}),
        ("photo", {}),
        ("photo", {"picture": "no file"}),
        ("swap", {"device": "AP-003-1"}),
        ("swap", {"device": "AP-013-1", "serial": "N"}),
        ("swap", {"device": "AP-003-1", "serial": "=1+1"}),
        ("swap", {"device": "AP-003-1", "serial": "SN-NEW", "ap_address": "10.66.6.6"}),
    ],
)
def test_what_cannot_be_done_is_refused_kindly_and_may_be_sent_again(
    phone: FlaskClient, kind: str, fields: dict[str, str]
) -> None:
    key = fields.get("key", str(uuid4()))
    for _ in range(2):
        refused = post_json(phone, kind, **(fields | {"key": key}))
        assert refused.status_code == 422
        told = refused.json or {}
        assert (told["state"], told["why"][-1:]) == ("refused", ".")
    page = form(phone, kind, **(fields | {"key": key}))
    assert page.status_code == 422
    assert told["why"] in page.text.replace("&#39;", "'")


def test_outside_the_own_areas_nothing_is_done(phone: FlaskClient) -> None:
    assert "outside the areas of your account" in phone.get("/field/TS-0014").text
    for kind in ("note", "photo", "swap", "finish"):
        assert post_json(phone, kind, "TS-0014", text="x").status_code == 403
    assert post_json(phone, "note", "nowhere", text="x").status_code == 404
    asked = phone.post("/access-points/AP-014-1/test", data={"csrf_token": token(phone, "/field/TS-0003")})
    assert asked.status_code == 403


def test_photograph_is_added_and_a_large_or_foreign_file_is_not(phone: FlaskClient, city_engine: Engine) -> None:
    assert form(phone, "photo", picture=(io.BytesIO(picture()), "foto.png")).status_code == 302
    large = post_json(phone, "photo", picture=(io.BytesIO(picture() + bytes(10_000_001)), "foto.png"))
    assert large.status_code == 422
    assert post_json(phone, "photo", picture=(io.BytesIO(b"<svg/>"), "foto.jpg")).status_code == 422
    assert post_json(phone, "photo", picture=(io.BytesIO(bytes(20_000_000)), "foto.jpg")).status_code == 413
    with reading(city_engine) as session:
        assert len(session.scalars(select(PointPhoto)).all()) == 1


def test_other_device_takes_the_place(phone: FlaskClient, city_engine: Engine, world: World) -> None:
    assert form(phone, "swap", device="AP-003-1", serial="SN-NEW").status_code == 302
    with reading(city_engine) as session:
        new = session.scalars(select(AccessPoint).where(AccessPoint.serial == "SN-NEW")).one()
        assert (new.name, new.point_id) == ("AP-003-1", world.points["TS-0003"])
    assert "SN-NEW" in phone.get("/field/TS-0003").text


@pytest.mark.parametrize(("how", "done"), [("done", True), ("back", False)])
def test_visit_ends_with_what_was_done(phone: FlaskClient, city_engine: Engine, how: str, done: bool) -> None:
    assert form(phone, "finish", how=how, text="new fuse").location == "/field/"
    with reading(city_engine) as session:
        row = session.scalars(select(Assignment)).one()
        assert (row.done, row.ended_by) == (done, "tini")
        assert session.scalars(select(PointNote.text)).one() == "new fuse"
    assert post_json(phone, "finish", how=how).status_code == 422


def test_signed_out_phone_learns_it_and_keeps_its_forms(city_app: Flask, phone: FlaskClient) -> None:
    assert city_app.test_client().get("/field/sign.json").status_code == 302
    without = phone.post("/field/TS-0003/note", data={"text": "x"}, headers={"Accept": "application/json"})
    assert without.status_code == 400


def test_test_poll_is_asked_for_waited_for_and_told(
    phone: FlaskClient, city_admin: FlaskClient, city_engine: Engine
) -> None:
    first = phone.post("/access-points/AP-003-1/test", data=form_of(phone), headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in first.text
    asked = send(phone, "/field/TS-0003", "/access-points/AP-003-1/test", back="field")
    assert asked.location.startswith("/field/TS-0003#test-")
    live = phone.get("/access-points/AP-003-1/test", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in live.text
    assert phone.get("/access-points/AP-003-1/test").status_code == 302
    with writing(city_engine) as session:
        request = session.scalars(select(PollRequest)).one()
        answers = [("sysName", "1.3.6.1.2.1.1.5.0", "<b>hall</b>")]
        answer(session, request.id, Said(False, "no answer from 10.74.3.1", answers=answers), NOW)
    told = phone.get("/access-points/AP-003-1/test", headers={"HX-Request": "true"}).text
    assert "It does not answer." in told
    assert "every 2s" not in told
    assert "&lt;b&gt;hall&lt;/b&gt;" in city_admin.get("/access-points/AP-003-1").text
    assert "Raw last answer" not in phone.get("/access-points/AP-003-1").text


def test_test_of_what_is_not_polled_is_refused(city_admin: FlaskClient) -> None:
    name = f"AP-{POLLING_OFF[3:].lstrip('0').zfill(3)}-1"
    page = f"/access-points/{name}"
    answered = city_admin.post(
        f"{page}/test", data={"csrf_token": token(city_admin, "/assignments")}, headers={"HX-Request": "true"}
    )
    assert "Polling of this access point is off." in answered.text


def test_network_admin_gives_points_and_takes_them_back(
    city_admin: FlaskClient, city_viewer: FlaskClient, tini: int, city_engine: Engine
) -> None:
    assert city_viewer.get("/assignments").status_code == 403
    assert "TS-0004" in city_admin.get("/assignments?status=down").text
    given = send(city_admin, "/assignments", person=str(tini), codes="TS-0004, TS-0005", task="look")
    assert given.status_code == 302
    wrong = send(city_admin, "/assignments", person=str(tini), codes="TS-0014", task="look")
    assert wrong.status_code == 422
    assert "outside the areas of tini" in wrong.text
    assert send(city_admin, "/assignments", person="9" * 40, codes="TS-0004").status_code == 422
    with reading(city_engine) as session:
        number = session.scalars(select(Assignment.id).order_by(Assignment.id.desc())).first()
    for word in ("The work is taken back.", "Nothing to take back"):
        send(city_admin, "/assignments", f"/assignments/{number}/end")
        assert word in city_admin.get("/assignments").text
    assert "tini" in city_admin.get("/points/TS-0004").text


def test_note_from_the_page_of_the_point_leads_back_there(city_admin: FlaskClient) -> None:
    page = city_admin.get("/points/TS-0013").text
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    kept = send(
        city_admin, "/points/TS-0013", "/field/TS-0013/note", key=found[1], back="point", text="<script>x</script>"
    )
    assert kept.location == "/points/TS-0013"
    assert "&lt;script&gt;x&lt;/script&gt;" in city_admin.get("/points/TS-0013").text
