"""Of two collectors one holds the lease, and what the other writes is refused."""

import pytest
from sqlalchemy import Engine

from hotspot.store.base import reading, writing
from hotspot.store.lease import Fence, LostLeaseError, holder_of, release, take


def try_take(engine: Engine, holder: str, now: int) -> Fence | None:
    with writing(engine) as session:
        return take(session, "collector", holder, now, 30)


def test_one_of_two_gets_it(engine: Engine) -> None:
    assert try_take(engine, "a", 1000) == Fence("collector", "a", 1)
    assert try_take(engine, "b", 1029) is None
    with reading(engine) as session:
        assert holder_of(session, "collector") == ("a", 1030)


def test_renewal_prolongs_without_a_new_fence(engine: Engine) -> None:
    try_take(engine, "a", 1000)
    assert try_take(engine, "a", 1020) == Fence("collector", "a", 1)
    assert try_take(engine, "b", 1040) is None


def test_expired_lease_goes_to_another_with_a_higher_fence(engine: Engine) -> None:
    try_take(engine, "a", 1000)
    assert try_take(engine, "b", 1030) == Fence("collector", "b", 2)


def test_released_lease_is_free_at_once(engine: Engine) -> None:
    fence = try_take(engine, "a", 1000)
    assert fence
    with writing(engine) as session:
        release(session, fence)
    assert try_take(engine, "b", 1001) == Fence("collector", "b", 2)


def test_lease_from_a_clock_that_ran_ahead_can_be_taken(engine: Engine) -> None:
    try_take(engine, "a", 1000 + 86400)
    assert try_take(engine, "b", 1000) == Fence("collector", "b", 2)


def test_lost_lease_stops_the_write(engine: Engine) -> None:
    old = try_take(engine, "a", 1000)
    new = try_take(engine, "b", 2000)
    assert old
    assert new
    with writing(engine) as session:
        new.check(session)
    with writing(engine) as session, pytest.raises(LostLeaseError, match="went to b"):
        old.check(session)


def test_lease_never_taken_stops_the_write(engine: Engine) -> None:
    with writing(engine) as session, pytest.raises(LostLeaseError, match="went to nobody"):
        Fence("collector", "a", 1).check(session)
