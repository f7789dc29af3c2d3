"""One look of the collector: what went wrong becomes incidents, and what people want to hear of them messages."""

import logging
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hotspot import clock
from hotspot.alerts.dispatch import dispatch
from hotspot.alerts.find import find
from hotspot.alerts.judge import judge
from hotspot.store.alerts.joined import join_waiting
from hotspot.store.alerts.stream import publish
from hotspot.store.base import ReadOnlyError, looking, writing
from hotspot.store.city import current_city
from hotspot.store.lease import Fence, LostLeaseError
from hotspot.store.models import City

log = logging.getLogger(__name__)
Step = Callable[[Session, City, int], None]
STEPS: tuple[Step, ...] = (find, judge, join_waiting, dispatch, publish)


def watch(engine: Engine, fence: Fence) -> None:
    """Each step in a transaction of its own, in order, and one that writes only where there is something to write.

    A step that fails is tried again with the next look, and keeps no other from its work.
    """
    for step in STEPS:
        try:
            if writes(engine, step):
                with writing(engine) as session:
                    fence.check(session)
                    take(step, session)
        except DBAPIError as error:
            log.error("watch: the database refused %s: %s", step.__name__, error.orig)
        except LostLeaseError:
            raise
        except Exception:
            log.exception("watch: %s failed", step.__name__)


def writes(engine: Engine, step: Step) -> bool:
    """Looks without a lock: nearly always there is nothing to write, and polls are written meanwhile."""
    try:
        with looking(engine) as session:
            take(step, session)
            session.flush()
    except ReadOnlyError:
        return True
    return False


def take(step: Step, session: Session) -> None:
    if city := current_city(session):
        step(session, city, clock.now())
