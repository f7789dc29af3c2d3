"""Routes, a channel, an address of the admin and what was told of the incidents of world_incidents.py."""

import pytest
from sqlalchemy import Engine, select, update

from hotspot.alerts.dispatch import dispatch
from hotspot.secrets import master_key, seal
from hotspot.settings import Settings
from hotspot.store.alerts.contacts import hint_of, place
from hotspot.store.base import make_engine, writing
from hotspot.store.city import current_city
from hotspot.store.models import AccountContact, AlertChannel, AlertRoute, Incident, IncidentEvent
from tests.hotspot.web.world import ADMIN, World
from tests.hotspot.web.world_incidents import Incidents, add_incidents

ADDRESS = "sari.rahasia@example.go.id"


def add_told(engine: Engine, world: World, key: bytes) -> None:
    """Route 1 is the admin's by e-mail, quiet at night; 2 escalates; 3 is that of the pages."""
    admin = world.accounts[ADMIN]
    with writing(engine) as session:
        channel = AlertChannel(
            city_id=world.city, kind="email", name="Surel kota", config=b"", hint="mail", created_at=world.now,
            created_by=ADMIN,
        )  # fmt: skip
        session.add(channel)
        session.flush()
        address = seal(key, ADDRESS, place(admin, "email"))
        contact = {"kind": "email", "address": address, "hint": hint_of(ADDRESS), "changed_at": world.now}
        session.add(AccountContact(account_id=admin, **contact))
        common = {"city_id": world.city, "changed_at": world.now, "changed_by": ADMIN, "least_severity": "warning"}
        quiet = {"quiet_from": 22 * 60, "quiet_to": 6 * 60, "digest_min": 5}
        session.add_all(
            [
                AlertRoute(**common, name="Surel malam tenang", account_id=admin, channel_id=channel.id, **quiet),
                AlertRoute(**common, name="Menyusul", role="owner", channel_id=channel.id, escalate_after_min=30),
                AlertRoute(**common, name="Di halaman", role="owner", language="en"),
            ]
        )
        session.flush()
        open_ = select(Incident.id).where(Incident.recovered_at.is_(None))
        begun = (IncidentEvent.kind == "opened", IncidentEvent.incident_id.in_(open_))
        session.execute(update(IncidentEvent).where(*begun).values(told_at=None))
        city = current_city(session)
        assert city is not None
        dispatch(session, city, world.now)


@pytest.fixture
def told(world: World, settings: Settings) -> Incidents:
    """The incidents of the world, and what was told of them."""
    engine = make_engine(settings.database)
    made = add_incidents(engine, world)
    add_told(engine, world, master_key(settings))
    engine.dispose()
    return made
