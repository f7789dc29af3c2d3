"""A process that sends what waits in the outbox of a database, to be killed: `python -m tests.faults.sending URL`."""

import asyncio
import os
import sys

from hotspot import clock
from hotspot.alerts.sender import Sender
from hotspot.store.base import make_engine, writing
from hotspot.store.city import current_city
from hotspot.store.lease import take
from tests.hotspot.alerts.outbox_city import KEY, SETTINGS


async def send(url: str) -> None:
    engine = make_engine(url)
    with writing(engine) as session:
        city = current_city(session)
        fence = take(session, "collector", f"process {os.getpid()}", clock.now(), 0)  # the next may begin at once
        assert city
        assert fence
        sender = Sender(engine, KEY, city.id, fence, SETTINGS)
    while True:
        await sender.look()
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1]))
