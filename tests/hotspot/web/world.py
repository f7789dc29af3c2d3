"""A small city with a hundred days of history, for every test that asks a page or the API.

`build(engine, now)` fills an empty database; it is written with plain arithmetic of its own, so that a page that
shows its figures is checked against something else than the code it runs on.

What it holds, beyond ordinary points: see the constants; their names say what is special about them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.secrets import seal
from hotspot.store.base import writing
from hotspot.store.models import (
    AccessPoint,
    Account,
    Area,
    City,
    CollectorStatus,
    DeviceEvent,
    Fund,
    Goal,
    Lease,
    LifecycleChange,
    MaintenanceWindow,
    Point,
    Provider,
    Site,
    State,
)
from tests.hotspot.web import world_measured as measured
from tests.hotspot.web.world_found import add_found
from tests.hotspot.web.world_measured import VENDORS, Device, add_measured

DAY, HOUR, HISTORY_DAYS, INTERVAL_S, ZONE = (
    measured.DAY,
    measured.HOUR,
    measured.HISTORY_DAYS,
    measured.INTERVAL_S,
    measured.ZONE,
)
midnight, today, population = measured.midnight, measured.today, measured.population
NOW: Final = 1_795_244_400  # Saturday 2026-11-21 14:00 in Jakarta

HOSTILE_NAME: Final = '<script>alert(1)</script> & "Sons"'
FORMULA_NAME: Final = "=cmd|' /C calc'!A0"
COMMUNITY: Final = "a-very-secret-community"

HOSTILE, FORMULA, PORTAL, VOUCHER = "TS-0001", "TS-0002", "TS-0010", "TS-0011"
DOWN_TOGETHER = ("TS-0003", "TS-0004", "TS-0005")  # one area, one provider, one minute
DOWN_SINCE_S: Final = 5_400  # before now
DEGRADED = ("TS-0006", "TS-0007")  # one of three, one of two access points is down
PINGS_ALONE: Final = "TS-0015"  # since an hour it answers pings, but no poll
NEVER_POLLED, POLLING_OFF, NEW = "TS-0008", "TS-0009", "TS-0012"  # NEW was first polled five days ago
WITHOUT_ACCESS_POINTS = ("TS-0042", "TS-0043", "TS-0044", "TS-0045", "TS-0046")  # planned, none installed
POINTS, ADMIN, VIEWER = 48, "admin", "viewer"

DISTRICTS = {"36.74.01": "Serpong", "36.74.02": "Serpong Utara", "36.74.06": "Pamulang"}
VILLAGES = {
    "36.74.01.1001": "Buaran",
    "36.74.01.1006": "Rawa Buntu",
    "36.74.02.1002": "Pakulonan",
    "36.74.02.1003": "Pondok Jagung",
    "36.74.06.1001": "Pamulang Barat",
    "36.74.06.1002": "Benda Baru",
}
VENUES = ("community_hall", "park", "mosque", "market", "health_post", "school", "church", "village_office")
FUNDS, PROVIDERS = ("APBD", "CSR", "Hibah"), ("Nusa Link", "Serat Kota")
PLANNED_STAGES = ("proposed", "planned", "surveyed", "funded", "funded")


@dataclass(frozen=True)
class World:
    """Ids by code or name, for tests that need them."""

    now: int
    city: int
    areas: Mapping[str, int] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    access_points: Mapping[str, int] = field(default_factory=dict)
    accounts: Mapping[str, int] = field(default_factory=dict)


def code(number: int) -> str:
    return f"TS-{number:04d}"


def stage(number: int) -> str:
    special = {40: "installed", 41: "suspended", 47: "retired", 48: "relocated"}
    if code(number) in WITHOUT_ACCESS_POINTS:
        return PLANNED_STAGES[number - 42]
    return special.get(number, "accepted" if number in (38, 39) else "active")


def build(engine: Engine, now: int = NOW, key: bytes = b"k" * 32, *, demonstration: bool = False) -> World:
    """Fill an empty database; `key` is the master key with which communities are sealed."""
    with writing(engine) as session:
        city = City(
            code="36.74", name="Kota Tangerang Selatan", demonstration=demonstration, poll_interval_s=INTERVAL_S
        )
        session.add(city)
        session.flush()
        areas = add_areas(session, city.id)
        points, devices, waiting = add_inventory(session, city.id, areas, now, key)
        add_goals(session, city.id, now)
        add_measured(session, city.id, devices, now)
        add_extras(session, city.id, points, devices, now)
        add_found(session, city.id, key, now)
        accounts = add_accounts(session, now)
        names = {device.name: device.id for device in devices} | waiting
        return World(now, city.id, areas, points, names, accounts)


def add_areas(session: Session, city: int) -> dict[str, int]:
    ids: dict[str, int] = {}
    for number, (area_code, name) in enumerate((DISTRICTS | VILLAGES).items()):
        parent = ids.get(area_code[:8]) if area_code in VILLAGES else None
        area = Area(
            city_id=city, parent_id=parent, code=area_code, name=name, level="village" if parent else "district",
            latitude=-6.3 - number / 200, longitude=106.66 + number / 150,
        )  # fmt: skip
        session.add(area)
        session.flush()
        ids[area_code] = area.id
    return ids


def add_inventory(
    session: Session, city: int, areas: Mapping[str, int], now: int, key: bytes
) -> tuple[dict[str, int], list[Device], dict[str, int]]:
    """Points by code; devices with a history; ids of access points that were never polled."""
    funds = [Fund(city_id=city, name=name) for name in FUNDS]
    providers = [Provider(city_id=city, name=name) for name in PROVIDERS]
    session.add_all([*funds, *providers])
    session.flush()
    points: dict[str, int] = {}
    devices: list[Device] = []
    waiting: dict[str, int] = {}
    for number in range(1, POINTS + 1):
        village = list(VILLAGES)[0 if code(number) in DOWN_TOGETHER else number % len(VILLAGES)]
        fund = funds[number % 4].id if number % 4 < len(FUNDS) else None
        provider = providers[0 if code(number) in DOWN_TOGETHER else number % 2].id
        point = add_point(session, city, number, (areas[village], VILLAGES[village]), (fund, provider), now)
        points[point.code] = point.id
        for device in add_devices(session, city, point, areas[village], number, now, key):
            if device.history:
                devices.append(device)
            else:
                waiting[device.name] = device.id
    return points, devices, waiting


def add_point(
    session: Session, city: int, number: int, area: tuple[int, str], paid: tuple[int | None, int], now: int
) -> Point:
    kind = VENUES[number % len(VENUES)]
    site = Site(
        city_id=city, area_id=area[0], name=f"{kind.replace('_', ' ').title()} {area[1]} {number}", venue_kind=kind,
        address=f"Jl. Melati {number}", latitude=-6.30 - number / 1000, longitude=106.66 + number % 7 / 100,
    )  # fmt: skip
    session.add(site)
    session.flush()
    lifecycle = stage(number)
    built = lifecycle not in PLANNED_STAGES
    installed = today(now) - timedelta(days=5 if code(number) == NEW else 460 - number * 9) if built else None
    accepted = installed + timedelta(days=3) if installed and lifecycle != "installed" else None
    point = Point(
        city_id=city, site_id=site.id, fund_id=paid[0], provider_id=paid[1], code=code(number), lifecycle=lifecycle,
        name={HOSTILE: HOSTILE_NAME, FORMULA: FORMULA_NAME}.get(code(number), f"{site.name} Wi-Fi"),
        auth_mode={PORTAL: "portal", VOUCHER: "voucher"}.get(code(number), "open"),
        installed_on=installed, accepted_on=accepted,
    )  # fmt: skip
    session.add(point)
    session.flush()
    dates = {"installed": installed, "accepted": accepted, lifecycle: accepted or today(now) - timedelta(days=number)}
    session.add_all(
        LifecycleChange(point_id=point.id, stage=step, since=since, recorded_at=now - HOUR, actor="import")
        for step, since in dates.items()
        if since
    )
    return point


def add_devices(
    session: Session, city: int, point: Point, area: int, number: int, now: int, key: bytes
) -> Iterable[Device]:
    count = 0 if point.code in WITHOUT_ACCESS_POINTS else {DEGRADED[0]: 3, DEGRADED[1]: 2}.get(point.code, 1)
    for index in range(count):
        name = f"AP-{number:03d}-{index + 1}"
        where = f"{city}/access_point/{name}"
        profile, vendor, model = VENDORS[number % len(VENDORS)]
        seen = point.code not in (NEVER_POLLED, POLLING_OFF)
        access_point = AccessPoint(
            city_id=city, point_id=point.id, name=name, address=f"10.74.{number}.{index + 1}",
            credential=seal(key, f'{{"community": "{COMMUNITY}"}}', where), polling=point.code != POLLING_OFF,
            profile=profile if number % 2 else None, vendor=vendor if seen else None, model=model if seen else None,
            firmware="6.6.55" if seen else None, serial=f"SN{number:05d}{index}" if seen else None,
            identified_at=now - DAY if seen else None,
        )  # fmt: skip
        session.add(access_point)
        session.flush()
        down = point.code in DOWN_TOGETHER or (point.code in DEGRADED and index == 0)
        alone = point.code == PINGS_ALONE
        story = history(number, index, now, first_day=5 if point.code == NEW else HISTORY_DAYS, down=down, alone=alone)
        yield Device(access_point.id, name, area, story if seen and stage(number) != "retired" else [])


def history(
    number: int, index: int, now: int, *, first_day: int, down: bool, alone: bool
) -> list[tuple[int, int, int]]:
    """Up since the first poll, but for some short outages and three hours in which the collector slept."""
    start = now - first_day * DAY - number * 7
    dips = [(now - days * DAY - HOUR, now - days * DAY - HOUR + (number % 5 + 1) * 900) for days in outage_days(number)]
    breaks = [(a, b, int(State.DOWN)) for a, b in dips if index == 0]
    breaks.append((now - 20 * DAY, now - 20 * DAY + 3 * HOUR, int(State.UNKNOWN)))
    if down:
        breaks.append((now - DOWN_SINCE_S + number % 3 * 10, now, int(State.DOWN)))
    if alone:
        breaks.append((now - HOUR, now, int(State.UNKNOWN)))
    spans: list[tuple[int, int, int]] = []
    at = start
    for a, b, state in sorted(breaks):
        if a >= start:
            spans += [(at, a, int(State.UP)), (a, b, state)]
            at = b
    return spans if at == now else [*spans, (at, now, int(State.UP))]


def outage_days(number: int) -> list[int]:
    return sorted({number * 7 % 89 + 1, number * 13 % 89 + 1, number % 29 + 1} - {19, 20})


def add_goals(session: Session, city: int, now: int) -> None:
    """40 points by the end of last year, then 20 more; in June raised to 50 in all."""
    year = today(now).year
    versions = (
        (40, True, year - 1, date(year - 1, 1, 1), "RPJMD"),
        (20, False, year, date(year, 1, 1), "RKPD"),
        (50, True, year, date(year, 6, 1), "RKPD perubahan"),
    )
    session.add_all(
        Goal(
            city_id=city,
            quantity=quantity,
            cumulative=cumulative,
            from_on=date(of, 1, 1),
            to_on=date(of, 12, 31),
            valid_since=since,
            source=source,
        )
        for quantity, cumulative, of, since, source in versions
    )


def add_extras(session: Session, city: int, points: Mapping[str, int], devices: list[Device], now: int) -> None:
    """The collector's heartbeat, events, and maintenance windows: past, coming, cancelled."""
    session.add(Lease(name="collector", holder="host:1", fence=1, until=now + 20))
    session.add(
        CollectorStatus(
            interval_s=INTERVAL_S, holder="host:1", started_at=now - DAY, heartbeat=now - 40,
            slot=now // INTERVAL_S * INTERVAL_S, cycles=288, skipped=1, polled=len(devices),
            answered=len(devices) - 5, duration_ms=2_400, cpu_us_per_poll=240,
        )
    )  # fmt: skip
    session.add_all(
        DeviceEvent(city_id=city, ap_id=devices[0].id, at=now - hours * HOUR, kind=kind, detail=text)
        for hours, kind, text in ((30, "reboot", "up 12 days before"), (29, "identity", "firmware 6.5 <b> to 6.6"))
    )
    common = {"city_id": city, "announced_by": "admin"}
    session.add_all(
        [
            MaintenanceWindow(**common, point_id=points[code(20)], start=now - 9 * DAY, end=now - 9 * DAY + HOUR,
                              reason="Ganti switch", announced_at=now - 10 * DAY),
            MaintenanceWindow(**common, area_id=devices[0].area, start=now + DAY, end=now + DAY + 2 * HOUR,
                              reason="Listrik PLN <padam>", announced_at=now - DAY),
            MaintenanceWindow(**common, start=now + 2 * DAY, end=now + 3 * DAY, reason="Dibatalkan",
                              announced_at=now - DAY, cancelled_at=now - HOUR),
        ]
    )  # fmt: skip


def add_accounts(session: Session, now: int) -> dict[str, int]:
    accounts = [
        Account(name=name, role=role, created_at=now - 90 * DAY)
        for name, role in ((ADMIN, "owner"), (VIEWER, "viewer"))
    ]
    session.add_all(accounts)
    session.flush()
    return {account.name: account.id for account in accounts}
