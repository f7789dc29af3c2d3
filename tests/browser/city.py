"""An invented city in the database, with areas, points and a history, for looking at pages."""

import json
import math
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.store.base import writing
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    AreaDay,
    AreaHour,
    City,
    CollectorStatus,
    DeviceEvent,
    Fund,
    Goal,
    LifecycleChange,
    MaintenanceWindow,
    Point,
    Provider,
    RollupDay,
    RollupHour,
    Site,
    State,
    StatusSpan,
)

ZONE = "Asia/Jakarta"
INTERVAL_S = 900  # long, so that the data stay fresh while the pages are looked at
SIDE = 6  # villages along a side of the city
DISTRICTS = ("Ujung Utara", "Taman Barat", "Pasar Lama", "Sungai Timur", "Kebun Raya", "Bukit Selatan")
VILLAGES = ("Melati", "Kenanga", "Cempaka", "Anggrek", "Dahlia", "Mawar")
MODELS = (("Ubiquiti", "UAP-AC-M"), ("MikroTik", "wAP ac"), ("Ruckus", "R310"), ("Aruba", "AP-365"))
DAY_S, HOUR_S = 86400, 3600


@dataclass(frozen=True, slots=True)
class Sums:
    up_s: int
    down_s: int
    unknown_s: int
    clients: int | None

    def row(self, length: int) -> dict[str, Any]:
        polls = length // 60
        quiet = self.clients is None
        return {
            "polls": polls,
            "answered": round(polls * self.up_s / length),
            "up_s": self.up_s,
            "down_s": self.down_s,
            "unknown_s": self.unknown_s,
            "maintenance_s": 0,
            "rx_bytes": None if quiet else (self.clients or 0) * 90_000_000 * length // HOUR_S,
            "tx_bytes": None if quiet else (self.clients or 0) * 14_000_000 * length // HOUR_S,
            "clients_sum": None if quiet else (self.clients or 0) * polls,
            "clients_n": 0 if quiet else polls,
            "clients_max": None if quiet else (self.clients or 0) + 3,
            "rtt_us_sum": polls * 9000,
        }


def build(engine: Engine, now: int, *, points: int = 240, days: int = 90, demonstration: bool = True) -> None:
    """The same city for the same `now`."""
    chance = random.Random(7)
    with writing(engine) as session:
        city = City(code="99.71", name="Kota Contoh", time_zone=ZONE, demonstration=demonstration)
        session.add(city)
        session.flush()
        villages = areas(session, city.id)
        fund = [Fund(city_id=city.id, name=name) for name in ("APBD", "CSR", "Hibah")]
        provider = [Provider(city_id=city.id, name=name) for name in ("Telkom", "Biznet")]
        session.add_all([*fund, *provider])
        session.add(
            Goal(
                city_id=city.id,
                quantity=round(points * 1.15),
                cumulative=True,
                from_on=date(2026, 1, 1),
                to_on=date(2027, 12, 31),
                valid_since=date(2026, 1, 1),
                source="RPJMD",
            )
        )
        session.flush()
        ids = [village.id for village in villages]
        made = [
            add_point(session, city.id, number, villages[number % len(villages)], fund, provider, now, chance)
            for number in range(1, points + 1)
        ]
        devices = [device for row in made for device in row]
        history(session, city.id, devices, now, days, chance)
        session.add(
            CollectorStatus(
                interval_s=INTERVAL_S,
                holder="test",
                started_at=now - 9 * DAY_S,
                heartbeat=now - 12,
                slot=now - now % INTERVAL_S,
                cycles=9 * 1440,
                skipped=0,
                polled=len(devices),
                answered=len(devices),
                duration_ms=2100,
                cpu_us_per_poll=180,
            )
        )
        session.add(
            MaintenanceWindow(
                city_id=city.id,
                area_id=ids[0],
                start=now + 2 * HOUR_S,
                end=now + 4 * HOUR_S,
                reason="Penggantian kabel",
                announced_at=now - DAY_S,
                announced_by="admin",
            )
        )


def corner(i: int, j: int) -> tuple[float, float]:
    """A knot of the bent grid that the villages are cut from."""
    wobble = math.sin(i * 2.1 + j * 1.3), math.cos(i * 1.7 - j * 2.3)
    return round(106.65 + i * 0.025 + wobble[0] * 0.006, 5), round(-6.36 + j * 0.022 + wobble[1] * 0.006, 5)


def areas(session: Any, city_id: int) -> list[Area]:
    villages: list[Area] = []
    for d, name in enumerate(DISTRICTS):
        district = Area(city_id=city_id, code=f"99.71.{d + 1:02}", name=name, level="district")
        session.add(district)
        session.flush()
        for v, village in enumerate(VILLAGES):
            ring = [corner(d, v), corner(d + 1, v), corner(d + 1, v + 1), corner(d, v + 1), corner(d, v)]
            villages.append(
                Area(
                    city_id=city_id,
                    parent_id=district.id,
                    code=f"{district.code}.{1001 + v}",
                    name=f"{village} {name.split()[-1]}",
                    level="village",
                    longitude=sum(x for x, _ in ring[:4]) / 4,
                    latitude=sum(y for _, y in ring[:4]) / 4,
                    boundary=json.dumps({"type": "Polygon", "coordinates": [ring]}),
                )
            )
    session.add_all(villages)
    session.flush()
    return villages


@dataclass(frozen=True, slots=True)
class Device:
    ap_id: int
    area_id: int
    state: State
    worth: float  # its usual availability
    clients: int


def add_point(
    session: Any,
    city_id: int,
    number: int,
    area: Area,
    funds: list[Fund],
    providers: list[Provider],
    now: int,
    chance: random.Random,
) -> list[Device]:
    kind = chance.choice(list(VENUE_KINDS)[:12])
    planned = number % 9 == 0
    today = day_of(ZONE, now)
    installed = today - timedelta(days=chance.randrange(40, 700))
    name = f"{VENUE_KINDS[kind][0]} {area.name} {number:03}"
    site = Site(
        city_id=city_id,
        area_id=area.id,
        name=name,
        venue_kind=kind,
        address=f"Jl. {area.name} {number}",
        latitude=(area.latitude or 0) + chance.uniform(-0.008, 0.008),
        longitude=(area.longitude or 0) + chance.uniform(-0.009, 0.009),
    )
    session.add(site)
    session.flush()
    accepted = not planned and number % 7 != 0
    point = Point(
        city_id=city_id,
        site_id=site.id,
        fund_id=chance.choice(funds).id,
        provider_id=chance.choice(providers).id,
        code=f"KC-{number:04}",
        name=name,
        lifecycle="planned" if planned else "accepted" if accepted else "installed",
        installed_on=None if planned else installed,
        accepted_on=installed + timedelta(days=14) if accepted else None,
    )
    session.add(point)
    session.flush()
    session.add(
        LifecycleChange(
            point_id=point.id,
            stage=point.lifecycle,
            since=installed if not planned else today - timedelta(days=30),
            recorded_at=now - 30 * DAY_S,
            actor="admin",
        )
    )
    if planned:
        return []
    count = 3 if number % 20 == 0 else 2 if number % 8 == 0 else 1
    return [add_device(session, city_id, point, number, k, area.id, now, chance) for k in range(count)]


def add_device(
    session: Any, city_id: int, point: Point, number: int, k: int, area_id: int, now: int, chance: random.Random
) -> Device:
    vendor, model = chance.choice(MODELS)
    access_point = AccessPoint(
        city_id=city_id,
        point_id=point.id,
        name=f"{point.code}-{k + 1}",
        address=f"10.{number // 250}.{number % 250}.{k + 10}",
        vendor=vendor,
        model=model,
        firmware="6.5.28",
        serial=f"SN{number:05}{k}",
        sys_name=f"ap-{number}-{k}",
        identified_at=now - DAY_S,
    )
    session.add(access_point)
    session.flush()
    luck = chance.random()
    state = State.DOWN if luck < 0.04 or (k == 1 and luck < 0.3) else State.UNKNOWN if luck > 0.985 else State.UP
    since = now - chance.randrange(600, 40 * HOUR_S)
    clients = chance.randrange(0, 22)
    up = state is State.UP
    session.add(
        ApState(
            ap_id=access_point.id,
            city_id=city_id,
            state=state,
            since=since,
            last_poll=now - 12,
            last_ok=now - 12 if up else since,
            last_slot=now - now % INTERVAL_S,
            interval_s=INTERVAL_S,
            missed=0 if up else 9,
            first_missed=None if up else since,
            rtt_us=chance.randrange(2000, 40000) if up else None,
            uptime_s=chance.randrange(DAY_S, 90 * DAY_S) if up else None,
            clients=clients if up else None,
            rx_bps=clients * 210_000 if up else None,
            tx_bps=clients * 30_000 if up else None,
            cpu_percent=chance.randrange(3, 60) if up else None,
            memory_percent=chance.randrange(20, 80) if up else None,
            profile="ubiquiti-unifi",
            error="" if up else "no answer",
            detail="{}",
            memory="{}",
        )
    )
    session.add(StatusSpan(ap_id=access_point.id, city_id=city_id, start=since - 60 * DAY_S, end=since, state=State.UP))
    session.add(StatusSpan(ap_id=access_point.id, city_id=city_id, start=since, end=None, state=state))
    if number % 30 == 0:
        session.add(DeviceEvent(city_id=city_id, ap_id=access_point.id, at=now - 5 * HOUR_S, kind="reboot"))
    return Device(access_point.id, area_id, state, chance.choice((1.0, 1.0, 0.9995, 0.998, 0.97)), clients)


def history(session: Any, city_id: int, devices: list[Device], now: int, days: int, chance: random.Random) -> None:
    today = day_of(ZONE, now)
    by_day: list[dict[str, Any]] = []
    by_hour: list[dict[str, Any]] = []
    for back in range(days):
        t = midnight(ZONE, today - timedelta(days=back))
        length = min(DAY_S, now - t)
        by_day += [
            {"ap_id": one.ap_id, "t": t, "city_id": city_id, "area_id": one.area_id}
            | past(one, length, length, chance, gone=back == 41).row(length)
            for one in devices
            if length
        ]
    for back in range(7 * 24):
        t = now - now % HOUR_S - back * HOUR_S
        length = min(HOUR_S, now - t) or 1
        hour = (t // HOUR_S + 7) % 24
        busy = 0.15 + max(0.0, math.sin((hour - 6) / 18 * math.pi)) if hour >= 6 else 0.1
        by_hour += [
            {"ap_id": one.ap_id, "t": t, "city_id": city_id, "area_id": one.area_id}
            | past(replace(one, clients=round(one.clients * busy)), length, 0, chance, gone=60 <= back < 65).row(length)
            for one in devices
        ]
    write(session, RollupDay, AreaDay, by_day)
    write(session, RollupHour, AreaHour, by_hour)


def past(one: Device, length: int, bad_day_s: int, chance: random.Random, *, gone: bool) -> Sums:
    if gone:
        return Sums(0, 0, length, None)
    down = 0
    if bad_day_s and chance.random() > one.worth - 0.004:
        down = round(length * chance.uniform(0.01, 0.4))
    return Sums(length - down, down, 0, one.clients)


def write(session: Any, single: type[Any], whole: type[Any], rows: list[dict[str, Any]]) -> None:
    session.execute(insert(single), [{key: value for key, value in row.items() if key != "area_id"} for row in rows])
    sums: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        key = row["area_id"], row["t"]
        if key not in sums:
            sums[key] = {name: value for name, value in row.items() if name != "ap_id"} | {"access_points": 1}
            continue
        total = sums[key]
        total["access_points"] += 1
        for name, value in row.items():
            if name not in ("ap_id", "area_id", "t", "city_id") and value is not None:
                total[name] = (total[name] or 0) + value
    session.execute(insert(whole), list(sums.values()))
