"""The state machine of one access point, against the definitions second by second and in the cases worked by hand."""

import random
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.availability import Figure, figure, outages
from hotspot.analytics.calendar import midnight
from hotspot.analytics.outages import (
    CONTROLLER,
    EXCUSES,
    MONITORING,
    Change,
    Seen,
    Watch,
    advance,
    is_backwards,
    is_old,
)
from hotspot.analytics.spans import DOWN, MAINTENANCE, UNKNOWN, UP, Span, partition
from tests.hotspot.analytics.replay import spans_after, state_at

HOUR, DAY = 3600, 86400
WIB = "Asia/Jakarta"


def polled(answers: str, start: int = 0, interval_s: int = 60) -> list[Seen]:
    """A poll an interval: `+` answered, `-` silent, `~` silent while our network failed, `?` nobody could ask.

    `p` answered the ping alone, `P` so while most were silent, `c` its controller is silent, `C` while most were.
    """
    meaning: dict[str, tuple[bool | None, bool, str]] = {
        "+": (True, True, ""),
        "-": (False, True, ""),
        "~": (False, False, ""),
        "?": (None, True, ""),
        "p": (False, True, MONITORING),
        "P": (False, False, MONITORING),
        "c": (False, True, CONTROLLER),
        "C": (False, False, CONTROLLER),
    }
    times = range(start, start + interval_s * len(answers), interval_s)
    return [Seen(at, at, interval_s, *meaning[mark]) for at, mark in zip(times, answers, strict=True)]


@st.composite
def histories(draw: st.DrawFn) -> list[Seen]:
    polls: list[Seen] = []
    excuses = draw(st.sampled_from(["", *EXCUSES]))
    at = draw(st.integers(0, 10))
    for slot in range(draw(st.integers(0, 25))):
        answered = draw(st.sampled_from([True, True, *[False] * 6, None]))
        excuse = draw(st.sampled_from(["", "", excuses])) if answered is False else ""
        trusted = draw(st.sampled_from([True] * 5 + [False]))
        polls.append(Seen(at, slot, draw(st.sampled_from([2, 4, 4, 4])), answered, trusted, excuse))
        at += draw(st.sampled_from([0, 1, 3, 4, 4, 4, 4, 6, 7, 20]))
    return polls


windows = st.tuples(st.integers(0, 120), st.integers(0, 120)).map(sorted).map(lambda pair: (pair[0], pair[1]))


@given(histories(), st.integers(1, 4), st.integers(0, 9), st.lists(windows, max_size=3), windows)
def test_every_second_is_as_the_definitions_say(
    polls: list[Seen], misses: int, later: int, maintenance: list[tuple[int, int]], window: tuple[int, int]
) -> None:
    now = (polls[-1].at if polls else 0) + later
    a, b = window[0], max(window[0], min(window[1], now))
    parts = partition(spans_after(polls, misses, now), maintenance, a, b)
    states = [part.state for part in parts for _ in range(part.start, part.end)]
    assert states == [
        MAINTENANCE
        if any(start <= second < end for start, end in maintenance)
        else state_at(second, polls, misses, now)
        for second in range(a, b)
    ]
    whole = figure(parts)
    assert whole == Figure(states.count(UP), states.count(DOWN), states.count(UNKNOWN), states.count(MAINTENANCE))


@given(histories(), st.lists(windows, max_size=3), windows, st.lists(st.integers(0, 120), max_size=5))
def test_parts_of_a_window_sum_to_the_whole(
    polls: list[Seen], maintenance: list[tuple[int, int]], window: tuple[int, int], cuts: list[int]
) -> None:
    (a, b), spans = window, spans_after(polls, 3, 120)
    edges = [a, *sorted(cut for cut in cuts if a < cut < b), b]
    pairs = pairwise(edges)
    pieces = [figure(partition(spans, maintenance, start, end)) for start, end in pairs]
    whole = figure(partition(spans, maintenance, a, b))
    assert sum(pieces, Figure()) == whole
    assert whole.total_s == b - a


@given(histories())
def test_polls_of_a_prefix_recorded_again_change_nothing(polls: list[Seen]) -> None:
    watch: Watch | None = None
    for poll in polls:
        watch, _ = advance(watch, poll, 3)
    assert all(is_old(watch, poll) for poll in polls)


def test_case_1_collector_asleep_for_23_hours() -> None:
    polls = polled("+" * 60) + polled("+", start=DAY)
    day = figure(partition(spans_after(polls, 3, DAY), [], 0, DAY))
    assert day.availability == 1.0
    assert day.coverage == pytest.approx(1 / 24, abs=0.0007)  # the last minute of that hour was not seen to its end
    assert day.worst == pytest.approx(1 / 24, abs=0.0007)
    assert day.best == 1.0


def test_case_1_to_the_second_when_the_hours_last_poll_is_at_its_end() -> None:
    polls = polled("+" * 61) + polled("+", start=DAY)
    day = figure(partition(spans_after(polls, 3, DAY), [], 0, DAY))
    assert day == Figure(up_s=HOUR, unknown_s=23 * HOUR)
    assert (day.availability, day.best) == (1.0, 1.0)
    assert f"{day.coverage:.2%} {day.worst:.2%}" == "4.17% 4.17%"


def test_case_2_time_weighs_not_the_number_of_polls() -> None:
    polls = polled("-" * 72, interval_s=300) + polled("+" * 37, start=6 * HOUR, interval_s=1800)
    day = figure(partition(spans_after(polls, 3, DAY), [], 0, DAY))
    assert (day.availability, day.coverage) == (0.75, 1.0)


def test_case_3_own_link_down_is_no_outage_of_a_thousand_devices() -> None:
    polls = polled("+++~~~~~~+++")
    spans = spans_after(polls, 3, polls[-1].at)
    assert outages(spans, [], 0, polls[-1].at).count == 0
    assert spans == [Span(0, 120, UP), Span(120, 540, UNKNOWN), Span(540, 660, UP)]


def test_case_4_one_missed_poll_of_three_is_nothing() -> None:
    assert spans_after(polled("++-++--++"), 3, 540) == [Span(0, 540, UP)]


def test_case_4_thirty_percent_loss_makes_no_false_outage() -> None:
    dice = random.Random(20261121)
    for _ in range(1000):
        answers = "".join("+" if any(dice.random() >= 0.3 for _ in range(4)) else "-" for _ in range(200))
        assert spans_after(polled("+" + answers), 3, 12_000) == [Span(0, 12_000, UP)]


def test_case_5_month_boundary_inside_an_outage_in_western_indonesia() -> None:
    boundary = midnight(WIB, date(2026, 11, 1))
    october, december, year = (midnight(WIB, day) for day in (date(2026, 10, 1), date(2026, 12, 1), date(2026, 1, 1)))
    polls = polled("+" * 10 + "-" * 30 + "+", start=boundary - 1200)
    spans = spans_after(polls, 3, december)
    first = figure(partition(spans, [], october, boundary))
    second = figure(partition(spans, [], boundary, december))
    assert (first.down_s, second.down_s) == (600, 1200)
    assert first + second + figure(partition(spans, [], year, october)) == figure(partition(spans, [], year, december))


def test_outage_starts_at_the_first_missed_poll_and_ends_at_the_first_answer() -> None:
    assert spans_after(polled("++----+"), 3, 360) == [Span(0, 120, UP), Span(120, 360, DOWN)]


def test_change_says_by_how_much_it_may_be_late() -> None:
    watch = Watch(UP, 0, 60, 60, 60, last_ok=60)
    for poll in polled("---", start=120):
        watch, changes = advance(watch, poll, 3)
    assert changes == [Change(120, DOWN, err_s=60)]
    assert advance(watch, polled("+", start=300)[0], 3)[1] == [Change(300, UP, err_s=60)]


def test_why_nobody_looked_is_kept() -> None:
    up = Watch(UP, 0, 60, 60, 60, last_ok=60)
    assert advance(up, polled("+", start=151)[0], 3)[1] == [Change(60, UNKNOWN, cause="collector"), Change(151, UP, 91)]
    assert advance(up, polled("~", start=120)[0], 3)[1] == [Change(60, UNKNOWN, cause="storm")]
    assert advance(up, polled("?", start=120)[0], 3)[1] == [Change(120, UNKNOWN, cause="link")]


def test_silence_after_a_gap_is_unknown_until_it_is_an_outage() -> None:
    polls = polled("+") + polled("---", start=600)
    assert spans_after(polls[:-1], 3, 700) == [Span(0, 700, UNKNOWN)]
    assert spans_after(polls, 3, 800) == [Span(0, 600, UNKNOWN), Span(600, 800, DOWN)]


U, D, N = UP, DOWN, UNKNOWN
WHEN_ONLY_PINGS_ARE_ANSWERED = [
    # what came, and the spans after it: (first poll of the span, state)
    ("++p", [(0, U)]),
    ("++pp", [(0, U)]),
    ("++ppp", [(0, U), (2, N)]),  # since the first missed poll
    ("++ppppp", [(0, U), (2, N)]),
    ("++ppp+", [(0, U), (2, N), (5, U)]),  # SNMP is back
    ("++pp+pp+", [(0, U)]),
    ("++---", [(0, U), (2, D)]),
    ("++p---", [(0, U), (3, D)]),  # the ping stops: down from the first poll that was silent in both
    ("++pp---", [(0, U), (4, D)]),
    ("++ppp---", [(0, U), (2, N), (5, D)]),
    ("++ppp--p--p", [(0, U), (2, N)]),
    ("++ppp--+", [(0, U), (2, N), (7, U)]),
    ("++--p", [(0, U), (2, N)]),  # it was alive all along, as far as anybody can tell
    ("++-pp", [(0, U), (2, N)]),
    ("++p--", [(0, U)]),  # neither is certain yet
    ("++p--p", [(0, U), (2, N)]),
    ("++p-p-p-p-p", [(0, U), (2, N)]),  # every other ping is lost
    ("++---p", [(0, U), (2, D)]),
    ("++---pp-", [(0, U), (2, D)]),
    ("++---ppp", [(0, U), (2, D), (5, N)]),  # it is back, but not its SNMP
    ("++---pp-pp-ppp", [(0, U), (2, D), (11, N)]),
    ("++---ppp---", [(0, U), (2, D), (5, N), (8, D)]),
    ("++---pp+", [(0, U), (2, D), (7, U)]),
    ("ppp", [(0, N)]),
    ("ppp---", [(0, N), (3, D)]),
    ("---ppp", [(0, D), (3, N)]),
    ("++PPP", [(0, U), (2, N)]),  # who answers pings proves our network
    ("++p~pp", [(0, U), (2, N)]),  # ~ says nothing of the time since the poll before it
    ("++pp?", [(0, U), (4, N)]),
    ("++c", [(0, U)]),
    ("++ccc+", [(0, U), (2, N), (5, U)]),
    ("++---c---", [(0, U), (2, D)]),  # a controller that misses one poll ends no outage
    ("++---ccc", [(0, U), (2, D), (5, N)]),
    ("++CCC", [(0, U), (1, N)]),  # our network failed: nobody looked since the poll before
]


@pytest.mark.parametrize(("answers", "expected"), WHEN_ONLY_PINGS_ARE_ANSWERED)
def test_who_answers_pings_alone_is_neither_up_nor_down(answers: str, expected: list[tuple[int, int]]) -> None:
    end = 60 * len(answers)
    starts = [(60 * first, state) for first, state in expected]
    ends = [*(start for start, _ in starts[1:]), end]
    assert spans_after(polled(answers), 3, end) == [
        Span(start, until, state) for (start, state), until in zip(starts, ends, strict=True)
    ]


def test_one_miss_suffices_where_one_is_asked_for() -> None:
    assert spans_after(polled("+p-p+"), 1, 300) == [
        Span(0, 60, UP),
        Span(60, 120, UNKNOWN),
        Span(120, 180, DOWN),
        Span(180, 240, UNKNOWN),
        Span(240, 300, UP),
    ]


@pytest.mark.parametrize(
    ("answers", "causes"),
    [
        ("+ppp", [(60, "monitoring")]),
        ("+ccc", [(60, "controller")]),
        ("ppp", [(0, ""), (0, "monitoring")]),
        ("???ppp", [(0, ""), (180, "monitoring")]),
        ("+ppp?pp", [(60, "monitoring"), (240, "link")]),  # it was seen to be alive, and then nobody could look
        ("+ppp?ppp", [(60, "monitoring"), (240, "link"), (300, "monitoring")]),
        ("+ppp~", [(60, "monitoring"), (180, "storm")]),
    ],
)
def test_cause_of_unknown_time_is_what_was_known_then(answers: str, causes: list[tuple[int, str]]) -> None:
    watch: Watch | None = None
    told: list[Change] = []
    for poll in polled(answers):
        watch, changes = advance(watch, poll, 3)
        told += [change for change in changes if change.state == UNKNOWN]
    assert [(change.at, change.cause) for change in told] == causes
    assert watch is not None
    assert watch.cause == causes[-1][1]


def test_a_gap_ends_what_is_known_by_pings() -> None:
    watch: Watch | None = None
    for poll in polled("+ppp"):
        watch, _ = advance(watch, poll, 3)
    watch, changes = advance(watch, polled("p", start=600)[0], 3)
    assert changes == [Change(180, UNKNOWN, cause="collector")]
    assert (watch.missed, watch.cause) == (1, "collector")


def test_outage_after_pings_alone_has_no_bound() -> None:
    watch: Watch | None = None
    for poll in polled("+p---"):
        watch, changes = advance(watch, poll, 3)
    assert changes == [Change(120, DOWN)]


def test_clock_set_back_is_seen() -> None:
    watch = Watch(UP, 0, 600, 600, 60)
    assert is_backwards(watch, Seen(599, 660, 60, answered=True))
    assert not is_backwards(watch, Seen(600, 660, 60, answered=True))
    assert not is_backwards(None, Seen(0, 0, 60, answered=True))
