"""The screen on a wall: no login, no mouse; what runs, what is down and why, the districts, the map, the target."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotspot.analytics.availability import Figure
from hotspot.analytics.common_cause import causes
from hotspot.analytics.incident_words import OUTAGE, WEIGHTS
from hotspot.clock import now
from hotspot.store.alerts.incident_pages import IncidentRow, incident_of_points, open_incidents
from hotspot.store.base import jotting
from hotspot.store.db import db
from hotspot.store.down import DownPoint, down_points
from hotspot.store.fleet import AreaProgress
from hotspot.store.glance import Aim, Glance, aim, glance
from hotspot.store.models import City
from hotspot.store.walls import touch, wall_of
from hotspot.web.city_map import CityMap, city_map
from hotspot.web.incidents import headline_of
from hotspot.web.overview import Day, city_strip
from hotspot.web.place import here

blueprint = Blueprint("wall", __name__)

SCENES = ("now", "map", "districts", "rollout")
SHOWN_S = 20  # a scene; also how old a picture without JavaScript grows
LINES = 7  # incidents that fit
DISTRICTS = 12  # rows of the table that fit


@dataclass(frozen=True, slots=True)
class Incident:
    """One line: an open incident, or points that are down and that none tells of yet.

    `shared` is what its members share, or empty where `name` says all; `points` counts those that are down. `severity`
    is that of an incident.
    """

    shared: str
    name: str
    points: int
    since: int
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Wallboard:
    seen: Glance
    aim: Aim
    incidents: list[Incident]
    strip: list[Day]
    figure: Figure
    map: CityMap | None
    districts: list[AreaProgress]


@blueprint.get("/wall/<secret>")
def index(secret: str) -> ResponseReturnValue:
    """`scene` keeps to one; without it all are there and take turns."""
    wall = wall_of(db.session(), secret)
    if wall is None:
        return private(render_template("wall/gone.html"), 410)
    if wall.is_stale(now()):
        jotting(db.engine, lambda transaction: touch(transaction, wall.id, now()))
    city = here()
    if city is None:
        return private(render_template("wall/gone.html"), 410)
    asked = request.args.get("scene", "")
    scene = asked if asked in SCENES else ""
    following = SCENES[(SCENES.index(scene or "now") + 1) % len(SCENES)]
    page = render_template(
        "wall/index.html",
        board=wallboard(city, now()),
        scenes=(scene,) if scene else SCENES,
        following=following,
        stays=bool(scene) and "turn" not in request.args,
        SHOWN_S=SHOWN_S,
        LINES=LINES,
    )
    return private(page)


def private(page: str, status: int = 200) -> Response:
    """The address is a secret: it goes to nobody else, and into no index and no cache."""
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
    return Response(page, status, headers, mimetype="text/html")


def wallboard(city: City, at: int) -> Wallboard:
    session = db.session()
    seen = glance(session, city, at)
    strip, figure = city_strip(session, city, at)
    return Wallboard(
        seen,
        aim(session, city, seen),
        lines(session, city, down_points(session, city, at)),
        strip,
        figure,
        city_map(session, city, seen.areas),
        sorted(seen.districts, key=lambda row: (-row.down, row.code))[:DISTRICTS],
    )


def lines(session: Session, city: City, dark: Sequence[DownPoint]) -> list[Incident]:
    """Incidents first, the gravest and largest before; then what nobody made one of."""
    of_points = incident_of_points(session, city, [point.id for point in dark])
    sizes = Counter(of_points.values())
    rows = sorted(open_incidents(session, city), key=lambda row: (-WEIGHTS[row.facts.severity], -sizes[row.id]))
    return [line(row, sizes[row.id]) for row in rows] + incidents([one for one in dark if one.id not in of_points])


def line(row: IncidentRow, points: int) -> Incident:
    told = row.facts
    if told.kind != OUTAGE:
        return Incident("", headline_of(row), points, told.began, told.severity)
    return Incident(told.shared, told.name, points, told.began, told.severity)


def incidents(dark: Sequence[DownPoint]) -> list[Incident]:
    """Those of many points first, then single points, the newest first.

    What began while nobody looked only seems to have begun together, so it proves no cause.
    """
    witnessed = [point for point in dark if point.began_seen]
    groups = causes([point.began for point in witnessed])
    together = {witnessed[place].id for group in groups for place in group.members}
    many = [Incident(group.shared, group.name, len(group.members), group.start) for group in groups]
    alone = [Incident("", point.name, 1, point.since) for point in dark if point.id not in together]
    by_size = sorted(many, key=lambda one: (-one.points, -one.since))
    return by_size + sorted(alone, key=lambda one: (-one.since, one.name))
