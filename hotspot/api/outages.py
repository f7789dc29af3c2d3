"""/outages and /availability."""

from hotspot.api import shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import AvailabilityQuery, OutagesQuery
from hotspot.store.availability import answer, ap_ids_named
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


def availability(ask: Ask[AvailabilityQuery]) -> shapes.Availability:
    """Of a point or an access point over any window, to the second."""
    query = ask.query
    if bool(query.point) == bool(query.access_point):
        raise Problem.of_field("point", "give one of point and access_point")
    a, b = ask.window(query.from_, query.to)
    devices = ap_ids_named(ask.session, ask.city, point=query.point, access_point=query.access_point)
    if devices is None:
        raise Problem(404, "There is no point of this code or access point of this name.")
    found = answer(ask.session, devices, a, b, ask.now)
    figure, told = found.figure, found.outages
    return shapes.Availability(
        **ask.head(),
        point=query.point or None,
        access_point=query.access_point or None,
        access_points=found.access_points,
        from_=ask.at(a),
        to=ask.at(min(b, ask.now)),
        seconds=shapes.Seconds(
            up=figure.up_s, down=figure.down_s, unknown=figure.unknown_s, maintenance=figure.maintenance_s
        ),
        availability=figure.availability,
        coverage=figure.coverage,
        worst=figure.worst,
        best=figure.best,
        outages=shapes.OutageFigures(
            count=told.count, ended=told.ended, mttr_s=told.mttr_s, mtbf_s=told.mtbf_s, longest_s=told.longest_s
        ),
    )
