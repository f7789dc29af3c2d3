"""The demonstration's reports: the mayor's page each month, a donor's table, and last month's page in the archive."""

from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.reports import Order, month_before
from hotspot.reports.make import make
from hotspot.store.choices import choices
from hotspot.store.models import City
from hotspot.store.reports import add_report, add_schedule


def add_reports(session: Session, city: City, now: int, actor: str) -> None:
    """Reads what else the demonstration has made, so it comes last."""
    today = day_of(city.time_zone, now)
    add_schedule(session, city, Order("mayor", "", "", "pdf", "id"), today, now, actor)
    for fund in choices(session, city).funds[:1]:
        add_schedule(session, city, Order("donor", fund, "", "xlsx", "id"), today, now, actor)
    last = Order("mayor", "", month_before(today).text, "pdf", "id")
    add_report(session, city.id, last, make(session, city, last, now), now, actor)
