"""Upstreams on top of the small city of world.py: a feeder, a fibre on it, and outages that tell of another one."""

from dataclasses import dataclass
from typing import Final

import pytest
from sqlalchemy import Engine

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import Dependency, IgnoredUpstream, State, StatusSpan, Upstream
from tests.hotspot.web.world import DAY, World

HUNG: Final = ("AP-003-1", "AP-004-1", "AP-005-1", "AP-006-1")  # on the fibre; AP-007-1 on the feeder alone
TOGETHER: Final = ("AP-020-1", "AP-021-1", "AP-022-1")
HOSTILE_UPSTREAM: Final = "<script>alert(3)</script>"


@dataclass(frozen=True)
class Upstreams:
    feeder: int
    fibre: int
    hostile: int


def add_upstreams(engine: Engine, world: World) -> Upstreams:
    made = {"city_id": world.city, "created_at": world.now - DAY, "created_by": "admin"}
    hung = {"since": world.now - DAY, "by": "admin"}
    with writing(engine) as session:
        feeder = Upstream(kind="power_area", name="Penyulang Buaran", note="Gardu B2", **made)
        session.add(feeder)
        session.flush()
        fibre = Upstream(kind="fibre", name="FO-7", parent_id=feeder.id, **made)
        hostile = Upstream(kind="switch", name=HOSTILE_UPSTREAM, **made)
        session.add_all([fibre, hostile])
        session.flush()
        aps = world.access_points
        session.add_all(Dependency(ap_id=aps[name], upstream_id=fibre.id, why="outages", **hung) for name in HUNG)
        session.add(Dependency(ap_id=aps["AP-007-1"], upstream_id=feeder.id, **hung))
        members = {"source": "subnet", "members": "[1, 2, 3]", "at": world.now, "by": "admin"}
        session.add(IgnoredUpstream(city_id=world.city, digest="d", name="10.0.0.0/24", **members))
        for back in range(200, 270, 5):
            for place, name in enumerate(TOGETHER):
                start = world.now - back * DAY + place
                session.add(
                    StatusSpan(ap_id=aps[name], start=start, end=start + 600, city_id=world.city, state=int(State.DOWN))
                )
        return Upstreams(feeder.id, fibre.id, hostile.id)


@pytest.fixture
def upstreams(world: World, settings: Settings) -> Upstreams:
    engine = make_engine(settings.database)
    made = add_upstreams(engine, world)
    engine.dispose()
    return made
