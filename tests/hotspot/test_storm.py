"""Silence of most devices is believed only when this machine's own network works."""

from collections.abc import Iterable

import pytest

from collectors.result import Ping, PollResult
from hotspot.storm import Storm

TEN = [f"192.0.2.{number}" for number in range(10)]


class Network:
    def __init__(self, works: bool) -> None:
        self.state = works
        self.asked = 0

    def works(self, reference_hosts: str, addresses: Iterable[str]) -> bool:
        assert reference_hosts == "192.0.2.99:53"
        assert list(addresses)
        self.asked += 1
        return self.state


def results(*reachable: bool | None) -> list[PollResult]:
    return [PollResult(key, 0, answer) for key, answer in enumerate(reachable)]


def storm(network: Network) -> Storm:
    return Storm(50, "192.0.2.99:53", network.works)


@pytest.mark.parametrize(
    ("reachable", "asked"),
    [
        ([True] * 10, 0),
        ([True] * 5 + [False] * 5, 0),  # half is not more than half
        ([True] * 4 + [False] * 6, 1),
        ([False] * 10, 1),
        ([False] * 4, 0),  # too few to be a storm
        ([None] * 10, 0),  # nobody could ask: says nothing
    ],
)
def test_own_network_is_asked_when_most_of_the_newest_polls_are_silent(reachable: list[bool], asked: int) -> None:
    network = Network(works=False)
    assert storm(network).trusted(results(*reachable), TEN) is (asked == 0)
    assert network.asked == asked


def test_storm_of_a_city_whose_network_works_is_an_outage() -> None:
    assert storm(Network(works=True)).trusted(results(*[False] * 10), TEN)


def test_storm_is_seen_across_batches_and_ends_with_the_first_answers() -> None:
    network = Network(works=False)
    weather = storm(network)
    assert weather.trusted(results(False, False, False), TEN)
    assert not weather.trusted(results(False, False, False), TEN)
    assert not weather.trusted([], TEN)
    network.state = True
    assert weather.trusted(results(*[True] * 10), TEN)
    assert network.asked == 2


def test_two_devices_are_a_storm_when_both_are_silent() -> None:
    weather = storm(Network(works=False))
    assert weather.trusted(results(False, True), TEN[:2])
    assert not weather.trusted(results(False, False), TEN[:2])


def test_without_devices_that_should_answer_there_is_no_storm() -> None:
    assert storm(Network(works=False)).trusted(results(False, False), [])


def test_pings_that_are_answered_prove_the_network() -> None:
    network = Network(works=False)
    silent = [PollResult(key, 0, reachable=False, ping=Ping(3, 1, 0.01)) for key in range(10)]
    assert storm(network).trusted(silent, TEN)
    assert network.asked == 0


def test_change_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")
    network = Network(works=False)
    weather = storm(network)
    for _ in range(3):
        weather.trusted(results(*[False] * 10), TEN)
    network.state = True
    weather.trusted(results(*[False] * 10), TEN)
    assert [record.getMessage().split()[-1] for record in caplog.records] == ["nothing", "back"]
