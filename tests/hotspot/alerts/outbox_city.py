"""A city with channels and an outbox, and the collector that sends what waits there."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, select, text

from hotspot.alerts.sender import Sender
from hotspot.secrets import master_key, seal
from hotspot.settings import Settings
from hotspot.store.alerts.channels import add_channel
from hotspot.store.base import reading, writing
from hotspot.store.lease import Fence, take
from hotspot.store.models import Account, AccountContact, City, Incident, OutboxMessage

SETTINGS = Settings(secret_key="a key for tests that is long enough", webhook_hosts="localhost, 127.0.0.0/8")
KEY = master_key(SETTINGS)


@dataclass
class OutboxCity:
    engine: Engine
    city_id: int
    fence: Fence

    def sender(self, settings: Settings = SETTINGS) -> Sender:
        return Sender(self.engine, KEY, self.city_id, self.fence, settings)

    def channel(self, kind: str, config: Mapping[str, str], name: str = "") -> int:
        with writing(self.engine) as session:
            city = session.get_one(City, self.city_id)
            made = {"kind": kind, "name": name or kind, "config": config, "hint": "hint", "now": 0, "actor": "rina"}
            return add_channel(session, KEY, city, **made)  # type: ignore[arg-type]

    def person(self, name: str, kind: str, address: str) -> int:
        with writing(self.engine) as session:
            account = session.scalars(select(Account).where(Account.name == name)).one_or_none()
            if account is None:
                account = Account(name=name, role="network", created_at=0)
                session.add(account)
                session.flush()
            where = f"account_contact/{account.id}/{kind}"
            sealed = seal(KEY, address, where)
            session.add(AccountContact(account_id=account.id, kind=kind, address=sealed, hint="…", changed_at=0))
            return account.id

    def put(self, channel_id: int, subject: str, now: int, **more: object) -> int:
        values = {"next_at": now, "event": "opened", "severity": "warning", "why": "all", "body": f"{subject}.", **more}
        with writing(self.engine) as session:
            number = len(session.scalars(select(OutboxMessage.id)).all())
            message = OutboxMessage(
                city_id=self.city_id,
                key=f"{number:064x}",
                channel_id=channel_id,
                subject=subject,
                created_at=now,
                **values,
            )
            session.add(message)
            session.flush()
            return message.id

    def incident(self) -> int:
        with writing(self.engine) as session:
            incident = Incident(
                city_id=self.city_id,
                kind="outage",
                severity="warning",
                shared="point",
                name="Balai",
                began=0,
                opened_at=0,
            )
            session.add(incident)
            session.flush()
            return incident.id

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with reading(self.engine) as session:
            return [tuple(row) for row in session.execute(text(query))]

    def states(self) -> list[str]:
        return [str(row[0]) for row in self.rows("SELECT state FROM outbox_message ORDER BY id")]


def outbox_city(engine: Engine, now: int) -> OutboxCity:
    with writing(engine) as session:
        city = City(code="36.74", name="Tangerang Selatan", time_zone="Asia/Jakarta")
        session.add(city)
        fence = take(session, "collector", "test", now, 600)
        session.flush()
        assert fence
        return OutboxCity(engine, city.id, fence)


def email_config(port: int, **more: str) -> dict[str, str]:
    plain = {"host": "127.0.0.1", "security": "none", "port": str(port), "user": "", "password": ""}
    return {**plain, "from": "hotspot@example.go.id", "to": "jaga@example.go.id", **more}


async def sent(sender: Sender) -> None:
    """One look, and what it began is over."""
    await sender.look()
    for worker in list(sender.workers.values()):
        await asyncio.to_thread(worker.join)
