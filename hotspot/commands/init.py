"""hotspot init: the database, the city with its official areas, and the first target."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.goal_row import Wanted
from hotspot.analytics.import_row import RejectedError
from hotspot.clock import now
from hotspot.commands.opening import open_database
from hotspot.settings import Settings
from hotspot.store.areas import AreaError, Official, create_city, official
from hotspot.store.base import writing
from hotspot.store.city import current_city
from hotspot.store.goal_edit import add_goal
from hotspot.store.goals import latest_goal
from hotspot.store.models import City


@click.command()
@click.option("--city", "code", required=True, help="Kemendagri code of the city or regency, such as 36.74.")
@click.option("--name", help="Its name on the pages; the official one when left out.")
@click.option("--time-zone", help="IANA name; found by the province when left out.")
@click.option(
    "--poll-interval",
    type=click.IntRange(5, 86_400),
    help="Seconds between two polls of an access point; the setting poll_interval at first.",
)
@click.option("--target", type=click.IntRange(1, 1_000_000), help="Number of points to reach.")
@click.option(
    "--target-date", type=click.DateTime(["%Y-%m-%d"]), help="Day by which; the end of next year if left out."
)
@click.pass_obj
def init(
    settings: Settings,
    code: str,
    name: str | None,
    time_zone: str | None,
    poll_interval: int | None,
    target: int | None,
    target_date: datetime | None,
) -> None:
    """Create the database and the city with its kecamatan and kelurahan.

    A second run changes only what it is told.
    """
    if target_date and not target:
        raise click.UsageError("--target-date needs --target")
    try:
        origin = official(code)
        zone = ZoneInfo(time_zone or origin.time_zone)
    except AreaError as error:
        raise click.ClickException(str(error)) from error
    except (ValueError, LookupError, OSError) as error:
        raise click.ClickException(f"--time-zone: {time_zone} is no IANA time zone such as Asia/Jakarta") from error
    engine = open_database(settings, upgrade=True)
    with writing(engine) as session:
        city = the_same_city(session, origin, settings)
        city.name = name or city.name
        city.time_zone = zone.key if time_zone else city.time_zone
        city.poll_interval_s = poll_interval or city.poll_interval_s
        if target:
            aim(session, city, target, target_date.date() if target_date else None)
        interval = f"a poll every {city.poll_interval_s} s"
        click.echo(f"{city.name} ({city.code}), {city.time_zone}; {describe(origin)}; {interval}")
    of = f" --city {settings.city}" if settings.city else ""
    click.echo(f"next: `hotspot{of} import points FILE.csv`, then `hotspot run`")


def the_same_city(session: Session, origin: Official, settings: Settings) -> City:
    city = current_city(session)
    if city is None:
        return create_city(session, origin, poll_interval_s=settings.poll_interval)
    if city.code != origin.code:
        raise click.ClickException(f"this database belongs to {city.name} ({city.code}); use another HOTSPOT_DATA_DIR")
    return city


def aim(session: Session, city: City, target: int, by: date | None) -> None:
    day = day_of(city.time_zone, now())
    by = by or date(day.year + 1, 12, 31)
    if by <= day:
        raise click.ClickException(f"--target-date: {by} has passed")
    known = latest_goal(session, city.id)
    if known is None or (known.quantity, known.to_on) != (target, by):
        wanted = Wanted(target, cumulative=True, from_on=day, to_on=by, source="hotspot init")
        try:
            add_goal(session, city.id, wanted, today=day, now=now(), actor="command line")
        except RejectedError as error:
            raise click.ClickException(f"the target: {error.reason}") from error


def describe(origin: Official) -> str:
    villages = sum(area.parent_code != "" for area in origin.areas)
    return f"{len(origin.areas) - villages} kecamatan, {villages} kelurahan or desa"
