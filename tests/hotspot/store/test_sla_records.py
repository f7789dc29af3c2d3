from datetime import date

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from hotspot.analytics.service_hours import parsed
from hotspot.evidence.month import LineMonth, sla_month
from hotspot.store.availability import Hours, answer
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.exclusions import exclude, withdraw
from hotspot.store.figures import told
from hotspot.store.models import ApState, City, Point
from hotspot.store.placements import presences_at
from hotspot.store.scopes import Scope
from hotspot.store.sla_records import months_of, records_of
from tests.hotspot.sla_city import NOW, ZONE, A, B, at, build


def city_of(session: Session) -> City:
    city = current_city(session)
    assert city is not None
    return city


def lines_of(session: Session, contract: int, now: int = NOW) -> dict[str, LineMonth]:
    records = records_of(session, city_of(session), contract, "2026-10", now)
    assert records is not None
    return {line.line.point: line for line in sla_month(records).lines}


def test_month_is_read_from_the_record(engine: Engine) -> None:
    """P-2 from the 8th: AP-2 30 hours down and 3 unknown, AP-3 from the 15th on 2 hours down."""
    contract = build(engine)
    with reading(engine) as session:
        lines = lines_of(session, contract)

    one, two = lines["P-1"], lines["P-2"]
    assert (one.seconds.down_s, one.seconds.maintenance_s) == (4 * 3_600, 2 * 2 * 3_600)
    assert one.verdict.amount_rp == 1_000_000
    assert (two.days, two.seconds.down_s, two.seconds.unknown_s) == (24, 32 * 3_600, 3 * 3_600)
    assert two.verdict.gross_rp == 480_000
    assert two.verdict.amount_rp == 384_000  # 95.9 %: below 97


@pytest.mark.parametrize("hours", ["", "Mon-Fri 07:00-17:00; Sat 00:00-12:00"])
@pytest.mark.parametrize("now", [NOW, at("2026-10-12T03:00")])
def test_figures_are_those_of_every_other_page(engine: Engine, hours: str, now: int) -> None:
    rule = f'{{"target": 99.5, "kind": "hourly", "hours": "{hours}"}}'
    contract = build(engine, rule)
    schedule = Hours(parsed(hours), ZONE) if hours else None
    with reading(engine) as session:
        lines = lines_of(session, contract, now)
        for code, first in (("P-1", A), ("P-2", at("2026-10-08"))):
            figure = told(session, city_of(session), Scope(point=code), first, B, now, hours=schedule).whole.figure

            seconds = lines[code].seconds

            assert (seconds.up_s, seconds.down_s, seconds.unknown_s, seconds.maintenance_s, seconds.excluded_s) == (
                figure.up_s, figure.down_s, figure.unknown_s, figure.maintenance_s, 0,
            )  # fmt: skip
            assert float(seconds.availability or 0) == figure.availability
            assert float(seconds.coverage or 0) == figure.coverage


def test_days_are_those_of_every_other_page(engine: Engine) -> None:
    contract = build(engine)
    with reading(engine) as session:
        line = lines_of(session, contract)["P-2"]
        point = session.query(Point).filter_by(code="P-2").one().id
        for place, seconds in enumerate(line.by_day):
            start = at(line.day(place).isoformat())
            figure = answer(session, presences_at(session, [point]), start, start + 86_400, NOW).figure
            assert (seconds.up_s, seconds.down_s) == (figure.up_s, figure.down_s)


def test_silent_collector_leaves_the_rest_unknown(engine: Engine) -> None:
    contract = build(engine)
    with writing(engine) as session:
        session.execute(update(ApState).values(last_poll=at("2026-10-25")))
    with reading(engine) as session:
        assert lines_of(session, contract)["P-1"].seconds.unknown_s == 7 * 86_400


def test_exclusions_count_until_they_are_withdrawn(engine: Engine) -> None:
    contract = build(engine)
    with writing(engine) as session:
        city = city_of(session)
        exclude(
            session, city, point_codes=["P-2", "P-1"], start=at("2026-10-10"), end=at("2026-10-11"), reason="power",
            note="surat PLN", now=NOW, actor="budi",
        )  # fmt: skip
    with reading(engine) as session:
        excluded = lines_of(session, contract)["P-2"]
    with writing(engine) as session:
        assert withdraw(session, city_of(session), excluded.exclusions[0].number, NOW, "sari")
    with reading(engine) as session:
        withdrawn = lines_of(session, contract)["P-2"]

    assert (excluded.seconds.excluded_s, excluded.seconds.down_s) == (86_400, 8 * 3_600)
    assert excluded.stretches[0].excluded_s == 86_400
    assert excluded.verdict.amount_rp == 456_000
    assert withdrawn.verdict.amount_rp == 384_000
    assert withdrawn.exclusions == ()


def test_contract_or_month_that_is_none(engine: Engine) -> None:
    contract = build(engine)
    with reading(engine) as session:
        city = city_of(session)
        assert records_of(session, city, contract + 1, "2026-10", NOW) is None
        for word in ("2026-13", "x", "1999-01", "2026-W1", "202610"):
            with pytest.raises(ValueError, match=r"\S"):
                records_of(session, city, contract, word, NOW)


def test_months_of_a_contract_are_those_that_have_begun() -> None:
    assert months_of(date(2025, 11, 30), date(2026, 12, 1), date(2026, 2, 1)) == [
        "2026-02", "2026-01", "2025-12", "2025-11",
    ]  # fmt: skip
    assert months_of(date(2026, 1, 1), date(2026, 1, 31), date(2026, 6, 1)) == ["2026-01"]
    assert months_of(date(2027, 1, 1), date(2027, 1, 31), date(2026, 6, 1)) == []
