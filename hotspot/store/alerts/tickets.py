"""Tickets of other agencies' systems: one for each of their numbers, opened once, closed once, kept for ever."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, RejectedError
from hotspot.analytics.paging import paged
from hotspot.store.alerts.joined import join_tickets, tell_of_ticket
from hotspot.store.base import insert_into
from hotspot.store.models import City, Incident, Point, Ticket, TicketSource

SKEW_S = 300  # by so much clocks of other systems may differ from ours


@dataclass(frozen=True, slots=True)
class Opening:
    """What a source says when it opens one, bounded by api.tickets: of a point by its code, or of an incident."""

    ref: str
    title: str
    url: str
    at: int
    point_code: str = ""
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class TicketRow:
    """`closed_at` is None while it is open; `url` is the source's own page of it, http or https, or empty."""

    id: int
    source: str
    ref: str
    point_code: str
    point_name: str
    incident_id: int | None
    title: str
    url: str
    opened_at: int
    closed_at: int | None
    closed_note: str


@dataclass(frozen=True, slots=True)
class Tickets:
    rows: list[TicketRow]
    total: int
    open: int
    page: int
    pages: int


def open_ticket(session: Session, city: City, source_id: int, said: Opening, now: int) -> bool:
    """False for a number that the source opened before: the ticket is as it was, open or closed.

    Raises RejectedError for `point_code` or `incident`. Of two requests at once one opens it.
    """
    point_id, incident_id = place_of(session, city, said)
    values = {
        "city_id": city.id, "source_id": source_id, "ref": said.ref, "point_id": point_id, "incident_id": incident_id,
        "title": said.title, "url": said.url, "opened_at": said.at,
    }  # fmt: skip
    made = insert_into(session, Ticket).values(values).on_conflict_do_nothing(index_elements=["source_id", "ref"])
    ticket_id = session.scalar(made.returning(Ticket.id))
    if ticket_id is None:
        return False
    ticket = session.get_one(Ticket, ticket_id)
    if incident_id is None:
        join_tickets(session, city, now, ticket_id)
    else:
        tell_of_ticket(session, ticket, "ticket_opened", now)
    return True


def place_of(session: Session, city: City, said: Opening) -> tuple[int | None, int | None]:
    """Ids of the point or of the incident; of one that was merged into another that one's."""
    if said.incident_id is not None:
        query = select(Incident.id, Incident.merged_into_id).where(Incident.city_id == city.id)
        row = session.execute(query.where(Incident.id == said.incident_id)).one_or_none()
        if row is None:
            raise RejectedError("incident", N_("there is no such incident"))
        return None, row.merged_into_id or row.id
    point_id = session.scalar(select(Point.id).where(Point.city_id == city.id, Point.code == said.point_code))
    if point_id is None:
        raise RejectedError("point_code", N_("there is no point of this code"))
    return point_id, None


def close_ticket(session: Session, source_id: int, ref: str, note: str, at: int, now: int) -> bool | None:
    """False when it was closed before, and is as it was; None when the source never opened this number.

    Raises RejectedError for `at` before it was opened.
    """
    query = select(Ticket).where(Ticket.source_id == source_id, Ticket.ref == ref)
    ticket = session.scalar(query.with_for_update())
    if ticket is None or ticket.closed_at is not None:
        return None if ticket is None else False
    if at < ticket.opened_at - SKEW_S:
        raise RejectedError("at", N_("before it was opened"))
    ticket.closed_at, ticket.closed_note = max(at, ticket.opened_at), note
    tell_of_ticket(session, ticket, "ticket_closed", now)
    return True


def chosen_rows(city: City) -> Select[Ticket, str, str, str]:
    return (
        select(Ticket, TicketSource.name, Point.code, Point.name)
        .join(TicketSource, TicketSource.id == Ticket.source_id)
        .outerjoin(Point, Point.id == Ticket.point_id)
        .where(Ticket.city_id == city.id)
    )


def rows_of(session: Session, query: Select[Ticket, str, str, str]) -> list[TicketRow]:
    return [
        TicketRow(
            one.id, source, one.ref, code or "", name or "", one.incident_id, one.title, one.url, one.opened_at,
            one.closed_at, one.closed_note,
        )
        for one, source, code, name in session.execute(query)
    ]  # fmt: skip


def ticket_of(session: Session, city: City, source_id: int, ref: str) -> TicketRow | None:
    """The source's own of this number."""
    rows = rows_of(session, chosen_rows(city).where(Ticket.source_id == source_id, Ticket.ref == ref))
    return rows[0] if rows else None


def tickets_page(
    session: Session,
    city: City,
    *,
    source_id: int | None = None,
    point_id: int | None = None,
    open_only: bool = False,
    page: int = 1,
    per_page: int = 50,
) -> Tickets:
    """Open ones first, then the newest; of a source or a point, or of all."""
    where = [Ticket.city_id == city.id]
    chosen = ((Ticket.source_id, source_id), (Ticket.point_id, point_id))
    where += [column == value for column, value in chosen if value is not None]
    counts = select(func.count(), func.count(Ticket.closed_at)).select_from(Ticket)
    total, closed = session.execute(counts.where(*where)).one()
    if open_only:
        where.append(Ticket.closed_at.is_(None))
    page, pages = paged(total - closed if open_only else total, page, per_page)
    order = (Ticket.closed_at.is_not(None), Ticket.opened_at.desc(), Ticket.id.desc())
    query = chosen_rows(city).where(*where).order_by(*order)
    rows = rows_of(session, query.limit(per_page).offset((page - 1) * per_page))
    return Tickets(rows, total, total - closed, page, pages)
