import pytest

from hotspot.analytics.paging import paged


@pytest.mark.parametrize(
    ("total", "asked", "expected"),
    [
        (0, 1, (1, 1)),
        (0, 9, (1, 1)),
        (50, 1, (1, 1)),
        (50, 2, (1, 1)),
        (51, 2, (2, 2)),
        (51, 0, (1, 2)),
        (51, -3, (1, 2)),
    ],
)
def test_page_is_the_nearest_there_is(total: int, asked: int, expected: tuple[int, int]) -> None:
    assert paged(total, asked, per_page=50) == expected
