"""Polls reach the recorder in order, also when the database fails for a while."""

import asyncio
import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from collectors.result import ManagedAccessPoint, PollResult
from hotspot import clock, delivery
from hotspot.delivery import FULL, Batch, Delivery, portions
from hotspot.recorder import Poll
from hotspot.store.lease import LostLeaseError

NOW = 1_795_000_020


class Store:
    """Remembers what it was given, unless it raises."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.error: Exception | None = None
        self.bad = -1  # the key of a poll it refuses

    def __call__(self, batch: Batch) -> None:
        if self.error:
            raise self.error
        if any(poll.result.key == self.bad for poll in batch.polls):
            raise IntegrityError("INSERT", None, sqlite3.IntegrityError("no such access point"))
        self.batches.append(batch)

    @property
    def keys(self) -> list[int]:
        return [poll.result.key for batch in self.batches for poll in batch.polls]


LOCKED = OperationalError("INSERT", None, sqlite3.OperationalError("database is locked"))


@pytest.fixture
def store() -> Store:
    return Store()


def poll(key: int) -> Poll:
    return Poll(NOW, 60, PollResult(key, NOW, True))


async def test_polls_are_stored_in_order_and_in_bounded_batches(store: Store) -> None:
    line = Delivery(store, lambda _: True)
    for key in range(1200):
        line.put(poll(key))
    await line.flush()
    assert store.keys == list(range(1200))
    assert [len(batch.polls) for batch in store.batches] == [500, 500, 200]


async def test_nothing_to_store_stores_nothing(store: Store) -> None:
    await Delivery(store, lambda _: True).flush()
    assert store.batches == []


async def test_end_of_a_cycle_is_told_without_polls(store: Store) -> None:
    line = Delivery(store, lambda _: True)
    line.finish_cycle()
    await line.flush()
    assert [len(batch.polls) for batch in store.batches] == [0]


async def test_many_polls_are_stored_before_the_time(store: Store) -> None:
    line = Delivery(store, lambda _: True, flush_s=3600)
    running = asyncio.create_task(line.run())
    for key in range(500):
        line.put(poll(key))
    while not store.batches:  # noqa: ASYNC110  # the store tells nobody
        await asyncio.sleep(0.01)
    running.cancel()
    assert len(store.keys) == 500


async def test_polls_wait_for_a_database_that_fails_and_keep_their_order(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    line = Delivery(store, lambda _: True)
    store.error = LOCKED
    for key in range(3):
        line.put(poll(key))
        await line.flush()
    assert store.batches == []
    store.error = None
    line.put(poll(3))
    await line.flush()
    assert store.keys == [0, 1, 2, 3]
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "polls can't be stored and wait in memory: database is locked",
        "polls are stored again; 4 batches waited",
    ]


async def test_silence_keeps_what_was_known_of_it_when_it_was_polled(store: Store) -> None:
    answers = iter([False, True])
    line = Delivery(store, lambda _: next(answers))
    store.error = LOCKED
    line.put(poll(1))
    await line.flush()
    store.error = None
    line.put(poll(2))
    await line.flush()
    assert [batch.trusted for batch in store.batches] == [False, True]


async def test_polls_wait_a_quarter_of_an_hour_and_not_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    line = Delivery(store, lambda _: True)
    store.error = LOCKED
    for minute in range(30):
        monkeypatch.setattr(clock, "now", lambda minute=minute: NOW + 60 * minute)
        line.put(poll(minute))
        await line.flush()
    store.error = None
    await line.flush()
    assert store.keys == list(range(9, 30))
    assert delivery.KEEP_S >= 15 * 60
    assert sum("dropped" in record.getMessage() for record in caplog.records) == 1


async def test_one_poll_the_database_will_never_take_holds_up_no_other(store: Store) -> None:
    line = Delivery(store, lambda _: True)
    store.bad = 1
    for key in range(3):
        line.put(poll(key))
    await line.flush()
    assert store.keys == [0, 2]
    assert not line.backlog


async def test_mistake_of_ours_in_one_batch_is_logged_and_left(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    line = Delivery(store, lambda _: True)
    store.error = KeyError("x")
    line.put(poll(1))
    await line.flush()
    assert not line.backlog
    assert "access points [1] can't be stored" in caplog.text


async def test_end_in_the_middle_of_storing_loses_nothing(store: Store) -> None:
    line: Delivery
    running: asyncio.Task[None]
    loop = asyncio.get_running_loop()

    def trusted(_: object) -> bool:
        loop.call_soon_threadsafe(running.cancel)
        return True

    line = Delivery(store, trusted, flush_s=0.01)
    line.put(poll(1))
    running = asyncio.create_task(line.run())
    await asyncio.wait([running])
    assert running.cancelled()
    line.put(poll(2))
    await line.close()
    assert store.keys == [1, 2]


async def test_end_and_a_full_batch_at_once_ends(store: Store) -> None:
    line = Delivery(store, lambda _: True)
    running = asyncio.create_task(line.run())
    await asyncio.sleep(0)
    line.finish_cycle()
    running.cancel()
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()


async def test_lost_lease_ends_the_delivery(store: Store) -> None:
    line = Delivery(store, lambda _: True, flush_s=0.01)
    store.error = LostLeaseError("gone")
    line.put(poll(1))
    with pytest.raises(LostLeaseError):
        await line.run()


def test_controllers_that_tell_of_many_have_a_transaction_of_their_own() -> None:
    def telling(key: int, count: int) -> Poll:
        listed = tuple(ManagedAccessPoint(str(number)) for number in range(count))
        return Poll(key, 60, PollResult(key, float(key), reachable=True, access_points=listed))

    polls = [telling(1, 0), telling(2, 2000), telling(3, 2000), *(telling(key, 0) for key in range(4, 4 + FULL))]
    assert [len(portion) for portion in portions(polls)] == [2, 1, FULL]
    assert portions([]) == [[]]
