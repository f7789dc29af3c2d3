"""`python -m hotspot.demo`: makes the demonstration city once, and prints where to sign in and its wall."""

import socket

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine, select, update

from hotspot import secrets
from hotspot.analytics.permissions import OWNER
from hotspot.clock import now
from hotspot.commands.opening import open_database
from hotspot.demo.create import ADMIN_NAME, create, go_on
from hotspot.settings import Settings, load
from hotspot.store import accounts, links
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.models import AccessPoint
from hotspot.store.walls import add_wall, revoke_wall, wall_path, walls

MAKING = "making the demonstration city"
SCREEN = "demonstration"  # the name of the screen whose address is printed


@click.command()
def main() -> None:
    settings = load()
    engine = open_database(settings, upgrade=True)
    with reading(engine) as session:
        city = current_city(session)
        if city is not None and not city.demonstration:
            raise click.ClickException(f"this database belongs to {city.name}; the demonstration needs one of its own")
    if city is None:
        make(engine, settings)
    free_the_port(engine)
    click.echo(settings.address + links.link_path(sign_in_link(engine)))
    click.echo(settings.address + wall_path(wall_secret(engine)))


def make(engine: Engine, settings: Settings) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(MAKING, total=None)
        key = secrets.master_key(settings)
        with writing(engine) as session:
            tracks = create(session, key, now(), lambda text: progress.update(task, description=f"{MAKING}: {text}"))
        with writing(engine) as session:
            go_on(session, tracks, now())
        progress.update(task, description="made the demonstration city")


def free_the_port(engine: Engine) -> None:
    """Another port for the simulated access points when something else holds theirs."""
    with reading(engine) as session:
        port = session.scalar(select(AccessPoint.port).where(AccessPoint.address.is_not(None)).limit(1)) or 0
    for wanted in (port, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("0.0.0.0", wanted))  # noqa: S104  # all of 127.0.0.0/8, as the agents will
            except OSError:
                continue
            free = probe.getsockname()[1]
        break
    if free != port:
        with writing(engine) as session:
            session.execute(update(AccessPoint).values(port=free))


def sign_in_link(engine: Engine) -> str:
    with writing(engine) as session:
        person = accounts.person_by_name(session, ADMIN_NAME)
        if person is None:
            person = accounts.create_account(session, ADMIN_NAME, OWNER, now())
        return links.make_link(session, links.LOGIN, now(), person.id)


def wall_secret(engine: Engine) -> str:
    """Of the screen of this start; that of the last one ends."""
    with writing(engine) as session:
        for wall in walls(session):
            if wall.name == SCREEN:
                revoke_wall(session, wall.id, now())
        return add_wall(session, SCREEN, now(), ADMIN_NAME)


if __name__ == "__main__":
    main()
