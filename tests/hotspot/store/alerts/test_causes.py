"""Facts of outages that belong together, from the database."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics import incident_groups
from hotspot.analytics.incident_sayings import Recover
from hotspot.analytics.incidents import Case
from hotspot.analytics.root_cause import Group, Proposal, Work, from_json
from hotspot.store.alerts.case_edit import recover
from hotspot.store.alerts.causes import Fell, cause_facts, proposed_causes
from hotspot.store.base import reading, writing
from hotspot.store.models import (
    ApState,
    City,
    Dependency,
    DeviceEvent,
    Incident,
    IncidentMember,
    MaintenanceWindow,
    Upstream,
)
from tests.hotspot.store.alerts.small_city import NOW, SmallCity, build, fall

SINCE = NOW - 600


@pytest.fixture
def made(engine: Engine) -> SmallCity:
    return build(engine)


def down(engine: Engine, ap_ids: list[int]) -> list[Fell]:
    with writing(engine) as session:
        fall(session, ap_ids, SINCE)
    return [Fell(ap, SINCE) for ap in ap_ids]


def groups(engine: Engine, fell: list[Fell], now: int = NOW) -> dict[tuple[str, str], Group]:
    with reading(engine) as session:
        found = cause_facts(session, session.query(City).one(), fell, now)
    return {(one.shared, one.name): one for one in found.groups}


def proposed(engine: Engine, fell: list[Fell], now: int = NOW) -> tuple[Proposal, ...]:
    with reading(engine) as session:
        return proposed_causes(session, session.query(City).one(), fell, now)


def test_everything_shared_is_counted(engine: Engine, made: SmallCity) -> None:
    found = groups(engine, down(engine, made.aps[:4]))

    fibre = found["upstream", "F1"]
    assert (fibre.key, fibre.kind, len(fibre.members), fibre.down, fibre.up) == (str(made.fibre), "fibre", 4, 4, 0)
    power = found["upstream", "Penyulang 1"]
    assert (power.kind, power.down, power.up, power.seen) == ("power_area", 4, 1, NOW - 5)
    assert (found["area", "Desa 0"].down, found["area", "Desa 0"].up) == (4, 0)
    assert (found["district", "Serpong"].down, found["district", "Serpong"].up) == (4, 2)
    assert found["provider", "Nusa Link"].total == found["city", ""].total == 6
    assert found["point", "Titik 0"].members == set(made.aps[:2])
    assert ("area", "Desa 1") not in found


def test_the_fibre_is_proposed(engine: Engine, made: SmallCity) -> None:
    best = proposed(engine, down(engine, made.aps[:4]))[0]

    assert (best.cause, best.name, best.share) == ("fibre_cut", "F1", 1.0)


def test_clocks_of_devices_that_are_back(engine: Engine, made: SmallCity) -> None:
    fell = [Fell(ap, SINCE, NOW - 60) for ap in made.aps[:4]]
    with writing(engine) as session:
        city = session.query(City).one()
        for ap in made.aps[:3]:
            session.add(DeviceEvent(city_id=city.id, ap_id=ap, at=SINCE - 30, kind="reboot"))
        session.get_one(ApState, made.aps[3]).uptime_s = 120

    best = proposed(engine, fell)[0]

    told = {one.kind: one.values for one in best.evidence}
    assert (best.cause, best.name) == ("power", "Penyulang 1")
    assert told["rebooted"] == {"count": 3, "of": 3}
    assert told["clock_unknown"] == {"count": 1}
    assert told["silent"] == {"down": 4, "total": 5}


def test_clocks_that_went_on(engine: Engine, made: SmallCity) -> None:
    best = proposed(engine, [Fell(ap, SINCE, NOW - 60) for ap in made.aps[:4]])[0]

    assert (best.cause, best.name) == ("fibre_cut", "F1")
    assert "kept_running" in {one.kind for one in best.evidence}


def test_a_device_without_a_clock_tells_nothing(engine: Engine, made: SmallCity) -> None:
    with writing(engine) as session:
        session.get_one(ApState, made.aps[0]).uptime_s = None

    assert {one.kind for one in proposed(engine, [Fell(made.aps[0], SINCE, NOW - 60)])[0].evidence} == {
        "beside_up", "clock_unknown",
    }  # fmt: skip


def test_one_device_is_looked_at_beside_its_neighbours(engine: Engine, made: SmallCity) -> None:
    best = proposed(engine, down(engine, made.aps[:1]))[0]

    assert (best.cause, best.shared, best.key, best.name) == ("device", "ap", str(made.aps[0]), "ap-00")
    assert best.evidence[0].values == {"count": 1, "seen_at": NOW - 5}


def test_work_at_what_shares_the_nearest_upstream_is_told(engine: Engine, made: SmallCity) -> None:
    fell = down(engine, made.aps[:2])
    with writing(engine) as session:
        window(session, point_id=made.points[1], reason="pole moved")
        window(session, point_id=made.points[2], reason="elsewhere")
        window(session, point_id=made.points[1], reason="called off", cancelled_at=SINCE - 5)
        window(session, point_id=made.points[1], reason="long over", end=SINCE - 5)

    with reading(engine) as session:
        facts = cause_facts(session, session.query(City).one(), fell, NOW)

    assert facts.works == (Work("Titik 1", "pole moved", NOW + 600),)


def window(session: Session, **more: object) -> None:
    city = session.query(City).one()
    values = {"start": SINCE - 60, "end": NOW + 600, "announced_at": SINCE - 90, "announced_by": "Budi"} | more
    session.add(MaintenanceWindow(city_id=city.id, **values))


def test_traps_pings_and_incidents_of_before(engine: Engine, made: SmallCity) -> None:
    fell = down(engine, made.aps[:4])
    with writing(engine) as session:
        city = session.query(City).one()
        session.add(DeviceEvent(city_id=city.id, ap_id=made.aps[0], at=SINCE, kind="trap", detail="link_down"))
        session.add(DeviceEvent(city_id=city.id, ap_id=made.aps[1], at=SINCE - 9000, kind="trap", detail="link_down"))
        state = session.get_one(ApState, made.aps[0])
        state.ping_sent, state.ping_received = 3, 3
        for days, reason in ((1, "power"), (3, "power"), (4, "theft"), (5, ""), (200, "theft")):
            session.add(incident(city, SINCE - days * 86_400, reason))

    told = {one.kind: one.values for one in proposed(engine, fell)[0].evidence}

    assert told["traps"] == {"count": 1}
    assert told["pings"] == {"count": 1}
    assert told["past_reason"] == {"count": 4, "last_at": SINCE - 86_400, "reason": "power"}


def incident(city: City, began: int, reason: str) -> Incident:
    return Incident(
        city_id=city.id, kind="outage", severity="warning", shared="upstream", shared_key="x", name="F1", began=began,
        opened_at=began, recovered_at=began + 60, reason=reason,
    )  # fmt: skip


def test_nothing_silent_and_devices_that_are_gone(engine: Engine, made: SmallCity) -> None:
    assert proposed(engine, []) == ()
    assert proposed(engine, [Fell(9999, SINCE)]) == ()


def test_without_upstreams_the_rest_is_asked_all_the_same(engine: Engine, made: SmallCity) -> None:
    fell = down(engine, made.aps)
    with writing(engine) as session:
        session.query(Dependency).delete()
        session.query(Upstream).update({"parent_id": None})
        session.query(Upstream).delete()

    assert [(one.cause, one.shared) for one in proposed(engine, fell)] == [
        ("line", "provider"),
        ("unknown", "district"),
    ]


def test_an_incident_that_is_over_says_what_its_devices_told(engine: Engine, made: SmallCity) -> None:
    """Before, a fibre; that the devices began anew makes it the feeder above."""
    with writing(engine) as session:
        city = session.query(City).one()
        row = incident(city, SINCE, "")
        row.recovered_at = None
        session.add(row)
        session.flush()
        for ap in made.aps[:4]:
            session.add(DeviceEvent(city_id=city.id, ap_id=ap, at=NOW - 100, kind="reboot"))
            session.add(
                IncidentMember(incident_id=row.id, subject=f"ap:{ap}", ap_id=ap, label="x", since=SINCE, ended_at=NOW)
            )
        group = incident_groups.Group("upstream", str(made.fibre))
        case = Case(row.id, group, "warning", None, False, ())
        recover(session, city, case, Recover(row.id, NOW, quiet=True), NOW)
        id_ = row.id

    with reading(engine) as session:
        best = from_json(session.get_one(Incident, id_).cause)[0]
    assert (best.cause, best.name) == ("power", "Penyulang 1")
