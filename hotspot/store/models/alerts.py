"""What people want to be told, who hears it, and what was sent to whom: rules, routes, the outbox."""

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class AlertRule(Base):
    """What people want to hear of. `kind` is a key of analytics.alert_rules.KINDS, `params` JSON as that kind reads it.

    A rule without area and provider is of the whole city.
    """

    __tablename__ = "alert_rule"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]
    name: Mapped[str]
    params: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    severity: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    removed_at: Mapped[int | None]  # kept for the incidents that it found
    changed_at: Mapped[int]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RuleState(Base):
    """What a rule remembers of one subject between two looks, so that a restart changes nothing.

    `over_since` it is over the threshold, `under_since` back under the lower one, `firing_since` it is said to fire.
    """

    __tablename__ = "rule_state"

    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rule.id"), primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(primary_key=True)
    over_since: Mapped[int]
    under_since: Mapped[int | None]
    firing_since: Mapped[int | None]
    looked_at: Mapped[int]


class AlertChannel(Base):
    """A way out: `kind` is a key of alerts.channels.CHANNELS; `config` is JSON sealed by hotspot.secrets, never shown.

    `hint` is what may be shown of it (host, last letters). `failing_since` is the first failure since the last success.
    """

    __tablename__ = "alert_channel"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]
    name: Mapped[str]
    config: Mapped[bytes] = mapped_column(LargeBinary)
    hint: Mapped[str] = mapped_column(default="", server_default="")
    enabled: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[int]
    created_by: Mapped[str]
    ok_at: Mapped[int | None]
    failing_since: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="", server_default="")
    removed_at: Mapped[int | None]


class AccountContact(Base):
    """Where a person is reached by a kind of channel; sealed, shown to that person alone, others see the hint."""

    __tablename__ = "account_contact"
    __table_args__ = (UniqueConstraint("account_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]  # of alerts.channels.CHANNELS
    address: Mapped[bytes] = mapped_column(LargeBinary)
    hint: Mapped[str]
    changed_at: Mapped[int]


class AlertRoute(Base):
    """Who hears what, by which channel: an account, everybody of a role, or (both empty) the channel itself.

    Without a channel it is shown in the pages alone. `kinds` is JSON, a list of incident kinds, empty for all.
    `stream`: every event of every incident as it happens, for another system. Minutes of the day are the city's;
    quiet hours hold back what is less than critical. With `escalate_after_min` it hears only of what nobody
    acknowledged for so long. `digest_min` collects for so long; `most_an_hour` is the storm cap.
    """

    __tablename__ = "alert_route"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str | None]
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("alert_channel.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    kinds: Mapped[str] = mapped_column(default="[]", server_default="[]")
    least_severity: Mapped[str]
    stream: Mapped[bool] = mapped_column(default=False, server_default=false())
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    digest_min: Mapped[int] = mapped_column(default=0, server_default="0")
    escalate_after_min: Mapped[int | None]
    most_an_hour: Mapped[int] = mapped_column(default=12, server_default="12")
    language: Mapped[str] = mapped_column(default="id", server_default="id")
    enabled: Mapped[bool] = mapped_column(default=True, server_default=true())
    removed_at: Mapped[int | None]
    changed_at: Mapped[int]
    changed_by: Mapped[str]


class MessageTemplate(Base):
    """The city's own words for an event, in a language; where there is no row, ours."""

    __tablename__ = "message_template"

    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    body: Mapped[str]
    changed_at: Mapped[int]
    changed_by: Mapped[str]


class OutboxMessage(Base):
    """A message to one recipient by one channel; committed with what causes it, sent at least once.

    `key` is what a recipient may know a repetition by: a digest of incident, event, route and recipient. Without
    `channel_id` it is read in the pages by its account. `payload` is JSON for channels that send data. `state` is one
    of waiting, sent, given_up, held_back (`error` says why), collected (told within a digest).
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(None, "state", "next_at"),
        Index(None, "channel_id", "state", "id"),
        Index(None, "account_id", "state", "created_at"),
        Index(None, "incident_id"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    key: Mapped[str] = mapped_column(unique=True)
    route_id: Mapped[int | None] = mapped_column(ForeignKey("alert_route.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("alert_channel.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("incident_event.id"))
    event: Mapped[str]  # of analytics.incident_words.MESSAGES; also channel, to owners
    severity: Mapped[str]
    why: Mapped[str]  # the route's name, as the delivery log shows it
    subject: Mapped[str]
    body: Mapped[str]
    payload: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_message.id"))
    created_at: Mapped[int]
    next_at: Mapped[int]  # not before
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[int | None]
    seen_at: Mapped[int | None]  # in the pages
    error: Mapped[str] = mapped_column(default="", server_default="")


class DeliveryAttempt(Base):
    """One try to send a message, and what the other side said."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (Index(None, "message_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
    at: Mapped[int]
    ok: Mapped[bool]
    duration_ms: Mapped[int]
    answer: Mapped[str] = mapped_column(default="", server_default="")
