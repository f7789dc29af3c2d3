"""hotspot user: accounts from the command line, for the first admin and for whoever lost a password."""

import click
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import ROLES, VIEWER
from hotspot.clock import now
from hotspot.commands.opening import open_database
from hotspot.settings import Settings
from hotspot.store import accounts, links, people, second_factor, sign_ins
from hotspot.store.audit import note
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city

ACTOR = "command line"


@click.group()
def user() -> None:
    """Who may sign in."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), default=VIEWER, show_default=True)
@click.option(
    "--area", "areas", multiple=True, help="Kemendagri code of where it may change things; none: the whole city."
)
@click.pass_obj
def add(settings: Settings, name: str, role: str, areas: tuple[str, ...]) -> None:
    """Create an account and print the link with which the person sets a password."""
    with writing(open_database(settings)) as session:
        try:
            person = accounts.create_account(session, name, role, now())
            people.set_standing(session, current_city(session), person.id, role, areas)
        except accounts.AccountError as error:
            raise click.ClickException(str(error)) from error
        note(session, now(), ACTOR, "create", f"account {person.name}", " ".join((role, *areas)))
        secret = links.make_link(session, links.SET_PASSWORD, now(), person.id)
    click.echo(f"{person.name} sets a password here, once, within 3 days:")
    click.echo(settings.address + links.link_path(secret))


@user.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the accounts."""
    with reading(open_database(settings)) as session:
        for person in accounts.people(session):
            where = ", ".join(sorted(person.areas)) or "whole city"
            state = ("" if person.has_password else "  no password yet") + ("" if person.active else "  disabled")
            click.echo(f"{person.name:30} {person.role:16} {where}{state}")


@user.command()
@click.argument("name")
@click.pass_obj
def link(settings: Settings, name: str) -> None:
    """Print a link that sets a new password, once."""
    with writing(open_database(settings)) as session:
        person = find(session, name)
        if not person.active:
            raise click.ClickException(f"{person.name} is disabled")
        secret = links.make_link(session, links.SET_PASSWORD, now(), person.id)
        note(session, now(), ACTOR, "link", f"account {person.name}")
    click.echo(settings.address + links.link_path(secret))


@user.command()
@click.argument("name")
@click.pass_obj
def disable(settings: Settings, name: str) -> None:
    """Sign a person out everywhere and keep them out."""
    with writing(open_database(settings)) as session:
        person = find(session, name)
        try:
            accounts.set_active(session, person.id, False)
        except accounts.AccountError as error:
            raise click.ClickException(str(error)) from error
        note(session, now(), ACTOR, "disable", f"account {person.name}")
    click.echo(f"{person.name} is disabled")


@user.command()
@click.argument("name")
@click.pass_obj
def enable(settings: Settings, name: str) -> None:
    """Let a disabled person in again."""
    with writing(open_database(settings)) as session:
        person = find(session, name)
        accounts.set_active(session, person.id, True)
        note(session, now(), ACTOR, "enable", f"account {person.name}")
    click.echo(f"{person.name} is enabled")


@user.command("reset-second-factor")
@click.argument("name")
@click.pass_obj
def reset_second_factor(settings: Settings, name: str) -> None:
    """Let a person in by password alone who lost telephone and recovery codes."""
    with writing(open_database(settings)) as session:
        person = find(session, name)
        second_factor.remove(session, person.id)
        sign_ins.sign_out_everywhere(session, person.id)
        note(session, now(), ACTOR, "reset second factor", f"account {person.name}")
    click.echo(f"{person.name} signs in by password alone, and was signed out everywhere")


def find(session: Session, name: str) -> accounts.Person:
    person = accounts.person_by_name(session, name)
    if person is None:
        raise click.ClickException(f"there is no account named {name}")
    return person
