"""Which rows of a file contradict each other or the inventory, and what the others make of it.

Each check sees the rows that the checks before it left; a row that a check rejects leaves no trace in the next.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hotspot.analytics.import_row import CONTROLLER, N_, RejectedError, Typed
from hotspot.analytics.inventory_facts import (
    SNMP_PORT,
    ApFacts,
    Inventory,
    PointFacts,
    SiteFacts,
    SiteKey,
    check_dates,
    credential,
    shown,
    stage_of,
)
from hotspot.analytics.lifecycle import Steps, reconciled

Groups = Mapping[str, Sequence[Typed]]  # the rows of one point, by its code
Refusals = Iterable[tuple[int, RejectedError]]  # by the number of the row
PointRefusals = Iterable[tuple[str, RejectedError]]  # by the code of the point, for all its rows
NAMED = ("fund", "provider")  # columns whose values are names of something else, made when new


@dataclass(slots=True)
class Draft:
    """What the file says of the inventory, by the inventory's keys."""

    sites: dict[SiteKey, SiteFacts] = field(default_factory=dict)
    points: dict[str, PointFacts] = field(default_factory=dict)
    access_points: dict[str, ApFacts] = field(default_factory=dict)


def judge(
    read: Sequence[Typed], inventory: Inventory, leaving: Set[str], today: date
) -> tuple[dict[int, RejectedError], Draft]:
    refused = dict(double_names(read))
    refused |= dict(bad_access_points(left(read, refused), inventory, leaving))
    while orphans := dict(bad_controllers(left(read, refused), inventory)):  # a controller's refusal may leave some
        refused |= orphans
    refused |= dict(double_points(left(read, refused)))
    refused |= dict(disagreeing(left(read, refused)))
    groups = by_point(left(read, refused))
    for code, error in list(disagreeing_sites(groups, inventory)):
        refused |= {row.number: error for row in groups.pop(code)}
    for code, error in list(impossible(groups, inventory, today)):
        refused |= {row.number: error for row in groups.pop(code)}
    draft = draft_of(groups, inventory)
    for row in left(read, refused):
        if not row.code:
            draft.access_points[row.ap_name] = access_point(row, inventory.access_points.get(row.ap_name))
    return refused, draft


def left(read: Iterable[Typed], refused: Mapping[int, RejectedError]) -> list[Typed]:
    return [row for row in read if row.number not in refused]


def double_names(read: Iterable[Typed]) -> Refusals:
    first: dict[str, int] = {}
    for row in read:
        number = first.setdefault(row.ap_name, row.number) if row.ap_name else row.number
        if number != row.number:
            yield row.number, RejectedError("ap_name", N_("row %(row)s has this access point already"), row=number)


def place(row: Typed, stored: ApFacts | None) -> tuple[str, int]:
    """The address and port the row wants for its access point; an empty address when it names none."""
    address, port = (stored.address, stored.port) if stored else ("", SNMP_PORT)
    return row.ap.get("address", address), row.ap.get("port", port)


def bad_access_points(read: Iterable[Typed], inventory: Inventory, leaving: Set[str]) -> Refusals:
    owners = {(ap.address, ap.port): name for name, ap in inventory.access_points.items() if ap.address}
    first: dict[tuple[str, int], int] = {}
    for row in read:
        if not row.ap_name:
            continue
        stored = inventory.access_points.get(row.ap_name)
        wanted = place(row, stored)
        if not wanted[0]:
            if not row.ap.get("controller", stored.controller if stored else ""):
                yield row.number, RejectedError("ap_address", N_("empty"))
            continue
        number = first.setdefault(wanted, row.number)
        owner = owners.get(wanted, row.ap_name)
        if number != row.number:
            yield row.number, RejectedError("ap_address", N_("row %(row)s has this address already"), row=number)
        elif owner != row.ap_name and owner not in leaving:
            yield row.number, RejectedError("ap_address", N_("%(name)s has this address already"), name=owner)
        else:
            try:
                access_point(row, stored)
            except RejectedError as error:
                yield row.number, error


def bad_controllers(read: Sequence[Typed], inventory: Inventory) -> Refusals:
    """Of rows that name a controller that is none, or take one away from what is followed through it."""
    stored = inventory.access_points
    kinds = {name: ap.kind for name, ap in stored.items()}
    kinds |= {row.ap_name: row.ap["kind"] for row in read if "kind" in row.ap}
    used = {ap.controller for ap in stored.values()} - {""}
    for row in read:
        name = row.ap.get("controller")
        if name and kinds.get(name) != CONTROLLER:
            yield row.number, RejectedError("controller", N_("%(value)s is no controller here"), value=name)
        elif name and kinds.get(row.ap_name) == CONTROLLER:
            yield row.number, RejectedError("controller", N_("a controller is not followed through another"))
        elif row.ap_name in used and kinds[row.ap_name] != CONTROLLER:
            yield row.number, RejectedError("kind", N_("access points are followed through it"))
        elif row.code and kinds.get(row.ap_name) == CONTROLLER:
            yield row.number, RejectedError("point_code", N_("a controller belongs to no point"))


def access_point(row: Typed, stored: ApFacts | None) -> ApFacts:
    """Raises RejectedError when the credential is incomplete."""
    values = ({"point_code": row.code} if row.code or stored is None else {}) | row.ap
    ap = replace(stored, **values) if stored else ApFacts(**values)
    if ap.kind == CONTROLLER:
        ap = replace(ap, point_code="")
    return replace(ap, secret=credential(ap.snmp_version, ap.secret, row.secret))


def double_points(read: Iterable[Typed]) -> Refusals:
    first: dict[str, int] = {}
    for row in read:
        number = first.setdefault(row.code, row.number)
        if number != row.number and not row.ap_name:
            yield row.number, RejectedError("point_code", N_("row %(row)s has this point already"), row=number)


def disagreeing(read: Iterable[Typed]) -> Refusals:
    """Rows of one point must say the same; an empty cell says nothing."""
    said: dict[tuple[str, str], tuple[Any, int]] = {}
    text = N_("%(value)s, but row %(row)s says %(other)s of the same point")
    for row in read:
        values = row.point | row.site
        for column, value in values.items():
            other, number = said.get((row.code, column), (value, 0))
            if alike(column, other) != alike(column, value):
                yield row.number, RejectedError(column, text, value=shown(value), row=number, other=shown(other))
                break
        else:
            for column, value in values.items():
                said.setdefault((row.code, column), (value, row.number))


def alike(column: str, value: Any) -> Any:
    return value.casefold() if column in NAMED else value


def by_point(read: Iterable[Typed]) -> dict[str, list[Typed]]:
    groups: dict[str, list[Typed]] = {}
    for row in read:
        if row.code:
            groups.setdefault(row.code, []).append(row)
    return groups


def together(group: Sequence[Typed], kind: str) -> dict[str, Any]:
    """What the rows of one point say together; they agree."""
    values: dict[str, Any] = {}
    for row in group:
        values |= getattr(row, kind)
    return values


def site_key(group: Sequence[Typed], stored: PointFacts | None) -> SiteKey:
    values = together(group, "point")
    name = values.get("site_name") or (stored.site_name if stored else values["point_name"])
    return values["area_code"], name


def disagreeing_sites(
    groups: Mapping[str, Sequence[Typed]], inventory: Inventory
) -> Iterable[tuple[str, RejectedError]]:
    """Points at one site must say the same of it."""
    said: dict[tuple[SiteKey, str], tuple[Any, int]] = {}
    text = N_("%(value)s, but row %(row)s says %(other)s of the same site")
    for code, group in groups.items():
        key, values = site_key(group, inventory.points.get(code)), together(group, "site")
        for column, value in values.items():
            other, number = said.get((key, column), (value, 0))
            if other != value:
                yield code, RejectedError(column, text, value=shown(value), row=number, other=shown(other))
                break
        else:
            for column, value in values.items():
                said.setdefault((key, column), (value, group[0].number))


def impossible(groups: Groups, inventory: Inventory, today: date) -> PointRefusals:
    """Points that lack what a new one needs, or whose dates and stages can't be."""
    for code, group in groups.items():
        stored = inventory.points.get(code)
        if stored is None and "venue_kind" not in together(group, "site"):
            yield code, RejectedError("venue_kind", N_("empty"))
            continue
        try:
            point = point_of(group, stored)
            check_dates(point)
            life_of(code, point, inventory, today)
        except RejectedError as error:
            yield code, error


def life_of(code: str, point: PointFacts, inventory: Inventory, today: date) -> Steps:
    """The steps that make the point what it is to be; raises RejectedError where none lead there."""
    stored = inventory.points.get(code)
    before = inventory.lives.get(code) or (reconciled((), stored.standing, today) if stored else ())
    return reconciled(before, point.standing, today)


def point_of(group: Sequence[Typed], stored: PointFacts | None) -> PointFacts:
    values = together(group, "point")
    if stored is not None:
        return replace(stored, **values)
    return PointFacts(**{"site_name": values["point_name"], "lifecycle": stage_of(values)} | values)


def draft_of(groups: Groups, inventory: Inventory) -> Draft:
    draft = Draft()
    names = {
        column: {name.casefold(): name for point in inventory.points.values() if (name := getattr(point, column))}
        for column in NAMED
    }
    for code, group in groups.items():
        stored = inventory.points.get(code)
        point = point_of(group, stored)
        spelled = {
            column: names[column].setdefault(name.casefold(), name)
            for column in NAMED
            if (name := getattr(point, column))
        }
        draft.points[code] = replace(point, **spelled)
        key, values = point.site, together(group, "site")
        before = draft.sites.get(key) or inventory.sites.get(key)
        if before is None and stored is not None:  # renamed or moved: what is known of the site goes along
            before = inventory.sites[stored.site]
        draft.sites[key] = replace(before, **values) if before else SiteFacts(**values)
        for row in group:
            if row.ap_name:
                draft.access_points[row.ap_name] = access_point(row, inventory.access_points.get(row.ap_name))
    return draft
