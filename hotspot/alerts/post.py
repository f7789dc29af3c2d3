"""Messages into the outbox, each with its words: alone, as a part of a digest, or held back by the storm cap."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from hotspot.alerts.voices import voice
from hotspot.analytics.incident_text import IncidentFacts
from hotspot.analytics.incident_words import WEIGHTS
from hotspot.analytics.message_template import OURS, Template, filled, usable, values_of, values_of_list
from hotspot.analytics.routing import HOUR_S, OPENING, STORM, Delivery, Recipient, Route
from hotspot.store.alerts.incident_facts import incident_facts
from hotspot.store.alerts.told import collecting, messages_in, sent_lately, templates
from hotspot.store.models import City, OutboxMessage

ABOUT_TO_LEAVE_S = 5  # a message that goes out so soon is not changed any more
STORM_WAIT_S = 60  # so that the message about a storm tells how large it is


class Post:
    """Of one look: what was asked once, and which messages of several events have to be written anew at its end."""

    def __init__(self, session: Session, city: City, routes: dict[int, Route], now: int) -> None:
        self.session = session
        self.city = city
        self.routes = routes
        self.now = now
        self.own = templates(session, city)
        self.lately = Counter(sent_lately(session, city, now))
        self.facts: dict[int, IncidentFacts] = {}
        self.said: dict[tuple[str, str, int], Template] = {}
        self.changed: dict[int, OutboxMessage] = {}

    def know(self, incident_ids: Collection[int]) -> None:
        missing = set(incident_ids) - self.facts.keys()
        self.facts |= incident_facts(self.session, missing)

    def sent(self, one: Delivery) -> int:
        """How many messages its recipient got by its route in the last hour; none for what is one more line of one."""
        count = self.lately[one.route_id, one.recipient]
        return 0 if count and one.at > self.now and self.waits(one) else count

    def waits(self, one: Delivery) -> OutboxMessage | None:
        """The digest that waits for its recipient."""
        return collecting(self.session, "digest", one.route_id, one.recipient, after=self.now + ABOUT_TO_LEAVE_S)

    def put(self, delivery: Delivery, event: str, event_id: int, incident_id: int) -> OutboxMessage:
        """One row for the event; where it is not sent by itself, within or beside the message that tells of several."""
        row = self.row(delivery, event, f"{incident_id}/{event_id}", incident_id)
        row.incident_id, row.event_id = incident_id, event_id
        if delivery.held:
            row.state, row.error = "held_back", delivery.held
            if delivery.held == STORM:
                row.digest_id = self.storm(delivery, event_id).id
        elif delivery.at > self.now:
            row.state, row.digest_id = "collected", self.digest(delivery, event_id).id
        elif event in OPENING:
            self.lately[delivery.route_id, delivery.recipient] += 1
        self.session.add(row)
        return row

    def join(self, delivery: Delivery, event: str, event_id: int, incident_id: int, digest_id: int) -> None:
        """One more event of an incident that is told of in a digest which still waits: there it stays one line."""
        row = self.row(delivery, event, f"{incident_id}/{event_id}", incident_id)
        row.incident_id, row.event_id, row.state, row.digest_id = incident_id, event_id, "collected", digest_id
        self.session.add(row)
        self.changed[digest_id] = self.session.get_one(OutboxMessage, digest_id)

    def row(self, delivery: Delivery, event: str, what: str, incident_id: int) -> OutboxMessage:
        facts, route = self.facts[incident_id], self.routes.get(delivery.route_id)
        words = self.words(event, route, facts)
        return self.blank(delivery, event, what, facts.severity, words)

    def blank(self, delivery: Delivery, event: str, what: str, severity: str, words: Template) -> OutboxMessage:
        """Without a channel it is delivered by being there."""
        to, route = delivery.recipient, self.routes.get(delivery.route_id)
        in_pages = to.channel_id is None
        return OutboxMessage(
            city_id=self.city.id,
            key=key(what, event, delivery.route_id, to),
            route_id=delivery.route_id,
            channel_id=to.channel_id,
            account_id=to.account_id,
            event=event,
            severity=severity,
            why=route.name if route else "",
            subject=words.subject,
            body=words.body,
            state="sent" if in_pages else "waiting",
            created_at=self.now,
            next_at=max(self.now, delivery.at),
            sent_at=self.now if in_pages else None,
        )

    def words(self, event: str, route: Route | None, facts: IncidentFacts) -> Template:
        """The same for all recipients of a language."""
        language = route.language if route else "id"
        what = (event, language, facts.id)
        if what not in self.said:
            speaker = voice(language, self.city.time_zone)
            values = values_of(event, facts, speaker, self.city.name)
            self.said[what] = filled(self.template(event, language), values)
        return self.said[what]

    def template(self, event: str, language: str) -> Template:
        return template_of(self.own, event, language)

    def digest(self, delivery: Delivery, event_id: int) -> OutboxMessage:
        """The one that waits for this recipient, or a new one that goes out when the delivery is due."""
        waits = self.waits(delivery)
        if waits is None:
            waits = self.first(delivery, "digest", event_id)
            self.lately[delivery.route_id, delivery.recipient] += 1
        self.changed[waits.id] = waits
        return waits

    def storm(self, delivery: Delivery, event_id: int) -> OutboxMessage:
        """One an hour: later ones of the same hour are counted in it as long as it waits."""
        since = self.now - HOUR_S
        last = collecting(self.session, "storm", delivery.route_id, delivery.recipient, after=0, since=since)
        if last is None:
            in_pages = delivery.recipient.channel_id is None
            at = self.now if in_pages else self.now + STORM_WAIT_S
            last = self.first(Delivery(delivery.route_id, delivery.recipient, at), "storm", event_id)
        self.changed[last.id] = last
        return last

    def first(self, delivery: Delivery, event: str, event_id: int) -> OutboxMessage:
        row = self.blank(delivery, event, f"from {event_id}", "notice", Template("", ""))
        self.session.add(row)
        self.session.flush()
        return row

    def close(self) -> None:
        """Messages of several events tell what is true now; those that went out stay as they were sent."""
        for row in self.changed.values():
            if self.may_change(row):
                self.write(row)

    def may_change(self, row: OutboxMessage) -> bool:
        if row.channel_id is None:
            return row.seen_at is None
        fresh = row.created_at == self.now
        return row.state == "waiting" and row.attempts == 0 and (fresh or row.next_at > self.now + ABOUT_TO_LEAVE_S)

    def write(self, row: OutboxMessage) -> None:
        parts = messages_in(self.session, row.id)
        last = {part.incident_id: part.event for part in parts}  # the newest event of each
        self.know(last)
        told = sorted((self.facts[one] for one in last), key=gravest)
        row.severity = told[0].severity
        route = self.routes.get(row.route_id or 0)
        if row.event == "digest" and len(told) == 1:
            words = self.words(last[told[0].id], route, told[0])
        else:
            language, most = (route.language, route.most_an_hour) if route else ("id", 0)
            speaker = voice(language, self.city.time_zone)
            values = values_of_list(told, speaker, self.city.name, most)
            words = filled(self.template(row.event, language), values)
        row.subject, row.body = words.subject, words.body


def gravest(facts: IncidentFacts) -> tuple[bool, int, int]:
    """Sorts what is open before what is over, the gravest first."""
    return facts.recovered_at is not None, -WEIGHTS[facts.severity], facts.began


def template_of(own: Mapping[tuple[str, str], tuple[str, str]], event: str, language: str) -> Template:
    """The city's own words; ours where it has none, or none that can be used any more."""
    stored = own.get((event, language))
    return (stored and usable(event, *stored)) or OURS[event, language]


def test_words(session: Session, city: City, language: str, who: str) -> Template:
    """What a test message says that `who` asked for."""
    return filled(template_of(templates(session, city), "test", language), {"who": who, "city": city.name})


def key(what: str, event: str, route_id: int, recipient: Recipient) -> str:
    """The same for the same message, whenever and however often it is written."""
    to = f"{recipient.channel_id}/{recipient.account_id}"
    return hashlib.sha256(f"{what}/{event}/{route_id}/{to}".encode()).hexdigest()
