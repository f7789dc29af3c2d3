"""The tree of upstreams."""

import pytest

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.upstreams import DEEPEST, all_above, all_below, ancestors, branch, check_parent, children

# 1 is a power area, 2 a fibre within it, 3 and 4 switches on the fibre, 5 stands alone.
TREE = {1: None, 2: 1, 3: 2, 4: 2, 5: None}


def test_an_upstream_hangs_on_the_nearest_first() -> None:
    assert ancestors(TREE, 4) == (2, 1)
    assert ancestors(TREE, 5) == ()


def test_a_circle_in_the_data_ends() -> None:
    assert ancestors({1: 2, 2: 1}, 1) == (2,)
    assert ancestors({1: 2, 2: 3, 3: 2}, 1) == (2, 3)


def test_an_access_point_hangs_on_all_above() -> None:
    assert all_above(TREE, [(10, 3), (11, 1), (12, 5), (12, 4)]) == {10: (3, 2, 1), 11: (1,), 12: (4, 5, 2, 1)}


def test_what_is_named_twice_stands_where_it_is_farthest() -> None:
    assert all_above(TREE, [(10, 1), (10, 3)]) == {10: (3, 2, 1)}


def test_the_tree_downwards() -> None:
    assert children(TREE) == {None: [1, 5], 1: [2], 2: [3, 4]}
    assert branch(TREE, 2) == (2, 3, 4)
    assert children({2: 1}) == {None: [2]}


def test_everything_below_is_counted_once() -> None:
    hanging = {1: [10], 3: [11, 12], 4: [12, 13]}

    assert all_below(TREE, hanging) == {1: {10, 11, 12, 13}, 2: {11, 12, 13}, 3: {11, 12}, 4: {12, 13}, 5: set()}


@pytest.mark.parametrize(("upstream", "parent"), [(1, 1), (1, 4), (2, 3)])
def test_nothing_hangs_on_itself(upstream: int, parent: int) -> None:
    with pytest.raises(RejectedError, match="hangs on this one itself"):
        check_parent(TREE, upstream, parent)


@pytest.mark.parametrize(("upstream", "parent"), [(None, 4), (5, 4), (3, 1), (2, 5)])
def test_other_parents_are_fine(upstream: int | None, parent: int) -> None:
    check_parent(TREE, upstream, parent)


def test_a_tree_is_only_so_deep() -> None:
    chain = {level: level - 1 or None for level in range(1, DEEPEST + 1)} | {100: None, 101: 100}

    with pytest.raises(RejectedError, match="levels"):
        check_parent(chain, None, DEEPEST)
    with pytest.raises(RejectedError, match="levels"):
        check_parent(chain, 100, DEEPEST - 1)
    check_parent(chain, 100, DEEPEST - 2)
