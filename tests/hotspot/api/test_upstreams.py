"""The tree of upstreams as machines read it."""

from hotspot.settings import Settings
from hotspot.store.base import make_engine
from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.world import World
from tests.hotspot.web.world_upstreams import HUNG, add_upstreams


def test_each_upstream_is_followed_by_what_hangs_on_it(asker: Asker, settings: Settings, world: World) -> None:
    engine = make_engine(settings.database)
    made = add_upstreams(engine, world)
    engine.dispose()

    items = asker.json("/api/v1/upstreams")["items"]

    assert [(one["id"], one["parent"], one["total"]) for one in items][:2] == [
        (made.feeder, None, 5),
        (made.fibre, made.feeder, 4),
    ]
    assert items[1]["access_points"] == list(HUNG)
