"""hotspot token: keys of machines to the API."""

from datetime import UTC, datetime

import click

from hotspot.clock import now
from hotspot.commands.opening import open_database
from hotspot.settings import Settings
from hotspot.store import tokens
from hotspot.store.audit import note
from hotspot.store.base import reading, writing

ACTOR = "command line"


@click.group()
def token() -> None:
    """Keys to the API."""


@token.command()
@click.argument("name")
@click.option("--days", type=int, default=tokens.DAYS, show_default=True, help="After so many days it is refused.")
@click.pass_obj
def create(settings: Settings, name: str, days: int) -> None:
    """Create a token and print it; it can't be shown again."""
    with writing(open_database(settings)) as session:
        try:
            secret = tokens.create_token(session, name, now(), days, ACTOR)
        except tokens.TokenError as error:
            raise click.ClickException(str(error)) from error
        note(session, now(), ACTOR, "create", f"token {name.strip()}")
    click.echo(secret)


@token.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the tokens."""
    with reading(open_database(settings)) as session:
        for item in tokens.tokens(session):
            used = f"used {day(item.last_used_at)}" if item.last_used_at else "never used"
            click.echo(f"{item.name:30} created {day(item.created_at)}  {used}  {ending(item)}")


@token.command()
@click.argument("name")
@click.pass_obj
def revoke(settings: Settings, name: str) -> None:
    """Make a token useless at once."""
    with writing(open_database(settings)) as session:
        if not tokens.revoke_token(session, name, now()):
            raise click.ClickException(f"there is no working token named {name}")
        note(session, now(), ACTOR, "revoke", f"token {name.strip()}")
    click.echo(f"{name.strip()} is revoked")


def ending(item: tokens.Token) -> str:
    if item.revoked_at:
        return f"revoked {day(item.revoked_at)}"
    if item.expires_at is None:
        return "works until it is revoked"
    return f"{'works until' if item.works(now()) else 'expired'} {day(item.expires_at)}"


def day(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).date().isoformat()
