"""Groups of access points that fell silent together."""

import random

import pytest

from bench.upstreams import judged, year
from hotspot.analytics.fell_together import Outage, Together, fell_together

DAY = 86_400
T = 1_700_000_000


def joint(ap_ids: range | list[int], days: list[int], **more: bool) -> list[Outage]:
    return [Outage(ap, T + day * DAY + number % 50, **more) for day in days for number, ap in enumerate(ap_ids)]


def members(found: list[Together]) -> list[tuple[int, ...]]:
    return [one.members for one in found]


def test_what_fell_together_three_times_and_never_apart_is_a_group() -> None:
    found = fell_together(joint([1, 2, 3], [1, 5, 9]), 100)

    assert found == [Together((1, 2, 3), (T + DAY, T + 5 * DAY, T + 9 * DAY), 0, 1.0, 0, 0)]


def test_twice_may_be_chance_and_so_may_two() -> None:
    assert fell_together(joint([1, 2, 3], [1, 5]), 100) == []
    assert fell_together(joint([1, 2], [1, 5, 9, 13]), 100) == []


def test_what_fell_silent_alone_says_nothing_of_what_it_hangs_on() -> None:
    alone = [Outage(1, T + day * DAY + 40_000) for day in range(20, 60)]

    found = fell_together(joint([1, 2, 3], [1, 5, 9]) + alone, 100)

    assert members(found) == [(1, 2, 3)]
    assert found[0].apart == 40


def test_the_same_day_is_not_together() -> None:
    apart = [Outage(ap, T + day * DAY + ap * 600) for day in (1, 5, 9) for ap in (1, 2, 3)]

    assert fell_together(apart, 100) == []


def test_one_that_was_spared_most_times_is_no_member() -> None:
    found = fell_together(joint([1, 2, 3, 4], [1, 5]) + joint([1, 2, 3], [9, 13, 17, 21]), 100)

    assert members(found) == [(1, 2, 3)]


def test_one_that_was_spared_once_is_a_member() -> None:
    found = fell_together(joint([1, 2, 3, 4], [1, 5, 9]) + joint([1, 2, 3], [13]), 100)

    assert members(found) == [(1, 2, 3, 4)]
    assert found[0].alike == 0.938
    assert found[0].apart == 0


def test_two_fibres_of_one_power_area_are_two_groups() -> None:
    power = joint([1, 2, 3, 4, 5, 6], [2, 4, 6])
    outages = power + joint([1, 2, 3], [10, 12, 14]) + joint([4, 5, 6], [11, 13, 15])

    assert members(fell_together(power + joint([1, 2, 3], [10]), 100)) == [(1, 2, 3, 4, 5, 6)]
    assert {(1, 2, 3), (4, 5, 6)} <= set(members(fell_together(outages, 100)))


def test_a_fibre_that_fails_by_itself_is_found_within_its_power_area() -> None:
    power = joint(range(12), [2, 4, 6, 8, 10, 12, 14, 16])

    found = fell_together(power + joint(range(4), [20, 22, 24]), 100)

    assert members(found) == [tuple(range(12)), (0, 1, 2, 3)]


def test_outages_of_the_whole_city_tell_nothing() -> None:
    assert fell_together(joint(range(80), [1, 5, 9]), 100) == []
    assert members(fell_together(joint([1, 2, 3], [1, 5, 9]), 3)) == [(1, 2, 3)]


def test_two_outages_in_one_minute_are_one() -> None:
    twice = [Outage(1, one.start + 50) for one in joint([1], [1, 5, 9])]

    assert fell_together(joint([1, 2], [1, 5, 9]) + twice, 100) == []


@pytest.mark.parametrize(("rebooted", "told"), [(True, (9, 9)), (False, (0, 9))])
def test_restarts_are_counted(rebooted: bool, told: tuple[int, int]) -> None:
    found = fell_together(joint([1, 2, 3], [1, 5, 9], rebooted=rebooted), 100)[0]

    assert (found.rebooted, found.known) == told


def test_chance_alone_makes_no_groups() -> None:
    chance = random.Random(7)
    outages = [Outage(ap, T + chance.randrange(365 * DAY)) for ap in range(200) for _ in range(20)]

    assert fell_together(outages, 200) == []


def test_groups_of_an_invented_year_lie_within_what_really_hangs_together() -> None:
    outages, known = year(400, random.Random(3))

    told = judged(fell_together(outages, 400), known)

    assert told["within_one"] == 1
    assert told["found"] >= 0.5
