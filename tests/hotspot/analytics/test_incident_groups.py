"""Which outages are one, and what explains them."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.incident_groups import (
    MANY,
    TOGETHER_S,
    Explained,
    Group,
    Outage,
    SizeOf,
    explained,
    shared_groups,
)

T = 1_795_000_000
CITY = Group("city", "")


def outage(ap_id: int, *groups: str, start: int = T, err_s: int = 60, home: str = "") -> Outage:
    """Groups are written "area:A"; its home is a point of its own unless named."""
    shared = tuple(Group(*group.split(":")) for group in groups)
    at = Group(*(home or f"point:{ap_id}").split(":"))
    return Outage(ap_id, start, err_s, at, (at, *shared, CITY))


def found(outages: Iterable[Outage], **sizes: int) -> list[tuple[str, list[int]]]:
    """What explains whom; sizes are written area_A=20, all others are 1 and the city has 1000."""
    outages = list(outages)
    known = dict.fromkeys(shared_groups(outages), 1) | {CITY: 1000}
    known |= {Group(*name.split("_")) if "_" in name else CITY: size for name, size in sizes.items()}
    return [(told(one), [each.ap_id for each in one.outages]) for one in explained(outages, counting(known))]


def counting(sizes: Mapping[Group, int]) -> SizeOf:
    return lambda group, most: min(most, sizes[group])


def told(one: Explained) -> str:
    return f"{one.group.shared}:{one.group.key}".rstrip(":")


def test_a_fibre_with_more_than_half_silent_is_the_cause_and_what_is_elsewhere_is_not() -> None:
    cut = [outage(i, "upstream:7", "area:A") for i in range(1, 41)]
    other = outage(99, "area:B")

    groups = found([*cut, other], upstream_7=60, area_A=300, area_B=30)

    assert groups == [("upstream:7", list(range(1, 41))), ("point:99", [99])]


def test_less_than_half_of_a_fibre_is_not_the_fibre() -> None:
    some = [outage(i, "upstream:7", "area:A") for i in range(1, 6)]

    assert found(some, upstream_7=10, area_A=40) == [("area:A", [1, 2, 3, 4, 5])]


def test_what_two_fibres_hang_on_explains_both() -> None:
    first = [outage(i, "upstream:1", "upstream:3") for i in range(1, 11)]
    second = [outage(i, "upstream:2", "upstream:3") for i in range(11, 21)]

    groups = found([*first, *second], upstream_1=10, upstream_2=10, upstream_3=21)

    assert groups == [("upstream:3", list(range(1, 21)))]


def test_two_fibres_at_once_are_two_causes() -> None:
    first = [outage(i, "upstream:1") for i in range(1, 11)]
    second = [outage(i, "upstream:2") for i in range(11, 21)]

    groups = found([*first, *second], upstream_1=10, upstream_2=10)

    assert sorted(groups) == [("upstream:1", list(range(1, 11))), ("upstream:2", list(range(11, 21)))]


def test_a_thousand_silent_at_once_are_one() -> None:
    all_ = [outage(i, f"upstream:{i // 40}", f"area:{i // 50}", start=T + i % 54) for i in range(1000)]
    sizes = {f"upstream_{number}": 40 for number in range(25)} | {f"area_{number}": 50 for number in range(20)}

    ((name, members),) = found(all_, **sizes)

    assert (name, len(members)) == ("city", 1000)


def test_many_that_share_nothing_are_one_of_the_city() -> None:
    assert found([outage(i, f"area:{i}") for i in range(30)])[0][0] == "city"


def test_a_few_of_a_large_city_that_share_nothing_are_a_coincidence() -> None:
    groups = found([outage(i, f"area:{i}") for i in range(4)])

    assert [name for name, _ in groups] == ["point:0", "point:1", "point:2", "point:3"]


def test_a_place_takes_its_neighbours_and_a_fibre_does_not() -> None:
    near = [outage(99, "area:B")]
    power = [outage(i, "area:A") for i in range(1, 21)]
    fibre = [outage(i, "upstream:1") for i in range(1, 21)]

    assert found([*power, *near], area_A=25, area_B=25) == [("area:A", [*range(1, 21), 99])]
    assert len(found([*fibre, *near], upstream_1=25, area_B=25)) == 2


@pytest.mark.parametrize(
    ("silent", "of", "told"),
    [(1, 1, ["point:1"]), (2, 2, ["point:1"]), (2, 3, ["point:1"]), (1, 2, ["ap:0"]), (2, 8, ["point:1"])],
)
def test_a_point_is_down_with_most_or_several_of_its_access_points(silent: int, of: int, told: list[str]) -> None:
    outages = [outage(i, home="point:1") for i in range(silent)]

    assert [name for name, _ in found(outages, point_1=of)] == told


def test_a_controller_is_its_own_cause() -> None:
    assert found([outage(9, home="controller:9")], controller_9=40) == [("controller:9", [9])]


@pytest.mark.parametrize(
    ("later", "err_s", "together"),
    [
        (TOGETHER_S, 0, True),
        (TOGETHER_S + 1, 0, False),
        (TOGETHER_S + 60, 60, True),  # asked once a minute: it may have begun with the first
        (TOGETHER_S + 61, 60, False),
        (TOGETHER_S + 300, 300, True),
    ],
)
def test_what_may_have_begun_together_is_together(later: int, err_s: int, together: bool) -> None:
    some = [outage(i, "area:A") for i in range(MANY)]
    last = outage(50, "area:A", start=T + later, err_s=err_s)

    assert (len(found([*some, last], area_A=20)) == 1) == together


def test_a_burst_between_is_no_border_for_what_is_asked_seldom() -> None:
    cut = [outage(i, "area:A") for i in range(4)] + [outage(4, "area:A", start=T + 280, err_s=300)]
    between = [outage(9, "area:B", start=T + 200)]

    assert found([*cut, *between], area_A=20, area_B=20) == [("area:A", [0, 1, 2, 3, 4]), ("point:9", [9])]


def test_nothing_down_is_nothing() -> None:
    assert found([]) == []


outages_of_a_city = st.lists(
    st.builds(
        lambda place, start, err_s: (place, start, err_s),
        st.integers(0, 11),
        st.integers(0, 400),
        st.sampled_from((0, 60, 300)),
    ),
    max_size=25,
)


@given(drawn=outages_of_a_city, order=st.randoms(use_true_random=False))
def test_every_outage_is_in_one_group_in_whatever_order_they_come(
    drawn: list[tuple[int, int, int]], order: object
) -> None:
    outages = [
        outage(
            i, f"upstream:{place // 2}", f"area:{place // 4}", start=T + start, err_s=err_s, home=f"point:{place}"
        )
        for i, (place, start, err_s) in enumerate(drawn)
    ]  # fmt: skip
    sizes = {group: 3 if group.shared == "point" else 8 for group in shared_groups(outages)} | {CITY: 40}
    shuffled = outages[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    groups = explained(shuffled, counting(sizes))

    assert sorted(one.ap_id for group in groups for one in group.outages) == list(range(len(outages)))
    assert {(group.group, group.outages) for group in groups} == {
        (group.group, group.outages) for group in explained(outages, counting(sizes))
    }
    for group in groups:
        narrow = group.group.shared in ("point", "upstream", "controller")
        assert not narrow or all(group.group in one.groups for one in group.outages)
