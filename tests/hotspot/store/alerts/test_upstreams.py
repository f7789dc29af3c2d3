"""Upstreams, and what hangs on them, in the database."""

from sqlalchemy import Engine

from hotspot.store.alerts.upstreams import upstream_names, upstreams_of
from hotspot.store.base import reading, writing
from hotspot.store.models import AccessPoint, City, Dependency, Upstream


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
        assert upstream_names(session, city) == {ids[2]: "F1", ids[3]: "Penyulang 1"}
