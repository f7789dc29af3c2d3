"""Costs, what a budget keeps, and reconciliation in the browser and as files."""

import csv
import io
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import ContractPoint
from tests.hotspot.web.contracted import FEE, OTHER_FEE, PAID, contracted
from tests.hotspot.web.world import NEVER_POLLED, World

__all__ = ["contracted"]


def table(client: FlaskClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).text.lstrip("\ufeff"))))


def test_a_city_without_contracts(city_viewer: FlaskClient, world: World) -> None:
    assert "Nothing was paid in this window" in city_viewer.get("/money").text
    assert "Installed, but not paid" in city_viewer.get("/reconciliation").text


@pytest.mark.parametrize("by", ["contract", "provider", "district", "venue", "fund", "point", "nonsense"])
def test_the_groups_add_up_to_the_whole(city_viewer: FlaskClient, contracted: dict[str, int], by: str) -> None:
    *rows, whole = table(city_viewer, f"/money.csv?period=last_month&by={by}")
    assert sum(int(row["amount_rp"]) for row in rows) == int(whole["amount_rp"])
    assert int(whole["amount_rp"]) == (PAID + 1) * FEE + OTHER_FEE  # a whole month of every line in force
    assert float(whole["point_months"]) == PAID + 2
    assert city_viewer.get(f"/money?period=last_month&by={by}").status_code == 200


def test_a_budget_names_the_points_to_keep(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    page = city_viewer.get("/money?budget=Rp%205.000.000").text
    for words in ("Keep what fits", "Dropped", "be judged", "no other choice can keep more than"):
        assert words in page
    rows = table(city_viewer, "/money/keep.csv?budget=5.000.000")
    fees = {verdict: sum(int(row["monthly_fee"]) for row in rows if row["verdict"] == verdict) for verdict in
            ("keep", "drop", "not judged")}  # fmt: skip
    assert len(rows) == PAID + 2
    assert fees["keep"] + fees["not judged"] <= 5_000_000
    assert f"Rp{fees['keep']:,} a month" in page
    assert f"Rp{fees['not judged']:,} a month are set aside for them" in page
    assert next(row for row in rows if row["point_code"] == NEVER_POLLED)["verdict"] == "not judged"
    worth = [float(row["user_hours_per_million_rp"]) for row in rows if row["verdict"] == "keep"]
    assert worth == sorted(worth, reverse=True)


def test_a_budget_that_is_none(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    page = city_viewer.get("/money?budget=-5").text
    assert "A negative amount" in page
    assert 'value="-5"' in page
    assert city_viewer.get("/money/keep.csv").status_code == 404
    assert "cost Rp" in city_viewer.get("/money?budget=1").text


def test_differences_are_listed_with_their_reason(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    found = table(city_viewer, "/reconciliation.csv")
    kinds = {row["finding"] for row in found}
    assert {"gone", "not_built", "never_seen", "never_in_annex", "other_provider"} <= kinds
    assert next(row for row in found if row["finding"] == "gone")["point_code"] == "TS-0047"
    assert NEVER_POLLED in {row["point_code"] for row in found if row["finding"] == "never_seen"}
    page = city_viewer.get("/reconciliation?month=2026-10").text
    assert "Paid, but the point was taken down" in page
    only = table(city_viewer, "/reconciliation.csv?only=gone")
    assert [row["finding"] for row in only] == ["gone"]
    for month in ("2099-01", "abc", "2026-13", ""):
        assert city_viewer.get(f"/reconciliation?month={month}").status_code == 200


def test_days_in_reasons_are_written_for_their_reader(
    city_viewer: FlaskClient, contracted: dict[str, int], settings: Settings
) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        session.execute(
            update(ContractPoint).where(ContractPoint.monthly_fee_rp == FEE).values(ends_on=date(2026, 10, 31))
        )
    engine.dispose()

    assert "Its last line ended on 31\xa0Oct\xa02026" in city_viewer.get("/reconciliation").text
    city_viewer.set_cookie("language", "id")
    assert "31\xa0Okt\xa02026" in city_viewer.get("/reconciliation").text


def test_payable_points_are_on_a_line_of_a_contract(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    listed = table(city_viewer, "/points.csv?count=payable")
    assert {row["point_code"] for row in listed} <= {f"TS-{n:04d}" for n in range(1, PAID + 1)}
    assert len(listed) > 10


def test_a_window_of_chosen_days_has_its_last_day(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    month = table(city_viewer, "/money.csv?period=last_month")
    chosen = table(city_viewer, "/money.csv?from=2026-10-01&to=2026-10-31")
    assert chosen == month
    assert (chosen[0]["from"], chosen[0]["to"]) == ("2026-10-01", "2026-10-31")
    page = city_viewer.get("/money?from=2026-10-01&to=2026-10-31&budget=1000000").text
    assert 'type="hidden" name="to" value="2026-10-31"' in page
    assert "A time is written as" in city_viewer.get("/money?to=nonsense").text
