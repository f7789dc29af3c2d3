"""The gate before `accepted`: four things that prove a point was delivered, each open, shut, or not to be told.

A gate that nobody can judge is not open. An administrator may step over a gate with a reason, and the reason stays with
the step: see planners.md, "Life of a point".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from hotspot.analytics.import_row import N_, Reason, cleaned, reject

RECORD, PHOTO, PLACE, MEASURED = "record", "photo", "place", "measured"
GATES: Final = (RECORD, PHOTO, PLACE, MEASURED)
OPEN, SHUT, UNTOLD = "open", "shut", "untold"
LEAST_S: Final = 72 * 3600  # that have to be measured
WINDOW_DAYS: Final = 30  # up to the day of acceptance, in which they are looked for
TARGET: Final = Decimal(95)  # percent, where no contract says another
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known on the day of acceptance. `inside` is None where there are no coordinates or no boundary.

    `up_s` and `down_s` are means over its access points; `target` in percent.
    """

    record: str = ""
    photos: int = 0
    located: bool = False
    inside: bool | None = None
    area: str = ""
    up_s: int = 0
    down_s: int = 0
    target: Decimal = TARGET


@dataclass(frozen=True, slots=True)
class Gate:
    """`told` says what is there or what is missing; shares in its values are floats from 0 to 1."""

    key: str
    state: str
    told: Reason = field(repr=False)


def gates(known: Evidence) -> tuple[Gate, ...]:
    """In the order of GATES."""
    return record(known), photo(known), place(known), measured(known)


def record(known: Evidence) -> Gate:
    if known.record:
        return Gate(RECORD, OPEN, Reason(N_("acceptance record %(record)s"), {"record": known.record}))
    return Gate(RECORD, SHUT, Reason(N_("no number of an acceptance record (BAST)")))


def photo(known: Evidence) -> Gate:
    if known.photos:
        return Gate(PHOTO, OPEN, Reason(N_("photographs: %(count)s"), {"count": known.photos}))
    return Gate(PHOTO, SHUT, Reason(N_("no photograph of the point")))


def place(known: Evidence) -> Gate:
    values = {"area": known.area}
    if not known.located:
        return Gate(PLACE, UNTOLD, Reason(N_("no coordinates of the site are known")))
    if known.inside is None:
        return Gate(PLACE, UNTOLD, Reason(N_("the boundary of %(area)s is not known; import it"), values))
    if known.inside:
        return Gate(PLACE, OPEN, Reason(N_("the coordinates lie in %(area)s"), values))
    return Gate(PLACE, SHUT, Reason(N_("the coordinates lie outside %(area)s"), values))


def measured(known: Evidence) -> Gate:
    total = known.up_s + known.down_s
    if not total:
        return Gate(MEASURED, UNTOLD, Reason(N_("nothing was measured in the 30 days up to that day")))
    values = {
        "hours": total // HOUR_S,
        "least": LEAST_S // HOUR_S,
        "availability": known.up_s / total,
        "target": float(known.target / 100),
    }
    if total < LEAST_S:
        return Gate(MEASURED, SHUT, Reason(N_("only %(hours)s of %(least)s hours are measured"), values))
    text = N_("%(hours)s hours are measured, available %(availability)s; %(target)s are asked for")
    enough = known.up_s * 100 >= known.target * total
    return Gate(MEASURED, OPEN if enough else SHUT, Reason(text, values))


def stepped_over(found: tuple[Gate, ...], reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons for the gates that are not open; raises RejectedError at `override_<gate>` where one has none."""
    given = {}
    for gate in found:
        if gate.state == OPEN:
            continue
        reason = cleaned(f"override_{gate.key}", reasons.get(gate.key, ""))
        if not reason:
            reject(f"override_{gate.key}", gate.told.text, **gate.told.values)
        given[gate.key] = reason
    return given


def as_text(overrides: Mapping[str, str]) -> str:
    """Empty for none, else JSON as it is stored with the step."""
    return json.dumps(dict(overrides), ensure_ascii=False, sort_keys=True) if overrides else ""


def from_text(text: str) -> dict[str, str]:
    """Reasons by gate."""
    return dict(json.loads(text)) if text else {}
