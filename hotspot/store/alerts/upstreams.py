"""Upstreams and what hangs on them, as the pages list them and as incidents are grouped by them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.upstreams import all_above
from hotspot.store.models import City, Dependency, Upstream


def upstreams_of(session: Session, city: City) -> Mapping[int, tuple[int, ...]]:
    """By access point the ids of all upstreams that it hangs on, the nearest first; empty where nobody named any."""
    query = (
        select(Upstream.id, Upstream.parent_id, Dependency.ap_id)
        .outerjoin(Dependency, Dependency.upstream_id == Upstream.id)
        .where(Upstream.city_id == city.id)
    )
    rows = session.execute(query).all()
    parents = {id_: parent for id_, parent, _ in rows}
    return all_above(parents, ((ap_id, id_) for id_, _, ap_id in rows if ap_id is not None))


def upstream_names(session: Session, city: City) -> Mapping[int, str]:
    """As people know them, by id."""
    rows = session.execute(select(Upstream.id, Upstream.name).where(Upstream.city_id == city.id))
    return {row.id: row.name for row in rows}
