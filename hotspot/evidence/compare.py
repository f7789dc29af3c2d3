"""A pack held against the records of now: what was edited, what came late, what was decided since."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from hotspot.analytics.calendar import Period
from hotspot.analytics.import_row import N_
from hotspot.analytics.spans import UNKNOWN, Span, partition
from hotspot.evidence.columns import WORDS, iso
from hotspot.evidence.container import Fault, fault
from hotspot.evidence.month import sla_month, window_of
from hotspot.evidence.records import Excluded, Line, Records, Stay, StoredSpan, Work

SINCE = ("as_of", "demonstration")  # of the terms: may differ
Row = tuple[int, int, int, str, int, int]  # start, end, state, cause, start_err, end_err


def compare(was: Records, now: Records) -> list[Fault]:
    """What of the records of now would not give the pack again; both are of the same contract and month."""
    zone, window = ZoneInfo(was.terms.zone), window_of(was.terms.month, was.terms.zone)
    faults = [
        *changed("contract.json", asdict(was.terms), asdict(now.terms)),
        *keyed(was.lines, now.lines, line_name),
        *keyed(was.stays, now.stays, lambda stay: stay_name(stay, zone)),
        *spans(was.spans, now.spans, window, zone),
        *keyed(works(was.maintenance, window), works(now.maintenance, window), lambda work: work_name(work, zone)),
        *keyed(was.exclusions, now.exclusions, exclusion_name),
    ]
    if faults:
        before, after = sla_month(was).amount_rp, sla_month(now).amount_rp
        said = N_("was Rp%(was)s; the records of now give Rp%(now)s")
        faults.append(fault("amount", said, was=f"{before:,}", now=f"{after:,}"))
    return faults


def line_name(line: Line) -> str:
    return f"lines.csv, {line.point} from {line.starts_on}"


def stay_name(stay: Stay, zone: ZoneInfo) -> str:
    return f"access_points.csv, {stay.access_point} at {stay.point} since {iso(stay.since, zone)}"


def work_name(work: Work, zone: ZoneInfo) -> str:
    return f"maintenance.csv, {work.access_point}, {iso(work.start, zone)} to {iso(work.end, zone)}"


def exclusion_name(one: Excluded) -> str:
    return f"exclusions.csv, number {one.number} of {one.point}"


def works(rows: Iterable[Work], window: Period) -> list[Work]:
    """As far as they lie in the month."""
    cut = [Work(one.access_point, max(one.start, window[0]), min(one.end, window[1])) for one in rows]
    return [one for one in cut if one.start < one.end]


def keyed(was: Iterable[Any], now: Iterable[Any], name: Callable[[Any], str]) -> Iterator[Fault]:
    """Records with a name: those that are gone, those that came, those with another value in a field."""
    before, after = {name(one): one for one in was}, {name(one): one for one in now}
    for key, one in before.items():
        if key not in after:
            yield fault(key, N_("is not in the database any more"))
        else:
            yield from changed(key, asdict(one), asdict(after[key]))
    for key in after.keys() - before.keys():
        yield fault(key, N_("came into the database since"))


def changed(name: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[Fault]:
    for field, before in was.items():
        if field not in SINCE and before != now[field]:
            said = N_("%(field)s was %(was)s, is %(now)s")
            yield fault(name, said, field=field, was=empty(before), now=empty(now[field]))


def empty(value: object) -> str:
    return "-" if value in (None, "") else str(value)


def spans(was: Sequence[StoredSpan], now: Sequence[StoredSpan], window: Period, zone: ZoneInfo) -> Iterator[Fault]:
    """By access point the times whose state is another; where states agree, the rows that do not."""
    before, after = by_access_point(was, window), by_access_point(now, window)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, []), after.get(name, [])
        if old == new:
            continue
        found = list(differences(old, new, window))
        for start, end, state, state_now in found:
            said = N_("was %(was)s, is %(now)s")
            if state == UNKNOWN:
                said = N_("was unknown, is %(now)s: late data, or an edit")
            yield fault(place(name, start, end, zone), said, was=WORDS[state], now=WORDS[state_now])
        if not found:
            for row in sorted(set(old) ^ set(new)):
                said = N_("is not there any more as it was") if row in old else N_("came into the database since")
                yield fault(place(name, row[0], row[1], zone), said)


def place(name: str, start: int, end: int, zone: ZoneInfo) -> str:
    return f"spans.csv, {name}, {iso(start, zone)} to {iso(end, zone)}"


def by_access_point(rows: Sequence[StoredSpan], window: Period) -> dict[str, list[Row]]:
    """As far as they can be known at the end of the month: how a span goes on after it changes nothing."""
    found: dict[str, list[Row]] = defaultdict(list)
    for one in rows:
        if one.end <= window[0] or one.start >= window[1]:
            continue
        inside = one.end < window[1]
        end, end_err = (one.end, one.end_err) if inside else (window[1], 0)
        found[one.access_point].append((one.start, end, one.state, one.cause, one.start_err, end_err))
    return found


def differences(old: Sequence[Row], new: Sequence[Row], window: Period) -> Iterator[tuple[int, int, int, int]]:
    """From, to, state then, state now; joined where they touch."""
    one, other = ([Span(*row[:3]) for row in rows] for rows in (old, new))
    parts, others = partition(one, [], *window), partition(other, [], *window)
    open_: tuple[int, int, int, int] | None = None
    place = 0
    for part in parts:
        while place < len(others) and others[place].start < part.end:
            start, end = max(part.start, others[place].start), min(part.end, others[place].end)
            state, state_now = part.state, others[place].state
            if state != state_now:
                if open_ and (open_[1], *open_[2:]) == (start, state, state_now):
                    open_ = (open_[0], end, state, state_now)
                else:
                    if open_:
                        yield open_
                    open_ = (start, end, state, state_now)
            if others[place].end > part.end:
                break
            place += 1
    if open_:
        yield open_
