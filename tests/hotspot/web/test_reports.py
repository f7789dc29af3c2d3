"""Reports through the browser; what is on paper is what the pages show for the same month."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import update
from werkzeug.test import TestResponse

from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import Report
from tests.hotspot.web.contracted import FEE, contracted
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import FORMULA, FORMULA_NAME, HOSTILE_NAME

__all__ = ["contracted"]

PAGE = "/reports"
ENGLISH = {"Accept-Language": "en"}


def make(client: FlaskClient, key: str = "mayor:", **more: str) -> TestResponse:
    return send(client, PAGE, key=key, **({"period": "2026-10", "form": "pdf", "language": "id"} | more))


def newest(client: FlaskClient) -> TestResponse:
    number = max(map(int, re.findall(r'href="/reports/(\d+)"', client.get(PAGE).text)))
    return client.get(f"/reports/{number}")


def paper(client: FlaskClient, key: str = "mayor:", **more: str) -> str:
    made = make(client, key, **more)
    assert made.status_code == 302, made.text
    pages = PdfReader(io.BytesIO(newest(client).data)).pages
    return spaced(" ".join(page.extract_text() for page in pages))


def plain(markup: str) -> str:
    return spaced(re.sub(r"<[^>]+>", " ", markup))


def spaced(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def figures(page: str) -> list[str]:
    """The big figures of a page, in their order."""
    found = [plain(one) for one in re.findall(r'<span class="value[^"]*">(.*?)</span>\n', page, re.DOTALL)]
    assert len(found) >= 4
    return found


def test_mayors_page_is_one_sheet_with_the_counts_of_the_rollout_page(city_admin: FlaskClient) -> None:
    text = paper(city_admin)
    rollout = figures(city_admin.get("/rollout?on=2026-10-31&lang=id", follow_redirects=True).text)

    assert "Halaman 1 / 1" in text
    for name, value in zip(("Terpasang", "Diterima", "Aktif", "Layak bayar"), rollout, strict=False):
        assert f"{name} {value} " in text


def test_running_month_has_the_counts_of_now(city_admin: FlaskClient) -> None:
    text = paper(city_admin, period="2026-11", language="en")
    rollout = figures(city_admin.get("/rollout?lang=en", follow_redirects=True).text)

    assert "The month is still running" in text
    for name, value in zip(("Installed", "Accepted", "Active", "Payable"), rollout, strict=False):
        assert f"{name} {value} " in text


def test_mayors_page_has_the_forecast_of_the_overview(city_admin: FlaskClient) -> None:
    text = paper(city_admin, period="2026-11")
    page = plain(city_admin.get("/?lang=id", follow_redirects=True).text)

    range_ = re.search(r"[Aa]ntara (\w+) (?:(\d{4}) )?dan (\w+ \d{4})", page)
    assert range_
    assert re.search(rf"antara {range_[1]} \d{{4}} dan {range_[3]}", text)
    chance = re.search(r"tepat waktu: ((?:kurang dari |lebih dari )?\d+ %)", page)
    assert chance
    assert f"Tepat waktu: {chance[1]}." in text


def test_mayors_page_has_the_availability_that_the_command_and_the_api_tell(city_admin: FlaskClient) -> None:
    text = paper(city_admin)
    told = city_admin.get("/api/v1/availability?period=2026-10").get_json()

    assert f"Ketersediaan {written(told['availability'])} % cakupan {written(told['coverage'])} %" in text
    assert f"Gangguan {told['outages']['count']} " in text


def written(share: float) -> str:
    return f"{int(share * 10000) / 100:.2f}".replace(".", ",")


def test_mayors_page_has_the_traffic_and_the_busiest_points_of_the_usage_page(city_admin: FlaskClient) -> None:
    text = paper(city_admin)
    usage = city_admin.get("/usage?period=last_month&lang=id", follow_redirects=True).text

    octets = re.search(r">([^<>]+) seluruhnya<", usage)
    assert octets
    assert f"Lalu lintas {plain(octets[1])} " in text
    busiest = usage.partition("<tbody>")[2]
    names = re.findall(r'<a href="/points/[^"]+">([^<]+)</a>', usage[usage.index(busiest[:1]) :])[:5]
    assert names
    assert all(plain(name) in text for name in names)


def test_point_in_a_provider_report_has_the_figures_of_its_own_page(city_admin: FlaskClient) -> None:
    text = paper(city_admin, "provider:Nusa Link")
    code = "TS-0024"
    page = plain(city_admin.get(f"/points/{code}?period=last_month&lang=id", follow_redirects=True).text)

    line = re.search(rf"{code} .*? (\d+,\d\d %) (\d+) % (\d+) ", text)
    assert line
    assert line[1] in page


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(("period", "month"), [("last_month", "2026-10"), ("month", "2026-11")])
@pytest.mark.usefixtures("contracted")
def test_costs_of_districts_are_those_of_the_page_of_costs(city_admin: FlaskClient, period: str, month: str) -> None:
    told = rows(city_admin.get(f"/money.csv?period={period}&by=district").text)
    districts = dict(re.findall(r'value="(district:[^"]*)"[^>]*>([^<]*)<', city_admin.get(PAGE).text))

    for key, name in districts.items():
        make(city_admin, key, period=month, form="csv")
        paid = sum(int(row["cost_rp"] or 0) for row in rows(newest(city_admin).text))
        assert paid == sum(int(row["amount_rp"]) for row in told if row["key"] == name)


@pytest.mark.usefixtures("contracted")
def test_provider_report_has_the_costs_of_its_own_contracts_alone(city_admin: FlaskClient) -> None:
    lines = {row["point_code"] for row in rows(city_admin.get("/contracts/annexes.csv").text)
             if row["provider"] == "Nusa Link" and row["contract_number"] == "K-1"}  # fmt: skip

    make(city_admin, "provider:Serat Kota", form="csv")
    own = rows(newest(city_admin).text)
    make(city_admin, "provider:Nusa Link", form="csv")
    other = rows(newest(city_admin).text)

    assert {row["point_code"] for row in own} & lines
    assert [row["cost_rp"] for row in own if row["point_code"] in lines and row["cost_rp"]] == []
    assert {row["cost_rp"] for row in other if row["point_code"] in lines} == {str(FEE)}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tables_hold_every_point_and_no_formula(city_admin: FlaskClient, form: str) -> None:
    make(city_admin, "provider:Nusa Link", form=form)
    data = newest(city_admin).data

    if form == "csv":
        lines = data.decode("utf-8-sig").splitlines()
        assert len(lines) == 27
        assert any(line.startswith(f"{FORMULA},\"'{FORMULA_NAME[:4]}") or f"'{FORMULA_NAME}" in line for line in lines)
    else:
        rows = list(load_workbook(io.BytesIO(data)).worksheets[0].values)
        assert len(rows) == 27
        assert f"'{FORMULA_NAME}" in [row[1] for row in rows]


def test_hostile_names_are_text_on_paper(city_admin: FlaskClient) -> None:
    text = paper(city_admin, "provider:Serat Kota")

    assert HOSTILE_NAME.replace(" ", "") in text.replace(" ", "")


def test_month_made_again_is_a_new_report_with_the_same_bytes(city_admin: FlaskClient) -> None:
    make(city_admin)
    make(city_admin)
    page = city_admin.get(PAGE).text
    digests = re.findall(r"\b[0-9a-f]{64}\b", page)

    assert len(digests) == 2
    assert len(set(digests)) == 1


def test_file_is_named_and_of_its_kind(city_admin: FlaskClient) -> None:
    make(city_admin, "donor:APBD", form="csv")
    answer = newest(city_admin)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-donor-APBD-36.74-2026-10-1.csv"'
    assert answer.mimetype == "text/csv"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"period": "2026-13"}, "A month is written as 2026-10"),
        ({"period": ""}, "A month is written as 2026-10"),
        ({"period": "2027-01"}, "2027-01 is still to come"),
        ({"key": "provider:Nobody"}, "Not a valid choice"),
        ({"form": "exe"}, "Not a valid choice"),
        ({"language": "fr"}, "Not a valid choice"),
    ],
)
def test_wrong_order_is_refused_at_its_field_and_makes_nothing(
    city_admin: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    fields = {"key": "mayor:", "period": "2026-10", "form": "pdf", "language": "id"} | wrong
    answer = city_admin.post(PAGE, data=fields | {"csrf_token": token(city_admin, PAGE)}, headers=ENGLISH)

    assert answer.status_code == 422
    assert says in answer.text
    assert 'href="/reports/1"' not in answer.text


def test_schedule_is_listed_once_and_ended(city_admin: FlaskClient) -> None:
    wanted = {"key": "mayor:", "form": "pdf", "language": "id"}
    assert send(city_admin, PAGE, f"{PAGE}/schedule", **wanted).status_code == 302
    again = send(city_admin, PAGE, f"{PAGE}/schedule", **wanted)
    assert again.status_code == 422

    page = city_admin.get(PAGE, headers=ENGLISH).text
    assert "on the next first of a month" in page
    assert send(city_admin, PAGE, f"{PAGE}/schedule/1/end").status_code == 302
    assert "/schedule/1/end" not in city_admin.get(PAGE).text


def test_viewers_download_and_make_nothing(city_admin: FlaskClient, city_viewer: FlaskClient) -> None:
    make(city_admin, form="csv")

    assert city_viewer.get("/reports/1").status_code == 200
    assert "csrf_token" not in city_viewer.get(PAGE).text.partition("<main")[2]
    refused = city_viewer.post(PAGE, data={"csrf_token": token(city_viewer, "/password"), "key": "mayor:"})
    assert refused.status_code == 403


def test_changed_file_is_not_handed_out(city_admin: FlaskClient, city_app: Flask) -> None:
    make(city_admin, form="csv")
    with city_app.app_context(), writing(db.engine) as session:
        session.execute(update(Report).values(data=b"something else"))

    answer = city_admin.get("/reports/1", follow_redirects=True, headers=ENGLISH)

    assert "it is not handed out" in answer.text


@pytest.mark.parametrize("address", ["/reports/99", "/reports/-1", "/reports/99999999999999999999"])
def test_report_that_is_not_there_is_404(city_admin: FlaskClient, address: str) -> None:
    assert city_admin.get(address).status_code == 404


def test_strangers_get_nothing(city_app: Flask) -> None:
    assert city_app.test_client().get("/reports/1").status_code == 302
