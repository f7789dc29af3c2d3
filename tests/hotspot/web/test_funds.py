"""Funds and their agreements in the browser; the page of a sponsor against the world's own arithmetic."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotspot.settings import Settings
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import make_engine, reading
from hotspot.store.models import Agreement, Fund
from tests.hotspot.web.contracted import contracted
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import World

__all__ = ["contracted"]

PROMISE = {
    "number": "PKS-2", "title": "Sponsor", "points": "12", "value_rp": "1.200.000.000", "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
}  # fmt: skip


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return make_engine(settings.database)


def fund_id(engine: Engine, name: str = "CSR") -> int:
    with reading(engine) as session:
        return session.scalars(select(Fund.id).where(Fund.name == name)).one()


def test_the_list_tells_promised_installed_and_running(
    city_viewer: FlaskClient, contracted: dict[str, int], engine: Engine
) -> None:
    page = city_viewer.get("/funds").text
    assert "Agreements that end within 180 days" in page
    assert "Rp2,000,000,000" in page
    assert "/points?fund=CSR&amp;count=active" in page
    rows = {
        row["fund"]: row for row in csv.DictReader(io.StringIO(city_viewer.get("/funds.csv").text.lstrip("\ufeff")))
    }
    assert rows["CSR"]["promised_points"] == "15"
    assert rows["APBD"]["agreement_number"] == ""
    assert rows["APBD"]["fund_promised_points"] == ""  # nothing is known, which is not 0


def test_a_number_leads_to_just_as_many_points(city_viewer: FlaskClient, world: World) -> None:
    rows = csv.DictReader(io.StringIO(city_viewer.get("/funds.csv").text.lstrip("\ufeff")))
    (csr,) = (row for row in rows if row["fund"] == "CSR")
    for count in ("installed", "active"):
        listed = city_viewer.get(f"/points.csv?fund=CSR&count={count}").text.count("\r\n") - 1
        assert csr[f"fund_{count}_points"] == str(listed)


def test_the_page_of_a_sponsor(city_viewer: FlaskClient, contracted: dict[str, int], engine: Engine) -> None:
    page = city_viewer.get(f"/funds/{fund_id(engine)}?period=30d").text
    for words in ("PKS-1", "coverage", "Clients, mean", "Rp2,000,000,000"):
        assert words in page
    assert "Remove" not in page


def test_a_fund_is_added_and_changed(city_admin: FlaskClient, engine: Engine, world: World) -> None:
    answer = send(city_admin, "/funds", name="PT Sponsor", kind="csr", credit_line="Dari <b>PT Sponsor</b>")
    assert answer.status_code == 302
    assert "Dari &lt;b&gt;PT Sponsor" in city_admin.get(answer.location).text
    assert send(city_admin, answer.location, name="CSR", kind="csr", credit_line="").status_code == 422
    assert send(city_admin, answer.location, name="PT S", kind="investor", credit_line="").status_code == 302
    with reading(engine) as session:
        assert session.scalars(select(Fund.kind).where(Fund.name == "PT S")).one() == "investor"
        assert [one.action for one in audit_page(session, AuditFilter()).rows[:2]] == ["change", "add"]


def test_an_agreement_is_added_changed_and_removed(city_admin: FlaskClient, engine: Engine, world: World) -> None:
    page = f"/funds/{fund_id(engine)}"
    assert send(city_admin, page, f"{page}/agreements", **PROMISE).status_code == 302
    with reading(engine) as session:
        one = session.scalars(select(Agreement)).one()
        assert (one.points, one.value_rp) == (12, 1_200_000_000)
    edit = f"{page}/agreements/{one.id}"
    assert 'value="1200000000"' in city_admin.get(edit).text
    assert send(city_admin, edit, **PROMISE | {"points": "20"}).status_code == 302
    assert "Nothing was changed" in city_admin.get(send(city_admin, edit, **PROMISE | {"points": "20"}).location).text
    assert send(city_admin, page, f"{edit}/remove").status_code == 302
    with reading(engine) as session:
        assert session.scalars(select(Agreement)).all() == []
        assert [one.action for one in audit_page(session, AuditFilter()).rows[:3]] == ["remove", "change", "add"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "PKS-1", "There is an agreement of this number already"),
        ("points", "0", "A number of points from 1"),
        ("points", "many", "Not a valid integer value"),
        ("value_rp", "-1", "A negative amount"),
        ("value_rp", "1e9", "Is no amount of whole rupiah"),
        ("ends_on", "2025-01-01", "The end must come after the beginning"),
        ("starts_on", "1900-01-01", "This day is too far away"),
    ],
)
def test_an_agreement_that_can_not_be(
    city_admin: FlaskClient, contracted: dict[str, int], engine: Engine, field: str, value: str, words: str
) -> None:
    page = f"/funds/{fund_id(engine)}"
    answer = send(city_admin, page, f"{page}/agreements", **PROMISE | {field: value})
    assert answer.status_code == 422
    assert words in answer.text or f"{value} {words[0].lower()}{words[1:]}" in answer.text
    with reading(engine) as session:
        assert len(session.scalars(select(Agreement)).all()) == 1


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def test_an_agreement_has_its_document(city_admin: FlaskClient, engine: Engine, world: World) -> None:
    page = f"/funds/{fund_id(engine)}"
    good = {"document": (io.BytesIO(PDF), "pks.pdf", "application/pdf")}
    assert send(city_admin, page, f"{page}/agreements", **PROMISE, **good).status_code == 302
    with reading(engine) as session:
        attached = session.scalars(select(Agreement.attachment_id)).one()
    assert f"/attachments/{attached}" in city_admin.get(page).text
    assert city_admin.get(f"/attachments/{attached}").data == PDF
    bad = {"document": (io.BytesIO(b"MZ not a document"), "pks.pdf", "application/pdf")}
    answer = send(city_admin, page, f"{page}/agreements", **PROMISE | {"number": "PKS-3"}, **bad)
    assert answer.status_code == 422
    assert "The file is neither a PDF nor a picture" in answer.text
    with reading(engine) as session:
        assert len(session.scalars(select(Agreement)).all()) == 1  # nothing half saved
