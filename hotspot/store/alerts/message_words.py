"""The city's own words for messages: by event and language, kept where they differ from ours."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.message_template import OURS, Template, checked
from hotspot.store.audit import note
from hotspot.store.models import City, MessageTemplate


@dataclass(frozen=True, slots=True)
class Words:
    """`own` tells whether the city wrote them; then when and who."""

    template: Template
    own: bool
    changed_at: int | None = None
    changed_by: str = ""


def every_words(session: Session, city: City) -> dict[tuple[str, str], Words]:
    """Of each message in each language, ours where the city has none."""
    rows = session.scalars(select(MessageTemplate).where(MessageTemplate.city_id == city.id))
    own = {
        (row.event, row.language): Words(Template(row.subject, row.body), True, row.changed_at, row.changed_by)
        for row in rows
    }
    return {key: own.get(key, Words(ours, own=False)) for key, ours in OURS.items()}


def set_words(
    session: Session, city: City, event: str, language: str, subject: str, body: str, *, now: int, actor: str
) -> bool:
    """False when they are what is said anyway; those that are ours take the city's own away.

    Raises RejectedError of subject or body.
    """
    template = checked(event, subject, body)
    if (event, language) not in OURS:
        reject("language", N_("%(value)s is not known here"), value=language)
    before = every_words(session, city)[event, language]
    if before.template == template:
        return False
    key = (city.id, event, language)
    row = session.get(MessageTemplate, key)
    if template == OURS[event, language]:
        session.delete(row)
    else:
        row = row or MessageTemplate(city_id=city.id, event=event, language=language)
        row.subject, row.body, row.changed_at, row.changed_by = template.subject, template.body, now, actor
        session.add(row)
    session.flush()
    note(session, now, actor, "change", f"words of messages {event} {language}")
    return True
