"""Months of a record that is older than roll-ups by month: made by the migration, as they would have been made."""

from datetime import date
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import days, midnight
from hotspot.store.base import LONGEST_LOG, make_engine, writing
from hotspot.store.migrate import migrate
from hotspot.store.models import AccessPoint, AreaDay, City, RollupDay, RollupMonth
from hotspot.store.months import SUMS, sum_months

ZONE = "Asia/Jayapura"
SECONDS = ("up_s", "down_s", "unknown_s", "maintenance_s")


def test_the_migration_sums_the_months_that_are_over(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'hotspot.sqlite'}")
    migrate(engine, "0003")
    first, last = midnight(ZONE, date(2026, 1, 20)), midnight(ZONE, date(2026, 4, 10))
    with writing(engine) as session:
        session.connection().exec_driver_sql(
            "INSERT INTO city (id, code, name, time_zone, poll_interval_s, demonstration) VALUES (1, 1, '', ?, 60, 0)",
            (ZONE,),
        )
        known = dict.fromkeys((*SECONDS, "polls", "answered", "clients_n"), 2)
        for t, _ in days(ZONE, first, last):
            session.execute(insert(RollupDay).values(ap_id=1, t=t, city_id=1, clients_max=t // 86_400 % 9, **known))
        day = {"area_id": 1, "city_id": 1, "access_points": 1, **known}
        session.execute(insert(AreaDay), [day | {"t": first}, day | {"t": last}])
    migrate(engine)

    with writing(engine) as session:
        made = months_of(session)
        assert [row[1] for row in made] == [midnight(ZONE, date(2026, month, 1)) for month in (1, 2, 3)]
        assert [row[2] for row in made] == [12 * 2, 28 * 2, 31 * 2]
    with writing(engine) as session:
        city = session.get_one(City, 1)
        session.add(AccessPoint(id=1, city_id=1, name="AP", address="192.0.2.1"))
        session.flush()
        session.execute(update(RollupMonth).values(polls=0))
        sum_months(session, city, first, last)
        assert months_of(session) == made
    engine.dispose()


def months_of(session: Session) -> list[tuple[int, ...]]:
    """Access point, beginning, and the sums."""
    rows = session.scalars(select(RollupMonth).order_by(RollupMonth.t))
    return [(row.ap_id, row.t, *(getattr(row, name) for name in SUMS)) for row in rows]


def test_a_log_that_no_collector_clears_does_not_grow_for_ever(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'hotspot.sqlite'}")
    with engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT)")
    for _ in range(12):
        with engine.execution_options(write=True).begin() as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES (?)", ("x" * 4096 * 1000,))
            connection.exec_driver_sql("DELETE FROM words")
    log = tmp_path / "hotspot.sqlite-wal"
    assert log.stat().st_size < 2 * LONGEST_LOG * 4096
    engine.dispose()
