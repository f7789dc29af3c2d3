"""/access-points and /access-points/{name}."""

from typing import Any

from hotspot.api import shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import AccessPointsQuery, Query
from hotspot.store.access_points import ApFilter, ApRow, access_point_detail, access_points_page


def index(ask: Ask[AccessPointsQuery]) -> shapes.AccessPoints:
    """Every access point of the filter, by pages, in order of the names."""
    query = ask.query
    placed = None if query.placed is None else query.placed == "true"
    chosen = ApFilter(
        query.q, query.state or "", query.point, query.vendor, query.profile, query.controller, placed=placed
    )
    found = access_points_page(ask.session, ask.city, chosen, now=ask.now, page=query.page, per_page=query.per_page)
    ask.check_page(found.pages)
    items = [access_point(ask, row) for row in found.rows]
    return shapes.AccessPoints(**ask.head(), total=found.total, page=found.page, pages=found.pages, items=items)


def one(ask: Ask[Query], name: str) -> shapes.AccessPointAnswer:
    """One access point with what it said of itself."""
    found = access_point_detail(ask.session, ask.city, name, ask.now)
    if found is None:
        raise Problem(404, "There is no access point of this name.")
    return shapes.AccessPointAnswer(
        **ask.head(),
        access_point=access_point(ask, found.row),
        serial=found.serial,
        sys_name=found.sys_name,
        sys_object_id=found.sys_object_id,
        sys_descr=found.sys_descr,
        identified_at=ask.time(found.identified_at),
        detail=dict(found.detail),
    )


def access_point(ask: Ask[Any], row: ApRow) -> shapes.AccessPoint:
    return shapes.AccessPoint(
        name=row.name,
        kind=row.kind,
        point=row.point_code,
        point_name=row.point_name,
        controller=row.controller,
        address=row.address,
        port=row.port,
        snmp_version=row.snmp_version,
        profile=row.profile,
        polling=row.polling,
        vendor=row.vendor,
        model=row.model,
        firmware=row.firmware,
        state=row.state,
        since=ask.time(row.since),
        last_poll=ask.time(row.last_poll),
        last_answer=ask.time(row.last_ok),
        poll_interval_s=row.interval_s,
        clients=row.clients,
        rtt_ms=None if row.rtt_us is None else row.rtt_us / 1000,
        ping_sent=row.ping_sent,
        ping_received=row.ping_received,
        ping_ms=None if row.ping_us is None else row.ping_us / 1000,
        uptime_s=row.uptime_s,
        rx_bps=row.rx_bps,
        tx_bps=row.tx_bps,
        cpu_percent=row.cpu_percent,
        memory_percent=row.memory_percent,
        error=row.error,
        unknown_because=row.cause,
    )
