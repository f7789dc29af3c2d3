"""Roll-ups by month, made of days: so that a question that spans years reads a row a month."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import months
from hotspot.store.models import City, RollupDay

KEY = ("ap_id", "t", "city_id")
SUMS = tuple(column.name for column in RollupDay.__table__.columns if column.name not in KEY)
SUMMED = ", ".join(f"MAX({name})" if name == "clients_max" else f"SUM({name})" for name in SUMS)
SUM_MONTH = text(f"""
    INSERT INTO rollup_month (ap_id, t, city_id, {", ".join(SUMS)})
    SELECT ap_id, :a, city_id, {SUMMED} FROM rollup_day
    WHERE ap_id IN (SELECT id FROM access_point WHERE city_id = :city_id) AND t >= :a AND t < :b
    GROUP BY ap_id, city_id
    ON CONFLICT (ap_id, t) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in SUMS)}
""")  # noqa: S608  our own names


def sum_months(session: Session, city: City, since: int, now: int) -> None:
    """Make anew every month since then that is over: nearly always none. A month that is not over is its days."""
    for a, b in months(city.time_zone, since, now):
        if b <= now:
            session.execute(SUM_MONTH, {"a": a, "b": b, "city_id": city.id})
