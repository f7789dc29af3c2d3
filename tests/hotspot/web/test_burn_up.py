from datetime import date

from hotspot.analytics.rollout import GoalLine
from hotspot.store.rollout import MonthCounts
from hotspot.web.burn_up import HEIGHT, WIDTH, burn_up

TODAY = date(2026, 11, 21)
MONTHS = [
    MonthCounts(date(2026, 8, 31), 10, 8, None),
    MonthCounts(date(2026, 9, 30), 20, 16, 15),
    MonthCounts(date(2026, 10, 31), 30, 24, None),
    MonthCounts(TODAY, 40, 32, 30),
]


def goal(start: date, end: date, points: int) -> GoalLine:
    return GoalLine(start, end, start, "", 0, points)


def test_a_month_that_nobody_measured_is_a_gap() -> None:
    drawn = burn_up(MONTHS, None, [], TODAY)

    assert drawn.active.count("M") == 2
    assert drawn.installed.count("M") == 1


def test_the_picture_reaches_to_the_end_of_the_target() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)

    drawn = burn_up(MONTHS, line, [line], TODAY)

    assert drawn.goal.endswith(f"L{float(WIDTH)} 0.0")
    assert 0 < drawn.today < WIDTH
    assert drawn.older == []


def test_older_versions_are_drawn_where_they_lie_in_the_picture() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)
    older = goal(date(2026, 1, 1), date(2026, 12, 31), 60)
    before = goal(date(2020, 1, 1), date(2021, 12, 31), 750)

    drawn = burn_up(MONTHS, line, [before, older, line], TODAY)

    assert len(drawn.older) == 1
    assert drawn.y_marks[-1].value == 100  # a line outside the picture doesn't set its scale


def test_the_highest_mark_is_the_top() -> None:
    drawn = burn_up(MONTHS, None, [], TODAY)

    assert drawn.y_marks[0].at == HEIGHT
    assert drawn.y_marks[-1].at == 0
