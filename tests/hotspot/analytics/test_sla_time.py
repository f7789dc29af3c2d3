import random
from fractions import Fraction
from itertools import pairwise

import pytest

from hotspot.analytics.availability import figure_of
from hotspot.analytics.sla_time import EXCLUDED, Seconds, Watched, by_day, parts, stretches
from hotspot.analytics.spans import DOWN, MAINTENANCE, UNKNOWN, UP, Span

DAY = 86_400
DAYS = [(0, DAY), (DAY, 2 * DAY)]
HOURS = [(0, 100), (200, 300)]
SPANS = [Span(-50, 20, UP), Span(20, 80, DOWN), Span(80, 230, UP), Span(250, 400, DOWN)]


def watched(spans: list[Span] = SPANS, maintenance: list[tuple[int, int]] | None = None) -> Watched:
    return Watched("AP-1", 0, 300, spans, maintenance or [])


def seconds(one: Watched, exclusions: list[tuple[int, int]], service: list[tuple[int, int]] | None = None) -> Seconds:
    return by_day(parts(one, exclusions, service), DAYS)[0]


@pytest.mark.parametrize(
    ("exclusions", "expected"),
    [
        ([], Seconds(170, 110, 20)),
        ([(30, 50)], Seconds(170, 90, 20, 0, 20)),
        ([(30, 50), (40, 60)], Seconds(170, 80, 20, 0, 30)),  # those that overlap count once
        ([(-100, 25)], Seconds(150, 105, 20, 0, 25)),  # up time is taken out, too
        ([(400, 900)], Seconds(170, 110, 20)),
        ([(0, 300)], Seconds(0, 0, 0, 0, 300)),
    ],
)
def test_exclusions_are_intersected(exclusions: list[tuple[int, int]], expected: Seconds) -> None:
    assert seconds(watched(), exclusions) == expected


def test_maintenance_is_not_excluded_a_second_time() -> None:
    assert seconds(watched(maintenance=[(40, 60)]), [(30, 70)]) == Seconds(170, 70, 20, 20, 20)


def test_nothing_of_no_time_is_known() -> None:
    assert (Seconds().availability, Seconds().coverage) == (None, None)
    assert Seconds(3, 1).availability == Fraction(3, 4)


def test_hours_outside_service_are_not_excluded() -> None:
    assert seconds(watched(), [(50, 250)], HOURS) == Seconds(20, 80, 0, 0, 100)


def test_seconds_are_cut_at_midnight_whatever_the_order_of_the_parts() -> None:
    one = Watched("AP-1", 0, 2 * DAY, [Span(0, 2 * DAY, UP)], [])

    days = by_day(parts(one, [(DAY - 10, DAY + 20)], None), DAYS)

    assert days == [Seconds(up_s=DAY - 10, excluded_s=10), Seconds(up_s=DAY - 20, excluded_s=20)]


def test_stretches_tell_what_was_counted_of_an_outage_and_what_was_not() -> None:
    exclusions = [(-100, 0), (60, 70), (65, 90), (260, 300)]

    told = list(stretches(watched(maintenance=[(0, 30)]), exclusions, HOURS))

    assert [(one.start, one.end, one.state) for one in told] == [(20, 80, DOWN), (230, 250, UNKNOWN), (250, 400, DOWN)]
    assert [(one.counted_s, one.maintenance_s, one.excluded_s) for one in told] == [
        (30, 10, 20),
        (20, 0, 0),
        (10, 0, 40),
    ]
    assert [one.excluded for one in told] == [(1, 2), (), (3,)]


def test_what_exclusions_took_of_stretches_is_no_more_than_of_the_month() -> None:
    chance = random.Random(5)
    for _ in range(300):
        edges = sorted(chance.sample(range(-100, 400), 12))
        spans = [Span(a, b, chance.choice((DOWN, UP, UNKNOWN))) for a, b in pairwise(edges)]
        windows = [(a := chance.randrange(300), a + chance.randrange(80)) for _ in range(3)]
        exclusions = [(a := chance.randrange(300), a + chance.randrange(80)) for _ in range(3)]
        service = chance.choice([None, HOURS])
        one = watched(spans, windows)

        pieces = parts(one, exclusions, service)

        figure, whole = figure_of(spans, windows, 0, 300, service), seconds(one, exclusions, service)
        assert whole.maintenance_s == figure.maintenance_s
        assert whole.total_s == figure.total_s
        without = seconds(one, [], service)
        assert (without.up_s, without.down_s, without.unknown_s) == (figure.up_s, figure.down_s, figure.unknown_s)
        for state in (DOWN, UNKNOWN):
            told = [each for each in stretches(one, exclusions, service) if each.state == state]
            assert sum(each.counted_s for each in told) == sum(p.end - p.start for p in pieces if p.state == state)
        second_by_second = [0] * 5
        for t in range(300):
            in_service = service is None or any(a <= t < b for a, b in service)
            second: int = next((int(s.state) for s in spans if s.start <= t < s.end), int(UNKNOWN))
            if any(a <= t < b for a, b in windows):
                second = int(MAINTENANCE)
            elif any(a <= t < b for a, b in exclusions):
                second = EXCLUDED
            second_by_second[second] += in_service
        down, up, unknown, maintenance, excluded = second_by_second
        assert whole == Seconds(up, down, unknown, maintenance, excluded)
