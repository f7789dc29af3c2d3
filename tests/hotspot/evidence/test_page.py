"""What is printed of a pack."""

from dataclasses import replace

from hotspot.evidence.month import sla_month
from hotspot.evidence.page import MOST_EXCLUSIONS, page
from tests.hotspot.evidence.example import records


def test_withdrawn_exclusions_leave_room_for_those_in_force() -> None:
    """However many were withdrawn before."""
    known = records()
    first, withdrawn = known.exclusions
    many = [replace(withdrawn, number=n) for n in range(10, 10 + MOST_EXCLUSIONS)]

    told = page(sla_month(replace(known, exclusions=(*many, replace(first, number=999)))), "", "")

    shown = told["exclusions"]
    assert isinstance(shown, list)
    assert [cells[0] for cells in shown] == ["P-2"]
