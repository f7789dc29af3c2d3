"""hotspot run: the whole service with one command."""

import subprocess
import sys
from functools import partial

import click

from hotspot import cities, logs
from hotspot.commands.collectors import HOTSPOT, collectors
from hotspot.commands.listening import check_address
from hotspot.settings import Settings
from hotspot.supervisor import Child, supervise


@click.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Bring the database up to date, then keep pages and collector running."""
    logs.set_up(settings.log_level)
    check_address(settings)
    several = cities.slugs(settings)
    migrated = subprocess.run([*HOTSPOT, "migrate"])  # noqa: S603  # a process of its own, so that this one stays small
    if migrated.returncode and not several:  # of several cities those that can't be brought up to date wait alone
        sys.exit(migrated.returncode)
    click.echo(f"Hotspot runs at {settings.address}; Ctrl-C ends it")
    web = Child("web", [*HOTSPOT, "web"])
    if several:
        sys.exit(supervise([web], partial(collectors, settings)))
    sys.exit(supervise([Child("collector", [*HOTSPOT, "collector"]), web]))
