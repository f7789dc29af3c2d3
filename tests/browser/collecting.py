"""The collector's work for the site that a browser looks at: made-up polls, the real watch, the real sender."""

import asyncio
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from sqlalchemy import Engine, select

from collectors.result import PollResult
from hotspot import clock, secrets
from hotspot.alerts.sender import Sender
from hotspot.alerts.watch import watch
from hotspot.recorder import Poll, Recorder
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.collector_status import Status, report
from hotspot.store.lease import Fence, take
from hotspot.store.models import ApState, Dependency, State, Upstream
from tests.browser.site import Site
from tests.hotspot.alerts.outbox_city import sent
from tests.hotspot.web.world import INTERVAL_S

MISSES, AGAIN_S, LOOK_S = 3, 20, 30


@dataclass
class Collecting:
    """On a clock of its own, `now`; what is down in the world stays so."""

    engine: Engine
    site: Site
    fence: Fence
    sender: Sender
    now: int
    watched: dict[int, bool]  # by access point, whether it answers
    recorder: Recorder = field(init=False)
    status: Status = field(init=False)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.engine, self.site.world.city, misses=MISSES)
        self.status = Status(INTERVAL_S, "journeys", self.now)

    def hang(self, kind: str, name: str, names: Collection[str]) -> None:
        """These access points on an upstream of their own."""
        made = {"city_id": self.site.world.city, "created_at": self.now, "created_by": "admin"}
        with writing(self.engine) as session:
            row = Upstream(kind=kind, name=name, **made)
            session.add(row)
            session.flush()
            hung = {"upstream_id": row.id, "since": self.now, "by": "admin"}
            session.add_all(Dependency(ap_id=self.site.world.access_points[one], **hung) for one in names)

    def goes_down(self, names: Collection[str]) -> None:
        """These at once, until nobody waits any longer for others that may follow."""
        self.answer(names, False)
        for _ in range(MISSES):
            self.round(AGAIN_S)
        self.until(self.now + 2 * INTERVAL_S + 60)
        self.look()

    def comes_back(self, names: Collection[str]) -> None:
        self.answer(names, True)
        for _ in range(2):  # one answer is none
            self.round(AGAIN_S)
        self.look()

    def answer(self, names: Collection[str], answers: bool) -> None:
        self.watched |= {self.site.world.access_points[name]: answers for name in names}

    def round(self, seconds: int) -> None:
        """Everything is asked, so much later."""
        self.now += seconds
        self.status.heartbeat = self.now
        results = [PollResult(ap_id, self.now, answers) for ap_id, answers in self.watched.items()]
        polls = [Poll(self.now, INTERVAL_S, one) for one in results]
        self.recorder.record(polls, fence=self.fence, also=lambda session: report(session, [self.status], {}))

    def until(self, instant: int) -> None:
        while self.now < instant:
            self.round(min(INTERVAL_S, instant - self.now))

    def look(self) -> None:
        self.now += LOOK_S
        with patch.object(clock, "now", lambda: self.now):
            watch(self.engine, self.fence)

    def send(self) -> None:
        """In a thread, for the browser's event loop runs in this one."""
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, sent(self.sender)).result()


@contextmanager
def collecting(site: Site) -> Iterator[Collecting]:
    """From the world's own minute on; messages lead to the site."""
    settings = Settings(
        data_dir=str(site.folder), secret_key="a key for tests that is long enough", public_url=site.url
    )
    engine, now = make_engine(settings.database), site.world.now + 60
    with writing(engine) as session:
        fence = take(session, "collector", "journeys", now, 86_400)
    assert fence
    query = select(ApState.ap_id, ApState.state).where(ApState.state != int(State.UNKNOWN))
    with reading(engine) as session:
        watched = {ap_id: state == State.UP for ap_id, state in session.execute(query)}
    sender = Sender(engine, secrets.master_key(settings), site.world.city, fence, settings)
    yield Collecting(engine, site, fence, sender, now, watched)
    engine.dispose()
