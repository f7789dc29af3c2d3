"""/points and /points/{code}."""

from datetime import timedelta
from typing import Any

from flask import Response

from hotspot import spreadsheet
from hotspot.api import shapes
from hotspot.api.access_points import access_point
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import PointsQuery, Query
from hotspot.store.points import PointFilter, PointRow, every_point, point_detail, points_page

HOUR_S = 3600


def index(ask: Ask[PointsQuery]) -> shapes.Points | Response:
    """Every point of the filter, by pages; as CSV or GeoJSON all at once."""
    query = ask.query
    chosen = PointFilter(
        q=query.q,
        status=query.status,
        area=query.area,
        venue=query.venue or "",
        fund=query.fund,
        provider=query.provider,
        lifecycle=query.lifecycle or "",
        auth=query.auth or "",
        count=query.count or "",
        on=query.on,
    )
    if query.format != "json":
        rows = [point(ask, row) for row in every_point(ask.session, ask.city, chosen, now=ask.now, sort=query.sort)]
        return as_csv(ask, rows) if query.format == "csv" else as_geojson(ask, rows)
    found = points_page(
        ask.session, ask.city, chosen, now=ask.now, sort=query.sort, page=query.page, per_page=query.per_page
    )
    ask.check_page(found.pages)
    items = [point(ask, row) for row in found.rows]
    return shapes.Points(**ask.head(), total=found.total, page=found.page, pages=found.pages, items=items)


def one(ask: Ask[Query], code: str) -> shapes.PointAnswer:
    """One point with its access points, its life, 90 days and 24 hours."""
    found = point_detail(ask.session, ask.city, code, ask.now)
    if found is None:
        raise Problem(404, "There is no point of this code.")
    row, today = found.point, ask.today
    last_hour = ask.hour_start
    days, hours = len(row.days), len(row.spark)
    return shapes.PointAnswer(
        **ask.head(),
        point=point(ask, row),
        access_points=[access_point(ask, device) for device in found.access_points],
        lifecycle=[shapes.Step(since=step.since, stage=step.stage, note=step.note) for step in found.changes],
        days=[
            shapes.Day(date=today - timedelta(days=days - 1 - place), availability=share)
            for place, share in enumerate(row.days)
        ],
        hours=[
            shapes.Hour(start=ask.at(last_hour - (hours - 1 - place) * HOUR_S), clients=clients)
            for place, clients in enumerate(row.spark)
        ],
    )


def point(ask: Ask[Any], row: PointRow) -> shapes.Point:
    return shapes.Point(
        code=row.code,
        name=row.name,
        site=row.site,
        venue_kind=row.venue_kind,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
        area_code=row.area_code,
        area=row.area,
        district_code=row.district_code,
        district=row.district,
        fund=row.fund,
        provider=row.provider,
        lifecycle=row.lifecycle,
        auth_mode=row.auth_mode,
        installed_on=row.installed_on,
        accepted_on=row.accepted_on,
        status=row.status,
        access_points=row.aps_total,
        access_points_up=row.aps_up,
        access_points_down=row.aps_down,
        clients=row.clients,
        last_poll=ask.time(row.last_poll),
        last_answer=ask.time(row.last_ok),
        down_since=ask.time(row.down_since),
        availability_30d=row.availability_30d,
        coverage_30d=row.coverage_30d,
    )


def as_csv(ask: Ask[PointsQuery], points: list[shapes.Point]) -> Response:
    """Columns are the JSON's; invented data are marked in every row."""
    columns = [*shapes.Point.model_fields, "demonstration"]
    lines = ([*row.model_dump(mode="json").values(), str(ask.city.demonstration).lower()] for row in points)
    return Response("".join(spreadsheet.csv_lines(columns, lines)), content_type="text/csv; charset=utf-8")


def as_geojson(ask: Ask[PointsQuery], points: list[shapes.Point]) -> Response:
    features = [
        shapes.PointFeature(
            id=row.code,
            geometry=None
            if row.longitude is None or row.latitude is None
            else shapes.Geometry(type="Point", coordinates=[row.longitude, row.latitude]),
            properties=row,
        )
        for row in points
    ]
    body = shapes.PointFeatures(**ask.head(), features=features).model_dump_json()
    return Response(body, content_type="application/geo+json")
