"""A table of upstreams and what hangs on them, as it is exported: read back, every row with its verdict, as one change.

A row names an upstream by kind and name and, where it says so, what that hangs on, an access point, or a point with all
of its access points. A bad row does not stop the others; the same file a second time changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_plan import ADDED, CHANGED, UNCHANGED
from hotspot.analytics.import_row import CONTROLLER, N_, RejectedError, Row, cleaned, needed, reject
from hotspot.analytics.inventory_facts import Change
from hotspot.analytics.upstreams import check_parent
from hotspot.analytics.verdicts import Verdict, counts, refusal
from hotspot.store.alerts.dependency_edit import NONE_THERE
from hotspot.store.alerts.upstream_edit import new_upstream
from hotspot.store.audit import note
from hotspot.store.changes import Before, keep
from hotspot.store.models import AccessPoint, City, Dependency, Point, Upstream

COLUMNS: Mapping[str, tuple[str, ...]] = {  # with the other names they are known by
    "kind": ("jenis",),
    "name": ("nama", "upstream", "hulu"),
    "parent_kind": ("jenis_induk",),
    "parent": ("induk", "hangs_on", "bergantung_pada"),
    "access_point": ("ap_name", "nama_ap", "perangkat"),
    "point_code": ("kode_titik", "titik", "code"),
    "note": ("catatan", "keterangan"),
    "state": (),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("kind",), ("name",))


@dataclass(slots=True)
class Tree:
    """What is there while the file is read: upstreams by kind and name, pairs of an access point and its upstream.

    `changed` holds what upstreams said before, `made` and `hung` what the file added.
    """

    by_name: dict[tuple[str, str], Upstream]
    hanging: set[tuple[int, int]]
    names: Mapping[str, int]
    points: Mapping[str, Sequence[int]]
    made: list[Upstream] = field(default_factory=list)
    hung: list[Dependency] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)

    def named(self, kind: str, name: str) -> Upstream:
        """Without a kind the only one of that name; raises RejectedError of "parent"."""
        found = [one for (of, called), one in self.by_name.items() if called == name.casefold() and kind in ("", of)]
        if len(found) != 1:
            text = N_("%(value)s is not known here") if not found else N_("there are several named %(value)s")
            reject("parent", text, value=name)
        return found[0]

    def access_points(self, said: Mapping[str, str]) -> Sequence[int]:
        name, code = said["access_point"], said["point_code"]
        if name:
            return [self.names.get(name) or reject("access_point", N_("%(value)s is not known here"), value=name)]
        return (self.points.get(code) or reject("point_code", NONE_THERE, names=code)) if code else ()

    @property
    def before(self) -> list[Before]:
        new = {one.id for one in self.made}
        old = [Before("upstream", id_, values) for id_, values in self.changed.items() if id_ not in new]
        rows = [("upstream", one.id) for one in self.made] + [("dependency", one.id) for one in self.hung]
        return old + [Before(table, id_, None) for table, id_ in rows]


def import_upstreams(session: Session, city: City, rows: Sequence[Row], *, now: int, actor: str) -> list[Verdict]:
    """Written in the caller's transaction, which a dry run rolls back. Upstreams first, so that their order is free."""
    tree = tree_of(session, city)
    made = [tried(row, partial(make, session, city, tree, now, actor)) for row in rows]
    verdicts = []
    for row, first in zip(rows, made, strict=True):
        then = first if first.reason else tried(row, partial(join, session, tree, now, actor))
        verdicts.append(then if then.reason or first.kind == UNCHANGED else first)
    forget(session, tree, {key(row.cells) for row, one in zip(rows, verdicts, strict=True) if not one.reason})
    session.flush()
    if before := tree.before:
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts(verdicts).items())
        note(session, now, actor, "import", "upstreams", told)
        keep(session, city.id, what="import", summary=f"upstreams: {told}", before=before, now=now, actor=actor)
    return verdicts


def key(cells: Mapping[str, str]) -> tuple[str, str]:
    return cleaned("kind", cells["kind"]), cleaned("name", cells["name"]).casefold()


def forget(session: Session, tree: Tree, wanted: Collection[tuple[str, str]]) -> None:
    """What only rejected rows named, and nothing hangs on, is not made."""
    session.flush()
    above = {one.parent_id for one in tree.by_name.values()}
    for one in [one for one in tree.made if (one.kind, one.name.casefold()) not in wanted and one.id not in above]:
        tree.made.remove(one)
        session.delete(one)


def tree_of(session: Session, city: City) -> Tree:
    ups = session.scalars(select(Upstream).where(Upstream.city_id == city.id)).all()
    pairs = session.execute(select(Dependency.ap_id, Dependency.upstream_id)).all()
    devices = select(AccessPoint.id, AccessPoint.name, Point.code).outerjoin(Point, Point.id == AccessPoint.point_id)
    names, points = {}, defaultdict(list)
    for row in session.execute(devices.where(AccessPoint.city_id == city.id, AccessPoint.kind != CONTROLLER)):
        names[row.name] = row.id
        points[row.code or ""].append(row.id)
    return Tree({(one.kind, one.name.casefold()): one for one in ups}, {(ap, up) for ap, up in pairs}, names, points)


def tried(row: Row, step: Callable[[int, Mapping[str, str]], Verdict]) -> Verdict:
    try:
        if row.shifted:
            reject("", N_("more cells than the header has columns"))
        return step(row.number, {name: cleaned(name, row.cells.get(name, "")) for name in COLUMNS})
    except RejectedError as error:
        return refusal(row.number, row.cells.get("name", ""), error)


def make(
    session: Session, city: City, tree: Tree, now: int, actor: str, number: int, said: Mapping[str, str]
) -> Verdict:
    """The upstream, where there is none of this kind and name."""
    if said["demonstration"] and not city.demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    called = said["kind"], needed(said, "name").casefold()
    if called in tree.by_name:
        return Verdict(number, UNCHANGED, said["name"])
    one = new_upstream(session, city, {**said, "parent": ""}, now=now, actor=actor)
    tree.by_name[called] = one
    tree.made.append(one)
    return Verdict(number, ADDED, one.name)


def join(session: Session, tree: Tree, now: int, actor: str, number: int, said: Mapping[str, str]) -> Verdict:
    """What it hangs on, and what hangs on it."""
    one = tree.by_name[said["kind"], said["name"].casefold()]
    aps = tree.access_points(said)
    changes = changed(one, said, tree)
    new = [ap_id for ap_id in aps if (ap_id, one.id) not in tree.hanging]
    added = [Dependency(ap_id=ap_id, upstream_id=one.id, since=now, by=actor) for ap_id in new]
    session.add_all(added)
    tree.hung += added
    tree.hanging |= {(ap_id, one.id) for ap_id in new}
    return Verdict(number, CHANGED if changes else ADDED if new else UNCHANGED, one.name, changes)


def changed(one: Upstream, said: Mapping[str, str], tree: Tree) -> tuple[Change, ...]:
    """An empty cell keeps what is stored."""
    old: dict[str, Any] = {"parent_id": one.parent_id, "note": one.note}
    if said["parent"]:
        parent = tree.named(said["parent_kind"], said["parent"])
        if parent.id != one.parent_id:
            check_parent({each.id: each.parent_id for each in tree.by_name.values()}, one.id, parent.id)
            one.parent_id = parent.id
    one.note = said["note"] or one.note
    before = {name: value for name, value in old.items() if getattr(one, name) != value}
    if before:
        tree.changed[one.id] = before | tree.changed.get(one.id, {})
    return tuple(Change(name, str(value or ""), str(getattr(one, name) or "")) for name, value in before.items())
