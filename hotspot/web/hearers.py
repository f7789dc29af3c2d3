"""Who would hear of an incident, what, when and why: the rules of the collector, asked without sending anything."""

from dataclasses import dataclass, replace
from datetime import datetime, time

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hotspot.alerts.dispatch import PERSONAL
from hotspot.alerts.post import Post
from hotspot.analytics.incident_text import IncidentFacts, Voice, headline
from hotspot.analytics.incident_words import KINDS, OUTAGE, SEVERITIES
from hotspot.analytics.permissions import Act
from hotspot.analytics.routing import Happening, Route, deaf, opening
from hotspot.analytics.written import Writer
from hotspot.clock import now
from hotspot.store.alerts.incident_facts import incident_facts
from hotspot.store.alerts.incident_pages import IncidentFilter, incidents_page
from hotspot.store.alerts.route_edit import route_rows
from hotspot.store.alerts.routes import audience, every_route
from hotspot.store.alerts.told import happenings
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import requires
from hotspot.web.alert_routes import areas
from hotspot.web.place import here, zone
from hotspot.web.words import gettext, locale

blueprint = Blueprint("hearers", __name__, url_prefix="/alerts/hearers")

RECENT = 20  # incidents to try the routes with


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that somebody would get: `at` is when it leaves, `held` why it would not."""

    who: str
    how: str
    route: Route
    at: int
    held: str
    subject: str
    body: str


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    session = db.session()
    recent = [row.facts for row in incidents_page(session, city, IncidentFilter(), per_page=RECENT).rows]
    at = asked_at(request.args.get("at", ""))
    facts, happening = tried(recent, at)
    routes = every_route(session, city)
    kept = {row.id for row in route_rows(session, city)}
    deafs = [(route, deaf(route, happening)) for route in routes.values() if route.id in kept]
    voice = Voice(gettext, Writer(locale(), city.time_zone))
    return render_template(
        "alert_routes/hearers.html",
        heard=heard(city, facts, happening, routes, at),
        deaf=[(route.name, why) for route, why in deafs if why],
        facts=facts,
        at=at,
        asked=request.args,
        recent=[(one.id, voice.say(headline(one))) for one in recent],
        headline=voice.say(headline(facts)),
        KINDS=KINDS,
        SEVERITIES=SEVERITIES,
        areas=areas(choices(session, city)),
    )


def asked_at(clock: str) -> int:
    """Today at this time of the city's clock; now where none is told."""
    try:
        wanted = time.fromisoformat(clock)
    except ValueError:
        return now()
    today = datetime.fromtimestamp(now(), zone()).date()
    return int(datetime.combine(today, wanted.replace(tzinfo=None), zone()).timestamp())


def tried(recent: list[IncidentFacts], at: int) -> tuple[IncidentFacts, Happening]:
    """The incident that was chosen, as if it had just begun, or one that is made up."""
    chosen = next((one for one in recent if str(one.id) == request.args.get("incident")), None)
    if chosen is not None:
        facts = incident_facts(db.session(), [chosen.id])[chosen.id]
        begun = replace(facts, recovered_at=None, down=facts.members, left=None)
        return begun, happenings(db.session(), [chosen.id])[chosen.id]
    kind, severity = request.args.get("kind", OUTAGE), request.args.get("severity", "warning")
    kind, severity = kind if kind in KINDS else OUTAGE, severity if severity in SEVERITIES else "warning"
    area = request.args.get("area", "")[:20]
    facts = IncidentFacts(
        id=0, kind=kind, severity=severity, shared="upstream", name=gettext("Example"), began=at, recovered_at=None,
        members=4, down=4, point_count=2, points=("A", "B"), labels=("AP-1", "AP-2", "AP-3", "AP-4"),
    )  # fmt: skip
    return facts, Happening("opened", kind, severity, frozenset((area,) if area else ()))


def heard(city: City, facts: IncidentFacts, happening: Happening, routes: dict[int, Route], at: int) -> list[Heard]:
    session = db.session()
    everybody, post = audience(session, city, PERSONAL), Post(session, city, routes, now())
    made = []
    for one in opening(happening, routes.values(), everybody, at, post.sent):
        route, to = routes[one.route_id], one.recipient
        person = everybody.people[to.account_id].name if to.account_id is not None else ""
        way = everybody.ways.get(to.channel_id) if to.channel_id is not None else None
        text = post.words("opened", route, facts)
        how = way.name if way else gettext("In the pages")
        made.append(Heard(person, how, route, one.at, one.held, text.subject, text.body))
    return sorted(made, key=lambda one: (bool(one.held), one.at, one.who, one.how))
