import pytest

from hotspot.web import charts


@pytest.mark.parametrize(
    ("share", "kind"), [(None, "none"), (1.0, "ok"), (0.99, "ok"), (0.98, "warn"), (0.9499, "bad"), (0.0, "bad")]
)
def test_grade_follows_the_share_of_the_contract(share: float | None, kind: str) -> None:
    assert charts.grade(share) == kind


def test_neighbours_of_one_grade_are_one_bar() -> None:
    drawn = charts.runs([1.0, 1.0, None, 0.5])
    assert [(bar.grade, bar.x, bar.width) for bar in drawn] == [("ok", 0, 20), ("none", 20, 10), ("bad", 30, 10)]


def test_a_gap_breaks_the_line_and_the_area() -> None:
    values = [1.0, 2.0, None, 3.0, 4.0]
    assert charts.line(values, 40, 10, 10).count("M") == 2
    assert charts.area(values, 40, 10, 10).count("z") == 2


def test_a_lonely_value_is_a_dot() -> None:
    assert charts.line([None, 2.0, None], 20, 10, 10) == "M10.0 8.0h.1"


def test_nothing_known_is_no_drawing() -> None:
    assert charts.spark([None, None]) is None
    assert charts.chart([0, 60], [None, None], []) is None


@pytest.mark.parametrize(
    ("highest", "top", "marks"), [(1, 1, 2), (7, 8, 5), (3020, 4000, 5), (10, 10, 6), (690_000_000, 800_000_000, 5)]
)
def test_an_axis_ends_at_a_round_number(highest: float, top: float, marks: int) -> None:
    found_top, found = charts.scale(highest)
    assert found_top == top
    assert len(found) == marks
    assert found_top >= highest


def test_peak_says_when_it_was() -> None:
    drawn = charts.chart([0, 60, 120], [1.0, None, 5.0], [0])
    assert drawn
    assert (drawn.peak, drawn.peak_at) == (5.0, 120)
