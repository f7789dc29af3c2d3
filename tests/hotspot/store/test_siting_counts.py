"""What counts as a point where it is held against people is what counts in the roll-out."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from hotspot.store.four_counts import ids_in
from hotspot.store.models import City
from hotspot.store.siting import COUNTS, siting
from tests.hotspot.web.world import NOW, VILLAGES


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 10, 1)])
def test_every_count_is_that_of_the_roll_out(session: Session, city: City, count: str, day: date) -> None:
    found = siting(session, city, now=NOW, count=count, day=day)
    assert len(found.points) == found.city.points == len(ids_in(session, city, count, day, NOW))
    assert {area.code for area in found.areas} == set(VILLAGES)
