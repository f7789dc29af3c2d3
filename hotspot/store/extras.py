"""What the radios and SSIDs of an access point said, poll by poll, whether rows still or packed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hotspot.analytics.chunk import Column
from hotspot.analytics.extras import Series, columns
from hotspot.store.chunks import Said, packed_extras
from hotspot.store.polls import earliest, hot_rows


def extras_of(session: Session, ap_id: int, a: int, b: int) -> tuple[Said, list[int]]:
    """Of its polls made in [a, b) that said something of the kind, oldest first; midnights of days that are damaged.

    A poll that is packed between the two readings comes twice, and is taken once.
    """
    first = earliest(session, ap_id, a)
    hot = hot_rows(session, ap_id, first, b, ("slot", "offset_s", "extras"))
    days, damaged = packed_extras(session, ap_id, first, b)
    told = sorted((slot + offset, text) for slot, offset, text in hot if text)
    days.append(Said([at for at, _ in told], columns([text for _, text in told])))
    return joined(days, a, b), damaged


def joined(days: Sequence[Said], a: int, b: int) -> Said:
    """All in the order of time; of an instant that is in two of them the first counts."""
    places: dict[int, tuple[int, int]] = {}
    for number, day in reversed(list(enumerate(days))):
        places |= {at: (number, place) for place, at in enumerate(day.times) if a <= at < b}
    times = sorted(places)
    order = [places[at] for at in times]
    series: dict[Series, Column] = {}
    for one in dict.fromkeys(one for day in days for one in day.series):
        own = [day.series.get(one) for day in days]
        series[one] = [column[place] if (column := own[number]) else None for number, place in order]
    return Said(times, series)
