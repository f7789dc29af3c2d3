"""Contracts in the browser: what is listed, what is refused and where, and the way back."""

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotspot.settings import Settings
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import make_engine, reading
from hotspot.store.models import Contract, ContractPoint
from tests.hotspot.web.contracted import END, FEE, PAID, TODAY, contracted
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import HOSTILE_NAME

__all__ = ["contracted"]

FILLED = {
    "number": "K-9", "title": "Sewa", "provider": "Nusa Link", "fund": "CSR", "starts_on": "2026-01-01",
    "ends_on": "2026-12-31", "target": "99,5", "kind": "steps", "steps-0-below": "99,5", "steps-0-deduct": "5",
    "steps-1-below": "98", "steps-1-deduct": "10", "cap": "100", "hours": "", "unknown": "excluded",
    "minimum_coverage": "50", "no_data": "withhold",
}  # fmt: skip


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return make_engine(settings.database)


def test_a_city_without_contracts_says_what_to_do(city_admin: FlaskClient) -> None:
    page = city_admin.get("/contracts").text
    assert "No contract yet" in page
    assert "Add a contract" in page


def test_the_list_names_the_points_that_go_dark(city_admin: FlaskClient, contracted: dict[str, int]) -> None:
    page = city_admin.get("/contracts").text
    assert f"{PAID - 2} points go dark" in page  # two go on in K-2, the retired one is dark already
    assert "Rp10,050,000" in page  # 21 lines of K-1 and one of K-2
    assert "PKS-1" in page
    assert HOSTILE_NAME not in page
    rows = list(csv.DictReader(io.StringIO(city_admin.get("/contracts/ending.csv").text.lstrip("\ufeff"))))
    assert len(rows) == PAID - 2
    assert {row["contract_number"] for row in rows} == {"K-1"}
    assert {row["ends_on"] for row in rows} == {END.isoformat()}
    assert "TS-0002" not in {row["point_code"] for row in rows}


def test_a_contract_is_added_by_its_form(city_admin: FlaskClient, engine: Engine) -> None:
    answer = send(city_admin, "/contracts/new", **FILLED)
    assert answer.status_code == 302
    page = city_admin.get(answer.location).text
    for words in ("K-9", "99.5 %", "Below 98 % a deduction of 10 %", "All hours of the month count", "CSR"):
        assert words in page
    with reading(engine) as session:
        assert audit_page(session, AuditFilter()).rows[0].subject == "contract K-9"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "", "This field is required"),
        ("ends_on", "2025-12-31", "The end must come after the beginning"),
        ("ends_on", "", "This field is required"),
        ("target", "abc", "Is not a number of percent"),
        ("target", "0", "With a target of 0"),
        ("steps-1-below", "99,6", "Steps begin at the target or below it"),
        ("steps-1-deduct", "5", "Each step must deduct more"),
        ("hours", "Mon-Fri 17:00-07:00x", "Can&#39;t be read"),
        ("cap", "101", "Must be from 0 to 100"),
        ("number", "K-1", "There is a contract of this number already"),
        ("kind", "nonsense", "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    city_admin: FlaskClient, contracted: dict[str, int], engine: Engine, field: str, value: str, words: str
) -> None:
    answer = send(city_admin, "/contracts/new", **FILLED | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Sewa"' in answer.text
    with reading(engine) as session:
        assert len(session.scalars(select(Contract)).all()) == 3


def test_a_contract_is_changed_ended_and_its_lines_with_it(
    city_admin: FlaskClient, contracted: dict[str, int], engine: Engine
) -> None:
    one = f"/contracts/{contracted['K-1']}"
    changed = city_admin.get(f"{one}/edit").text
    assert 'value="Layanan K-1"' in changed
    assert send(city_admin, f"{one}/edit", **FILLED | {"number": "K-1"}).status_code == 422
    refused = send(city_admin, one, f"{one}/end", last_day="2020-01-01")
    assert (refused.status_code, "A day from" in refused.text) == (422, True)
    last = TODAY + timedelta(days=10)
    assert send(city_admin, one, f"{one}/end", last_day=last.isoformat()).status_code == 302
    with reading(engine) as session:
        lines = session.scalars(select(ContractPoint).where(ContractPoint.contract_id == contracted["K-1"])).all()
        assert {line.ends_on for line in lines} == {last}
        assert audit_page(session, AuditFilter()).rows[0].action == "end"


def test_a_line_is_removed_and_the_removal_undone(
    city_admin: FlaskClient, contracted: dict[str, int], engine: Engine
) -> None:
    one = f"/contracts/{contracted['K-1']}"

    def lines() -> list[tuple[int, int]]:
        with reading(engine) as session:
            query = select(ContractPoint.point_id, ContractPoint.monthly_fee_rp)
            rows = session.execute(query.where(ContractPoint.contract_id == contracted["K-1"]))
            return sorted((row.point_id, row.monthly_fee_rp) for row in rows)

    before = lines()
    with reading(engine) as session:
        first = session.scalars(select(ContractPoint).where(ContractPoint.contract_id == contracted["K-1"])).first()
    assert first
    assert send(city_admin, one, f"{one}/lines/{first.id}/remove").status_code == 302
    assert len(lines()) == len(before) - 1
    page = city_admin.get(one).text
    assert "is removed" in page
    assert "Undo" not in city_admin.get(one).text
    back = {
        "point_code": "TS-0001", "starts_on": first.starts_on.isoformat(), "ends_on": first.ends_on.isoformat(),
        "monthly_fee": str(FEE),
    }  # fmt: skip
    for name, value in back.items():
        assert f'name="{name}" value="{value}"' in page
    assert send(city_admin, one, f"{one}/lines", **back).status_code == 302
    assert lines() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"point_code": "TS-0001"}, "TS-0001 is in contract K-1 from"),
        ({"point_code": "TS-9999"}, "There is no point TS-9999"),
        ({"monthly_fee": "-5"}, "A negative amount"),
        ({"ends_on": "2099-01-01"}, "The contract ends on"),
        ({"starts_on": "2026-11-02", "ends_on": "2026-11-01"}, "Ends before it starts"),
    ],
)
def test_a_line_that_can_not_be(
    city_admin: FlaskClient, contracted: dict[str, int], given: dict[str, str], words: str
) -> None:
    one = f"/contracts/{contracted['K-2']}"
    answer = send(city_admin, one, f"{one}/lines", **{"point_code": "TS-0030", "monthly_fee": "500.000"} | given)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_line_is_changed(city_admin: FlaskClient, contracted: dict[str, int], engine: Engine) -> None:
    with reading(engine) as session:
        first = session.scalars(select(ContractPoint).where(ContractPoint.contract_id == contracted["K-1"])).first()
    assert first
    page = f"/contracts/{contracted['K-1']}/lines/{first.id}"
    assert send(city_admin, page, ends_on=TODAY.isoformat(), monthly_fee="Rp 500.000").status_code == 302
    assert send(city_admin, page, ends_on="2020-01-01", monthly_fee="1").status_code == 422
    with reading(engine) as session:
        line = session.get_one(ContractPoint, first.id)
        assert (line.ends_on, line.monthly_fee_rp) == (TODAY, 500_000)


def upload(client: FlaskClient, text: str) -> str:
    page = "/contracts/import/"
    sent = {"csrf_token": token(client, page), "file": (io.BytesIO(text.encode()), "annex.csv")}
    answer = client.post(page, data=sent)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_an_annex_file_is_shown_then_imported(
    city_admin: FlaskClient, contracted: dict[str, int], engine: Engine
) -> None:
    look = upload(city_admin, "Nomor Kontrak;Kode Titik;Biaya Bulanan\nK-2;TS-0030;Rp450.000\nK-2;TS-0031;450000\n")
    page = city_admin.get(look).text
    assert "Import 2 rows" in page
    mark = page.partition('name="mark" value="')[2].partition('"')[0]
    assert send(city_admin, look, mark="of another plan").status_code == 302
    assert send(city_admin, look, mark=mark).location == "/contracts"
    assert "2 lines added" in city_admin.get("/contracts").text
    with reading(engine) as session:
        assert audit_page(session, AuditFilter()).rows[0].detail == "2 added, 0 changed, 0 unchanged, 0 rejected"
    again = upload(city_admin, city_admin.get("/contracts/annexes.csv").text.lstrip("\ufeff"))
    assert "There is nothing to import" in city_admin.get(again).text


def test_one_bad_row_holds_the_file_back(city_admin: FlaskClient, contracted: dict[str, int], engine: Engine) -> None:
    look = upload(city_admin, "contract_number,point_code,monthly_fee\nK-2,TS-0030,1\nK-2,TS-0001,1\nK-2,<i>,1\n")
    page = city_admin.get(look)
    assert "Nothing of this file can be imported" in page.text
    assert "TS-0001 is in contract K-1" in page.text
    assert "There is no point &lt;i&gt;" in page.text or "there is no point &lt;i&gt;" in page.text
    csrf = {"csrf_token": token(city_admin, look), "mark": "x"}
    assert city_admin.post(look, data=csrf).status_code == 422
    with reading(engine) as session:
        assert len(session.scalars(select(ContractPoint)).all()) == PAID + 4


def test_templates_are_files_that_the_import_reads(city_admin: FlaskClient, contracted: dict[str, int]) -> None:
    for kind in ("csv", "xlsx"):
        assert city_admin.get(f"/contracts/import/template.{kind}").status_code == 200
    assert (
        "there is no contract"
        in city_admin.get(upload(city_admin, city_admin.get("/contracts/import/template.csv").text)).text.casefold()
    )


def test_a_viewer_sees_all_and_changes_nothing(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    page = city_viewer.get(f"/contracts/{contracted['K-1']}")
    assert page.status_code == 200
    assert "Remove" not in page.text
    assert city_viewer.get("/contracts/new").status_code == 403
    assert city_viewer.get("/contracts/import/").status_code == 403


def test_the_overview_lists_what_goes_dark(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    page = city_viewer.get("/").text
    assert "Contracts and agreements that end" in page
    listed = page.partition("Contracts and agreements that end")[2].partition("</section>")[0]
    for words in (f"{PAID - 2} points go dark", "/points/TS-0001", "/points/TS-0020", "PKS-1"):
        assert words in listed
    assert "/points/TS-0002" not in listed


@pytest.mark.parametrize("text", ["", "\0", "9" * 5_000, "<script>" * 2_000])
def test_nonsense_in_the_forms_is_no_error(city_admin: FlaskClient, contracted: dict[str, int], text: str) -> None:
    csrf = token(city_admin, "/contracts/new")
    names = [*FILLED, "point_code", "monthly_fee", "last_day", "name", "credit_line", "points", "value_rp", "mark"]
    one, fund = f"/contracts/{contracted['K-1']}", "/funds/2"
    for address in (
        "/contracts/new", f"{one}/edit", f"{one}/end", f"{one}/lines", f"{one}/lines/1", "/contracts/import/", "/funds",
        fund, f"{fund}/agreements", f"{fund}/agreements/1",
    ):  # fmt: skip
        answer = city_admin.post(address, data={**dict.fromkeys(names, text), "csrf_token": csrf})
        assert answer.status_code == 422, address
        rest = {name: value for name, value in FILLED.items() if name != "title"}
        assert city_admin.post(address, data={**rest, "title": text, "csrf_token": csrf}).status_code < 500, address
    for address in ("/money", "/money.csv", "/money/keep.csv", "/reconciliation", "/contracts", one, fund):
        query = dict.fromkeys(("period", "from", "to", "by", "budget", "month", "q", "page", "only"), text[:2_000])
        assert city_admin.get(address, query_string=query).status_code in (200, 404), address


def test_the_page_of_a_point_names_its_contracts(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    page = city_viewer.get("/points/TS-0002").text
    for contract, fee in (("K-1", "Rp450,000"), ("K-2", "Rp600,000")):
        assert f'href="/contracts/{contracted[contract]}">{contract}</a>' in page
        assert f"{fee} a month" in page
    assert "none pays for it" in city_viewer.get("/points/TS-0030").text
