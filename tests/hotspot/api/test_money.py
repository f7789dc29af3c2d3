"""Contracts, funds, costs and differences, told to machines with the numbers of the pages."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.contracted import END, FEE, OTHER_FEE, PAID, TODAY, contracted

__all__ = ["contracted"]


def test_contracts_and_what_goes_dark(asker: Asker, contracted: dict[str, int]) -> None:
    told = asker.json("/api/v1/contracts")
    assert [one["number"] for one in told["items"]] == ["K-1", "K-2", "K-OLD"]
    first = told["items"][0]
    assert (first["points"], first["monthly_rp"], first["state"]) == (PAID + 1, (PAID + 1) * FEE, "running")
    assert first["rule"]["steps"][1] == {"below": 95.0, "deduct": 10.0}
    (ending,) = told["endings"]
    assert (ending["ends_on"], ending["days_left"], ending["notice_days"]) == (END.isoformat(), 60, 90)
    assert len(ending["points"]) == PAID - 2
    assert asker.json("/api/v1/contracts?on=2020-01-01")["items"][0]["state"] == "coming"


def test_one_contract_with_its_annex(asker: Asker, contracted: dict[str, int]) -> None:
    told = asker.json("/api/v1/contracts/K-2")
    assert [(line["point"], line["state"]) for line in told["lines"]] == [
        ("TS-0002", "coming"), ("TS-0004", "coming"), ("TS-0042", "running")
    ]  # fmt: skip
    assert told["contract"]["rule"]["hours"] == "Mon-Fri 07:00-17:00"
    assert asker.get("/api/v1/contracts/K-404").status_code == 404


def test_funds_and_their_agreements(asker: Asker, contracted: dict[str, int]) -> None:
    told = asker.json("/api/v1/funds")
    by_name = {one["name"]: one for one in told["items"]}
    assert by_name["APBD"]["promised"] is None
    assert (by_name["CSR"]["promised"], by_name["CSR"]["agreements"][0]["number"]) == (15, "PKS-1")
    (ending,) = told["endings"]
    assert (ending["agreement"], ending["notice_days"], len(ending["points"])) == (
        "PKS-1",
        30,
        by_name["CSR"]["active"],
    )


def test_costs_are_those_of_the_file(asker: Asker, contracted: dict[str, int], city_viewer: FlaskClient) -> None:
    told = asker.json("/api/v1/costs?by=provider")
    assert told["whole"]["amount_rp"] == (PAID + 1) * FEE + OTHER_FEE
    page = csv.DictReader(io.StringIO(city_viewer.get("/money.csv?by=provider").text.lstrip("\ufeff")))
    assert {row["key"]: row["amount_rp"] for row in page if row["by"] == "provider"} == {
        group["key"]: str(group["costs"]["amount_rp"]) for group in told["groups"]
    }
    assert told["keep"] is None
    month = asker.json(f"/api/v1/costs?period={TODAY:%Y-%m}&budget=5000000")
    assert (month["from"], month["to"]) == (TODAY.replace(day=1).isoformat(), TODAY.isoformat())
    keep = month["keep"]
    assert keep["spent_rp"] <= 5_000_000
    assert keep["spent_rp"] + keep["saved_rp"] == (PAID + 1) * FEE + OTHER_FEE
    assert asker.json("/api/v1/costs?from=2026-10-01&to=2026-10-31")["whole"] == told["whole"]


@pytest.mark.parametrize(
    "query",
    ["from=2026-12-01", "from=2026-02-01&to=2026-01-01", "period=x", "period=2026&from=2026-01-01", "budget=-1",
     "by=moon", "from=2001-01-01", "to=2020-01-01"],
)  # fmt: skip
def test_costs_of_no_window(asker: Asker, contracted: dict[str, int], query: str) -> None:
    assert asker.get(f"/api/v1/costs?{query}").status_code == 422


def test_differences(asker: Asker, contracted: dict[str, int]) -> None:
    told = asker.json("/api/v1/reconciliation?kind=gone")
    (one,) = told["items"]
    assert (one["point"], one["contract"], one["monthly_fee_rp"]) == ("TS-0047", "K-1", FEE)
    assert asker.get("/api/v1/reconciliation?month=2027-01").status_code == 422
    assert asker.get("/api/v1/reconciliation?month=2026-13").status_code == 422
    kinds = {one["kind"] for one in asker.json("/api/v1/reconciliation?month=2026-10")["items"]}
    assert "never_in_annex" in kinds


def test_the_cost_of_a_contract_s_month_is_what_its_sla_month_starts_from(
    asker: Asker, contracted: dict[str, int]
) -> None:
    costs = asker.json("/api/v1/costs?period=2026-10&by=contract")
    for group in costs["groups"]:
        answer = asker.client.get(
            f"/api/v1/contracts/{group['key']}/sla/2026-10", headers={"Authorization": f"Bearer {asker.token}"}
        )
        assert answer.json is not None
        assert answer.json["gross_rp"] == group["costs"]["amount_rp"], group["key"]
    assert len(costs["groups"]) == 2
