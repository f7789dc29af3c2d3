"""hotspot run: the whole service with one command."""

import subprocess
import sys

import click

from hotspot import logs
from hotspot.commands.listening import check_address
from hotspot.settings import Settings
from hotspot.supervisor import Child, supervise

HOTSPOT = (sys.executable, "-m", "hotspot")


@click.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Bring the database up to date, then keep pages and collector running."""
    logs.set_up(settings.log_level)
    check_address(settings)
    migrated = subprocess.run([*HOTSPOT, "migrate"])  # noqa: S603  # a process of its own, so that this one stays small
    if migrated.returncode:
        sys.exit(migrated.returncode)
    click.echo(f"Hotspot runs at {settings.address}; Ctrl-C ends it")
    sys.exit(supervise([Child("collector", [*HOTSPOT, "collector"]), Child("web", [*HOTSPOT, "web"])]))
