"""hotspot rollout: the four counts, the target and its forecast, where the gap is and what is on its way."""

from collections.abc import Iterable

import click
from werkzeug.datastructures import MultiDict

from hotspot import clock
from hotspot.api.layer import Ask, checked
from hotspot.api.problem import Problem
from hotspot.api.query import RolloutQuery
from hotspot.api.rollout import index
from hotspot.api.rollout_shapes import Forecast, Group, Rollout
from hotspot.commands.opening import open_database, the_city
from hotspot.settings import Settings
from hotspot.store.base import reading

COUNTS = ("installed", "accepted", "active", "payable", "planned")
REFUSED = {"reached": "reached", "few_months": "no forecast: points were added in fewer than six months"}


@click.command()
@click.option("--on", default="", metavar="DAY", help="A past day such as 2021-12-31, with the targets known then.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object, as the API does.")
@click.pass_obj
def rollout(settings: Settings, /, on: str, *, as_json: bool) -> None:
    """Counts, target, distance to its line, forecast, and the gap by kecamatan, venue and fund."""
    with reading(open_database(settings)) as session:
        try:
            query = checked(RolloutQuery, MultiDict({"on": on} if on else {}))
            found = index(Ask(session, the_city(session), clock.now(), query))
        except Problem as problem:
            raise click.UsageError("; ".join(f"{one.field}: {one.message}" for one in problem.errors)) from None
    click.echo(found.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(told(found)))


def told(found: Rollout) -> Iterable[str]:
    counts, stand = found.counts, found.standing
    yield f"{found.on}: " + ", ".join(f"{shown(getattr(counts, name))} {name}" for name in COUNTS)
    if stand.goal is None:
        yield "no target is in force; add one on the page Rollout or by `hotspot import targets`"
    else:
        goal = stand.goal
        yield f"target: {goal.end} points by {goal.to_on} (from {goal.start} on {goal.from_on}){source(goal.source)}"
        if stand.expected is not None:
            yield (
                f"line that day: {stand.expected:.0f}; running {signed(stand.ahead_active)},"
                f" installed {signed(stand.ahead_installed)}"
            )
        if stand.needed_per_month is not None:
            yield f"needed a month: {stand.needed_per_month:.1f}"
        if stand.forecast is not None:
            yield f"all installed: {days(stand.forecast)}"
    if stand.coming is not None:
        yield f"then: {stand.coming.end} points by {stand.coming.to_on}, from {stand.coming.from_on} on"
    way = found.pipeline
    if way.due is not None and way.told:
        yield (
            f"on their way: {way.waiting}; installed by {way.due.day}: {way.due.middle:.0f}"
            f" ({way.due.low:.0f} to {way.due.high:.0f} of {way.told}); stuck: {len(way.stuck)}"
        )
    for title, rows in (("kecamatan", found.by_area), ("venue", found.by_venue), ("fund", found.by_fund)):
        yield ""
        yield from table(title, rows)


def table(title: str, rows: Iterable[Group]) -> Iterable[str]:
    lines: list[tuple[str, ...]] = [(title, *COUNTS, "target", "ahead")]
    for row in rows:
        ahead = row.standing.ahead_active if row.standing else None
        numbers = (*(shown(getattr(row.counts, name)) for name in COUNTS), "-" if row.goal is None else str(row.goal))
        lines.append((row.label or "none", *numbers, "-" if ahead is None else f"{ahead:+}"))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        yield "  ".join([cells[0].ljust(widths[0]), *map(str.rjust, cells[1:], widths[1:])]).rstrip()


def days(told: Forecast) -> str:
    """The range, the middle and the chance; a day that no future within ten years has is "later"."""
    if told.reason:
        return REFUSED[told.reason]
    early, middle, late = (day.isoformat() if day else "later" for day in (told.early, told.middle, told.late))
    chance = "" if told.chance is None else f"; in time in {told.chance:.0%} of the futures"
    return f"between {early} and {late}, half of the futures by {middle}{chance}"


def shown(count: int | None) -> str:
    return "no data" if count is None else str(count)


def signed(ahead: int | None) -> str:
    return "no data" if ahead is None else f"{ahead:+}"


def source(text: str) -> str:
    return f", {text}" if text else ""
