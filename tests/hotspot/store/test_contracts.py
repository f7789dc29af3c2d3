"""Contracts, annexes, funds and costs on both engines, against sums made by hand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import midnight
from hotspot.analytics.costs import total
from hotspot.analytics.import_row import RejectedError, Row
from hotspot.analytics.sla import Rule
from hotspot.store.annex import apply_annex, plan_annex
from hotspot.store.annex_edit import add_line, change_line, remove_line
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import reading, writing
from hotspot.store.contract_edit import Facts, add_contract, change_contract, end_contract, remove_contract
from hotspot.store.contracts import annex_lines, contract, contracts, expiries, paid_on
from hotspot.store.costs import candidates, charges
from hotspot.store.fund_edit import Promise, add_agreement, add_fund
from hotspot.store.funds import fund_expiries, funds
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    ContractPoint,
    EvidencePack,
    PastPlacement,
    Point,
    RollupDay,
    Site,
)
from hotspot.store.reconcile import findings

TODAY = date(2026, 11, 21)
NOW = midnight("Asia/Jakarta", TODAY) + 14 * 3600
JUNE = (date(2026, 6, 1), date(2026, 6, 30))
RULE = Rule.read('{"target": 99, "kind": "proportional"}')
FACTS = Facts("K/1", "Sewa", "Nusa Link", "", date(2026, 1, 1), date(2026, 12, 31), RULE)
BY = {"now": NOW, "actor": "tests"}


@dataclass
class Small:
    """A city of three points with one access point each, and two contracts."""

    engine: Engine
    city_id: int
    points: dict[str, int]
    aps: dict[str, int]
    first: int
    second: int

    def city(self, session: Session) -> City:
        return session.get_one(City, self.city_id)


@pytest.fixture
def small(engine: Engine) -> Small:
    return built(engine)


@pytest.fixture
def plain(sqlite_engine: Engine) -> Small:
    """For what is decided without SQL."""
    return built(sqlite_engine)


def built(engine: Engine) -> Small:
    with writing(engine) as session:
        city = City(code="36.74", name="Kota", poll_interval_s=60)
        session.add(city)
        session.flush()
        area = Area(city_id=city.id, code="36.74.01", name="Serpong", level="district")
        session.add(area)
        session.flush()
        points, aps = {}, {}
        for n, code in enumerate(("TS-1", "TS-2", "TS-3")):
            site = Site(
                city_id=city.id, area_id=area.id, name=code, venue_kind="park", latitude=-6.3, longitude=106.6 + n
            )
            session.add(site)
            session.flush()
            day = date(2026, 1, 1)
            point = Point(city_id=city.id, site_id=site.id, code=code, name=code, lifecycle="active", installed_on=day,
                          accepted_on=day)  # fmt: skip
            session.add(point)
            session.flush()
            device = AccessPoint(city_id=city.id, point_id=point.id, name=f"ap-{n}", address=f"10.0.0.{n + 1}")
            session.add(device)
            session.flush()
            points[code], aps[code] = point.id, device.id
        first = add_contract(session, city, FACTS, NOW, "tests")
        second = add_contract(session, city, replace(FACTS, number="K/2", provider="Serat"), NOW, "tests")
        city_id = city.id
    return Small(engine, city_id, points, aps, first, second)


def put(small: Small, code: str, contract_id: int | None = None, **given: object) -> int:
    values = {"point_code": code, "starts_on": None, "ends_on": None, "monthly_fee_rp": 300_000} | given
    contract_id = contract_id or small.first
    with writing(small.engine) as session:
        return add_line(session, small.city(session), contract_id, **values, **BY)  # type: ignore[arg-type]


def refused(small: Small, code: str, contract_id: int | None = None, **given: object) -> str:
    with pytest.raises(RejectedError) as caught:
        put(small, code, contract_id, **given)
    return f"{caught.value.column}: {caught.value.reason}"


def measured(
    session: Session, small: Small, ap: str, day: date, *, up: float, clients: int | None, octets: int
) -> None:
    """A day of which `up` of the 24 hours were up, with a mean of so many clients."""
    up_s = int(up * 86_400)
    session.add(
        RollupDay(
            ap_id=small.aps[ap], t=midnight("Asia/Jakarta", day), city_id=small.city_id, polls=10,
            answered=10 if up else 0, up_s=up_s, down_s=86_400 - up_s, unknown_s=0, maintenance_s=0,
            rx_bytes=octets if up else None, tx_bytes=0 if up else None,
            clients_sum=None if clients is None else clients * 10, clients_n=0 if clients is None else 10,
            clients_max=clients, rtt_us_sum=None,
        )
    )  # fmt: skip


def test_lines_in_force_are_counted_and_paid(small: Small) -> None:
    put(small, "TS-1")
    put(small, "TS-2", ends_on=TODAY - timedelta(days=1))
    with reading(small.engine) as session:
        city = small.city(session)
        row = contract(session, city, small.first, TODAY)
        assert row
        assert (row.state, row.lines, row.points, row.monthly_rp, row.packs) == ("running", 2, 1, 300_000, 0)
        assert paid_on(session, city, TODAY) == frozenset({small.points["TS-1"]})
        assert paid_on(session, city, date(2020, 1, 1)) == frozenset()
        assert [line.state for line in annex_lines(session, city, TODAY)] == ["running", "over"]
        assert contract(session, city, 999, TODAY) is None


def test_a_city_without_contracts_has_no_paid_points(engine: Engine) -> None:
    with writing(engine) as session:
        city = City(code="36.71", name="Kota")
        session.add(city)
        session.flush()
        assert paid_on(session, city, TODAY) is None
        assert contracts(session, city, TODAY) == []


def test_a_point_is_in_one_line_at_a_time(small: Small) -> None:
    put(small, "TS-1", ends_on=date(2026, 6, 30))
    said = refused(small, "TS-1", contract_id=small.second)
    assert said == "starts_on: TS-1 is in contract K/1 from 2026-01-01 to 2026-06-30 already"
    put(small, "TS-1", contract_id=small.second, starts_on=date(2026, 7, 1))
    assert refused(small, "TS-1", starts_on=date(2026, 12, 31)).startswith("starts_on: TS-1 is in contract K/2")
    assert refused(small, "TS-9").startswith("point_code: there is no point TS-9")
    assert refused(small, "TS-2", monthly_fee_rp=-1).startswith("monthly_fee:")
    assert refused(small, "TS-2", ends_on=date(2027, 1, 1)) == "ends_on: the contract ends on 2026-12-31"


def test_two_people_at_once_do_not_pay_a_point_twice(small: Small) -> None:
    both = Barrier(2, timeout=30)

    def add(contract_id: int) -> str:
        with writing(small.engine) as session:
            city = small.city(session) if small.engine.dialect.name == "postgresql" else None
            if city:
                both.wait()  # both have begun; of SQLite's writers one begins when the other has ended
            try:
                add_line(session, city or small.city(session), contract_id, point_code="TS-1", starts_on=None,
                         ends_on=None, monthly_fee_rp=1, now=NOW, actor="tests")  # fmt: skip
            except RejectedError as error:
                return error.column
        return ""

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, (small.first, small.second))) == ["", "starts_on"]


def test_lines_are_changed_removed_and_noted(plain: Small) -> None:
    line = put(plain, "TS-1", ends_on=date(2026, 6, 30))
    with writing(plain.engine) as session:
        city = plain.city(session)
        assert change_line(session, city, line, ends_on=date(2026, 7, 31), monthly_fee_rp=1, **BY)  # type: ignore[arg-type]
        assert not change_line(session, city, line, ends_on=date(2026, 7, 31), monthly_fee_rp=1, **BY)  # type: ignore[arg-type]
        gone = remove_line(session, city, line, NOW, "tests")
        assert (gone.point, gone.ends_on, gone.monthly_fee_rp) == ("TS-1", date(2026, 7, 31), 1)
        assert [one.action for one in audit_page(session, AuditFilter()).rows[:3]] == ["remove", "change", "add"]


def test_a_contract_with_evidence_keeps_what_packs_say_of_it(plain: Small) -> None:
    put(plain, "TS-1", ends_on=date(2026, 11, 30))
    with writing(plain.engine) as session:
        session.add(EvidencePack(city_id=plain.city_id, contract_id=plain.first, month="2026-10", made_at=NOW,
                                 made_by="tests", amount_rp=1, manifest_sha256="0", size=1, data=b"0"))  # fmt: skip
    strict = replace(FACTS, rule=Rule.read('{"target": 98, "kind": "proportional"}'))
    for facts, column in ((strict, "target"), (replace(FACTS, number="K/9"), "number")):
        with pytest.raises(RejectedError) as caught, writing(plain.engine) as session:
            change_contract(session, plain.city(session), plain.first, facts, NOW, "tests")
        assert caught.value.column == column
    with writing(plain.engine) as session:
        city = plain.city(session)
        assert change_contract(session, city, plain.first, replace(FACTS, title="Baru"), NOW, "tests")
        assert not change_contract(session, city, plain.first, replace(FACTS, title="Baru"), NOW, "tests")
        assert not remove_contract(session, city, plain.first, NOW, "tests")
        assert remove_contract(session, city, plain.second, NOW, "tests")


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"starts_on": date(2026, 2, 1)}, "starts_on"),
        ({"ends_on": date(2026, 6, 1)}, "ends_on"),
        ({"ends_on": date(2025, 6, 1)}, "ends_on"),
        ({"number": "K/2"}, "number"),
        ({"number": " "}, "number"),
        ({"provider": ""}, "provider"),
        ({"ends_on": date(9999, 1, 1)}, "ends_on"),
    ],
)
def test_changes_that_contradict_the_annex_or_themselves(plain: Small, given: dict[str, object], column: str) -> None:
    put(plain, "TS-1")
    with pytest.raises(RejectedError) as caught, writing(plain.engine) as session:
        change_contract(session, plain.city(session), plain.first, replace(FACTS, **given), NOW, "tests")  # type: ignore[arg-type]
    assert caught.value.column == column


def test_ending_a_contract_ends_its_lines_and_drops_later_ones(plain: Small) -> None:
    put(plain, "TS-1")
    put(plain, "TS-2", starts_on=date(2026, 12, 1))
    with writing(plain.engine) as session:
        city = plain.city(session)
        end_contract(session, city, plain.first, TODAY, NOW, "tests")
        (line,) = annex_lines(session, city, TODAY)
        assert (line.point_code, line.ends_on) == ("TS-1", TODAY)
        for day in (TODAY, date(2025, 1, 1)):
            with pytest.raises(RejectedError):
                end_contract(session, city, plain.first, day, NOW, "tests")


def test_an_annex_is_written_whole_or_not_at_all(small: Small) -> None:
    put(small, "TS-1")
    good = [{"contract_number": "K/1", "point_code": code, "monthly_fee": "400000"} for code in ("TS-1", "TS-2")]
    bad = [*good, {"contract_number": "K/2", "point_code": "TS-2", "monthly_fee": "1"}]

    def rows(cells: list[dict[str, str]]) -> list[Row]:
        return [Row(number, each) for number, each in enumerate(cells, 2)]

    with writing(small.engine) as session:
        city = small.city(session)
        assert apply_annex(session, city, rows(bad), "tests", NOW).counts["rejected"] == 1
        assert len(annex_lines(session, city, TODAY)) == 1
        assert apply_annex(session, city, rows(good), "tests", NOW).whole
        assert [line.monthly_fee_rp for line in annex_lines(session, city, TODAY)] == [400_000, 400_000]
        assert plan_annex(session, city, rows(good)).counts["unchanged"] == 2


def test_what_ends_and_goes_dark(plain: Small) -> None:
    put(plain, "TS-1")
    put(plain, "TS-2", ends_on=date(2026, 12, 1))
    put(plain, "TS-2", contract_id=plain.second, starts_on=date(2026, 12, 2))
    put(plain, "TS-3")
    with writing(plain.engine) as session:
        session.get_one(Point, plain.points["TS-3"]).lifecycle = "retired"
        session.flush()
        found = expiries(session, plain.city(session), TODAY)
        assert [(one.contract, [dark.line.point for dark in one.points]) for one in found] == [
            ("K/1", ["TS-1"]),
            ("K/2", ["TS-2"]),
        ]


def test_costs_of_a_month_by_hand(small: Small) -> None:
    """TS-1 is up half of June with 4 clients; TS-2 is paid from the 16th, was down, and TS-3 was read by nobody."""
    put(small, "TS-1")
    put(small, "TS-2", starts_on=date(2026, 6, 16))
    put(small, "TS-3", contract_id=small.second, monthly_fee_rp=600_001)
    with writing(small.engine) as session:
        for n in range(30):
            day = JUNE[0] + timedelta(days=n)
            measured(session, small, "TS-1", day, up=0.5, clients=4, octets=10**9)
            measured(session, small, "TS-2", day, up=0, clients=None, octets=0)
            measured(session, small, "TS-3", day, up=1, clients=None, octets=10**8)
        session.flush()
        city = small.city(session)
        found = {one.line.point: one for one in charges(session, city, *JUNE)}
        assert {code: one.amount_rp for code, one in found.items()} == {
            "TS-1": 300_000, "TS-2": 150_000, "TS-3": 600_001
        }  # fmt: skip
        assert found["TS-1"].user_hours == pytest.approx(30 * 12 * 4)
        assert (found["TS-2"].user_hours, found["TS-2"].octets) == (0, 0)  # seen down: nobody used it
        assert (found["TS-3"].user_hours, found["TS-3"].octets) == (None, 3 * 10**9)
        whole = total(found.values())
        assert whole.per_user_hour == pytest.approx(450_000 / 1_440)
        assert whole.per_gigabyte == pytest.approx(1_050_001 / 33)
        assert {one.provider for one in found.values()} == {"Nusa Link", "Serat"}
        half = charges(session, city, date(2026, 6, 11), date(2026, 6, 20))
        assert [one.amount_rp for one in half] == [100_000, 50_000, 200_000]
        judged = {one.code: one.user_hours for one in candidates(session, city, *JUNE, TODAY)}
        assert judged == {"TS-1": pytest.approx(1_440), "TS-2": 0, "TS-3": None}


def test_a_moved_access_point_counts_where_it_stood(small: Small) -> None:
    put(small, "TS-1")
    put(small, "TS-2")
    moved_at = midnight("Asia/Jakarta", date(2026, 6, 11))
    with writing(small.engine) as session:
        for n in range(30):
            measured(session, small, "TS-1", JUNE[0] + timedelta(days=n), up=1, clients=1, octets=1)
        device = session.get_one(AccessPoint, small.aps["TS-1"])
        device.point_id, device.placed_since = small.points["TS-2"], moved_at
        session.add(PastPlacement(ap_id=device.id, since=0, until=moved_at, point_id=small.points["TS-1"]))
        session.flush()
        hours = [one.user_hours for one in charges(session, small.city(session), *JUNE)]
        assert hours == [240, 480]


def test_paid_and_never_seen(plain: Small) -> None:
    put(plain, "TS-1")
    put(plain, "TS-2")
    with writing(plain.engine) as session:
        measured(session, plain, "TS-1", JUNE[0], up=0, clients=None, octets=0)
        measured(session, plain, "TS-2", JUNE[0], up=1, clients=1, octets=1)
        session.flush()
        found = findings(session, plain.city(session), *JUNE)
        assert {kind: [one.code for one in own] for kind, own in found.items() if own} == {
            "never_seen": ["TS-1"], "never_in_annex": ["TS-3"]
        }  # fmt: skip
        assert "polled 10 times and never answered" in str(found["never_seen"][0].reason)


def test_funds_promise_and_agreements_end(small: Small) -> None:
    with writing(small.engine) as session:
        city = small.city(session)
        fund_id = add_fund(session, city, name="CSR", kind="csr", credit_line="", **BY)  # type: ignore[arg-type]
        session.get_one(Point, small.points["TS-1"]).fund_id = fund_id
        promise = Promise("P/1", "", 5, 1_000, date(2026, 1, 1), date(2026, 12, 31))
        add_agreement(session, city, fund_id, promise, NOW, "tests")
        add_agreement(session, city, fund_id, replace(promise, number="P/2", ends_on=TODAY), NOW, "tests")
        session.flush()
        (row,) = funds(session, city, NOW)
        assert (row.promised, row.value_rp, row.installed, row.active) == (10, 2_000, 1, 0)
        (ending,) = fund_expiries(session, city, NOW)  # P/2 is followed by P/1
        assert (ending.term.number, ending.points) == ("P/1", ())
        assert session.scalars(select(ContractPoint)).all() == []
