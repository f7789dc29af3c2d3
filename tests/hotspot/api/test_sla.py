import pytest
from flask.testing import FlaskClient

from hotspot.evidence.verify import verify
from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.contracted import contracted
from tests.hotspot.web.visitor import token

__all__ = ["contracted"]

MONTH = "/api/v1/contracts/K-1/sla/2026-10"


def test_month_has_the_sums_of_its_lines(asker: Asker, contracted: dict[str, int]) -> None:
    told = asker.json(MONTH)

    assert told["over"] is True
    assert len(told["items"]) == 21
    assert told["amount_rp"] == sum(line["amount_rp"] for line in told["items"])
    assert told["gross_rp"] - told["deduction_rp"] == told["amount_rp"]
    assert told["items"][0]["by_day"] is None
    assert all(line["formula"].endswith(f" = {line['amount_rp']}") for line in told["items"])


def test_point_unfolds_to_days_and_outages(asker: Asker, contracted: dict[str, int]) -> None:
    [line] = asker.json(f"{MONTH}?point=TS-0003")["items"]

    assert len(line["by_day"]) == 31
    assert sum(day["seconds"]["down"] for day in line["by_day"]) == line["seconds"]["down"]
    assert sum(one["counted_s"] for one in line["outages"] if one["state"] == "down") == line["seconds"]["down"]


def test_running_month_is_so_far(asker: Asker, contracted: dict[str, int]) -> None:
    assert asker.json("/api/v1/contracts/K-1/sla/2026-11")["over"] is False


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/contracts/K-99/sla/2026-10", 404),
        ("/api/v1/contracts/K-1/sla/2027-10", 404),
        ("/api/v1/contracts/K-1/sla/october", 404),
        (f"{MONTH}?point=TS-0045", 422),
        (f"{MONTH}?colour=red", 422),
        ("/api/v1/evidence/7", 404),
        ("/api/v1/evidence/x", 404),
        ("/api/v1/evidence?page=2", 422),
    ],
)
def test_what_is_not_there_is_a_problem(asker: Asker, contracted: dict[str, int], path: str, status: int) -> None:
    assert asker.get(path).status_code == status


def test_packs_are_listed_and_handed_out(asker: Asker, city_admin: FlaskClient, contracted: dict[str, int]) -> None:
    assert asker.json("/api/v1/evidence")["items"] == []
    page = f"/contracts/{contracted['K-1']}/sla/2026-10"
    city_admin.post(f"{page}/pack", data={"csrf_token": token(city_admin, page)})

    [row] = asker.json("/api/v1/evidence")["items"]
    data = asker.client.get("/api/v1/evidence/1?format=file", headers={"Authorization": f"Bearer {asker.token}"})

    assert row["amount_rp"] == asker.json(MONTH)["amount_rp"]
    assert asker.json("/api/v1/evidence/1")["item"] == row
    assert verify(data.data).manifest_sha256 == row["manifest_sha256"]
