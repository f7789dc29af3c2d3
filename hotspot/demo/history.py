"""Writes the invented year as the recorder and the roll-up would have left it: spans, days, hours, polls, states."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter

from sqlalchemy.orm import Session

from hotspot.analytics.calendar import Period, day_of, days, hour_start, hours, midnight
from hotspot.analytics.rollup import Day, Seconds, seconds, was_watched
from hotspot.analytics.spans import DOWN, UNKNOWN, UP, Span, close
from hotspot.batch import NOTHING_SEEN
from hotspot.demo.chance import flicker, share
from hotspot.demo.mishaps import Watched
from hotspot.demo.usage import DOWN_BYTES_S, UP_BYTES_S, Crowd
from hotspot.store.area_sums import SUM_HOURS
from hotspot.store.bulk import Row, execute_many, insert
from hotspot.store.models import City
from hotspot.store.months import sum_months
from hotspot.store.polls import add_polls, save_states
from hotspot.store.rollups import roll_up

HOUR_S, DAY_S = 3600, 86400
HOURS_KEPT_DAYS = 35
SPARSE_S = 180  # the page of an access point draws its day in steps of so long
SPAN = ("ap_id", "start", "end", "city_id", "state", "start_err", "end_err", "cause")
SECONDS = ("up_s", "down_s", "unknown_s", "maintenance_s")
USAGE = ("polls", "answered", "rx_bytes", "tx_bytes", "clients_sum", "clients_n", "clients_max", "rtt_us_sum")
AREA = ("area_id", "t", "city_id", "access_points")
INSERT_HOUR = insert("rollup_hour", ("t", "ap_id", "city_id", *SECONDS, *USAGE))
INSERT_DAY = insert("rollup_day", ("ap_id", "t", "city_id", *SECONDS, *USAGE))
CLIENTS_MAX = 10  # its place in SECONDS and USAGE
Told = Callable[[str], None]
NOT_PINGED = (None, None, None)  # ping_sent, ping_received, ping_us


@dataclass(frozen=True, slots=True)
class Track:
    """An access point with its history; the last of `spans` is still open, `known` is how questions see them."""

    ap_id: int
    area_id: int
    watched: Watched
    crowd: Crowd
    spans: Sequence[Span]
    known: Sequence[Span]
    maintenance: Sequence[Period]
    polling: bool
    profile: str
    rtt_us: int

    def seconds(self, a: int, b: int) -> Seconds:
        """Those of each state in [a, b), from the spans that touch it."""
        first = bisect_right(self.known, a, key=attrgetter("start")) - 1
        last = first + 1
        while last < len(self.known) and self.known[last].start < b:
            last += 1
        return seconds(self.known[max(first, 0) : last], self.maintenance, a, b)

    def was_watched(self, start: int, end: int) -> bool:
        return was_watched(self.known, Day(start, end, ()), self.polling)


def closed(watched: Watched, spans: Sequence[Span], interval_s: int, now: int) -> list[Span]:
    """The open span as far as it was watched, the rest unknown."""
    last = spans[-1]
    return [*spans[:-1], *close(last.start, last.state, watched.last, interval_s, now)]


class AreaDays:
    """Sums over the access points of each area and day, and the clients they expect together in each of its hours."""

    def __init__(self) -> None:
        self.sums: dict[tuple[int, int], list[int]] = {}
        self.means: dict[tuple[int, int], list[float]] = {}
        self.day_means: dict[tuple[int, int], float] = defaultdict(float)

    def add(self, area_id: int, t: int, row: Row, means: Sequence[float]) -> None:
        key = (area_id, t)
        if key not in self.sums:
            self.sums[key], self.means[key] = [0] * 13, [0.0] * len(means)
        self.sums[key] = [total + (value or 0) for total, value in zip(self.sums[key], (*row, 1), strict=True)]
        self.means[key] = [total + mean for total, mean in zip(self.means[key], means, strict=True)]
        clients_sum, clients_n = row[8:10]
        if clients_n:
            self.day_means[key] += clients_sum / clients_n

    def rows(self, city_id: int) -> Iterator[Row]:
        """In the order of AREA, SECONDS, USAGE and clients_mean; a maximum is that of the sums by hour."""
        for (area_id, t), (*sums, count) in self.sums.items():
            polls, answered, rx, tx, clients_sum, clients_n, _, rtt = sums[4:]
            used = (rx, tx, clients_sum, clients_n, round(max(self.means[area_id, t])), rtt)
            nothing = (None, None, None, 0, None, None)
            mean = self.day_means.get((area_id, t))
            yield (area_id, t, city_id, count, *sums[:4], polls, answered, *(used if answered else nothing), mean)


def write_history(session: Session, city: City, tracks: Sequence[Track], start: int, now: int, tell: Told) -> None:
    rows = [row for track in tracks for row in span_rows(track, city.id)]
    tell(f"writing {len(rows)} spans")
    execute_many(session, insert("status_span", SPAN), rows)
    fresh = hour_start(city.time_zone, now) - HOUR_S  # from here on single polls exist and the roll-up does the rest
    since = midnight(city.time_zone, day_of(city.time_zone, now) - timedelta(days=HOURS_KEPT_DAYS))
    sums = AreaDays()
    tell("writing the days of a year")
    write_days(session, city, tracks, list(days(city.time_zone, start, since)), sums)
    tell(f"writing the hours of {HOURS_KEPT_DAYS} days")
    for day in days(city.time_zone, since, fresh):
        write_hours(session, city, tracks, day, fresh, sums)
    execute_many(session, insert("area_day", (*AREA, *SECONDS, *USAGE, "clients_mean")), list(sums.rows(city.id)))
    session.execute(SUM_HOURS, {"city_id": city.id, "a": since, "b": fresh})
    sum_months(session, city, start, fresh)
    tell("writing polls and states")
    for track in tracks:
        add_polls(session, list(poll_rows(track, city, fresh, now)))
    save_states(session, [state_row(track, city.id, city.poll_interval_s) for track in tracks])
    session.flush()
    tell("rolling up today")
    roll_up(session, city, fresh, now)


def span_rows(track: Track, city_id: int) -> Iterator[Row]:
    for place, span in enumerate(track.spans):
        end = None if place == len(track.spans) - 1 else span.end
        cause = "collector" if span.state == UNKNOWN else ""
        yield (track.ap_id, span.start, end, city_id, span.state, 30 if place else 0, 30 if end else 0, cause)


def measured(track: Track, parts: Seconds, mean: float, peak: float, interval_s: int) -> Row:
    """SECONDS and USAGE; who did not answer has no usage, which is not the same as none."""
    up_s, down_s, _, maintenance_s = parts
    answered = up_s // interval_s
    polls = max(answered, (up_s + down_s + maintenance_s) // interval_s)
    if not answered:
        return (*parts, polls, 0, None, None, None, 0, None, None)
    sums = (int(mean * up_s * DOWN_BYTES_S), int(mean * up_s * UP_BYTES_S), round(mean * answered), answered)
    return (*parts, polls, answered, *sums, max(round(peak * 1.35), round(mean)), answered * track.rtt_us)


def write_days(session: Session, city: City, tracks: Sequence[Track], old: Sequence[Period], sums: AreaDays) -> None:
    """Days whose hours are not kept any more."""
    for track in tracks:
        rows = []
        for start, end in old:
            if track.was_watched(start, end):
                parts, level = track.seconds(start, end), track.crowd.level(start)
                means = [level * mean for mean in track.crowd.by_hour(start)]
                row = measured(track, parts, sum(means) / 24, max(means), city.poll_interval_s)
                rows.append((track.ap_id, start, city.id, *row))
                share_up = parts[0] / (end - start)
                sums.add(track.area_id, start, row, [share_up * mean for mean in means])
        execute_many(session, INSERT_DAY, rows)


def write_hours(session: Session, city: City, tracks: Sequence[Track], day: Period, fresh: int, sums: AreaDays) -> None:
    """The hours of one day up to `fresh`, and the day itself when it is over by then."""
    hour_rows: list[Row] = []
    day_rows: list[Row] = []
    periods = list(hours(city.time_zone, day[0], min(day[1], fresh)))
    for track in tracks:
        if track.was_watched(*day):
            made = list(hours_of(track, day, periods, city.poll_interval_s))
            hour_rows += [(t, track.ap_id, city.id, *row) for (t, _), row in zip(periods, made, strict=True)]
            if day[1] <= fresh:
                row = joined(track.seconds(*day), made)
                day_rows.append((track.ap_id, day[0], city.id, *row))
                means = [row[8] / row[9] if row[9] else 0.0 for row in made]
                sums.add(track.area_id, day[0], row, means)
    execute_many(session, INSERT_HOUR, sorted(hour_rows))
    execute_many(session, INSERT_DAY, day_rows)


def hours_of(track: Track, day: Period, periods: Sequence[Period], interval_s: int) -> Iterator[Row]:
    level, means = track.crowd.level(day[0]), track.crowd.by_hour(day[0])
    for (start, end), usual in zip(periods, means, strict=False):
        mean = level * usual * (0.88 + 0.24 * flicker(track.watched.name, start))
        yield measured(track, track.seconds(start, end), mean, mean, interval_s)


def joined(parts: Seconds, made: Sequence[Row]) -> Row:
    """A day from its hours."""
    sums = [sum(row[place] or 0 for row in made) for place in range(4, 12)]
    if not sums[1]:
        return (*parts, sums[0], 0, None, None, None, 0, None, None)
    sums[CLIENTS_MAX - 4] = max(row[CLIENTS_MAX] or 0 for row in made)
    return (*parts, *sums)


def poll_rows(track: Track, city: City, fresh: int, now: int) -> Iterator[Row]:
    """Single polls: all since `fresh`, before that a day of one in a while, enough for a chart."""
    interval_s = city.poll_interval_s
    sparse_s = SPARSE_S // interval_s * interval_s
    at = track.watched.poll_after(now - DAY_S, sparse_s)
    place = 0
    while at <= track.watched.last:
        while place + 1 < len(track.spans) and track.spans[place + 1].start <= at:
            place += 1
        if track.spans[place].start <= at:
            yield poll_row(track, track.spans[place], at, city)
        at += interval_s if at >= fresh else min(sparse_s, track.watched.poll_after(fresh, interval_s) - at)


def poll_row(track: Track, span: Span, at: int, city: City) -> Row:
    """In the order of the columns of poll_hot."""
    slot = at - at % city.poll_interval_s
    return (slot, track.ap_id, city.id, at - slot, *reading(track, span, at, city.poll_interval_s), *NOT_PINGED, None)


def catch_up(session: Session, city: City, tracks: Sequence[Track], now: int) -> None:
    """The polls made while the history was written, so that the real collector goes on without a gap.

    In the cycle of this moment everybody has been asked, some a little before their usual turn.
    """
    interval_s = city.poll_interval_s
    slot = now - now % interval_s
    live = [caught_up(session, city, track, slot, now) for track in tracks if track.polling]
    save_states(session, [state_row(track, city.id, interval_s) for track in live])
    session.flush()
    roll_up(session, city, now - HOUR_S // 2, now)


def caught_up(session: Session, city: City, track: Track, slot: int, now: int) -> Track:
    before, interval_s = track.watched.last, city.poll_interval_s
    if before >= slot:
        return track
    last = min(slot + track.watched.offset_s, now)
    usual = range(before + interval_s, slot, interval_s)
    add_polls(session, [poll_row(track, track.spans[-1], at, city) for at in (*usual, last)])
    return replace(track, watched=replace(track.watched, last=last))


def reading(track: Track, span: Span, at: int, interval_s: int) -> Row:
    """up, rtt_us, uptime_s, clients, rx_bytes, tx_bytes, errors, cpu_percent, memory_percent."""
    if span.state != UP:
        return (0 if span.state == DOWN else None, *(None,) * 8)
    clients = track.crowd.clients(at)
    rtt = int(track.rtt_us * (0.8 + 0.4 * flicker(track.watched.name, at)))
    used = clients * interval_s
    cpu, memory = min(97, 8 + 2 * clients), min(95, 41 + clients // 2)
    return (1, rtt, uptime_s(track, at), clients, used * DOWN_BYTES_S, used * UP_BYTES_S, 0, cpu, memory)


def uptime_s(track: Track, at: int) -> int:
    """Since the last time it came back, or since some day before the history began."""
    back = next((span.start for span in reversed(track.spans) if span.state == UP and span.start <= at), at)
    if back == track.spans[0].start:
        back -= int(share("uptime", track.watched.name) * 90 * DAY_S)
    return at - back


def state_row(track: Track, city_id: int, interval_s: int) -> Row:
    """In the order of the columns of ap_state."""
    span, last = track.spans[-1], track.watched.last
    up, rtt, uptime, clients, rx, tx, _, cpu, memory = reading(track, span, last, interval_s)
    missed = 0 if up else (last - span.start) // interval_s + 1
    return (
        track.ap_id,
        city_id,
        span.state,
        span.start,
        "",
        last,
        last if up else span.start - interval_s,
        last - last % interval_s,
        interval_s,
        missed,
        None if up else span.start,
        missed,
        None if up else span.start,
        rtt,
        uptime,
        clients,
        None if rx is None else rx * 8 // interval_s,
        None if tx is None else tx * 8 // interval_s,
        cpu,
        memory,
        *NOT_PINGED,
        track.profile,
        "" if up else "no answer",
        NOTHING_SEEN,
        "",
    )
