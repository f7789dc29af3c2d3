"""/tickets: another agency's system opens and closes tickets, and lists its own. What it sends is never fetched."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from flask import Response, g, request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.api.layer import Ask
from hotspot.api.problem import FieldError, Problem
from hotspot.api.query import PageQuery, Query, instant
from hotspot.api.shapes import Paged, Shape
from hotspot.clock import now
from hotspot.store.alerts.ticket_sources import Source, source_of, touch_source
from hotspot.store.alerts.tickets import (
    SKEW_S,
    Opening,
    TicketRow,
    close_ticket,
    open_ticket,
    ticket_of,
    tickets_page,
)
from hotspot.store.base import jotting, writing
from hotspot.store.citizens import take
from hotspot.store.city import current_city
from hotspot.store.db import db
from hotspot.store.models import City

SCHEME = "ticketSource"  # of security in OpenAPI
MOST_BYTES = 16 * 1024
MOST_A_MINUTE, MOST_A_DAY = 120, 5_000
BACK_S = 400 * 86_400  # how old what happened may be
LINK = re.compile(r"https?://[^\s\\<>\"]+", re.IGNORECASE)
TURNING = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))  # turn what stands beside them


def line(text: str) -> str:
    """One line; what could do harm somewhere else is refused, not repaired."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(one) in ("Cc", "Cs", "Co", "Cn") for one in plain):
        raise ValueError("has a control character")
    if any(unicodedata.bidirectional(one) in TURNING for one in plain):
        raise ValueError("has a character that turns the direction of writing")
    return plain


def filled(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    return text


def link(url: str) -> str:
    try:
        parts = urlsplit(url) if LINK.fullmatch(url) and url.isprintable() else None
        if parts and parts.hostname and parts.username is None and parts.port != 0:
            return url
    except ValueError:
        pass
    raise ValueError("is no address like https://tickets.example.go.id/4711")


def moment(text: object) -> object:
    if not isinstance(text, str) or len(text) > 40:
        raise ValueError("is not a time like 2026-11-21T14:00:00+07:00")
    return instant(text)


Words = Annotated[str, Field(max_length=500), AfterValidator(line)]
Needed = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(line), AfterValidator(filled)]


class TicketSaid(BaseModel):
    """What is sent. To open: `title` and either `point_code` or `incident`; to close: `ref` alone is enough."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    ref: Annotated[Needed, Field(max_length=64)] = Field(description="the sender's own number; one ticket for each")
    action: Literal["open", "close"]
    point_code: Needed | None = None
    incident: int | None = Field(None, ge=1, lt=2**53, description="its number, as in /incidents/42")
    title: Needed | None = None
    url: Annotated[str, Field(max_length=500), AfterValidator(link)] | None = Field(
        None, description="the sender's page of the ticket, http or https; shown as a link, never fetched"
    )
    at: Annotated[datetime, BeforeValidator(moment)] | None = Field(
        None, description="when it happened; now, if left out. Without an offset on the city's clocks"
    )
    note: Words = Field("", description="what was done, when it is closed")


class TicketsQuery(PageQuery):
    state: Literal["open", "all"] = "all"


class Ticket(Shape):
    """Its `incident` is null while there is none for its point."""

    ref: str
    state: Literal["open", "closed"]
    point_code: str | None
    incident: int | None
    title: str
    url: str | None
    opened_at: datetime
    closed_at: datetime | None
    note: str


class TicketAnswer(Shape):
    """`changed` is false when it had been said before."""

    changed: bool
    ticket: Ticket


class Tickets(Paged):
    open: int
    items: list[Ticket]


def sender() -> Source:
    """The source whose secret the request carries; asked once a request. Raises Problem 401."""
    if "ticket_source" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        found = source_of(db.session(), secret.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise Problem(401, "The secret of the ticket source is unknown or was revoked.")
        if found.is_stale(now()):
            jotting(db.engine, lambda session: touch_source(session, found.id, now()))
        g.ticket_source = found
    source: Source = g.ticket_source
    return source


def index(ask: Ask[TicketsQuery]) -> Tickets:
    """The asking system's own tickets, open ones first, then the newest."""
    query, only = ask.query, ask.query.state == "open"
    found = tickets_page(
        ask.session, ask.city, source_id=sender().id, open_only=only, page=query.page, per_page=query.per_page
    )
    ask.check_page(found.pages)
    items = [ticket(ask, row) for row in found.rows]
    total = found.open if only else found.total
    return Tickets(**ask.head(), total=total, open=found.open, page=found.page, pages=found.pages, items=items)


def ticket(ask: Ask[Any], row: TicketRow) -> Ticket:
    return Ticket(
        ref=row.ref, state="open" if row.closed_at is None else "closed", point_code=row.point_code or None,
        incident=row.incident_id, title=row.title, url=row.url or None, opened_at=ask.at(row.opened_at),
        closed_at=ask.time(row.closed_at), note=row.closed_note,
    )  # fmt: skip


def receive() -> Response:
    """Open or close a ticket; saying it again changes nothing."""
    request.max_content_length = MOST_BYTES + 1  # of a body whose length is not told the rest stays unread
    source, session = sender(), db.session()
    city = current_city(session)
    if city is None:
        raise Problem(503, "The city is not set up yet: run hotspot init.")
    ask = Ask(session, city, now(), Query())
    hold_rate(ask, source)
    said = read(ask)
    session.rollback()  # nothing is read any more: the write may begin
    try:
        with writing(db.engine) as transaction:
            changed = act(transaction, ask, source, said)
            row = ticket_of(transaction, city, source.id, said.ref)
    except RejectedError as error:
        raise Problem.of_field(error.column, str(error.reason)) from None
    if row is None:
        field = FieldError(field="ref", message="was never opened")
        raise Problem(404, "There is no ticket with this ref: open it first.", [field])
    answer = TicketAnswer(changed=changed, ticket=ticket(ask, row))
    status = 201 if changed and said.action == "open" else 200
    return Response(answer.model_dump_json(), status, content_type="application/json")


def hold_rate(ask: Ask[Any], source: Source) -> None:
    """Counts each request, also what is refused later; raises Problem 429."""
    whose, minute = f"ticket source {source.id}", ask.now // 60
    with writing(db.engine) as session:
        within = take(session, ask.today, whose, f"ticket {minute}", MOST_A_MINUTE, ask.now)
        within = within and take(session, ask.today, whose, "tickets", MOST_A_DAY, ask.now)
    if not within:
        raise Problem(429, f"More than {MOST_A_MINUTE} requests a minute, or {MOST_A_DAY} a day: send it again later.")


def read(ask: Ask[Any]) -> TicketSaid:
    """The body, checked as far as that needs no database."""
    if request.mimetype != "application/json":
        raise Problem(415, "Send the ticket as application/json.")
    body = request.get_data() if (request.content_length or 0) <= MOST_BYTES else None
    if body is None or len(body) > MOST_BYTES:
        raise Problem(413, f"A ticket has at most {MOST_BYTES} bytes.")
    try:
        said = TicketSaid.model_validate_json(body)
    except ValidationError as error:
        errors = [body_error(one) for one in error.errors(include_url=False, include_input=False)[:20]]
        raise Problem(422, "; ".join(f"{one.field} {one.message}" for one in errors), errors) from None
    if said.action == "open":
        if said.title is None:
            raise Problem.of_field("title", "is needed to open a ticket")
        if (said.point_code is None) == (said.incident is None):
            raise Problem.of_field("point_code", "is needed to open a ticket, or incident in its stead")
    at = ask.seconds(said.at)
    if at is not None and not ask.now - BACK_S <= at <= ask.now + SKEW_S:
        raise Problem.of_field("at", "is in the future, or more than 400 days ago")
    return said


def body_error(error: Any) -> FieldError:
    name = str(error["loc"][0])[:100] if error["loc"] else "body"
    if error["type"] == "extra_forbidden":
        return FieldError(field=name, message="is no field of a ticket")
    return FieldError(field=name, message=error["msg"].removeprefix("Value error, "))


def at_of(ask: Ask[Any], said: TicketSaid) -> int:
    """Never in the future, whatever the other clock says."""
    return min(ask.now, ask.seconds(said.at) or ask.now)


def act(session: Session, ask: Ask[Any], source: Source, said: TicketSaid) -> bool:
    """Whether it changed anything; raises RejectedError."""
    city: City = ask.city
    if said.action == "close":
        return bool(close_ticket(session, source.id, said.ref, said.note, at_of(ask, said), ask.now))
    opening = Opening(
        said.ref, said.title or "", said.url or "", at_of(ask, said), said.point_code or "", said.incident
    )
    return open_ticket(session, city, source.id, opening, ask.now)
