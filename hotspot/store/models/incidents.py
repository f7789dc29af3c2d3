"""What went wrong together, what access points hang on, and what other agencies' systems say of it."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class Upstream(Base):
    """What access points hang on: a switch, a fibre, a provider's line, a power area; `parent_id` is what it hangs on.

    `kind` is a key of analytics.upstreams.KINDS.
    """

    __tablename__ = "upstream"
    __table_args__ = (UniqueConstraint("city_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("upstream.id"))
    note: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[int]
    created_by: Mapped[str]


class Dependency(Base):
    """An access point hangs on an upstream; `why` is empty where somebody said so, else what proposed it: one of
    analytics.upstream_proposals.SOURCES.
    """

    __tablename__ = "dependency"
    __table_args__ = (UniqueConstraint("ap_id", "upstream_id"), Index(None, "upstream_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ap_id: Mapped[int] = mapped_column(ForeignKey("access_point.id"))
    upstream_id: Mapped[int] = mapped_column(ForeignKey("upstream.id"))
    why: Mapped[str] = mapped_column(default="", server_default="")
    since: Mapped[int]
    by: Mapped[str]


class IgnoredUpstream(Base):
    """A proposed upstream that somebody found wrong: never proposed again, nor one of nearly the same access points.

    `digest` is of what it was made from, `source` one of analytics.upstream_proposals.SOURCES, `members` their ids in
    JSON.
    """

    __tablename__ = "ignored_upstream"

    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    source: Mapped[str]
    members: Mapped[str]
    at: Mapped[int]
    by: Mapped[str]


class Incident(Base):
    """What went wrong, once, however many devices show it: outages with one cause, or what a rule found.

    `kind` is a key of analytics.incident_words.KINDS, `shared` one of its SHARED and `shared_key` which one (an id or a
    code). It began at `began`, when the first of its members did; was announced when all that could belong to it had
    been asked; recovered at `recovered_at`, when its last member did. `cause` is JSON, the proposed root cause with its
    evidence; `reason` is what a person says it was. `members` counts those that ever belonged to it.
    """

    __tablename__ = "incident"
    __table_args__ = (Index(None, "city_id", "recovered_at"), Index(None, "city_id", "began"), Index(None, "rule_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("alert_rule.id"))
    severity: Mapped[str]  # analytics.incident_words.SEVERITIES
    shared: Mapped[str]
    shared_key: Mapped[str] = mapped_column(default="", server_default="")
    name: Mapped[str]  # of what is shared, as people know it
    began: Mapped[int]
    opened_at: Mapped[int]
    announced_at: Mapped[int | None]
    recovered_at: Mapped[int | None]
    members: Mapped[int] = mapped_column(default=0, server_default="0")
    flapping: Mapped[bool] = mapped_column(default=False, server_default=false())
    cause: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")  # analytics.incident_words.REASONS
    acknowledged_at: Mapped[int | None]
    acknowledged_by: Mapped[str | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[int | None]  # by the shortest fix time of the contracts of its points
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # counts changes by people


class IncidentMember(Base):
    """What belongs to an incident: an outage of an access point, or what a rule watches.

    `subject` names it ("ap:12", "point:3", "contract:4", "provider:5", "collector", "disk").
    """

    __tablename__ = "incident_member"
    __table_args__ = (
        UniqueConstraint("incident_id", "subject", "since"),
        Index(None, "ap_id"),
        Index(None, "point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    subject: Mapped[str]
    ap_id: Mapped[int | None] = mapped_column(ForeignKey("access_point.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))
    label: Mapped[str]
    since: Mapped[int]
    ended_at: Mapped[int | None]
    value: Mapped[str] = mapped_column(default="", server_default="")  # what a rule read, as people read it


class IncidentEvent(Base):
    """A line of an incident's history, in the order of `id`; also the stream that goes out to other systems.

    `kind` is a key of analytics.incident_words.EVENTS; `data` is JSON. `told_at` is when the messages that it causes
    were put into the outbox; 0 where it causes none. `sequence` numbers what other systems are sent, without a gap: the
    collector gives it a few seconds later, because ids of transactions that end out of order would hide one. `sent_as`
    is the JSON that they are sent, the same whenever they ask.
    """

    __tablename__ = "incident_event"
    __table_args__ = (Index(None, "incident_id", "id"), Index(None, "told_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    at: Mapped[int]
    kind: Mapped[str]
    actor: Mapped[str] = mapped_column(default="", server_default="")  # empty: the service itself
    text: Mapped[str] = mapped_column(default="", server_default="")
    data: Mapped[str] = mapped_column(default="", server_default="")
    told_at: Mapped[int | None]
    sequence: Mapped[int | None] = mapped_column(unique=True)
    sent_as: Mapped[str] = mapped_column(default="", server_default="")


class TicketSource(Base):
    """Another agency's system that may open and close tickets here; only the SHA-256 of its secret is kept."""

    __tablename__ = "ticket_source"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[int]
    created_by: Mapped[str]
    last_used_at: Mapped[int | None]
    revoked_at: Mapped[int | None]


class Ticket(Base):
    """What that system says of a point or an incident; `ref` is its own number, so that saying it twice is once."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("source_id", "ref"),
        Index(None, "incident_id"),
        Index(None, "point_id"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("ticket_source.id"))
    ref: Mapped[str]
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[int]
    closed_at: Mapped[int | None]
    closed_note: Mapped[str] = mapped_column(default="", server_default="")
