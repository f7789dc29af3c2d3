"""The same values for many points: what would change at each, and changing all of it in one step that can be undone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import CONTROLLER, N_, Reason, reject, word
from hotspot.store.access_point_edit import LONGEST_S, SHORTEST_S, has_sets
from hotspot.store.audit import note
from hotspot.store.bulk import slices
from hotspot.store.changes import Before, keep
from hotspot.store.models import AccessPoint, Area, City, Fund, Point, Provider, Site
from hotspot.store.point_edit import NO, YES, named

CHANGE, SAME, REFUSED = "change", "same", "refused"
NONE = "-"  # takes a fund, a provider or an interval away
MOST = 20_000  # points at once
TOGETHER = 500
OF_POINT = {"fund": "fund_id", "provider": "provider_id", "auth_mode": "auth_mode", "public": "public"}
OF_SITE = {"venue_kind": "venue_kind"}
OF_DEVICE = {"poll_interval_s": "poll_interval_s", "polling": "polling"}
FIELDS = (*OF_POINT, *OF_SITE, *OF_DEVICE)


@dataclass(frozen=True, slots=True)
class Change:
    """Of one row: old and new as text."""

    field: str
    table: str
    id: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Look:
    """What the change does to a point; `stamp` tells whether the point is still as it was looked at."""

    id: int
    code: str
    name: str
    stamp: str
    changes: tuple[Change, ...]
    reason: Reason | None = None

    @property
    def verdict(self) -> str:
        return REFUSED if self.reason else CHANGE if self.changes else SAME


@dataclass(frozen=True, slots=True)
class Preview:
    """`beside`: points that were not chosen, and change with the site that they share with one that was."""

    looks: tuple[Look, ...]
    beside: tuple[tuple[str, str], ...]

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(one.verdict for one in self.looks)

    @property
    def tally(self) -> list[tuple[str, str, str, int]]:
        """Field, old, new and on how many rows, the most first."""
        counted = Counter((each.field, each.table, each.id, each.old, each.new) for each in self.changes)
        told = Counter((field, old, new) for field, _, _, old, new in counted)  # a shared site changes once
        return [(*key, count) for key, count in told.most_common()]

    @property
    def changes(self) -> Iterable[Change]:
        return (each for one in self.looks if one.verdict == CHANGE for each in one.changes)


def preview(
    session: Session, city: City, ids: Sequence[int], wanted: Mapping[str, str], allowed: Callable[[str], bool]
) -> Preview:
    """In the order of the codes; `wanted` by FIELDS, empty ones are left as they are.

    Raises RejectedError for what would be wrong for every point.
    """
    if len(ids) > MOST:
        reject("points", N_("more than %(most)s points at once"), most=MOST)
    values = checked(session, city, wanted)
    if not values:
        reject("points", N_("choose what to change"))
    sets, looks = has_sets(session, city.id), []
    for some in slices(ids, TOGETHER):
        devices = devices_of(session, some)
        rows = session.execute(points_of(city, some)).all()
        looks += [look(row, devices[row.id], values, sets=sets, allowed=allowed) for row in rows]
    chosen = {one.id for one in looks}
    sites = {each.id for one in looks if one.verdict == CHANGE for each in one.changes if each.table == "site"}
    return Preview(tuple(sorted(looks, key=lambda one: one.code)), beside(session, sites, chosen))


def checked(session: Session, city: City, wanted: Mapping[str, str]) -> dict[str, tuple[str, Any]]:
    """The text and the value of each field that is to change."""
    given = {name: text for name in FIELDS if (text := wanted.get(name, "").strip())}
    return {name: (text, value_of(session, city, name, text)) for name, text in given.items()}


def value_of(session: Session, city: City, name: str, text: str) -> Any:
    if text == NONE and name in ("fund", "provider", "poll_interval_s"):
        return None
    if name == "fund":
        return named(session, Fund, city, name, text)
    if name == "provider":
        return named(session, Provider, city, name, text)
    if name == "poll_interval_s":
        if not text.isascii() or not text.isdigit() or not SHORTEST_S <= int(text[:9]) <= LONGEST_S:
            reject(name, N_("%(value)s is not from 5 to 86400 seconds"), value=text[:50])
        return int(text)
    if name in ("public", "polling"):
        return text == YES
    return word(name, text)


def points_of(city: City, ids: Sequence[int]) -> Any:
    return (
        select(
            Point.id,
            Point.code,
            Point.name,
            Point.version,
            Point.site_id,
            Site.version.label("site_version"),
            Area.code.label("area_code"),
            Site.venue_kind,
            Fund.name.label("fund"),
            Provider.name.label("provider"),
            Point.auth_mode,
            Point.public,
        )
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .outerjoin(Fund, Fund.id == Point.fund_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .where(Point.city_id == city.id, Point.id.in_(ids))
    )


def devices_of(session: Session, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(
        AccessPoint.id,
        AccessPoint.point_id,
        AccessPoint.name,
        AccessPoint.version,
        AccessPoint.controller_id,
        AccessPoint.credential.is_not(None).label("has_credential"),
        AccessPoint.poll_interval_s,
        AccessPoint.polling,
    ).where(AccessPoint.point_id.in_(ids), AccessPoint.kind != CONTROLLER)
    for row in session.execute(query.order_by(AccessPoint.id)):
        found[row.point_id].append(row)
    return found


def look(
    row: Any,
    devices: Sequence[Any],
    values: Mapping[str, tuple[str, Any]],
    *,
    sets: bool,
    allowed: Callable[[str], bool],
) -> Look:
    stamp = ".".join(str(number) for number in (row.version, row.site_version, *(one.version for one in devices)))
    if not allowed(row.area_code):
        return Look(row.id, row.code, row.name, stamp, (), Reason(N_("lies outside your areas")))
    changes = [
        Change(name, "site" if name in OF_SITE else "point", row.site_id if name in OF_SITE else row.id, old, new)
        for name, (new, _) in values.items()
        if name not in OF_DEVICE and (old := said(getattr(row, name))) != new
    ]
    for name in OF_DEVICE.keys() & values.keys():
        new, value = values[name]
        for device in devices:
            followed = device.controller_id is not None
            if getattr(device, name) == value or (name == "poll_interval_s" and followed):
                continue
            if name == "polling" and value and not (followed or device.has_credential or sets):
                text = N_("%(name)s has no credential to be polled with")
                return Look(row.id, row.code, row.name, stamp, (), Reason(text, {"name": device.name}))
            changes.append(Change(name, "access_point", device.id, said(getattr(device, name)), new))
    return Look(row.id, row.code, row.name, stamp, tuple(changes))


def said(value: object) -> str:
    return NONE if value is None else YES if value is True else NO if value is False else str(value)


def beside(session: Session, sites: Collection[int], chosen: Collection[int]) -> tuple[tuple[str, str], ...]:
    query = select(Point.id, Point.code, Point.name)
    rows = (
        row for some in slices(sorted(sites), TOGETHER) for row in session.execute(query.where(Point.site_id.in_(some)))
    )
    return tuple(sorted((row.code, row.name) for row in rows if row.id not in chosen))


def apply(session: Session, city: City, found: Preview, wanted: Mapping[str, str], *, now: int, actor: str) -> int:
    """Makes the changes of a preview of the same transaction; the number of the change."""
    values = checked(session, city, wanted)
    columns = OF_POINT | OF_SITE | OF_DEVICE
    ids: dict[tuple[str, str], set[int]] = defaultdict(set)
    for each in found.changes:
        ids[each.table, each.field].add(each.id)
    before: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for (name, field), rows in ids.items():
        table: Any = {"point": Point, "site": Site, "access_point": AccessPoint}[name]
        column = getattr(table, columns[field])
        for some in slices(sorted(rows), TOGETHER):
            for id_, old in session.execute(select(table.id, column).where(table.id.in_(some))):
                before[name, id_][columns[field]] = old
            session.execute(update(table).where(table.id.in_(some)).values({column: values[field][1]}))
    count = found.verdicts[CHANGE]
    told = ", ".join(f"{field} = {text}" for field, (text, _) in values.items())
    note(session, now, actor, "change", f"{count} points", told)
    kept = [Before(name, id_, old) for (name, id_), old in before.items()]
    summary = f"{count} points: {told}"
    return keep(session, city.id, what="edit", summary=summary, before=kept, now=now, actor=actor)
