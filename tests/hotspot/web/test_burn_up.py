from datetime import date

from hotspot.analytics.forecast import Ahead, Forecast
from hotspot.analytics.rollout import GoalLine, RolloutCounts
from hotspot.store.rollout import MonthCounts, Standing
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


def stand(goal: GoalLine | None, forecast: Forecast | None = None) -> Standing:
    counts = RolloutCounts(40, 32, 30, 30, 0, 40)
    return Standing(TODAY, counts, goal, None, None, None, None, None, forecast)


def test_a_month_that_nobody_measured_is_a_gap() -> None:
    drawn = burn_up(MONTHS, stand(None), [])

    assert drawn.active.count("M") == 2
    assert drawn.installed.count("M") == 1


def test_the_picture_reaches_to_the_end_of_the_target() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)

    drawn = burn_up(MONTHS, stand(line), [line])

    assert drawn.goal.endswith(f"L{float(WIDTH)} 0.0")
    assert 0 < drawn.today < WIDTH
    assert drawn.older == []


def test_older_versions_are_drawn_where_they_lie_in_the_picture() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)
    older = goal(date(2026, 1, 1), date(2026, 12, 31), 60)
    before = goal(date(2020, 1, 1), date(2021, 12, 31), 750)

    drawn = burn_up(MONTHS, stand(line), [before, older, line])

    assert len(drawn.older) == 1
    assert drawn.y_marks[-1].value == 100  # a line outside the picture doesn't set its scale


def test_the_highest_mark_is_the_top() -> None:
    drawn = burn_up(MONTHS, stand(None), [])

    assert drawn.y_marks[0].at == HEIGHT
    assert drawn.y_marks[-1].at == 0


def test_the_forecast_is_a_band_from_what_stands_now() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)
    fan = (Ahead(date(2026, 11, 30), 40, 45, 60), Ahead(date(2027, 9, 30), 50, 80, 200))
    told = Forecast("", date(2027, 5, 1), date(2027, 7, 1), date(2027, 10, 1), 0.5, fan)

    drawn = burn_up(MONTHS, stand(line, told), [line])

    corners = drawn.band.removeprefix("M").removesuffix("z").split("L")
    assert corners[0] == f"{drawn.today} 180.0"  # 40 of 100
    assert len(corners) == 5
    assert corners[3].endswith(" 0.0")  # above the picture is at its edge
    assert drawn.middle.count("L") == 2
    assert drawn.days[-1][1] <= date(2027, 10, 1)
    assert max(float(corner.split()[0]) for corner in corners) < WIDTH  # the late day is in the picture


def test_without_a_forecast_there_is_no_band() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)

    assert burn_up(MONTHS, stand(line, Forecast("reached")), [line]).band == ""


def test_a_goal_that_may_never_be_reached_shows_three_years() -> None:
    line = goal(date(2026, 1, 1), date(2027, 6, 30), 100)
    fan = (Ahead(date(2026, 11, 30), 40, 41, 42),)

    drawn = burn_up(MONTHS, stand(line, Forecast("", None, None, None, 0.0, fan)), [line])

    assert drawn.days[-1][1] > date(2029, 6, 1)
