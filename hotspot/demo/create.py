"""Makes the demonstration city in an empty database: areas, inventory, targets, a year of history, an admin."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.areanames import DISTRICT
from hotspot.analytics.calendar import Period, day_of, midnight
from hotspot.analytics.cells import Ring
from hotspot.analytics.import_row import Row
from hotspot.analytics.permissions import OWNER
from hotspot.analytics.spans import DOWN, UP
from hotspot.demo import cells as drawing
from hotspot.demo import controller, mishaps
from hotspot.demo.asked_for import ask
from hotspot.demo.centres import CENTRES, CITY
from hotspot.demo.chance import share
from hotspot.demo.citizens import speak
from hotspot.demo.contracts import sign
from hotspot.demo.history import Track, catch_up, closed, write_history
from hotspot.demo.incidents import look_back
from hotspot.demo.lifecycle import prove
from hotspot.demo.models import model_of, serial_of
from hotspot.demo.places import COMMUNITY, PORT, Place, places
from hotspot.demo.reports import add_reports
from hotspot.demo.siting import state_denominators
from hotspot.demo.sla import judge_months
from hotspot.demo.targets import date_ways, set_targets
from hotspot.demo.upstreams import hang
from hotspot.demo.usage import crowd
from hotspot.store.accounts import create_account
from hotspot.store.areas import Drawn, Official, area_ids, create_city, draw, official
from hotspot.store.bulk import execute_many
from hotspot.store.credential_sets import add_set
from hotspot.store.events import Event, add_events
from hotspot.store.inventory import apply_import, plan_import
from hotspot.store.models import AccessPoint, City, CollectorStatus, LifecycleChange, MaintenanceWindow, Point
from hotspot.store.targets import phase

INTERVAL_S = 30
HISTORY_DAYS = 365
ACTOR = "demonstration"
ADMIN_NAME = "demo"
DAY_S, HOUR_S = 86400, 3600
SPREAD = 0.75  # part of the interval over which the collector spreads its questions


def create(session: Session, key: bytes, now: int, tell: Callable[[str], None]) -> list[Track]:
    """All of it in the caller's one transaction; takes some seconds, which `go_on` then makes up for."""
    origin = official(CITY)
    city = create_city(session, origin, poll_interval_s=INTERVAL_S, demonstration=True)
    today = day_of(city.time_zone, now)
    tell("drawing 54 kelurahan")
    outlines = outlines_of(origin)
    draw(session, city.id, drawn(origin, outlines))
    tell("inventing 1,000 points")
    made = places(origin.areas, outlines, today)
    plan = plan_import(session, key, city, [row for place in made for row in rows_of(place)], today)
    if plan.rejected:
        raise RuntimeError(f"the invented inventory is wrong: {plan.rejected[0]}")
    apply_import(session, key, city, plan, ACTOR, now)
    date_stages(session, city.id, made)
    date_ways(session, points_by_code(session, city.id), made)
    prove(session, city, made, now)
    set_targets(session, city, made, today, now)
    state_denominators(session, city, origin.areas, now, today)
    ask(session, key, city, origin.areas, outlines, made, now, today)
    sign(session, city, made, now)
    work = announce_work(session, city.id, area_ids(session, city.id), midnight(city.time_zone, today), now)
    tell("inventing a year of mishaps")
    start = midnight(city.time_zone, today - timedelta(days=HISTORY_DAYS))
    tracks = tracks_of(session, city, made, start, now, work)
    identify(session, tracks, now)
    controller.take_over(session, key, city.id, tracks)
    hang(session, city, tracks, now, ACTOR)
    write_history(session, city, tracks, start, now, tell)
    note_events(session, city.id, tracks, now)
    create_account(session, ADMIN_NAME, OWNER, now)
    community = {"name": "demonstration", "snmp_version": "2c", "snmp_community": COMMUNITY}
    add_set(session, key, city.id, community, now, ACTOR)
    prove_life(session, tracks, start, now)
    look_back(session, city, tracks, now, ADMIN_NAME)
    speak(session, city, now, today)
    judge_months(session, key, city, now)
    add_reports(session, city, now, ACTOR)
    return tracks


def go_on(session: Session, tracks: Sequence[Track], now: int) -> None:
    """Poll by invention up to this moment, right before the real collector takes over."""
    city = session.scalars(select(City)).one()
    catch_up(session, city, tracks, now)
    session.execute(update(CollectorStatus).values(heartbeat=now, slot=now - now % INTERVAL_S))


def outlines_of(origin: Official) -> dict[str, Ring]:
    """The cell of each kelurahan, by its code."""
    centres = {f"{CITY}.{code}": (longitude, latitude) for code, (latitude, longitude) in CENTRES.items()}
    missing = {area.code for area in origin.areas if area.level != DISTRICT} ^ set(centres)
    if missing:
        raise RuntimeError(f"centres and official codes differ: {sorted(missing)}")
    return drawing.cells(centres)


def drawn(origin: Official, outlines: Mapping[str, Ring]) -> dict[str, Drawn]:
    """Centre and boundary of every area; a kecamatan is the union of its kelurahan."""
    result = {}
    for area in origin.areas:
        rings = [ring for code, ring in outlines.items() if code.startswith(area.code)]
        corners = [corner for ring in rings for corner in ring]
        x, y = (sum(corner[axis] for corner in corners) / len(corners) for axis in (0, 1))
        if area.level != DISTRICT:
            y, x = CENTRES[area.code.removeprefix(f"{CITY}.")]
        result[area.code] = Drawn(round(y, 5), round(x, 5), drawing.geometry(drawing.union(rings)))
    return result


def rows_of(place: Place) -> list[Row]:
    """As a file of the inventory would have them, so that the demonstration goes the way of every import."""
    cells = {
        "point_code": place.code,
        "point_name": place.name,
        "site_name": place.name,
        "venue_kind": place.kind,
        "area_code": place.village.code,
        "address": place.address,
        "latitude": str(place.position[1]),
        "longitude": str(place.position[0]),
        "lifecycle": place.stage,
        "installed_on": str(place.installed_on or ""),
        "accepted_on": str(place.accepted_on or ""),
        "fund": place.fund,
        "provider": place.provider,
        "auth_mode": place.auth_mode,
    }
    number = int(place.code.removeprefix("TS-")) * 10
    if not place.aps:
        return [Row(number, cells)]
    device = {"ap_port": str(PORT), "snmp_version": "2c", "snmp_community": COMMUNITY}
    return [
        Row(number + n, cells | device | {"ap_name": name, "ap_address": address})
        for n, (name, address) in enumerate(place.aps.items())
    ]


def date_stages(session: Session, city_id: int, made: Iterable[Place]) -> None:
    """An import dates what has no column of its own by today; here it was long ago."""
    ids = points_by_code(session, city_id)
    rows = [(place.since, ids[place.code], place.stage) for place in made]
    execute_many(session, "UPDATE lifecycle_change SET since = ? WHERE point_id = ? AND stage = ?", rows)
    earlier = [
        {"point_id": ids[place.code], "stage": "active", "since": place.accepted_on, "recorded_at": 0, "actor": ACTOR}
        for place in made
        if place.stage == "suspended"
    ]
    session.execute(insert(LifecycleChange), earlier)


def points_by_code(session: Session, city_id: int) -> dict[str, int]:
    rows = session.execute(select(Point.code, Point.id).where(Point.city_id == city_id))
    return {row.code: row.id for row in rows}


def announce_work(
    session: Session, city_id: int, areas: Mapping[str, int], midnight_today: int, now: int
) -> dict[str, list[Period]]:
    """Maintenance by district: a night some weeks ago and one to come; returns the windows by the district's code."""
    windows: dict[str, list[Period]] = {}
    for district, days, reason in ((".03", -19, "Ganti saklar agregasi"), (".06", 2, "Pemindahan jalur serat optik")):
        start = midnight_today + days * DAY_S + HOUR_S
        windows[f"{CITY}{district}"] = [(start, start + 3 * HOUR_S)]
        session.add(
            MaintenanceWindow(
                city_id=city_id,
                area_id=areas[f"{CITY}{district}"],
                start=start,
                end=start + 3 * HOUR_S,
                reason=reason,
                announced_at=min(start - 3 * DAY_S, now),
                announced_by=ACTOR,
            )
        )
    session.flush()
    return windows


def tracks_of(
    session: Session, city: City, made: Sequence[Place], start: int, now: int, work: Mapping[str, list[Period]]
) -> list[Track]:
    ids = {row.name: row.id for row in session.execute(select(AccessPoint.name, AccessPoint.id))}
    areas = area_ids(session, city.id)
    watched = [
        watch(name, ids[name], place, midnight(city.time_zone, place.installed_on), start, now, city)
        for place in made
        for name in place.aps
        if place.installed_on
    ]
    silences = mishaps.silences(watched, start, now)
    gaps = mishaps.collector_gaps(now)
    tracks = []
    places_by_ap = {name: place for place in made for name in place.aps}
    for one in watched:
        place = places_by_ap[one.name]
        spans = mishaps.spans(one, silences[one.name], gaps, INTERVAL_S, now)
        opened = midnight(city.time_zone, place.installed_on) if place.installed_on else start
        tracks.append(
            Track(
                ap_id=ids[one.name],
                area_id=areas[place.village.code],
                watched=one,
                crowd=crowd(one.name, place.kind, opened),
                spans=spans,
                known=closed(one, spans, INTERVAL_S, now),
                maintenance=work.get(place.village.parent_code, ()),
                polling=place.stage != "suspended",
                profile=model_of(one.name).family,
                rtt_us=int(350 + 650 * share("rtt", one.name) ** 2),  # it is loopback, after all
            )
        )
    return tracks


def watch(name: str, ap_id: int, place: Place, opened: int, start: int, now: int, city: City) -> mishaps.Watched:
    """Polled from the afternoon of its installation, until today or until the point was suspended."""
    offset_s = int(phase(ap_id) * SPREAD * INTERVAL_S)
    end = now if place.stage != "suspended" else midnight(city.time_zone, place.since)
    first = max(start, opened + 14 * HOUR_S)
    first += (offset_s - first) % INTERVAL_S
    return mishaps.Watched(
        name=name,
        village=place.village.code,
        district=place.village.parent_code,
        provider=place.provider,
        kind=place.kind,
        offset_s=offset_s,
        first=min(first, end - (end - offset_s) % INTERVAL_S),
        last=end - (end - offset_s) % INTERVAL_S,
    )


def identify(session: Session, tracks: Iterable[Track], now: int) -> None:
    """What the collector has learned of the devices; those of suspended points are not asked any more."""
    rows = []
    for track in tracks:
        name = track.watched.name
        model = model_of(name)
        rows.append(
            {
                "id": track.ap_id,
                "polling": track.polling,
                "vendor": model.vendor,
                "model": model.model,
                "firmware": model.firmware,
                "serial": serial_of(name, model) or None,
                "sys_name": name,
                "sys_object_id": model.sys_object_id,
                "sys_descr": model.sys_descr,
                "identified_at": now - int(share("identified", name) * DAY_S),
            }
        )
    session.execute(update(AccessPoint), rows)


def note_events(session: Session, city_id: int, tracks: Sequence[Track], now: int) -> None:
    """The collector's gaps, and the reboots of the last week: power that comes back restarts a device."""
    events = [Event(start, "collector_gap", detail=f"{end - start} s") for start, end in mishaps.collector_gaps(now)]
    for track in tracks:
        for before, after in zip(track.spans, track.spans[1:], strict=False):
            returned = before.state == DOWN and after.state == UP
            if returned and after.start > now - 7 * DAY_S and share("reboot", track.ap_id, after.start) < 0.6:
                events.append(Event(after.start - 45, "reboot", track.ap_id))
    add_events(session, city_id, events)


def prove_life(session: Session, tracks: Sequence[Track], start: int, now: int) -> None:
    """The collector's heartbeat at the end of the history."""
    live = [track for track in tracks if track.polling]
    session.add(
        CollectorStatus(
            interval_s=INTERVAL_S,
            holder=ACTOR,
            started_at=start,
            heartbeat=now,
            slot=now - now % INTERVAL_S,
            cycles=(now - start) // INTERVAL_S,
            skipped=0,
            polled=len(live),
            answered=sum(track.spans[-1].state == UP for track in live),
            duration_ms=int(INTERVAL_S * SPREAD * 1000),
            cpu_us_per_poll=0,
        )
    )
    session.flush()
