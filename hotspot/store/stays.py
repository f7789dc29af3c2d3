"""Where each access point stood when: moving it, so that what was measured before stays with where it was."""

from datetime import date

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.stays import FOREVER, Stay, moved
from hotspot.store.models import AccessPoint, City, PastPlacement, StatusSpan


def stays_of(session: Session, ap_id: int) -> list[Stay]:
    """In order of time; the last one is where it stands now."""
    past = select(PastPlacement).where(PastPlacement.ap_id == ap_id).order_by(PastPlacement.since)
    ap = session.get_one(AccessPoint, ap_id)
    before = [Stay(row.since, row.until, row.point_id) for row in session.scalars(past)]
    return [*before, Stay(ap.placed_since, FOREVER, ap.point_id)]


def move(session: Session, ap_id: int, to_point_id: int | None, day: date | None, now: int) -> bool:
    """The access point stands at that point, or at none, from the midnight of `day` on; what was before stays there.

    Without a day the present stay is corrected, as it is where nothing was measured before that midnight: the device
    never was where the inventory said. The caller writes the record of changes. False when it stands there already.
    Raises RejectedError of the column "day" for one to come, or before the device came to where it stands now.
    """
    ap = session.get_one(AccessPoint, ap_id)
    zone = session.get_one(City, ap.city_id).time_zone
    today = day_of(zone, now)
    if day is not None and day > today:
        reject("day", N_("%(day)s is still to come"), day=day)
    before = stays_of(session, ap_id)
    at = ap.placed_since if day is None else midnight(zone, day)
    if at < ap.placed_since:
        came = day_of(zone, ap.placed_since)
        reject("day", N_("%(name)s came to where it stands on %(day)s"), name=ap.name, day=came)
    if not session.scalar(select(exists().where(StatusSpan.ap_id == ap_id, StatusSpan.start < at))):
        at = ap.placed_since
    after = moved(before, to_point_id, at)
    if after == before:
        return False
    session.execute(delete(PastPlacement).where(PastPlacement.ap_id == ap_id))
    session.add_all(PastPlacement(ap_id=ap_id, **stay._asdict()) for stay in after[:-1])
    ap.point_id, ap.placed_since = after[-1].point_id, after[-1].since
    session.flush()
    return True
