"""hotspot city: several cities in one installation, each with its own database, keys, accounts and tokens."""

from contextlib import suppress
from datetime import UTC, datetime

import click

from hotspot import cities, clock
from hotspot.commands.init import init
from hotspot.secrets import master_key
from hotspot.settings import SettingError, Settings
from hotspot.store.several import Seen, look_at


@click.group()
def city() -> None:
    """The cities of this installation, where it has several."""


@city.command()
@click.argument("slug")
@click.option("--code", help="Kemendagri code of the city or regency, such as 36.74; `hotspot init` says it later.")
@click.option("--name", help="Its name on the pages; the official one when left out.")
@click.option("--time-zone", help="IANA name; found by the province when left out.")
@click.pass_context
def add(ctx: click.Context, slug: str, code: str | None, name: str | None, time_zone: str | None) -> None:
    """Make the folder, the key and, with --code, the database of a city; a running service begins to serve it.

    SLUG names it in addresses: small letters, digits, hyphens.
    """
    installation: Settings = ctx.obj
    if not cities.is_slug(slug):
        raise click.BadParameter(f"{slug[:60]!r} is no name for an address: a to z, 0 to 9, hyphens between", ctx)
    if (name or time_zone) and not code:
        raise click.UsageError("--name and --time-zone need --code")
    refuse_beside_one(installation)
    home = cities.home(installation, slug)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    ctx.obj = settings = cities.settings_of(installation, slug)
    if code:
        try:
            ctx.invoke(init, code=code, name=name, time_zone=time_zone)
        except click.ClickException:
            with suppress(OSError):  # only when nothing was made in it
                home.rmdir()
            raise
    master_key(settings)
    click.echo(f"pages: {settings.address}/")
    todo = (
        "who may sign in: `hotspot --city {} user add NAME --role owner`"
        if code
        else "next: `hotspot --city {} init --city CODE`"
    )
    click.echo(todo.format(slug))


def refuse_beside_one(installation: Settings) -> None:
    """The city that is served at / would be served no more."""
    if cities.slugs(installation):
        return
    alone = look_at(installation, clock.now())
    if alone.name:
        raise click.ClickException(
            f"this data folder holds {alone.name} alone; end the service, make {cities.FOLDER}/SLUG there and move "
            "hotspot.sqlite and secret.key into it (docs: several cities), then add others"
        )


@city.command("list")
@click.pass_obj
def list_(installation: Settings) -> None:
    """List the cities, and what is wrong with those that can't be served."""
    for slug in cities.slugs(installation):
        try:
            settings = cities.settings_of(installation, slug)
        except SettingError as error:
            click.echo(f"{slug:24} {error}")
            continue
        click.echo(f"{slug:24} {described(look_at(settings, clock.now()), settings)}")
    for name in cities.strangers(installation):
        click.echo(f"{name!r:24} is no city: its name is none for an address", err=True)


def described(seen: Seen, settings: Settings) -> str:
    if seen.trouble:
        return seen.trouble
    shown = "public" if seen.public else "not public"
    return f"{seen.code:6} {seen.name}, {shown}, {settings.address}/"


@city.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def remove(installation: Settings, slug: str, yes: bool) -> None:
    """Take a city out of service; its folder is kept in `removed` of the data folder, whole.

    Moved back into `cities` it is served again. A database on a server stays there.
    """
    if slug not in cities.slugs(installation):
        raise click.ClickException(f"there is no city {slug[:60]!r}; {cities.told(cities.slugs(installation))}")
    if not yes:
        click.confirm(f"End the pages and the polling of {slug} and put its folder aside?", abort=True)
    shelf = installation.folder / cities.REMOVED
    shelf.mkdir(mode=0o700, exist_ok=True)
    kept = shelf / f"{slug}-{datetime.fromtimestamp(clock.now(), UTC):%Y%m%dT%H%M%SZ}"
    cities.home(installation, slug).rename(kept)
    click.echo(f"{slug} is kept in {kept}")
