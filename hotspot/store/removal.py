"""Takes rows out again that a change made, children first, and only while nothing else hangs on them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, delete, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.store.area_sums import sum_again
from hotspot.store.base import Base
from hotspot.store.bulk import slices
from hotspot.store.models import (
    AccessPoint,
    ApState,
    City,
    DeviceEvent,
    PastPlacement,
    Point,
    PollHot,
    PollRequest,
    RollupDay,
    RollupHour,
    RollupMonth,
    Site,
    StatusSpan,
)

# Parents first, as rows are put back; rows are taken out the other way round. Named by the column that people know.
NAMES = {
    "fund": "name",
    "provider": "name",
    "site": "name",
    "point": "code",
    "access_point": "name",
    "lifecycle_change": "stage",
    "upstream": "name",
    "dependency": "ap_id",
}
MEASURED = (DeviceEvent, StatusSpan, RollupHour, RollupDay, RollupMonth, ApState, PollRequest)  # of an access point
TOGETHER = 500  # ids of one question
NAMED = 5  # rows that a refusal names
TRIED_S = 86_400  # a device that stayed silent for so long may go with what was noted of its silence


def take_out(session: Session, city: City, made: Mapping[str, Sequence[int]], since: int, now: int) -> None:
    """The rows that the change made, children first; raises RejectedError where something else hangs on one."""
    devices = made.get("access_point", ())
    areas = areas_of(session, devices) if devices else []
    forget_silent(session, devices, since)
    for name in reversed(NAMES):
        ids = made.get(name, ())
        if name == "point":  # sums that are made anew
            erase(session, Base.metadata.tables["point_recent"].c.point_id, ids)
        refuse_hanging(session, name, ids)
        erase(session, Base.metadata.tables[name].c.id, ids)
    if areas:
        sum_again(session, city, areas, since, now)


def erase(session: Session, key: Column[Any], ids: Sequence[int]) -> None:
    for some in slices(ids, TOGETHER):
        session.execute(delete(key.table).where(key.in_(some)))


def areas_of(session: Session, ap_ids: Sequence[int]) -> list[int]:
    """The areas in which they stand."""
    query = (
        select(Site.area_id).join(Point, Point.site_id == Site.id).join(AccessPoint, AccessPoint.point_id == Point.id)
    )
    found = (session.scalars(query.where(AccessPoint.id.in_(some))) for some in slices(ap_ids, TOGETHER))
    return sorted({area for some in found for area in some})


def forget_silent(session: Session, ap_ids: Sequence[int], since: int) -> None:
    """What was noted of devices that never answered; one that did, or was asked for a day, has a history that stays."""
    for some in slices(ap_ids, TOGETHER):
        heard = select(AccessPoint.name).join(ApState, ApState.ap_id == AccessPoint.id)
        heard = heard.where(
            AccessPoint.id.in_(some), ApState.last_ok.is_not(None) | (ApState.last_poll > since + TRIED_S)
        )
        if names := session.scalars(heard.order_by(AccessPoint.name)).all():
            reject("change", N_("these have been polled since, so nothing was undone: %(names)s"), names=listed(names))
        session.execute(delete(PollHot).where(PollHot.slot >= since - TRIED_S, PollHot.ap_id.in_(some)))
        session.execute(delete(PastPlacement).where(PastPlacement.ap_id.in_(some)))
        for model in MEASURED:
            session.execute(delete(model).where(model.ap_id.in_(some)))


def refuse_hanging(session: Session, name: str, ids: Sequence[int]) -> None:
    """Where rows of another table, or others of the same, still name one of these."""
    table = Base.metadata.tables[name]
    for some in slices(ids, TOGETHER):
        for referring in references(name):
            hanging = select(referring).where(referring.in_(some)).distinct()
            if referring.table is table:
                hanging = hanging.where(table.c.id.not_in(some))
            if found := session.scalars(hanging).all():
                known = select(table.c[NAMES[name]]).where(table.c.id.in_(found)).order_by(table.c.id)
                told = N_("there is more at these by now, so nothing was undone: %(names)s (%(table)s)")
                names = listed([str(one) for one in session.scalars(known)])
                reject("change", told, names=names, table=referring.table.name)


def references(name: str) -> Iterator[Column[Any]]:
    """The columns of any table that lead to this one."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == name:
                yield key.parent


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" … +{more}" if more > 0 else "")
