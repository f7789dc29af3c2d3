"""/upstreams."""

from pydantic import Field

from hotspot.api.layer import Ask
from hotspot.api.query import Query
from hotspot.api.shapes import Envelope, Shape
from hotspot.store.alerts.upstreams import hanging, tree


class Upstream(Shape):
    id: int
    kind: str = Field(description="switch, fibre, provider_line, power_area or other")
    name: str
    note: str
    parent: int | None = Field(description="the upstream that it hangs on")
    access_points: list[str] = Field(description="names of those that hang on it itself")
    total: int = Field(description="access points on it and on everything below it")
    up: int
    down: int
    unknown: int
    incident: int | None = Field(description="its incident that is open")


class Upstreams(Envelope):
    items: list[Upstream]


def index(ask: Ask[Query]) -> Upstreams:
    """What access points hang on: every upstream, each followed by what hangs on it."""
    rows = tree(ask.session, ask.city, ask.now)
    names: dict[int, list[str]] = {row.id: [] for row in rows}
    for one in hanging(ask.session, ask.city, list(names), ask.now) if rows else ():
        names[one.on].append(one.name)
    items = [
        Upstream(
            id=row.id, kind=row.kind, name=row.name, note=row.note, parent=row.parent_id, access_points=names[row.id],
            total=row.total, up=row.up, down=row.down, unknown=row.unknown, incident=row.incident_id,
        )
        for row in rows
    ]  # fmt: skip
    return Upstreams(**ask.head(), items=items)
