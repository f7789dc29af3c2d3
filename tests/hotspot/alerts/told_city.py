"""A city with people, channels, routes and incidents, for tests of who is told what."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from hotspot.alerts.dispatch import dispatch
from hotspot.store.alerts.incident_events import add
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.models import (
    Account,
    AccountContact,
    AlertChannel,
    AlertRoute,
    Incident,
    IncidentEvent,
    IncidentMember,
    OutboxMessage,
)
from tests.hotspot import small_city

NOW = 1_795_280_400  # 22 Nov 2026, midnight in Jakarta
NOON = NOW + 12 * 3600
MINUTE = 60


@dataclass
class ToldCity:
    """`post` is the id of an e-mail channel, `hook` of a webhook."""

    engine: Engine
    city: int
    post: int = 0
    hook: int = 0
    accounts: dict[str, int] = field(default_factory=dict)
    now: int = NOON

    def account(self, name: str, role: str = "network_admin", *, mail: bool = True) -> int:
        with writing(self.engine) as session:
            row = Account(name=name, role=role, created_at=NOW)
            session.add(row)
            session.flush()
            if mail:
                contact = {"kind": "email", "address": b"sealed", "hint": "…", "changed_at": NOW}
                session.add(AccountContact(account_id=row.id, **contact))
            self.accounts[name] = row.id
            return row.id

    def channel(self, kind: str) -> int:
        with writing(self.engine) as session:
            row = AlertChannel(
                city_id=self.city, kind=kind, name=kind, config=b"", created_at=NOW, created_by="sari"
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def route(self, name: str = "mail", **values: Any) -> int:
        given = {"channel_id": self.post, "role": "network_admin", "least_severity": "warning", "language": "en"}
        with writing(self.engine) as session:
            row = AlertRoute(city_id=self.city, name=name, changed_at=NOW, changed_by="sari", **(given | values))
            session.add(row)
            session.flush()
            return row.id

    def incident(self, name: str = "Switch 3", *, ap: int = 1, **values: Any) -> int:
        """Opened, with one access point of one of the two areas of small_city."""
        given = {"kind": "outage", "severity": "warning", "shared": "upstream", "members": 1}
        with writing(self.engine) as session:
            row = Incident(
                city_id=self.city, name=name, began=self.now, opened_at=self.now, announced_at=self.now,
                **(given | values),
            )  # fmt: skip
            session.add(row)
            session.flush()
            member = {"subject": f"ap:{ap}", "ap_id": ap, "point_id": 2 - ap % 2, "label": f"AP-{ap}"}
            session.add(IncidentMember(incident_id=row.id, since=self.now, **member))
            add(session, row.id, at=self.now, kind="opened", data={"members": 1})
            return row.id

    def happens(self, incident_id: int, kind: str) -> None:
        with writing(self.engine) as session:
            row = session.get_one(Incident, incident_id)
            row.recovered_at = self.now if kind == "recovered" else None
            row.flapping = kind == "flapping"
            add(session, incident_id, at=self.now, kind=kind, data={"members": 1})

    def later(self, minutes: float) -> None:
        self.now += int(minutes * MINUTE)

    def look(self, minutes: float = 0) -> None:
        """As the collector does, so many minutes later."""
        self.later(minutes)
        with writing(self.engine) as session:
            city = current_city(session)
            assert city is not None
            dispatch(session, city, self.now)

    def change(self, model: type[Any], row_id: int, **values: Any) -> None:
        with writing(self.engine) as session:
            row = session.get_one(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def sends(self) -> list[OutboxMessage]:
        """What is due leaves."""
        with writing(self.engine) as session:
            due = (OutboxMessage.state == "waiting", OutboxMessage.next_at <= self.now)
            rows = list(session.scalars(select(OutboxMessage).where(*due).order_by(OutboxMessage.id)))
            for row in rows:
                row.state, row.sent_at, row.attempts = "sent", self.now, 1
            session.flush()
            session.expunge_all()
            return rows

    def messages(self, *states: str) -> list[OutboxMessage]:
        with reading(self.engine) as session:
            query = select(OutboxMessage).order_by(OutboxMessage.id)
            if states:
                query = query.where(OutboxMessage.state.in_(states))
            rows = list(session.scalars(query))
            session.expunge_all()
            return rows

    def subjects(self, *states: str) -> list[str]:
        return [row.subject.replace("\u00a0", " ") for row in self.messages(*states)]

    def untold(self) -> int:
        with reading(self.engine) as session:
            return len(session.scalars(select(IncidentEvent.id).where(IncidentEvent.told_at.is_(None))).all())


def build(engine: Engine) -> ToldCity:
    city = ToldCity(engine, small_city.build(engine))
    city.post, city.hook = city.channel("email"), city.channel("webhook")
    return city
