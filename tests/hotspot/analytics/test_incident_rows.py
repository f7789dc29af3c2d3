"""Which incident goes on as which group."""

import pytest

from hotspot.analytics.incident_rows import Chosen, chosen_rows


@pytest.mark.parametrize(
    ("groups", "owners", "chosen"),
    [
        ([(1, 2)], {}, [Chosen(None)]),
        ([(1, 2)], {1: 7}, [Chosen(7)]),
        ([(1, 2, 3)], {1: 7, 2: 8, 3: 8}, [Chosen(8, (7,))]),
        ([(1, 2)], {1: 9, 2: 8}, [Chosen(8, (9,))]),  # of as many the older
        ([(1, 2), (3,)], {1: 7, 2: 7, 3: 7}, [Chosen(7), Chosen(None)]),
        ([(1, 2), (3, 4)], {1: 7, 3: 7, 4: 8}, [Chosen(7), Chosen(8)]),
        ([(1, 2, 3), (4, 5)], {1: 7, 2: 7, 3: 8, 4: 9, 5: 8}, [Chosen(7), Chosen(8, (9,))]),
    ],
)
def test_each_incident_goes_on_once_or_ends_in_another(
    groups: list[tuple[int, ...]], owners: dict[int | None, int], chosen: list[Chosen]
) -> None:
    assert chosen_rows(groups, owners) == chosen
