"""/availability: one question for every scope and any window; the command of that name asks it, too."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flask import Response

from hotspot import spreadsheet
from hotspot.analytics.calendar import period
from hotspot.analytics.service_hours import parsed
from hotspot.api import shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import FieldError, Problem
from hotspot.api.query import AvailabilityQuery
from hotspot.store.availability import Answer, Hours
from hotspot.store.figures import told
from hotspot.store.scopes import Scope, unknown_name

CSV = "text/csv; charset=utf-8"


def index(ask: Ask[AvailabilityQuery]) -> shapes.Availability | Response:
    """Of an access point, a point, an area, a fund, a provider or the city over any window, to the second."""
    found = figures(ask)
    return found if ask.query.format == "json" else Response("".join(csv_lines(found)), content_type=CSV)


def figures(ask: Ask[AvailabilityQuery]) -> shapes.Availability:
    """Raises Problem with the field."""
    query = ask.query
    scope = Scope(query.access_point, query.point, query.area, query.fund, query.provider)
    a, b = window(ask)
    nameless = unknown_name(ask.session, ask.city, scope)
    if nameless:
        message = f"there is none named {getattr(scope, nameless)!r}"
        raise Problem(404, f"{nameless}: {message}", [FieldError(field=nameless, message=message)])
    hours = Hours(parsed(query.hours), ask.city.time_zone) if query.hours else None
    found = told(ask.session, ask.city, scope, a, b, ask.now, by=query.by or "", hours=hours)
    return shapes.Availability(
        **ask.head(),
        **names(scope),
        **numbers(found.whole),
        from_=ask.at(a),
        to=ask.at(min(b, ask.now)),
        hours=query.hours or None,
        by=query.by,
        members=[shapes.Member(key=one.key, name=one.name, **numbers(its)) for one, its in found.members],
    )


def names(scope: Scope) -> dict[str, Any]:
    return {name: text or None for name, text in asdict(scope).items()}


def window(ask: Ask[AvailabilityQuery]) -> tuple[int, int]:
    query = ask.query
    if bool(query.period) == bool(query.from_):
        raise Problem.of_field("from", "give either a period or a beginning")
    if query.from_:
        return ask.window(query.from_, query.to or ask.at(ask.now))
    if query.to:
        raise Problem.of_field("to", "is told by the period")
    try:
        a, b = period(ask.city.time_zone, query.period, ask.now)
    except (ValueError, OverflowError) as error:
        raise Problem.of_field("period", str(error)) from None
    try:
        return ask.window(ask.at(a), ask.at(b))
    except Problem as problem:
        raise Problem.of_field("period", problem.errors[0].message) from None


def numbers(found: Answer) -> dict[str, Any]:
    """The fields of shapes.Figures."""
    figure, outages = found.figure, found.outages
    return {
        "access_points": found.access_points,
        "seconds": shapes.Seconds(
            up=figure.up_s, down=figure.down_s, unknown=figure.unknown_s, maintenance=figure.maintenance_s
        ),
        "availability": figure.availability,
        "coverage": figure.coverage,
        "worst": figure.worst,
        "best": figure.best,
        "outages": shapes.OutageFigures(
            count=outages.count,
            began=outages.began,
            ended=outages.ended,
            mttr_s=outages.mttr_s,
            mtbf_s=outages.mtbf_s,
            longest_s=outages.longest_s,
        ),
    }


COLUMNS = (
    "by", "key", "name", "from", "to", "hours", "access_points", "availability", "coverage", "worst", "best",
    "up_s", "down_s", "unknown_s", "maintenance_s",
    "outages", "outages_began", "outages_ended", "mttr_s", "mtbf_s", "longest_s", "demonstration",
)  # fmt: skip


def rows(found: shapes.Availability) -> Iterable[tuple[spreadsheet.Cell, ...]]:
    """A line a member, in COLUMNS; without members one of the whole. Invented data are marked in every line."""
    scope = (found.access_point, found.point, found.area, found.fund, found.provider)
    label = ", ".join(filter(None, scope)) or found.city
    named = [(one.key, one.name, one) for one in found.members] if found.by else [(label, label, found)]
    for key, name, one in named:
        yield (
            found.by or "", key, name, found.from_.isoformat(), found.to.isoformat(), found.hours or "",
            one.access_points, one.availability, one.coverage, one.worst, one.best,
            *one.seconds.model_dump().values(), *one.outages.model_dump().values(),
            str(found.demonstration).lower(),
        )  # fmt: skip


def csv_lines(found: shapes.Availability) -> Iterable[str]:
    return spreadsheet.csv_lines(COLUMNS, rows(found))
