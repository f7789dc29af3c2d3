"""The city's own story: 750 points at the end of 2021, 250 more promised for 2022, and what became of the target.

1,000 by the end of 2022, lowered to 875 in September 2022, raised to 1,075 by the end of 2024, and to 3,000 by the end
of 2029. What was built: 750, 845 at the end of 2022, 1,000 in 2024, 1,060 today; 40 are on their way.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Engine, insert

from hotspot.analytics.goal_row import Wanted
from hotspot.store.base import writing
from hotspot.store.goal_edit import add_goal
from hotspot.store.models import Account, Area, City, LifecycleChange, Point, Site
from tests.hotspot.web.world import NOW, today

ZONE = "Asia/Jakarta"
ACTOR = "Bappeda"
BUILT = (  # so many points, evenly from a day to a day
    (750, date(2019, 1, 10), date(2021, 12, 20)),
    (95, date(2022, 1, 10), date(2022, 12, 20)),
    (155, date(2023, 1, 10), date(2024, 9, 20)),
    (60, date(2025, 1, 10), date(2026, 11, 10)),
)
ON_THEIR_WAY = 40
VERSIONS = (
    Wanted(250, False, date(2022, 1, 1), date(2022, 12, 31), "RKPD 2022", since=date(2021, 12, 1)),
    Wanted(875, True, date(2022, 1, 1), date(2022, 12, 31), "RKPD perubahan 2022", since=date(2022, 9, 1)),
    Wanted(1075, True, date(2023, 1, 1), date(2024, 12, 31), "RKPD 2023", since=date(2023, 1, 15)),
    Wanted(3000, True, date(2025, 3, 1), date(2029, 12, 31), "RPJMD 2025-2029", since=date(2025, 3, 1)),
)


def days() -> Iterator[date]:
    for count, first, last in BUILT:
        for number in range(count):
            yield first + timedelta(days=(last - first).days * number // (count - 1))


def build(engine: Engine, now: int = NOW) -> int:
    """The id of its administrator."""
    with writing(engine) as session:
        city = City(code="36.74", name="Kota Tangerang Selatan", time_zone=ZONE)
        admin = Account(name="admin", role="owner", created_at=now - 86_400)
        session.add_all([city, admin])
        session.flush()
        district = Area(city_id=city.id, code="36.74.01", name="Serpong", level="district")
        session.add(district)
        session.flush()
        village = Area(city_id=city.id, parent_id=district.id, code="36.74.01.1001", name="Buaran", level="village")
        session.add(village)
        session.flush()
        site = Site(city_id=city.id, area_id=village.id, name="Balai Warga", venue_kind="community_hall")
        session.add(site)
        session.flush()
        installed = list(days())
        common = {"city_id": city.id, "site_id": site.id, "auth_mode": "open"}
        rows = [
            common
            | {"id": number, "code": f"TS-{number:04d}", "name": f"Titik {number}"}
            | (
                {"lifecycle": "active", "installed_on": installed[number - 1], "accepted_on": installed[number - 1]}
                if number <= len(installed)
                else {"lifecycle": "funded", "installed_on": None, "accepted_on": None}
            )
            for number in range(1, len(installed) + ON_THEIR_WAY + 1)
        ]
        session.execute(insert(Point), rows)
        session.execute(insert(LifecycleChange), [*steps(installed, today(now))])
        for version in VERSIONS:
            add_goal(session, city.id, version, today=today(now), now=now, actor=ACTOR)
        return admin.id


def steps(installed: list[date], day: date) -> Iterator[dict[str, object]]:
    """A point was planned 200 days, funded 80 to 120 days before it was installed; 10 on their way are late."""
    for number, on in enumerate(installed, start=1):
        for stage, before in (("planned", 200), ("funded", 80 + number % 41), ("installed", 0)):
            yield step(number, stage, on - timedelta(days=before))
    for number in range(len(installed) + 1, len(installed) + ON_THEIR_WAY + 1):
        yield step(number, "funded", day - timedelta(days=150 if number % 4 == 0 else 30))


def step(point: int, stage: str, since: date) -> dict[str, object]:
    return {"point_id": point, "stage": stage, "since": since, "recorded_at": 0, "actor": ACTOR}
