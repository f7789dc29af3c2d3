"""Upstreams, and what hangs on them, in the database."""

from sqlalchemy import Engine

from hotspot.store.alerts.upstreams import above, chain, hanging, tree, upstreams_of
from hotspot.store.base import reading, writing
from hotspot.store.models import AccessPoint, City, Dependency, Incident, Upstream
from tests.hotspot.store.alerts.small_city import NOW, build, fall


def test_everything_above_is_told_in_one_question(engine: Engine) -> None:
    with writing(engine) as session:
        city = City(code="36.74", name="Tangerang Selatan")
        session.add(city)
        session.flush()
        assert upstreams_of(session, city) == {}
        aps = [AccessPoint(city_id=city.id, name=f"ap-{number}") for number in range(3)]
        power = Upstream(city_id=city.id, kind="power_area", name="Penyulang 1", created_at=0, created_by="Budi")
        session.add_all([*aps, power])
        session.flush()
        fibre = Upstream(city_id=city.id, kind="fibre", name="F1", parent_id=power.id, created_at=0, created_by="Budi")
        session.add(fibre)
        session.flush()
        session.add_all(
            [
                Dependency(ap_id=aps[0].id, upstream_id=fibre.id, since=0, by="Budi"),
                Dependency(ap_id=aps[1].id, upstream_id=power.id, since=0, by="Budi"),
            ]
        )
        ids = aps[0].id, aps[1].id, fibre.id, power.id

    with reading(engine) as session:
        city = session.query(City).one()
        assert upstreams_of(session, city) == {ids[0]: (ids[2], ids[3]), ids[1]: (ids[3],)}


def test_the_tree_counts_each_access_point_once(engine: Engine) -> None:
    made = build(engine)
    with writing(engine) as session:
        fall(session, made.aps[:3], NOW - 600)
        session.add(Dependency(ap_id=made.aps[0], upstream_id=made.power, since=0, by="Budi"))
        session.add(incident(made.power, recovered_at=None))
        session.add(incident(made.fibre, recovered_at=NOW))

    with reading(engine) as session:
        rows = tree(session, session.query(City).one(), NOW)

    assert [(row.name, row.depth, row.direct, row.total, row.up, row.down, row.unknown) for row in rows] == [
        ("Penyulang 1", 0, 2, 5, 2, 3, 0),
        ("F1", 1, 4, 4, 1, 3, 0),
    ]
    assert [row.status for row in rows] == ["degraded", "degraded"]
    assert rows[0].incident_id is not None
    assert rows[1].incident_id is None
    assert [row.name for row in chain(rows, made.fibre)] == ["Penyulang 1"]


def incident(upstream: int, recovered_at: int | None) -> Incident:
    return Incident(
        city_id=1, kind="outage", severity="warning", shared="upstream", shared_key=str(upstream), name="x", began=NOW,
        opened_at=NOW, recovered_at=recovered_at,
    )  # fmt: skip


def test_a_city_without_upstreams_has_no_tree(engine: Engine) -> None:
    made = build(engine)
    with writing(engine) as session:
        city = session.query(City).one()
        assert [one.name for one in above(session, city, made.aps[0])] == ["F1", "Penyulang 1"]
        assert above(session, city, made.aps[5]) == []
        session.query(Dependency).delete()
        session.query(Upstream).update({"parent_id": None})
        session.query(Upstream).delete()
        assert tree(session, city, NOW) == []
        assert upstreams_of(session, city) == {}


def test_what_hangs_on_an_upstream_is_listed_with_what_it_does(engine: Engine) -> None:
    made = build(engine)
    with writing(engine) as session:
        fall(session, made.aps[:1], NOW - 600)

    with reading(engine) as session:
        rows = hanging(session, session.query(City).one(), [made.fibre, made.power], NOW)

    assert [(row.name, row.point_code, row.area_name, row.state, row.on) for row in rows] == [
        ("ap-00", "TS-0", "Desa 0", "down", made.fibre),
        ("ap-01", "TS-0", "Desa 0", "up", made.fibre),
        ("ap-10", "TS-1", "Desa 0", "up", made.fibre),
        ("ap-11", "TS-1", "Desa 0", "up", made.fibre),
        ("ap-20", "TS-2", "Desa 1", "up", made.power),
    ]
    assert rows[0].provider == "Nusa Link"
