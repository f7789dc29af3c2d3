"""Geometry of strips, sparklines and line charts: values in, SVG coordinates out (_partials/charts.html draws)."""

from collections.abc import Sequence
from dataclasses import dataclass

AGREED = 0.99  # share of the day that contracts ask for
POOR = 0.95
HEIGHTS = {"ok": 100, "warn": 80, "bad": 55, "none": 14}  # the class is told by height too, not by colour alone


def grade(share: float | None) -> str:
    """ok: as agreed, warn: below, bad: far below, none: not measured."""
    if share is None:
        return "none"
    return "ok" if share >= AGREED else "warn" if share >= POOR else "bad"


@dataclass(frozen=True, slots=True)
class Bar:
    grade: str
    x: int
    y: int
    width: int
    height: int


def bars(shares: Sequence[float | None]) -> list[Bar]:
    """One bar a day on a canvas of 10 by 100 a day, with a gap between days."""
    return [
        Bar(kind, i * 10, 100 - HEIGHTS[kind], 8, HEIGHTS[kind])
        for i, kind in enumerate(grade(share) for share in shares)
    ]


def runs(shares: Sequence[float | None]) -> list[Bar]:
    """Like `bars` for small strips: neighbours of one grade are one bar, without gaps, so that 50 rows stay light."""
    found: list[Bar] = []
    for i, share in enumerate(shares):
        kind = grade(share)
        if found and found[-1].grade == kind:
            last = found.pop()
            found.append(Bar(kind, last.x, last.y, last.width + 10, last.height))
        else:
            found.append(Bar(kind, i * 10, 100 - HEIGHTS[kind], 10, HEIGHTS[kind]))
    return found


def mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def line(values: Sequence[float | None], width: int, height: int, top: float) -> str:
    """The `d` of a path; a missing value breaks the line, a lonely one is a dot."""
    step = width / max(1, len(values) - 1)
    parts: list[str] = []
    pen_down = False
    for i, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x, y = i * step, height - min(value, top) / top * height
        parts.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        if not pen_down and (i + 1 == len(values) or values[i + 1] is None):
            parts.append("h.1")
        pen_down = True
    return "".join(parts)


def area(values: Sequence[float | None], width: int, height: int, top: float) -> str:
    """The surface under `line`, a piece for every stretch without a gap."""
    step = width / max(1, len(values) - 1)
    parts: list[str] = []
    stretch: list[str] = []
    for i, value in enumerate([*values, None]):
        if value is not None:
            stretch.append(f"{i * step:.1f} {height - min(value, top) / top * height:.1f}")
        elif stretch:
            first, last = stretch[0].split(" ")[0], stretch[-1].split(" ")[0]
            parts.append(f"M{first} {height}L{'L'.join(stretch)}L{last} {height}z")
            stretch = []
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Spark:
    line: str
    area: str
    peak: float


def spark(values: Sequence[float | None], width: int = 96, height: int = 24) -> Spark | None:
    """None when nothing is known, which is not a flat line."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    top = max(max(known), 1) * 1.1
    return Spark(line(values, width, height, top), area(values, width, height, top), max(known))


def scale(highest: float) -> tuple[float, list[float]]:
    """The top of an axis and its marks: 1, 2 or 5 times a power of ten apart, three to six of them."""
    step, power = 1.0, 1.0
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            if highest <= step * 5:
                marks = max(1, int(-(-highest // step)))
                return step * marks, [step * i for i in range(marks + 1)]
        power *= 10


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure over time on a canvas of `width` by `height`; `x_marks` are the days, `y_marks` the values."""

    line: str
    area: str
    width: int
    height: int
    x_marks: list[Mark]
    y_marks: list[Mark]
    values: list[float | None]
    times: list[int]
    peak: float | None
    peak_at: int | None


def chart(
    times: Sequence[int], values: Sequence[float | None], days: Sequence[int], width: int = 720, height: int = 160
) -> Chart | None:
    """`days` are the instants at which a day begins; None when nothing is known.

    Drawn from 0 up; where values are negative (dBm), from a whole ten below the lowest.
    """
    known = [value for value in values if value is not None]
    if not known or len(times) < 2:
        return None
    floor = min(min(known) // 10 * 10, 0)
    top, marks = scale(max(max(known) - floor, 1))
    lifted = [None if value is None else value - floor for value in values]
    span = times[-1] - times[0]
    return Chart(
        line=line(lifted, width, height, top),
        area=area(lifted, width, height, top),
        width=width,
        height=height,
        x_marks=[Mark((t - times[0]) / span * width, t) for t in days if times[0] <= t < times[-1] - span / 20],
        y_marks=[Mark(height - value / top * height, value + floor) for value in marks],
        values=list(values),
        times=list(times),
        peak=max(known),
        peak_at=times[list(values).index(max(known))],
    )
