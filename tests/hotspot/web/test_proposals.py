"""Proposals in the browser, and the page of their number that needs no sign-in."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotspot.store.base import reading, writing
from hotspot.store.models import Area, AuditEntry, Point, Proposal
from tests.hotspot.store.test_siting import square
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import World

A = "36.74.01.1001"
HALL = {
    "place": "Balai <b>RW</b> 05", "area_code": A, "venue_kind": "community_hall", "reason": "Anak-anak belajar & main",
    "source": "neighbourhood", "received_on": "2026-10-01", "contact": "Ibu Sari 0812-555", "latitude": "-6.3001",
    "longitude": "106.6601",
}  # fmt: skip


def add(client: FlaskClient, **fields: str) -> str:
    answer = send(client, "/proposals/new", **HALL | fields)
    assert answer.status_code == 302, answer.text
    return str(answer.location.rpartition("/")[2])


def test_taken_in_shown_and_sealed(city_admin: FlaskClient, city_viewer: FlaskClient, sqlite_engine: Engine) -> None:
    number = add(city_admin)
    page = city_admin.get(f"/proposals/{number}").text
    assert "Balai &lt;b&gt;RW&lt;/b&gt; 05" in page
    assert "Ibu Sari 0812-555" in page
    others = [
        city_viewer.get(f"/proposals/{number}").text,
        city_viewer.get("/proposals/").text,
        city_admin.get("/proposals/").text,
        city_admin.get(f"/proposals/{number}/edit").text,
        city_admin.get("/proposals/file.csv").text,
        city_admin.get("/api/v1/proposals").text,
        city_admin.get(f"/track/{number}").text,
    ]
    assert all("Sari" not in text and "0812" not in text for text in others)
    assert "no-store" in city_admin.get(f"/proposals/{number}").headers["Cache-Control"]
    with reading(sqlite_engine) as session:
        assert "Sari" not in repr([(row.subject, row.detail) for row in session.scalars(select(AuditEntry))])
        assert session.scalars(select(Proposal.number)).one() == number


def test_a_refusal_keeps_what_was_typed(city_admin: FlaskClient, sqlite_engine: Engine) -> None:
    answer = send(city_admin, "/proposals/new", **HALL | {"latitude": "nowhere", "reason": "Karena <i>"})
    assert answer.status_code == 422
    assert "nowhere is not a number" in answer.text.lower()
    assert "Karena &lt;i&gt;" in answer.text
    missing = send(city_admin, "/proposals/new", place="")
    assert missing.status_code == 422
    late = send(city_admin, "/proposals/new", **HALL | {"received_on": "2099-01-01"})
    assert "lies in the future" in late.text
    with reading(sqlite_engine) as session:
        assert session.scalars(select(Proposal)).all() == []


def test_changed_joined_parted_declined_opened(city_admin: FlaskClient) -> None:
    first, second = add(city_admin), add(city_admin, place="Depan balai")
    assert "Perhaps the same place" in city_admin.get(f"/proposals/{second}").text
    send(city_admin, f"/proposals/{second}/edit", **HALL | {"place": "Teras balai", "contact": ""})
    assert "Teras balai" in city_admin.get(f"/proposals/{second}").text
    assert "Ibu Sari" in city_admin.get(f"/proposals/{second}").text
    page = f"/proposals/{second}"
    send(city_admin, page, f"{page}/merge", into=first)
    assert "Joined with this one" in city_admin.get(f"/proposals/{first}").text
    assert "Others asked for the same place" in city_admin.get(f"/track/{second}").text
    send(city_admin, page, f"{page}/reopen")
    page = f"/proposals/{first}"
    assert send(city_admin, page, f"{page}/decline", answer="").status_code == 422
    send(city_admin, page, f"{page}/decline", answer="Lahan <pribadi>")
    assert "Lahan &lt;pribadi&gt;" in city_admin.get(f"/track/{first}").text
    assert send(city_admin, page, f"{page}/merge", into=second).status_code == 422
    mistyped = send(city_admin, page, f"/proposals/{second}/merge", into="<i>x")
    assert "&lt;i&gt;x is no proposal." in mistyped.text
    send(city_admin, page, f"{page}/reopen")
    assert "no decision has been made yet" in city_admin.get(f"/track/{first}").text


def test_made_a_planned_point_and_back(city_admin: FlaskClient, sqlite_engine: Engine) -> None:
    number = add(city_admin)
    page = f"/proposals/{number}"
    code = re.search(r'name="point_code"[^>]* value="([^"]+)"', city_admin.get(page).text)
    assert code is not None
    assert code[1] == "TS-0049"
    taken = send(city_admin, page, f"{page}/convert", point_code="TS-0001", document="BA 9")
    assert taken.status_code == 422
    assert "TS-0001 is a point already" in taken.text
    assert 'value="BA 9"' in taken.text
    bad = send(city_admin, page, f"{page}/convert", point_code="TS-0049", file=(io.BytesIO(b"MZ"), "x.exe"))
    assert bad.status_code == 422
    good = send(city_admin, page, f"{page}/convert", point_code="TS-0049", point_name="Balai", document="BA 9/2026")
    assert good.status_code == 302
    assert city_admin.get("/points/TS-0049").status_code == 200
    assert "It became a planned point." in city_admin.get(f"/track/{number}").text
    send(city_admin, page, f"{page}/take-back")
    with reading(sqlite_engine) as session:
        assert session.scalar(select(Point.id).where(Point.code == "TS-0049")) is None


def test_a_file_is_looked_at_and_taken_in_once(city_admin: FlaskClient) -> None:
    text = f"tempat,kode_kelurahan,alasan,kontak\nBalai,{A},Perlu,Rahasia 1\nTaman,{A},,x\nPasar,99,Perlu,y\n"

    def look() -> str:
        answer = send(city_admin, "/proposals/import", file=(io.BytesIO(text.encode()), "usulan.csv"))
        return str(answer.location)

    report = look()
    page = city_admin.get(report).text
    assert "3 rows were read" in page
    assert "99 is no area of this city" in page
    assert "Rahasia" not in page
    send(city_admin, report)
    assert "There is nothing to import" in city_admin.get(look()).text
    assert "Balai" in city_admin.get("/proposals/").text


def test_the_public_page_needs_no_account_and_tells_nothing_private(
    city_app: Flask, city_admin: FlaskClient, world: World
) -> None:
    number = add(city_admin)
    anybody = city_app.test_client()
    anybody.set_cookie("language", "en")
    page = anybody.get(f"/track/{number}")
    assert page.status_code == 200
    for secret in ("Balai", "Sari", "belajar", "RW", "Buaran", "106.66", "TS-0001"):
        assert secret not in page.text
    typed = anybody.get("/track/", query_string={"number": number.lower().replace("-", " ")})
    assert typed.location.endswith(f"/track/{number}")
    for wrong in ("7KQ2-M9XB", "AAAA-AAAA", number[:-1], "<script>", "x" * 5_000, "%00"):
        answer = anybody.get(f"/track/{wrong}")
        assert answer.status_code == 404
        assert "No proposal has this number" in answer.text
    assert anybody.get("/track/?number=" + "x" * 5_000).status_code == 200
    assert anybody.get(f"/proposals/{number}").status_code == 302
    assert world.city


def test_who_only_looks_decides_nothing(city_admin: FlaskClient, city_viewer: FlaskClient) -> None:
    number = add(city_admin)
    csrf = token(city_viewer, "/")
    for step in ("merge", "decline", "reopen", "convert", "take-back", "edit"):
        assert city_viewer.post(f"/proposals/{number}/{step}", data={"csrf_token": csrf}).status_code == 403
    assert "Take in a proposal" not in city_viewer.get("/proposals/").text
    assert city_viewer.get("/proposals/new").status_code == 403


def test_a_proposal_can_be_put_into_the_map(city_admin: FlaskClient, sqlite_engine: Engine, world: World) -> None:
    with writing(sqlite_engine) as session:
        session.get_one(Area, world.areas[A]).boundary = square(-6.31, 106.65)
    number = add(city_admin)
    page = city_admin.get(f"/siting?put={number}").text
    assert "with 1 point more" in page
    assert "Balai &lt;b&gt;RW&lt;/b&gt; 05" in page
    assert city_admin.get(f"/siting/map.json?put={number}").get_json()["put"] == [[-6.3001, 106.6601, HALL["place"]]]
    answer = city_admin.get(f"/api/v1/siting?put={number};{A}*2").get_json()
    assert [one["area_code"] for one in answer["put"]] == [A] * 3
    assert answer["then"]["points"] == answer["now"]["points"] + 3
    wrong = city_admin.get("/api/v1/siting?put=7KQ2-M9XB")
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["field"] == "put"


def test_filters_and_nonsense(city_admin: FlaskClient) -> None:
    number = add(city_admin)
    assert number in city_admin.get(f"/proposals/?q={number}").text
    for query in ("state=moon&source=mars&area=" + "9" * 99, "q=%00", "q=" + "x" * 999, "state=all"):
        assert city_admin.get(f"/proposals/?{query}").status_code == 200
    assert "No proposal matches" in city_admin.get("/proposals/?state=declined").text
