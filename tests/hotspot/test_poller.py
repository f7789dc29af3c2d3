"""Who is asked when, in which slot, and who again at once."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from collectors.result import Ping, PollResult
from collectors.target import Credential, Target
from hotspot import clock
from hotspot.delivery import Batch, Delivery
from hotspot.poller import Poller, next_turn, slot_of
from hotspot.store.targets import Due

NOW = 1_795_000_020  # a multiple of 60


class FakeRounds:
    """Answers at once, at the set time; the silent ones too."""

    def __init__(self) -> None:
        self.silent: set[int] = set()
        self.ping: Ping | None = None
        self.asked: list[list[int]] = []
        self.spread_s = 0.0
        self.deadline_s = 0.0
        self.probes: set[int] = set()

    async def run(
        self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: Callable[[PollResult], None]
    ) -> None:
        self.asked.append([target.key for target in targets])
        self.spread_s, self.deadline_s = spread_s, deadline_s
        self.probes = {target.key for target in targets if target.expected_down}
        for target in targets:
            sink(PollResult(target.key, clock.exact(), target.key not in self.silent, ping=self.ping))


class Time:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = float(NOW)
        monkeypatch.setattr(clock, "exact", lambda: self.now)
        monkeypatch.setattr(clock, "now", lambda: int(self.now))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def rounds() -> FakeRounds:
    return FakeRounds()


def due(ap_id: int, interval_s: int = 60, error: str = "", expected_down: bool = False, phase: float = 0.0) -> Due:
    target = Target(ap_id, "127.0.0.1", Credential(community="x"), expected_down=expected_down, phase=phase)
    return Due(ap_id, "P-1", f"AP-{ap_id}", interval_s, target, error)


def make(rounds: FakeRounds, dues: Sequence[Due], last_slots: dict[int, int] | None = None) -> Poller:
    def store(_: Batch) -> None: ...

    delivery = Delivery(store, lambda _: True)
    poller = Poller(rounds, delivery, tries=(1, 2, 2, 2), misses=3, holder="test")
    poller.set_inventory(dues, last_slots or {}, {one.interval_s for one in dues} | {60})
    return poller


def polls(poller: Poller) -> list[tuple[int, int, bool | None]]:
    return [(poll.slot, poll.result.key, poll.result.reachable) for poll in poller.delivery.waiting]


@pytest.mark.parametrize(
    ("at", "last_slot", "slot"),
    [
        (120, 0, 120),
        (179, 60, 120),
        (140, 120, 140),  # asked again within the cycle: its own second
        (160, 140, 160),
        (185, 140, 180),  # the next cycle
        (140, 140, None),  # twice in a second
        (130, 140, None),  # the clock was set back
    ],
)
def test_slot_is_the_cycle_and_then_the_second(at: int, last_slot: int, slot: int | None) -> None:
    assert slot_of(at, 60, last_slot) == slot


def test_next_turn_is_one_interval_after_the_last() -> None:
    assert next_turn(120, 60, 0.0) == 180
    assert next_turn(150, 60, 30.0) == 210
    assert next_turn(151, 60, 30.0) == 210


async def test_cycle_asks_everybody_once_and_reports(rounds: FakeRounds, time: Time) -> None:
    rounds.silent = {2}
    poller = make(rounds, [due(1), due(2), due(3, interval_s=300)])
    await poller.cycle(60)
    assert polls(poller) == [(NOW, 1, True), (NOW, 2, False)]
    status = poller.statuses[60]
    assert (status.slot, status.cycles, status.polled, status.answered) == (NOW, 1, 2, 1)
    assert status.heartbeat == NOW


async def test_the_proof_of_life_never_goes_backwards(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1)])
    await poller.cycle(60)
    time.now = NOW - 3600
    await poller.cycle(60)
    assert poller.statuses[60].heartbeat == NOW


async def test_cycle_leaves_time_to_be_silent(rounds: FakeRounds, time: Time) -> None:
    await make(rounds, [due(1)]).cycle(60)
    assert (rounds.spread_s, rounds.deadline_s) == (52.0, 59.5)


async def test_tries_of_a_short_cycle_are_cut(rounds: FakeRounds, time: Time) -> None:
    time.now = NOW
    await make(rounds, [due(1, interval_s=5)]).cycle(5)
    assert (rounds.spread_s, rounds.deadline_s) == (1.5, 4.5)


async def test_start_in_mid_slot_asks_those_not_yet_polled_in_what_remains(rounds: FakeRounds, time: Time) -> None:
    time.now = NOW + 30
    poller = make(rounds, [due(1), due(2)], {1: NOW, 2: NOW - 60})
    await poller.cycle(60)
    assert rounds.asked == [[2]]
    assert (rounds.spread_s, rounds.deadline_s) == (22.5, 29.5)


async def test_start_at_the_end_of_a_slot_waits_for_the_next(rounds: FakeRounds, time: Time) -> None:
    time.now = NOW + 55
    poller = make(rounds, [due(1)])
    await poller.cycle(60)
    assert rounds.asked == []
    assert poller.statuses[60].skipped == 0


async def test_late_cycle_is_skipped_and_counted(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1)])
    await poller.cycle(60)
    time.now = NOW + 60 + 55
    await poller.cycle(60)
    assert len(rounds.asked) == 1
    assert poller.statuses[60].skipped == 1


async def test_device_that_cannot_be_asked_says_why(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1, error="no credential"), due(2)])
    await poller.cycle(60)
    assert polls(poller) == [(NOW, 1, None), (NOW, 2, True)]
    assert poller.delivery.waiting[0].result.error == "no credential"


async def test_device_that_fell_silent_is_asked_again_until_its_outage_is_certain(
    rounds: FakeRounds, time: Time
) -> None:
    rounds.silent = {1}
    poller = make(rounds, [due(1), due(2)])
    await poller.cycle(60)
    assert poller.again == {1: NOW + 20}
    time.now = NOW + 20
    await until_asked_again(poller)
    assert poller.again == {1: NOW + 40}
    time.now = NOW + 40
    await until_asked_again(poller)
    assert poller.again == {}
    assert polls(poller) == [(NOW, 1, False), (NOW, 2, True), (NOW + 20, 1, False), (NOW + 40, 1, False)]


async def test_answer_ends_asking_again(rounds: FakeRounds, time: Time) -> None:
    rounds.silent = {1}
    poller = make(rounds, [due(1)])
    await poller.cycle(60)
    rounds.silent = set()
    time.now = NOW + 20
    await until_asked_again(poller)
    assert poller.again == {}
    assert poller.silent == {}


async def test_short_interval_leaves_no_room_to_ask_again(rounds: FakeRounds, time: Time) -> None:
    rounds.silent = {1}
    poller = make(rounds, [due(1, interval_s=15)])
    await poller.cycle(15)
    assert poller.again == {}


async def test_device_recorded_as_down_gets_probes_until_it_answers(rounds: FakeRounds, time: Time) -> None:
    rounds.silent = {1}
    poller = make(rounds, [due(1, expected_down=True), due(2)])
    await poller.cycle(60)
    assert rounds.probes == {1}
    assert poller.again == {}
    assert [one.ap_id for one in poller.believed()] == [2]
    time.now = NOW + 60
    rounds.silent = set()
    await poller.cycle(60)
    time.now = NOW + 120
    await poller.cycle(60)
    assert rounds.probes == set()


async def test_device_that_answers_pings_alone_gets_probes_once_that_is_certain(rounds: FakeRounds, time: Time) -> None:
    rounds.silent, rounds.ping = {1}, Ping(3, 3, 0.01)
    poller = make(rounds, [due(1)])
    for minute in range(4):
        time.now = NOW + 60 * minute
        await poller.cycle(60)
        assert rounds.probes == ({1} if minute == 3 else set())


async def test_inventory_keeps_what_was_learned_of_those_that_stay(rounds: FakeRounds, time: Time) -> None:
    rounds.silent = {1, 2}
    poller = make(rounds, [due(1), due(2)])
    await poller.cycle(60)
    poller.set_inventory([due(2), due(3)], {2: 0, 3: NOW}, {60})
    await poller.cycle(60)
    assert rounds.asked == [[1, 2], []]
    assert poller.again.keys() == {2}


async def test_result_of_a_device_that_was_taken_out_is_dropped(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1)])
    poller.take(PollResult(9, NOW, True))
    assert polls(poller) == []


async def test_urgent_device_is_asked_at_once_but_not_time_and_again(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1), due(2)])
    assert [poller.ask_now(ap_id) for ap_id in (1, 1, 9)] == [True, False, False]
    await until_asked_again(poller)
    assert rounds.asked == [[1]]
    assert not poller.ask_now(1)
    poller.asked_now[1] -= 10
    assert poller.ask_now(1)


async def test_urgent_devices_are_asked_so_many_a_second(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(ap_id) for ap_id in range(1, 51)])
    assert all(poller.ask_now(ap_id) for ap_id in range(1, 51))
    await until_asked_again(poller)
    assert rounds.asked == [list(range(1, 21))]
    assert len(poller.urgent) == 30


async def test_device_both_urgent_and_due_again_is_asked_once(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1)])
    poller.again[1] = NOW
    poller.ask_now(1)
    await until_asked_again(poller)
    assert rounds.asked == [[1]]


async def test_device_that_cannot_be_asked_is_never_urgent(rounds: FakeRounds, time: Time) -> None:
    assert not make(rounds, [due(1, error="no credential")]).ask_now(1)


async def test_urgent_device_that_was_taken_out_is_forgotten(rounds: FakeRounds, time: Time) -> None:
    poller = make(rounds, [due(1), due(2)])
    poller.ask_now(1)
    poller.set_inventory([due(2)], {}, {60})
    assert (poller.urgent, poller.asked_now) == ({}, {})


async def until_asked_again(poller: Poller) -> None:
    """One turn of the poller's ticker."""
    known = len(poller.delivery.waiting)
    ticker = asyncio.create_task(poller.ask_again())
    while len(poller.delivery.waiting) == known:  # noqa: ASYNC110  # the poller tells nobody
        await asyncio.sleep(0.01)
    ticker.cancel()
    await asyncio.wait([ticker])
