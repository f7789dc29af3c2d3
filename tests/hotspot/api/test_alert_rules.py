"""The rules as machines read them."""

from hotspot.settings import Settings
from hotspot.store.alerts.rules import ensure_defaults
from hotspot.store.base import make_engine, writing
from hotspot.store.models import City
from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.world import NOW, World


def test_rules_have_their_limits_and_what_they_said(asker: Asker, settings: Settings, world: World) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        ensure_defaults(session, session.get_one(City, world.city), NOW)
    engine.dispose()
    first, *others = asker.json("/api/v1/alert-rules")["items"]
    assert (first["kind"], first["name"], first["severity"]) == ("outage", "Large outages", "critical")
    assert first["limits"] == {"least_minutes": 1, "least_points": 10}
    assert (first["firing"], first["spoken_30_days"], first["last_spoken"], first["area"]) == (0, 0, None, None)
    assert {one["kind"] for one in others if not one["enabled"]} == {"degraded", "capacity", "unused", "traffic"}
