"""A contract's month in the browser: what it earns, how it unfolds, what is excluded, the pack and its check."""

import csv
import io
import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from hotspot.evidence.container import packed, unpacked
from hotspot.evidence.verify import verify
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import Contract, EvidencePack, Exclusion, Point, State, StatusSpan
from tests.hotspot.web.contracted import FEE, contracted
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import HOSTILE_NAME

__all__ = ["contracted"]

MONTH = "2026-10"


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return make_engine(settings.database)


@pytest.fixture
def page(contracted: dict[str, int]) -> str:
    return f"/contracts/{contracted['K-1']}/sla/{MONTH}"


def amounts(client: FlaskClient, page: str) -> dict[str, dict[str, str]]:
    text = client.get(f"{page}.csv").text.removeprefix("\ufeff")
    return {row["point"]: row for row in csv.DictReader(io.StringIO(text))}


def worst(client: FlaskClient, page: str) -> str:
    rows = amounts(client, page)
    return max(rows, key=lambda code: int(rows[code]["down_s"]))


def test_month_shows_the_sum_of_its_lines(city_viewer: FlaskClient, page: str) -> None:
    shown = city_viewer.get(page).text
    rows = amounts(city_viewer, page)

    total = sum(int(row["amount_rp"]) for row in rows.values())
    assert len(rows) == 21
    assert f"Rp{total:,}" in shown
    assert f"of Rp{21 * FEE:,}" in shown
    assert "Below 95 % a deduction of 10 % of the monthly fee." in shown
    assert HOSTILE_NAME not in shown
    assert "&lt;script&gt;" in shown


def test_address_without_a_month_leads_to_the_newest_that_is_over(
    city_viewer: FlaskClient, contracted: dict[str, int]
) -> None:
    answer = city_viewer.get(f"/contracts/{contracted['K-1']}/sla")

    assert answer.location == f"/contracts/{contracted['K-1']}/sla/{MONTH}"


def test_running_month_is_so_far_and_has_no_pack(city_admin: FlaskClient, contracted: dict[str, int]) -> None:
    page = f"/contracts/{contracted['K-1']}/sla/2026-11"
    shown = city_admin.get(page).text

    assert "The month still runs" in shown
    assert "Make the evidence pack" not in shown
    refused = city_admin.post(
        f"{page}/pack", data={"csrf_token": token(city_admin, "/password")}, follow_redirects=True
    )
    assert "2026-11 is not over yet" in refused.text


@pytest.mark.parametrize("month", ["2026-13", "2026-12", "2020-01", "x", "2026-1", "' OR 1=1"])
def test_month_that_is_none_is_no_page(city_viewer: FlaskClient, contracted: dict[str, int], month: str) -> None:
    assert city_viewer.get(f"/contracts/{contracted['K-1']}/sla/{month}").status_code == 404
    assert city_viewer.get(f"/contracts/999999/sla/{MONTH}").status_code == 404


@pytest.mark.parametrize(
    "query", ["show=below", "show=x", "q=TS-0003", "q=nothing", "sort=-availability", "sort=x", "page=99", "page=x"]
)
def test_lines_are_filtered_and_sorted(city_viewer: FlaskClient, page: str, query: str) -> None:
    assert city_viewer.get(f"{page}?{query}").status_code == 200


def test_point_unfolds_to_days_outages_and_polls(city_viewer: FlaskClient, page: str, engine: Engine) -> None:
    code = worst(city_viewer, page)
    row = amounts(city_viewer, page)[code]

    shown = city_viewer.get(f"{page}/points/{code}").text

    assert row["formula"].replace(" * ", " × ").replace(" - ", " − ") in shown
    assert f"Rp{int(row['amount_rp']):,}" in shown
    polls = re.search(rf'href="([^"]*/points/{code}/polls[^"]*)"', shown)
    assert polls
    around = city_viewer.get(polls[1].replace("&amp;", "&"))
    assert around.status_code == 200
    assert "The polls around" in around.text
    assert city_viewer.get(f"{page}/points/{code}/polls?access_point=x&start=5").status_code == 404
    assert city_viewer.get(f"{page}/points/TS-9999").status_code == 404


def test_outage_is_excluded_for_all_it_hit_and_withdrawn(city_admin: FlaskClient, page: str, engine: Engine) -> None:
    code = worst(city_admin, page)
    before = int(amounts(city_admin, page)[code]["down_s"])
    form = city_admin.get(f"{page}/exclude?points={code}&from=2026-10-01T00:00:00&to=2026-10-30T00:00:00").text
    assert "other points of the contract were down in this time" in form
    assert f">{code}</textarea>" in form.replace("\r\n", "").replace("\n", "")

    sent = send(
        city_admin, f"{page}/exclude", points=f"{code}, TS-0001", start="2026-10-01T00:00", end="2026-10-31T23:59:59",
        reason="power", note="PLN <b>padam</b>",
    )  # fmt: skip

    assert sent.status_code == 302
    shown = city_admin.get(page).text
    assert "Power cut at the site" in shown
    assert "PLN &lt;b&gt;padam&lt;/b&gt;" in shown
    row = amounts(city_admin, page)[code]
    assert (int(row["down_s"]) < before, int(row["excluded_s"]) > 0) == (True, True)
    with reading(engine) as session:
        number = session.scalars(select(Exclusion.id)).first()
    key = token(city_admin, page)
    undo = {"csrf_token": key, "together": "1"}
    assert (
        "Withdrawn for 2 points"
        in city_admin.post(f"{page}/exclusions/{number}/withdraw", data=undo, follow_redirects=True).text
    )
    assert (
        "Nothing to withdraw"
        in city_admin.post(f"{page}/exclusions/{number}/withdraw", data=undo, follow_redirects=True).text
    )
    assert int(amounts(city_admin, page)[code]["down_s"]) == before


def test_polls_around_an_open_outage_are_shown(city_viewer: FlaskClient, contracted: dict[str, int]) -> None:
    point = city_viewer.get(f"/contracts/{contracted['K-1']}/sla/2026-11/points/TS-0003").text
    last = re.findall(r'href="([^"]*/polls[^"]*)"', point)[-1].replace("&amp;", "&")

    shown = city_viewer.get(last).text

    assert "goes on" in point
    assert "Beginning" in shown
    assert "<h2>End</h2>" not in shown
    assert shown.count('<tr><th scope="row"') > 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"points": "TS-9999"}, "TS-9999 is not known here"),
        ({"points": ""}, "required"),
        ({"end": "2026-09-01T00:00"}, "The end must come after the beginning"),
        ({"end": "x"}, "Not a valid datetime"),
        ({"start": "2026-12-01T00:00", "end": "2026-12-02T00:00"}, "Only what has happened is excluded"),
        ({"reason": "because"}, "Not a valid choice"),
        ({"note": "x" * 600}, "500"),
        ({"points": "TS-0001 TS-0042"}, "TS-0042 is on no line of the contract in this month"),
        ({"start": "2026-09-02T00:00", "end": "2026-09-03T00:00"}, "Lies outside of the month"),
        ({"start": "2026-11-01T00:00", "end": "2026-11-02T00:00"}, "Lies outside of the month"),
    ],
)
def test_exclusion_is_refused_at_its_field_and_what_was_typed_stays(
    city_admin: FlaskClient, page: str, engine: Engine, changed: dict[str, str], said: str
) -> None:
    fields = {
        "points": "TS-0001",
        "start": "2026-10-02T00:00",
        "end": "2026-10-03T00:00",
        "reason": "power",
        "note": "surat 5",
    }

    answer = send(city_admin, f"{page}/exclude", **fields | changed)

    assert answer.status_code == 422
    assert said in answer.text
    assert "surat 5" in answer.text or "note" in changed
    with reading(engine) as session:
        assert session.scalars(select(Exclusion)).all() == []


def test_code_with_a_space_or_a_comma_is_one_code(city_admin: FlaskClient, page: str, engine: Engine) -> None:
    odd = {"TS-0001": "TS 0001, utara", "TS-0002": "TS 0002"}
    with writing(engine) as session:
        for old, new in odd.items():
            session.execute(update(Point).where(Point.code == old).values(code=new))

    sent = send(
        city_admin, f"{page}/exclude", points="TS 0001, utara\r\nTS 0002; TS-0003 TS-0004", reason="power",
        start="2026-10-02T00:00", end="2026-10-03T00:00",
    )  # fmt: skip

    assert sent.status_code == 302
    with reading(engine) as session:
        query = select(Point.code).join(Exclusion, Exclusion.point_id == Point.id)
        assert set(session.scalars(query)) == {*odd.values(), "TS-0003", "TS-0004"}


def test_pack_asked_for_twice_is_made_once(city_admin: FlaskClient, page: str, engine: Engine) -> None:
    """A double click, or two windows: both forms say that they know of no pack."""
    form = {"csrf_token": token(city_admin, page), "after": "0"}
    assert 'name="after" value="0"' in city_admin.get(page).text

    first = city_admin.post(f"{page}/pack", data=form, follow_redirects=True).text
    second = city_admin.post(f"{page}/pack", data=form, follow_redirects=True).text

    assert "The pack is made and signed." in first
    assert "Another pack of the month was made meanwhile" in second
    with reading(engine) as session:
        assert len(session.scalars(select(EvidencePack.id)).all()) == 1


def test_viewers_look_and_change_nothing(city_viewer: FlaskClient, page: str) -> None:
    key = {"csrf_token": token(city_viewer, "/password")}
    assert "Exclude time" not in city_viewer.get(page).text
    assert city_viewer.get(f"{page}/exclude").status_code == 403
    assert city_viewer.post(f"{page}/exclude", data=key).status_code == 403
    assert city_viewer.post(f"{page}/exclusions/1/withdraw", data=key).status_code == 403
    assert city_viewer.post(f"{page}/pack", data=key).status_code == 403
    assert city_viewer.get("/evidence").status_code == 200


def made(client: FlaskClient, page: str, engine: Engine) -> EvidencePack:
    client.post(f"{page}/pack", data={"csrf_token": token(client, page)})
    with reading(engine) as session:
        return session.scalars(select(EvidencePack).order_by(EvidencePack.id.desc())).all()[0]


def test_pack_is_made_listed_handed_out_and_says_the_page_s_amount(
    city_admin: FlaskClient, page: str, engine: Engine
) -> None:
    row = made(city_admin, page, engine)

    data = city_admin.get(f"/evidence/{row.id}.zip")
    checked = verify(data.data)
    listed = city_admin.get("/evidence").text

    assert data.content_type == "application/zip"
    assert checked.faults == ()
    assert f"Rp{row.amount_rp:,}" in city_admin.get(page).text
    assert checked.manifest is not None
    assert checked.manifest.fingerprint in listed
    assert "K-1" in listed
    whole = city_admin.get(f"/evidence/{row.id}").text
    assert "Whole: every byte" in whole
    assert "The records of now give the same" in whole
    assert city_admin.get("/evidence/9999").status_code == 404
    assert city_admin.get("/evidence/9999.zip").status_code == 404


def test_kept_pack_is_held_against_the_records(city_admin: FlaskClient, page: str, engine: Engine) -> None:
    row = made(city_admin, page, engine)
    with writing(engine) as session:
        session.execute(
            update(StatusSpan)
            .where(StatusSpan.state == int(State.DOWN), StatusSpan.end < 1_793_466_000)
            .values(state=int(State.UP))
        )

    shown = city_admin.get(f"/evidence/{row.id}").text

    assert "The records of now say something else" in shown
    assert "was down, is up" in shown


def test_packs_that_people_bring_are_checked(
    city_viewer: FlaskClient, city_admin: FlaskClient, page: str, engine: Engine
) -> None:
    row = made(city_admin, page, engine)
    data = city_admin.get(f"/evidence/{row.id}.zip").data
    edited = packed(
        unpacked(data)[0] | {"lines.csv": unpacked(data)[0]["lines.csv"].replace(str(FEE).encode(), b"950000", 1)}
    )

    def bring(*files: tuple[bytes, str]) -> str:
        return send(city_viewer, "/evidence", files=[(io.BytesIO(content), name) for content, name in files]).text

    assert "Whole: every byte" in bring((data, "a.zip"))
    assert "the key of this city" in bring((data, "a.zip"))
    assert "lines.csv, line 2" in bring((edited, "<b>.zip"))
    assert "&lt;b&gt;.zip" in bring((edited, "<b>.zip"))
    assert "is no evidence pack of Hotspot" in bring((b"%PDF-1.7", "x.pdf"))
    assert "is no evidence pack of Hotspot" in bring((b"", "x.zip"))
    assert "Choose a file first" in send(city_viewer, "/evidence").text
    assert "More than 12 files" in bring(*[(data[:9], "a.zip")] * 13)


def test_contract_to_come_has_no_month(city_admin: FlaskClient, contracted: dict[str, int], engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Contract).where(Contract.id == contracted["K-2"]).values(starts_on=date(2027, 1, 1)))
    assert "No month to judge yet" in city_admin.get(f"/contracts/{contracted['K-2']}/sla").text
