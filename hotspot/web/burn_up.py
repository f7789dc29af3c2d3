"""The geometry of the burn-up: points by month against the lines of the targets, old versions included."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotspot.analytics.rollout import GoalLine
from hotspot.store.rollout import MonthCounts
from hotspot.web.charts import Mark, scale

WIDTH, HEIGHT, YEARS_AHEAD, MARKS = 1000, 300, 3, 8


@dataclass(frozen=True, slots=True)
class BurnUp:
    """Paths on WIDTH by HEIGHT; `area` is the surface under `active`; `days` are marks of the x axis by date."""

    active: str
    area: str
    installed: str
    goal: str
    older: list[str]
    today: float
    y_marks: list[Mark]
    days: list[tuple[float, date]]
    width: int = WIDTH
    height: int = HEIGHT


def burn_up(months: Sequence[MonthCounts], goal: GoalLine | None, goals: Sequence[GoalLine], today: date) -> BurnUp:
    """From the first month to the end of the target in force, at most some years ahead."""
    first = months[0].day
    ahead = today + timedelta(days=365 * YEARS_AHEAD)
    last = max(today + timedelta(days=30), min(goal.to_on, ahead) if goal else today)
    reached = [month.installed for month in months]
    top, marks = scale(max([1, *reached, *(line.end for line in goals if line.to_on >= first)]))

    def x(day: date) -> float:
        return round((day - first).days / (last - first).days * WIDTH, 1)

    def y(value: float) -> float:
        return round(HEIGHT - min(value, top) / top * HEIGHT, 1)

    active = curve([(x(month.day), None if month.active is None else y(month.active)) for month in months])
    return BurnUp(
        active="".join("M" + "L".join(f"{a} {b}" for a, b in run) for run in active),
        area="".join(surface(run) for run in active),
        installed="M" + "L".join(f"{x(month.day)} {y(month.installed)}" for month in months),
        goal=line_path(goal, first, last, x, y) if goal else "",
        older=[path for line in goals if line != goal and (path := line_path(line, first, last, x, y))],
        today=x(today),
        y_marks=[Mark(y(value), value) for value in marks],
        days=[(x(day), day) for day in axis(first, last)],
    )


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


def line_path(line: GoalLine, first: date, last: date, x: Callable[[date], float], y: Callable[[float], float]) -> str:
    """The part of the line within the picture; empty when there is none."""
    ends = [max(line.from_on, first), min(line.to_on, last)]
    if ends[0] >= ends[1]:
        return ""
    return "M" + "L".join(f"{x(day)} {y(line.on(day) or 0)}" for day in ends)


def axis(first: date, last: date) -> list[date]:
    """The first days of months, so few that their words have room."""
    starts = [day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)).day == 1]
    return starts[:: max(1, -(-len(starts) // MARKS))]
