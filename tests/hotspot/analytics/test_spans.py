"""Closing the open span, cutting windows, laying maintenance over them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.spans import (
    DOWN,
    MAINTENANCE,
    UNKNOWN,
    UP,
    Span,
    State,
    close,
    is_late,
    partition,
    planned,
    union,
)
from hotspot.store.models import State as StoredState

END = 40
instants = st.integers(0, END)
windows = st.tuples(instants, instants).map(sorted).map(lambda pair: (pair[0], pair[1]))


@st.composite
def histories(draw: st.DrawFn) -> list[Span]:
    """Spans in order, with holes between some of them."""
    cuts = sorted(draw(st.sets(instants, max_size=12)))
    states = st.sampled_from([None, DOWN, UP, UNKNOWN])
    pairs = pairwise(cuts)
    return [Span(a, b, state) for a, b in pairs if (state := draw(states)) is not None]


def test_stored_states_have_the_same_numbers() -> None:
    assert {state.name: state.value for state in StoredState}.items() <= {s.name: s.value for s in State}.items()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (100, []),
        (90, []),
        (160, [Span(100, 160, UP)]),
        (250, [Span(100, 250, UP)]),
        (251, [Span(100, 160, UP), Span(160, 251, UNKNOWN)]),
    ],
)
def test_open_span_counts_for_one_and_a_half_intervals_after_the_last_poll(now: int, expected: list[Span]) -> None:
    assert close(100, UP, 160, 60, now) == expected


def test_open_span_that_began_at_the_last_poll_leaves_no_empty_part() -> None:
    assert close(100, DOWN, 100, 60, 500) == [Span(100, 500, UNKNOWN)]


def test_open_unknown_span_stays_in_one_piece() -> None:
    assert close(100, UNKNOWN, 160, 60, 500) == [Span(100, 500, UNKNOWN)]


def test_window_without_any_span_is_unknown() -> None:
    assert partition([], [], 3, 7) == [Span(3, 7, UNKNOWN)]


def test_empty_window_has_no_parts() -> None:
    assert partition([Span(0, 9, UP)], [(0, 9)], 5, 5) == []


def test_maintenance_wins_over_every_state() -> None:
    parts = partition([Span(2, 4, UP), Span(4, 8, DOWN)], [(3, 5), (4, 6), (9, 10)], 0, 12)
    assert parts == [
        Span(0, 2, UNKNOWN),
        Span(2, 3, UP),
        Span(3, 6, MAINTENANCE),
        Span(6, 8, DOWN),
        Span(8, 9, UNKNOWN),
        Span(9, 10, MAINTENANCE),
        Span(10, 12, UNKNOWN),
    ]


def test_union_joins_what_touches_and_drops_what_lies_outside() -> None:
    assert union([(5, 7), (0, 2), (7, 9), (20, 30), (6, 8)], 1, 20) == [(1, 2), (5, 9)]


@given(histories(), st.lists(windows, max_size=4), windows)
def test_partition_agrees_with_every_single_second(
    spans: list[Span], maintenance: list[tuple[int, int]], window: tuple[int, int]
) -> None:
    a, b = window
    parts = partition(spans, maintenance, a, b)
    assert all(part.start < part.end for part in parts)
    assert [part.start for part in parts] + [b] == [a] + [part.end for part in parts]
    assert [part.state for part in parts for _ in range(part.start, part.end)] == [
        MAINTENANCE
        if any(start <= second < end for start, end in maintenance)
        else next((span.state for span in spans if span.start <= second < span.end), UNKNOWN)
        for second in range(a, b)
    ]


@pytest.mark.parametrize(
    ("announced", "cancelled", "counts"),
    [
        (99, None, (100, 200)),
        (100, None, (100, 100)),  # as it began
        (150, None, (100, 100)),  # nothing of it, not what came after the announcement either
        (0, 130, (100, 130)),
        (0, 50, (100, 100)),
        (0, 300, (100, 200)),
        (150, 180, (100, 100)),
    ],
)
def test_a_window_counts_if_it_was_announced_before_it_began(
    announced: int, cancelled: int | None, counts: tuple[int, int]
) -> None:
    assert planned(100, 200, announced, cancelled) == counts
    assert is_late(100, announced) is (announced >= 100)
