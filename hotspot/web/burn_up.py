"""The geometry of the burn-up: points by month, the lines of all versions of the target, and the forecast's band."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotspot.analytics.forecast import Ahead
from hotspot.analytics.rollout import GoalLine
from hotspot.store.rollout import MonthCounts, Standing
from hotspot.web.charts import Mark, scale

WIDTH, HEIGHT, YEARS_AHEAD, MARKS = 1000, 300, 3, 8


@dataclass(frozen=True, slots=True)
class BurnUp:
    """Paths on WIDTH by HEIGHT; `area` is the surface under `active`; `days` are marks of the x axis by date.

    `band` is where installed points will be in 80 of 100 futures, `middle` where in half of them; empty without a
    forecast. `today` is the place of the day that is shown.
    """

    active: str
    area: str
    installed: str
    goal: str
    older: list[str]
    band: str
    middle: str
    today: float
    y_marks: list[Mark]
    days: list[tuple[float, date]]
    width: int = WIDTH
    height: int = HEIGHT


Place = Callable[[date], float]
Level = Callable[[float], float]


def burn_up(months: Sequence[MonthCounts], stand: Standing, goals: Sequence[GoalLine]) -> BurnUp:
    """From the first month to the end of the goal in force or of the forecast, at most some years ahead."""
    first, day, goal = months[0].day, stand.day, stand.goal
    last = end_of(stand)
    fan = [ahead for ahead in stand.forecast.months if ahead.day <= last] if stand.forecast else []
    inside = (line.on(last) or 0 for line in goals if line.to_on >= first)  # the highest of each that is in the picture
    top, marks = scale(max([1, *(month.installed for month in months), *inside]))

    def x(at: date) -> float:
        return round((at - first).days / (last - first).days * WIDTH, 1)

    def y(value: float) -> float:
        return round(HEIGHT - min(value, top) / top * HEIGHT, 1)

    active = curve([(x(month.day), None if month.active is None else y(month.active)) for month in months])
    return BurnUp(
        active="".join("M" + "L".join(f"{a} {b}" for a, b in run) for run in active),
        area="".join(surface(run) for run in active),
        installed="M" + "L".join(f"{x(month.day)} {y(month.installed)}" for month in months),
        goal=line_path(goal, first, last, x, y) if goal else "",
        older=[path for line in goals if line != goal and (path := line_path(line, first, last, x, y))],
        band=band(fan, x(day), y(stand.counts.installed), x, y),
        middle="L".join([f"M{x(day)} {y(stand.counts.installed)}", *(f"{x(one.day)} {y(one.middle)}" for one in fan)])
        if fan
        else "",
        today=x(day),
        y_marks=[Mark(y(value), value) for value in marks],
        days=[(x(mark), mark) for mark in axis(first, last)],
    )


def end_of(stand: Standing) -> date:
    soon, far = stand.day + timedelta(days=30), stand.day + timedelta(days=365 * YEARS_AHEAD)
    told = stand.forecast
    wanted = [stand.goal.to_on] if stand.goal else []
    if told and not told.reason:
        wanted.append(told.late or far)
    return max([soon, *(min(far, day) for day in wanted)])


def band(fan: Sequence[Ahead], x0: float, y0: float, x: Place, y: Level) -> str:
    """Along the low values there, along the high ones back."""
    if not fan:
        return ""
    there = [f"{x(one.day)} {y(one.low)}" for one in fan]
    back = [f"{x(one.day)} {y(one.high)}" for one in reversed(fan)]
    return "L".join([f"M{x0} {y0}", *there, *back]) + "z"


def curve(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Runs of points; a missing value ends one."""
    runs: list[list[tuple[float, float]]] = [[]]
    for a, b in points:
        if b is None:
            runs.append([])
        else:
            runs[-1].append((a, b))
    return [run for run in runs if run]


def surface(run: Sequence[tuple[float, float]]) -> str:
    return f"M{run[0][0]} {HEIGHT}L" + "L".join(f"{a} {b}" for a, b in run) + f"L{run[-1][0]} {HEIGHT}z"


def line_path(line: GoalLine, first: date, last: date, x: Place, y: Level) -> str:
    """The part of the line within the picture; empty when there is none."""
    ends = [max(line.from_on, first), min(line.to_on, last)]
    if ends[0] >= ends[1]:
        return ""
    return "M" + "L".join(f"{x(day)} {y(line.on(day) or 0)}" for day in ends)


def axis(first: date, last: date) -> list[date]:
    """The first days of months, so few that their words have room."""
    starts = [day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)).day == 1]
    return starts[:: max(1, -(-len(starts) // MARKS))]
