"""Events of incidents for systems that ask for them."""

from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.alerts.incident_events import add
from hotspot.store.alerts.stream import publish
from hotspot.store.base import make_engine, writing
from hotspot.store.models import City, Incident
from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.world import NOW


def test_a_system_reads_on_from_the_last_number_that_it_has(asker: Asker, settings: Settings) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        session.add(
            Incident(city_id=1, kind="outage", severity="warning", shared="city", name="<b>", began=NOW, opened_at=NOW)
        )
        session.flush()
        for kind in ("opened", "comment", "recovered"):
            add(session, 1, at=NOW, kind=kind, actor="admin", text="0812 3456 7890", data={"members": 2, "rows": [1]})
        publish(session, session.scalars(select(City)).one(), NOW)
    engine.dispose()
    first = asker.json("/api/v1/incident-events?limit=2")
    assert [(one["sequence"], one["event"]) for one in first["items"]] == [(1, "opened"), (2, "comment")]
    assert first["last"] == 3
    (second,) = asker.json("/api/v1/incident-events?after=2")["items"]
    assert (second["event"], second["at"], second["details"]) == (
        "recovered", "2026-11-21T14:00:00+07:00", {"members": 2},
    )  # fmt: skip
    assert (second["by"], second["role"]) == ("person", "owner")
    assert asker.json("/api/v1/incident-events?after=3")["items"] == []
