"""Where a person wants to be reached: one's own addresses, each for a kind of channel, and a test message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.alerts.channels import CHANNELS, Channel
from hotspot.alerts.dispatch import PERSONAL
from hotspot.alerts.post import test_words
from hotspot.analytics.import_row import N_, RejectedError, reject
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.accounts import Person
from hotspot.store.alerts import contacts as store
from hotspot.store.alerts.channels import ask_for_test
from hotspot.store.alerts.route_edit import RouteRow, route_rows
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web import account, route_words
from hotspot.web.access import me, requires
from hotspot.web.configured import secret_key
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.words import gettext, locale

blueprint = Blueprint("contacts", __name__, url_prefix="/account/contacts")

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Reach:
    """A kind of address as the page of the account shows it. `channel` is by which the city sends, empty for none."""

    kind: str
    channel: Channel
    address: str
    changed_at: int | None
    by: str
    error: str = ""


def reaches(person: Person, kind: str = "", text: str = "", error: str = "") -> list[Reach]:
    """Of each kind that reaches persons; of `kind`, that was refused, what was typed and why."""
    city = here()
    kept = store.contacts(db.session(), secret_key(), person.id)
    by = store.channels_for(db.session(), city) if city else {}
    return [
        Reach(
            one,
            channel,
            text if one == kind else kept[one].address if one in kept else "",
            kept[one].changed_at if one in kept else None,
            by[one][1] if one in by else "",
            error if one == kind else "",
        )
        for one, channel in CHANNELS.items()
        if one in PERSONAL
    ]


def my_routes(person: Person) -> list[RouteRow]:
    """Those that name the person or its role and are switched on."""
    city = here()
    rows = route_rows(db.session(), city) if city else []
    mine = (f"account:{person.id}", f"role:{person.role}")
    return [row for row in rows if row.draft.enabled and row.draft.who in mine]


@blueprint.app_template_global()
def how_i_am_told(refused: Mapping[str, str]) -> dict[str, object]:
    """What the card of the account's page shows."""
    person = me()
    return {"reaches": reaches(person, **refused), "routes": my_routes(person), "words": route_words}


def known(kind: str) -> Callable[[str], str]:
    """What tidies an address of this kind; 404 for what reaches no person."""
    channel = CHANNELS.get(kind)
    return (channel and channel.address) or abort(404)


@blueprint.post("/<kind>")
@requires(Act.SEE)
def change(kind: str) -> ResponseReturnValue:
    person, tidied, typed = me(), known(kind), request.form.get("address", "")
    try:
        if len(typed) > LONGEST:
            reject("address", N_("longer than %(most)s characters"), most=LONGEST)
        address = tidied(typed)
    except RejectedError as error:
        return account.show(422, kind=kind, text=typed[:LONGEST], error=sentence(error))
    with writing(db.engine) as session:
        changed = store.set_contact(session, secret_key(), person.id, kind, address, now=now(), actor=person.name)
    flash(gettext("Kept. Send yourself a test message.") if changed else gettext("Nothing was different."), "ok")
    return back()


@blueprint.post("/<kind>/remove")
@requires(Act.SEE)
def remove(kind: str) -> ResponseReturnValue:
    person = me()
    known(kind)
    with writing(db.engine) as session:
        gone = store.remove_contact(session, person.id, kind, now=now(), actor=person.name)
    said = gettext("The address is forgotten. Nothing is sent there any more.")
    flash(said if gone else gettext("Nothing was different."), "ok")
    return back()


@blueprint.post("/<kind>/test")
@requires(Act.SEE)
def test(kind: str) -> ResponseReturnValue:
    """A message to oneself; the collector sends it as it sends all others."""
    person, city = me(), here() or abort(404)
    known(kind)
    by = store.channels_for(db.session(), city).get(kind) or abort(404)
    if kind not in store.contacts(db.session(), secret_key(), person.id):
        abort(404)
    words = test_words(db.session(), city, locale(), person.name)
    try:
        with writing(db.engine) as session:
            ask_for_test(
                session, city, by[0], account_id=person.id, subject=words.subject, body=words.body, now=now(),
                actor=person.name,
            )  # fmt: skip
    except RejectedError as error:
        flash(sentence(error), "bad")
    else:
        flash(gettext("The test message is on its way; it should be there within a minute."), "ok")
    return back()


def back() -> ResponseReturnValue:
    return redirect(url_for("account.index", _anchor="contacts"))
