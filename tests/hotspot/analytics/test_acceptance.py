from dataclasses import replace
from decimal import Decimal

import pytest

from hotspot.analytics.acceptance import (
    GATES,
    OPEN,
    SHUT,
    UNTOLD,
    Evidence,
    as_text,
    from_text,
    gates,
    stepped_over,
)
from hotspot.analytics.import_row import RejectedError

HOUR_S = 3600
WHOLE = Evidence(
    record="BAST/12/2026", photos=2, located=True, inside=True, area="Ciater", up_s=95 * HOUR_S, down_s=5 * HOUR_S
)


def states(known: Evidence) -> dict[str, str]:
    return {gate.key: gate.state for gate in gates(known)}


def test_all_four_stand_open() -> None:
    assert states(WHOLE) == dict.fromkeys(GATES, OPEN)
    assert stepped_over(gates(WHOLE), {"photo": "not needed"}) == {}


@pytest.mark.parametrize(
    ("known", "key", "state", "told"),
    [
        (replace(WHOLE, record=""), "record", SHUT, "no number of an acceptance record"),
        (replace(WHOLE, photos=0), "photo", SHUT, "no photograph"),
        (replace(WHOLE, located=False, inside=None), "place", UNTOLD, "no coordinates"),
        (replace(WHOLE, inside=None), "place", UNTOLD, "the boundary of Ciater is not known"),
        (replace(WHOLE, inside=False), "place", SHUT, "outside Ciater"),
        (replace(WHOLE, up_s=0, down_s=0), "measured", UNTOLD, "nothing was measured"),
        (replace(WHOLE, up_s=72 * HOUR_S - 1, down_s=0), "measured", SHUT, "only 71 of 72 hours"),
        (replace(WHOLE, up_s=72 * HOUR_S, down_s=0), "measured", OPEN, "72 hours are measured"),
        (replace(WHOLE, up_s=WHOLE.up_s - 1, down_s=WHOLE.down_s + 1), "measured", SHUT, "available"),
        (replace(WHOLE, target=Decimal("95.01")), "measured", SHUT, "are asked for"),
    ],
)
def test_each_gate_tells_what_is_missing(known: Evidence, key: str, state: str, told: str) -> None:
    gate = next(gate for gate in gates(known) if gate.key == key)

    assert gate.state == state
    assert told in str(gate.told)
    assert [other for other in GATES if states(known)[other] != OPEN] == ([] if state == OPEN else [key])


def test_a_gate_that_is_not_open_needs_a_reason_of_its_own() -> None:
    found = gates(Evidence())
    with pytest.raises(RejectedError) as error:
        stepped_over(found, {"record": "taken over", "photo": "  "})
    assert error.value.column == "override_photo"

    reasons = {gate: f"reason of {gate}" for gate in GATES}
    assert stepped_over(found, reasons) == reasons


def test_reasons_are_kept_as_text() -> None:
    reasons = {"photo": 'hilang "sekali" – é', "place": "x"}

    assert from_text(as_text(reasons)) == reasons
    assert as_text({}) == ""
    assert from_text("") == {}
