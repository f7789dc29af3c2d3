"""/outages."""

from hotspot.api import shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import OutagesQuery
from hotspot.store.outages import OutageFilter, OutageRow, outages_page


def index(ask: Ask[OutagesQuery]) -> shapes.Outages:
    """Outages of access points, open ones first, then the newest."""
    query = ask.query
    since, until = ask.seconds(query.from_), ask.seconds(query.to)
    if since is not None and until is not None and since >= until:
        raise Problem.of_field("to", "is not after from")
    chosen = OutageFilter(query.state, since, until, query.area, query.point, query.access_point)
    found = outages_page(ask.session, ask.city, chosen, now=ask.now, page=query.page, per_page=query.per_page)
    ask.check_page(found.pages)
    items = [outage(ask, row) for row in found.rows]
    return shapes.Outages(
        **ask.head(), total=found.total, open=found.open, page=found.page, pages=found.pages, items=items
    )


def outage(ask: Ask[OutagesQuery], row: OutageRow) -> shapes.Outage:
    return shapes.Outage(
        access_point=row.ap_name,
        point=row.point_code or None,
        point_name=row.point_name or None,
        area_code=row.area_code or None,
        area=row.area or None,
        district=row.district or None,
        start=ask.at(row.start),
        end=ask.time(row.end),
        duration_s=row.duration_s,
        state=row.state,
        cause=row.cause,
        start_error_s=row.start_err,
        end_error_s=row.end_err,
    )
