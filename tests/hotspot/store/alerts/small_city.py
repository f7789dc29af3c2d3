"""Six access points at three points of two kelurahan, all up and just polled; a fibre carries the first four."""

from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.store.base import writing
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    City,
    CollectorStatus,
    Dependency,
    Point,
    Provider,
    Site,
    State,
    Upstream,
)

NOW = 1_795_244_400
INTERVAL_S = 60


@dataclass
class SmallCity:
    """Ids; `aps` in order, two at each point."""

    aps: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    fibre: int = 0
    power: int = 0


def build(engine: Engine) -> SmallCity:
    made = SmallCity()
    with writing(engine) as session:
        city = City(code="36.74", name="Tangerang Selatan")
        session.add(city)
        session.flush()
        district = Area(city_id=city.id, code="36.74.01", name="Serpong", level="district")
        session.add_all([district, provider := Provider(city_id=city.id, name="Nusa Link")])
        session.add(
            CollectorStatus(
                interval_s=INTERVAL_S, holder="test", started_at=0, heartbeat=NOW - 10, slot=NOW - 60, cycles=1,
                skipped=0, polled=6, answered=6, duration_ms=1000, cpu_us_per_poll=1000,
            )
        )  # fmt: skip
        session.flush()
        for number in range(3):
            add_point(session, city, district, provider, number, made)
        power = Upstream(city_id=city.id, kind="power_area", name="Penyulang 1", created_at=NOW, created_by="Budi")
        session.add(power)
        session.flush()
        fibre = Upstream(
            city_id=city.id, kind="fibre", name="F1", parent_id=power.id, created_at=NOW, created_by="Budi"
        )
        session.add(fibre)
        session.flush()
        made.power, made.fibre = power.id, fibre.id
        hang = [Dependency(ap_id=ap, upstream_id=fibre.id, since=NOW, by="Budi") for ap in made.aps[:4]]
        session.add_all([*hang, Dependency(ap_id=made.aps[4], upstream_id=power.id, since=NOW, by="Budi")])
    return made


def add_point(session: Session, city: City, district: Area, provider: Provider, number: int, made: SmallCity) -> None:
    code = f"36.74.01.100{number // 2}"
    village = session.query(Area).filter_by(code=code).one_or_none()
    if village is None:
        village = Area(city_id=city.id, parent_id=district.id, code=code, name=f"Desa {number // 2}", level="village")
        session.add(village)
        session.flush()
    site = Site(city_id=city.id, area_id=village.id, name=f"Balai {number}", venue_kind="community_hall")
    session.add(site)
    session.flush()
    point = Point(
        city_id=city.id, site_id=site.id, provider_id=provider.id, code=f"TS-{number}", name=f"Titik {number}",
        lifecycle="active",
    )  # fmt: skip
    session.add(point)
    session.flush()
    made.points.append(point.id)
    for device in range(2):
        ap = AccessPoint(
            city_id=city.id, point_id=point.id, name=f"ap-{number}{device}", address=f"10.0.{number}.{device + 1}"
        )
        session.add(ap)
        session.flush()
        made.aps.append(ap.id)
        session.add(state_of(city, ap))


def state_of(city: City, ap: AccessPoint) -> ApState:
    return ApState(
        ap_id=ap.id, city_id=city.id, state=int(State.UP), since=NOW - 86_400, last_poll=NOW - 5, last_ok=NOW - 5,
        last_slot=NOW - 60, interval_s=INTERVAL_S, missed=0, uptime_s=1_000_000, profile="", error="", detail="",
        memory="",
    )  # fmt: skip


def fall(session: Session, ap_ids: list[int], since: int) -> None:
    """They are down since then."""
    for ap in ap_ids:
        state = session.get_one(ApState, ap)
        state.state, state.since, state.last_ok = int(State.DOWN), since, since - 60
