"""Who is polled, and that one bad credential stops nobody else."""

from itertools import pairwise

import pytest
from sqlalchemy import Engine, update

from collectors.result import PollResult
from hotspot.store.base import reading, writing
from hotspot.store.credential_sets import add_set
from hotspot.store.models import AccessPoint, ApState, Point, State
from hotspot.store.targets import Due, last_slots, phase, targets
from tests.hotspot.polled_city import address, settle

KEY = bytes(32)


@pytest.fixture
def city_id(engine: Engine) -> int:
    return settle(engine, KEY, 3, 1161)


def asked(engine: Engine, city_id: int, key: bytes = KEY) -> list[Due]:
    with reading(engine) as session:
        return targets(session, key, city_id)


def change(engine: Engine, ap_id: int, **values: object) -> None:
    with writing(engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == ap_id).values(**values))


def test_target_has_all_that_is_needed_to_ask(engine: Engine, city_id: int) -> None:
    due = asked(engine, city_id)[0]
    assert (due.ap_id, due.point, due.name, due.interval_s, due.error) == (1, "P-1", "AP-0", 60, "")
    assert (due.target.address, due.target.port, due.target.credential.community) == (address(0), 1161, "public")
    assert (due.target.credential.version, due.target.profile, due.target.expected_down) == ("2c", "", False)


def test_interval_of_the_device_goes_before_the_citys(engine: Engine, city_id: int) -> None:
    change(engine, 2, poll_interval_s=300)
    assert [due.interval_s for due in asked(engine, city_id)] == [60, 300, 60]


def test_device_whose_polling_is_off_is_left_out(engine: Engine, city_id: int) -> None:
    change(engine, 2, polling=False)
    assert [due.ap_id for due in asked(engine, city_id)] == [1, 3]


@pytest.mark.parametrize(("stage", "count"), [("planned", 0), ("installed", 3), ("suspended", 0), ("retired", 0)])
def test_only_points_in_service_are_polled(engine: Engine, city_id: int, stage: str, count: int) -> None:
    with writing(engine) as session:
        session.execute(update(Point).values(lifecycle=stage))
    assert len(asked(engine, city_id)) == count


def test_credential_of_another_key_is_that_devices_error_alone(engine: Engine, city_id: int) -> None:
    change(engine, 2, credential=b"\x01" + bytes(40))
    change(engine, 3, credential=None)
    first, second, third = asked(engine, city_id)
    assert first.error == ""
    assert "secret.key" in second.error
    assert third.error == "no SNMP credential is stored for this access point"
    assert second.target.credential.community == ""


def test_device_recorded_as_down_gets_a_small_probe(engine: Engine, city_id: int) -> None:
    remember(engine, city_id, State.DOWN, 1200)
    assert [due.target.expected_down for due in asked(engine, city_id)] == [True, False, False]
    with reading(engine) as session:
        assert last_slots(session, city_id) == {1: 1200}


def test_phases_are_spread_evenly_and_stay() -> None:
    phases = sorted(phase(ap_id) for ap_id in range(1, 1001))
    assert phases == sorted(phase(ap_id) for ap_id in range(1, 1001))
    gaps = [b - a for a, b in pairwise(phases)]
    assert phases[0] >= 0
    assert phases[-1] < 1
    assert max(gaps) < 3 / 1000


def remember(engine: Engine, city_id: int, state: State, slot: int) -> None:
    with writing(engine) as session:
        session.add(
            ApState(
                ap_id=1,
                city_id=city_id,
                state=state,
                since=slot,
                last_poll=slot,
                last_slot=slot,
                interval_s=60,
                missed=3,
                profile="",
                error="",
                detail="{}",
                memory="{}",
            )
        )


@pytest.fixture
def sets(engine: Engine, city_id: int) -> list[int]:
    """The ids of two credential sets, in their order."""
    with writing(engine) as session:
        return [
            add_set(session, KEY, city_id, {"name": name, "snmp_version": "2c", "snmp_community": name}, 0, "a")
            for name in ("first", "second")
        ]


def tried(due: Due) -> list[str]:
    return [one.community for one in (due.target.credential, *due.target.others)]


@pytest.mark.parametrize(("known", "order"), [(None, ["first", "second"]), (1, ["second", "first"])])
def test_device_without_a_credential_is_asked_with_the_sets_in_order(
    engine: Engine, city_id: int, sets: list[int], known: int | None, order: list[str]
) -> None:
    change(engine, 2, credential=None, credential_set_id=None if known is None else sets[known])
    own, other, _ = asked(engine, city_id)
    assert (tried(own), own.sets) == (["public"], ())
    assert (tried(other), other.error) == (order, "")


@pytest.mark.parametrize(
    ("known", "answered", "reachable", "expected"),
    [
        (None, 0, True, 0),
        (None, 1, True, 1),
        (1, 0, True, None),
        (1, 1, True, 0),
        (None, 1, False, None),
        (None, 9, True, None),
    ],
)
def test_set_that_is_answered_is_told_when_it_is_another_than_before(
    engine: Engine,
    city_id: int,
    sets: list[int],
    known: int | None,
    answered: int,
    reachable: bool,
    expected: int | None,
) -> None:
    change(engine, 2, credential=None, credential_set_id=None if known is None else sets[known])
    told = asked(engine, city_id)[1].new_set(PollResult(2, 0, reachable, credential=answered))
    assert told == (None if expected is None else sets[expected])


def test_sets_that_can_not_be_opened_are_the_devices_error(engine: Engine, city_id: int, sets: list[int]) -> None:
    assert sets
    change(engine, 2, credential=None)
    due = asked(engine, city_id, key=b"x" * 32)[1]
    assert due.error.startswith("credential set first: ")


def test_device_is_asked_as_loosely_as_its_row_says(engine: Engine, city_id: int) -> None:
    change(engine, 2, any_source=True, short_ids=True)
    told = [(due.target.any_source, due.target.short_ids) for due in asked(engine, city_id)]
    assert told == [(False, False), (True, True), (False, False)]


def test_controllers_are_asked_and_what_they_follow_is_not(engine: Engine, city_id: int) -> None:
    change(engine, 1, kind="controller", point_id=None)
    change(engine, 2, controller_id=1, address=None)
    change(engine, 3, point_id=None)
    assert [(due.ap_id, due.point) for due in asked(engine, city_id)] == [(1, ""), (3, "")]
