"""One look of the collector: what went wrong becomes incidents, and what people want to hear of them messages."""

from sqlalchemy import Engine

from hotspot import clock
from hotspot.alerts.dispatch import dispatch
from hotspot.alerts.find import find
from hotspot.alerts.judge import judge
from hotspot.store.alerts.joined import join_waiting
from hotspot.store.base import writing
from hotspot.store.city import current_city
from hotspot.store.lease import Fence

STEPS = (find, judge, join_waiting, dispatch)


def watch(engine: Engine, fence: Fence) -> None:
    """Each step in a transaction of its own, in order: one that fails is tried again with the next look."""
    for step in STEPS:
        with writing(engine) as session:
            fence.check(session)
            if city := current_city(session):
                step(session, city, clock.now())
