"""Invented contracts of three providers by three rules, agreements of donors, and a few things to reconcile.

One contract ends in 60 days and is followed for a part of its points only, so that the others go dark.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import Row
from hotspot.analytics.sla import Rule
from hotspot.demo.chance import dice
from hotspot.demo.places import Place
from hotspot.store.annex import apply_annex
from hotspot.store.contract_edit import Facts, add_contract
from hotspot.store.fund_edit import Promise, add_agreement, change_fund
from hotspot.store.models import City, Fund

ACTOR = "demonstration"
STEPS = """{"target": 99, "kind": "steps", "steps": [{"below": 99, "deduct": 5}, {"below": 97, "deduct": 10},
{"below": 95, "deduct": 20}], "unknown": "excluded", "minimum_coverage": 80, "no_data": "withhold",
"mend_hours": 24}"""
HOURLY = """{"target": 98.5, "kind": "hourly", "hours": "Mon-Sun 06:00-22:00", "unknown": "excluded",
"minimum_coverage": 75, "no_data": "pay", "mend_hours": 48}"""
PROPORTIONAL = """{"target": 98, "kind": "proportional", "unknown": "down", "minimum_coverage": 50,
"no_data": "withhold", "cap": 30}"""
ENDING_DAYS, LATER_DAYS = 60, 140
FOLLOWED = 0.7  # share of the points of the contract that ends first that the next one goes on with
FURTHER_AP_RP = 150_000  # a month
LEFT_OUT, ENDED, WRONG_PROVIDER, NOT_BUILT = 6, 4, 3, 2  # findings of the reconciliation


@dataclass(frozen=True, slots=True)
class Deal:
    """A contract of a provider with the fee of a point with one access point."""

    number: str
    title: str
    provider: str
    starts_on: date
    ends_on: date
    rule: str
    fee_rp: int


def sign(session: Session, city: City, made: Sequence[Place], now: int) -> None:
    """Contracts, annexes and agreements for the points there are."""
    today = day_of(city.time_zone, now)
    running, following = deals(today)
    for deal in (*running.values(), following):
        facts = Facts(deal.number, deal.title, deal.provider, "", deal.starts_on, deal.ends_on, Rule.read(deal.rule))
        add_contract(session, city, facts, now, ACTOR)
    rows = [*lines(made, running, following, today)]
    plan = apply_annex(session, city, [Row(n, cells) for n, cells in enumerate(rows, 2)], ACTOR, now)
    if not plan.whole:
        raise RuntimeError(f"the invented annexes are wrong: {next(one for one in plan.outcomes if one.reason)}")
    promise(session, city, today, now)


def deals(today: date) -> tuple[Mapping[str, Deal], Deal]:
    """By provider those that run, and the one that follows on the first end."""
    start = (today.replace(day=1) - timedelta(days=300)).replace(day=1)
    year, end = start.year, today + timedelta(days=ENDING_DAYS)
    serat, kawat, awan = "Serat Anggrek Data", "Kawat Melati Net", "Awan Kenanga Fiber"
    running = (
        Deal(f"027/118/{year}", "Layanan titik 2 tahun", serat, start, date(today.year + 1, 12, 31), STEPS, 475_000),
        Deal(f"027/121/{year}", "Layanan titik, jam buka", kawat, start, end, HOURLY, 425_000),
        Deal(f"027/205/{year}", "Layanan titik barat", awan, start, today + timedelta(days=LATER_DAYS), PROPORTIONAL,
             525_000),
    )  # fmt: skip
    after = end + timedelta(days=1)
    following = Deal(f"027/012/{after.year}", "Lanjutan jam buka", kawat, after, after + timedelta(days=365), HOURLY,
                     440_000)  # fmt: skip
    return {deal.provider: deal for deal in running}, following


def lines(made: Sequence[Place], running: Mapping[str, Deal], following: Deal, today: date) -> Iterator[dict[str, str]]:
    """A line for every accepted point from its acceptance on; some are wrong on purpose, to be found."""
    random = dice("annexes")
    accepted = [place for place in made if place.accepted_on and place.accepted_on < today - timedelta(days=200)]
    odd = random.sample(accepted, LEFT_OUT + ENDED + WRONG_PROVIDER)
    left_out, ended = set(codes(odd[:LEFT_OUT])), set(codes(odd[LEFT_OUT : LEFT_OUT + ENDED]))
    wrong = set(codes(odd[LEFT_OUT + ENDED :]))
    for place in made:
        deal = running.get(place.provider)
        if deal is None or place.accepted_on is None or place.code in left_out:
            continue
        if place.code in wrong:
            deal = next(other for other in running.values() if other is not deal)
        ends_on = today.replace(day=1) - timedelta(days=1) if place.code in ended else deal.ends_on
        yield line(deal, place, max(deal.starts_on, place.accepted_on), ends_on)
        goes_on = deal.provider == following.provider and place.code not in ended and random.random() < FOLLOWED
        if goes_on:
            yield line(following, place, following.starts_on, following.ends_on)
    first = next(iter(running.values()))
    for place in [place for place in made if place.stage == "funded"][:NOT_BUILT]:
        yield line(first, place, today.replace(day=1), first.ends_on)


def codes(places: Sequence[Place]) -> list[str]:
    return [place.code for place in places]


def line(deal: Deal, place: Place, starts_on: date, ends_on: date) -> dict[str, str]:
    fee = deal.fee_rp + FURTHER_AP_RP * max(0, len(place.aps) - 1)
    return {
        "contract_number": deal.number,
        "point_code": place.code,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "monthly_fee": str(fee),
    }


def promise(session: Session, city: City, today: date, now: int) -> None:
    """What the donors signed; one agreement ends in 25 days."""
    start = (today - timedelta(days=700)).replace(day=1)
    for name, kind, credit_line, number, points, value_rp, days in (
        ("APBD Kota", "city", "Dibiayai APBD Kota", "DPA 2.16.01/2026", 560, 5_400_000_000, 39 + 365),
        ("CSR Bank Anggrek Sejahtera", "csr", "Wi-Fi ini dukungan Bank Anggrek Sejahtera", "PKS/14/CSR", 120,
         1_150_000_000, 400),
        ("CSR Griya Kenanga Properti", "csr", "Wi-Fi ini dukungan Griya Kenanga Properti", "PKS/22/CSR", 110,
         990_000_000, 25),
        ("Hibah Provinsi", "grant", "Hibah Provinsi", "NPHD/08", 100, 1_000_000_000, 220),
        ("Investor Menara Cempaka", "investor", "Bersama Menara Cempaka", "MoU/03", 80, 720_000_000, 500),
    ):  # fmt: skip
        fund_id = session.scalars(select(Fund.id).where(Fund.city_id == city.id, Fund.name == name)).one()
        change_fund(session, city, fund_id, name=name, kind=kind, credit_line=credit_line, now=now, actor=ACTOR)
        told = Promise(number, f"Titik Wi-Fi publik ({points})", points, value_rp, start, today + timedelta(days=days))
        add_agreement(session, city, fund_id, told, now, ACTOR)
