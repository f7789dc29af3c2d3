"""Sends what waits in the outbox: each channel by itself, so that a dead one delays no other and no poll."""

from sqlalchemy import Engine

from hotspot.store.lease import Fence


class Sender:
    """Of one shift; `look` begins what is due and returns at once."""

    def __init__(self, engine: Engine, key: bytes, city_id: int, fence: Fence) -> None:
        self.engine = engine
        self.key = key
        self.city_id = city_id
        self.fence = fence

    async def look(self) -> None:
        """Nothing yet."""

    async def stop(self) -> None:
        """What is on its way is waited for, a few seconds at most."""
