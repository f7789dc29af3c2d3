import json

import pytest
import time_machine
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.city import current_city
from hotspot.store.fleet import counts
from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.world import DAY, NOW


def change(settings: Settings, statement: str) -> None:
    engine = make_engine(settings.database)
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_process_lives_whatever_the_database_does(asker: Asker, settings: Settings) -> None:
    change(settings, "DROP TABLE collector_status")

    assert asker.client.get("/healthz").json == {"status": "ok"}


def test_ready_tells_the_age_of_the_heartbeat(asker: Asker) -> None:
    answer = asker.client.get("/readyz")

    asker.check("/readyz", answer)
    assert answer.json == {"status": "ready", "heartbeat_age_s": 40}


@pytest.mark.parametrize(
    ("statement", "part", "reason"),
    [
        ("UPDATE alembic_version SET version_num = '0000'", "schema", "hotspot migrate"),
        ("DELETE FROM collector_status", "collector", "no collector has polled yet"),
        (f"UPDATE collector_status SET heartbeat = {NOW - DAY}", "collector", "86400 s old"),
        ("DROP TABLE collector_status", "database", "does not answer"),
    ],
)
def test_not_ready_says_why(asker: Asker, settings: Settings, statement: str, part: str, reason: str) -> None:
    change(settings, statement)

    answer = asker.client.get("/readyz")

    asker.check("/readyz", answer)
    told = json.loads(answer.text)
    assert answer.status_code == 503
    assert told["errors"][0]["field"] == part
    assert reason in told["detail"]


def test_ready_without_anything_to_poll(without_city: Asker) -> None:
    answer = without_city.client.get("/readyz")

    assert answer.json == {"status": "ready", "heartbeat_age_s": None}


def samples(asker: Asker) -> dict[tuple[str, str], float]:
    answer = asker.client.get("/metrics", headers={"Authorization": f"Bearer {asker.token}"})
    assert answer.status_code == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_metrics_tell_the_figures_of_the_pages(asker: Asker, settings: Settings) -> None:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        found = counts(session, city, NOW)
    engine.dispose()

    told = samples(asker)

    assert told["hotspot_points", "down"] == found.down
    assert told["hotspot_access_points", "monitoring_broken"] == 1
    assert told["hotspot_access_points", "unknown"] == 45 - found.access_points_up - found.access_points_down
    assert told["hotspot_clients", ""] == found.clients
    assert told["hotspot_collector_heartbeat_age_seconds", ""] == 40
    assert told["hotspot_cycle_duration_seconds", "300"] == 2.4
    assert told["hotspot_skipped_cycles_total", "300"] == 1
    assert told["hotspot_cycles_total", "300"] == 288
    assert told["hotspot_cycle_answered", "300"] == told["hotspot_cycle_polled", "300"] - 5


def test_metrics_leave_out_what_nobody_knows(asker: Asker) -> None:
    with time_machine.travel(NOW + DAY, tick=False):
        told = samples(asker)

    assert ("hotspot_clients", "") not in told
    assert told["hotspot_points", "up"] == 0


def test_metrics_of_an_empty_database(without_city: Asker) -> None:
    assert samples(without_city) == {}


def test_metrics_tell_what_the_engine_counted(asker: Asker, settings: Settings) -> None:
    change(settings, "INSERT INTO collector_count (kind, value) VALUES ('wrong_source', 7)")

    assert samples(asker)["hotspot_snmp_total", "wrong_source"] == 7
