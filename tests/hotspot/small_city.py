"""A city of a few access points in two areas, for tests of what is recorded."""

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from hotspot.store.base import Base, writing
from hotspot.store.models import AccessPoint, Area, City, Point, Site

ZONE = "Asia/Jakarta"
MEASURED = (
    "poll_hot",
    "ap_state",
    "status_span",
    "rollup_hour",
    "rollup_day",
    "rollup_month",
    "area_hour",
    "area_day",
    "device_event",
    "maintenance_window",
)


def build(engine: Engine, access_points: int = 3) -> int:
    """The city's id; access points have ids from 1 on; 1, 3, 5 ... are in the first area, 2, 4, 6 ... in the second."""
    with writing(engine) as session:
        city = City(code="36.74", name="Testing", time_zone=ZONE)
        session.add(city)
        session.flush()
        points = [_point(session, city.id, number) for number in (1, 2)]
        for number in range(1, access_points + 1):
            point = points[(number - 1) % 2]
            session.add(AccessPoint(city_id=city.id, point_id=point, name=f"AP-{number}", address=f"192.0.2.{number}"))
            session.flush()
        return city.id


def _point(session: Session, city_id: int, number: int) -> int:
    area = Area(city_id=city_id, code=f"36.74.01.100{number}", name=f"Area {number}", level="village")
    session.add(area)
    session.flush()
    site = Site(city_id=city_id, area_id=area.id, name="Hall", venue_kind="park")
    session.add(site)
    session.flush()
    point = Point(city_id=city_id, site_id=site.id, code=f"P-{number}", name="Hall", lifecycle="active")
    session.add(point)
    session.flush()
    return point.id


def forget_measurements(engine: Engine) -> None:
    with writing(engine) as session:
        for name in MEASURED:
            session.execute(delete(Base.metadata.tables[name]))
