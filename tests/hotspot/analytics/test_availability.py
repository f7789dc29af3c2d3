"""Figures of windows, outages of windows, points from access points."""

import pytest

from hotspot.analytics.availability import MONITORING_BROKEN, Figure, Outages, figure, outages, point_state
from hotspot.analytics.spans import DOWN, MAINTENANCE, UNKNOWN, UP, Span


def test_figure_sums_seconds_by_state() -> None:
    parts = [Span(0, 5, UP), Span(5, 8, DOWN), Span(8, 10, UNKNOWN), Span(10, 11, MAINTENANCE), Span(11, 13, UP)]
    assert figure(parts) == Figure(up_s=7, down_s=3, unknown_s=2, maintenance_s=1)


def test_shares_of_a_figure() -> None:
    shares = Figure(up_s=60, down_s=20, unknown_s=20, maintenance_s=100)
    assert (shares.availability, shares.coverage, shares.worst, shares.best) == (0.75, 0.9, 0.6, 0.8)


@pytest.mark.parametrize("nothing", [Figure(), Figure(unknown_s=10), Figure(maintenance_s=10)])
def test_never_observed_is_none_not_zero(nothing: Figure) -> None:
    assert nothing.availability is None


def test_unknown_time_leaves_the_bounds_wide_open() -> None:
    assert (Figure(unknown_s=10).worst, Figure(unknown_s=10).best) == (0.0, 1.0)


def test_empty_window_has_no_coverage() -> None:
    assert Figure().coverage is None


def test_figures_add_up() -> None:
    assert sum([Figure(1, 2, 3, 4), Figure(10, 20, 30, 40)], Figure()) == Figure(11, 22, 33, 44)


HISTORY = [Span(0, 100, UP), Span(100, 160, DOWN), Span(160, 300, UP), Span(300, 320, DOWN), Span(320, 400, UNKNOWN)]


def told(found: Outages) -> tuple[object, ...]:
    return found.count, found.ended, found.mttr_s, found.mtbf_s, found.longest_s


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0, 400, (2, 1, 60.0, 120.0, 60)),
        (0, 90, (0, 0, None, None, 0)),
        (0, 130, (1, 0, None, 100.0, 60)),
        (130, 200, (1, 1, 60.0, None, 60)),
        (130, 160, (1, 1, 60.0, None, 60)),
        (160, 290, (0, 0, None, None, 0)),
        (300, 400, (1, 0, None, 0.0, 20)),
    ],
)
def test_outages_of_a_window(a: int, b: int, expected: tuple[object, ...]) -> None:
    assert told(outages(HISTORY, [], a, b)) == expected


def test_outages_of_several_devices_add_up() -> None:
    dead, busy = outages([Span(0, 100, DOWN)], [], 0, 100), outages([Span(0, 60, UP), Span(60, 100, DOWN)], [], 0, 100)
    assert told(dead + busy) == (2, 0, None, 30.0, 100)
    assert told(sum([dead, outages(HISTORY, [], 0, 400)], Outages())) == (3, 1, 60.0, 240 / 3, 100)


def test_outage_inside_maintenance_does_not_count() -> None:
    assert outages(HISTORY, [(90, 170)], 0, 290).count == 0


def test_outage_that_outlasts_maintenance_counts_with_the_rest_of_its_length() -> None:
    assert told(outages(HISTORY, [(90, 140)], 0, 290)) == (1, 1, 20.0, 220.0, 20)


def test_outage_still_open_at_the_end_has_not_ended() -> None:
    assert outages(HISTORY[:2], [], 0, 160).ended == 0


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([UP, UP], "up"),
        ([UP, DOWN], "degraded"),
        ([DOWN, DOWN], "down"),
        ([UNKNOWN], "unknown"),
        ([], "unknown"),
        ([UP, UNKNOWN], "up"),
        ([DOWN, UNKNOWN], "down"),
        ([MAINTENANCE], "unknown"),
        ([UP] * 11 + [DOWN] * 2, "degraded"),
        ([MONITORING_BROKEN], "monitoring_broken"),
        ([UNKNOWN, MONITORING_BROKEN], "monitoring_broken"),
        ([UP, MONITORING_BROKEN], "up"),
        ([DOWN, MONITORING_BROKEN], "down"),
    ],
)
def test_point_from_its_access_points(states: list[int], expected: str) -> None:
    assert point_state(states) == expected
