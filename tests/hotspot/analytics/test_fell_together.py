"""Groups of access points that fell silent together."""

import random

import pytest

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


def test_twice_may_be_chance() -> None:
    assert fell_together(joint([1, 2, 3], [1, 5]), 100) == []


def test_an_outage_apart_now_and_then_is_no_matter_and_many_are() -> None:
    outages = joint([1, 2, 3], [1, 5, 9, 13])

    assert members(fell_together(outages + joint([1], [2, 3]), 100)) == [(1, 2, 3)]
    assert fell_together(outages + joint([1], [2, 3]), 100)[0].apart == 2
    assert members(fell_together(outages + joint([1], list(range(20, 30))), 100)) == [(2, 3)]


def test_the_same_day_is_not_together() -> None:
    apart = [Outage(ap, T + day * DAY + ap * 600) for day in (1, 5, 9) for ap in (1, 2, 3)]

    assert fell_together(apart, 100) == []


def test_two_fibres_of_one_power_area_are_two_groups() -> None:
    power = joint([1, 2, 3, 4, 5, 6], [2, 4, 6])
    outages = power + joint([1, 2, 3], [10, 12, 14]) + joint([4, 5, 6], [11, 13, 15])

    assert members(fell_together(outages, 100)) == [(1, 2, 3), (4, 5, 6)]
    assert members(fell_together(power + joint([1, 2, 3], [10]), 100)) == [(1, 2, 3, 4, 5, 6)]


def test_outages_of_the_whole_city_tell_nothing() -> None:
    assert fell_together(joint(range(80), [1, 5, 9]), 100) == []
    assert members(fell_together(joint([1, 2], [1, 5, 9]), 2)) == [(1, 2)]


@pytest.mark.parametrize(("rebooted", "told"), [(True, (6, 6)), (False, (0, 6))])
def test_restarts_are_counted(rebooted: bool, told: tuple[int, int]) -> None:
    found = fell_together(joint([1, 2], [1, 5, 9], rebooted=rebooted), 100)[0]

    assert (found.rebooted, found.known) == told


def test_who_shares_enough_with_the_one_that_had_least_of_its_own_belongs_to_it() -> None:
    outages = joint([1], [1, 2, 3]) + joint([2], [1, 2, 3, 4]) + joint([3], [1, 2, 3, 5]) + joint([4], [1, 2, 6, 7])

    assert members(fell_together(outages, 100)) == [(1, 2, 3)]


def test_chance_alone_makes_no_groups() -> None:
    chance = random.Random(7)
    outages = [Outage(ap, T + chance.randrange(365 * DAY)) for ap in range(200) for _ in range(20)]

    assert fell_together(outages, 200) == []


def test_a_group_whose_members_share_other_bursts_each_is_none() -> None:
    outages = joint([1], list(range(20)))
    for ap in range(2, 20):
        some = [11 + (ap + step) % 9 for step in range(4)]
        outages += joint([ap], [*range(11), *some, *(ap * 20 + day for day in range(5))])

    assert fell_together(outages, 100) == []
