"""What was measured in the world of the tests: spans, states, polls and roll-ups of every device."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hotspot.analytics.extras import written
from hotspot.store.models import (
    ApState,
    AreaDay,
    AreaHour,
    PollHot,
    RollupDay,
    RollupHour,
    RollupMonth,
    State,
    StatusSpan,
)

ZONE: Final = ZoneInfo("Asia/Jakarta")
INTERVAL_S: Final = 300
HISTORY_DAYS: Final = 100
HOUR, DAY = 3600, 86400
VENDORS = (
    ("unifi", "Ubiquiti", "UAP-AC-Pro"),
    ("mikrotik", "MikroTik", "wAP ac"),
    ("grandstream", "Grandstream", "GWN7660"),
)


@dataclass(frozen=True)
class Device:
    """An access point being built: where it is and its story as (start, end, state)."""

    id: int
    name: str
    area: int
    history: list[tuple[int, int, int]]


def midnight(day: date) -> int:
    return int(datetime.combine(day, time(), ZONE).timestamp())


def today(now: int) -> date:
    return datetime.fromtimestamp(now, ZONE).date()


def population(now: int, number: int) -> int:
    """Clients at an access point: a day's curve with its top in the afternoon, the size given by `number`."""
    hour = (now / HOUR + 7) % 24
    return round((2 + number % 9) * (0.3 + 2 * max(0.0, math.sin((hour - 6) / 18 * math.pi))))


def add_measured(session: Session, city: int, devices: list[Device], now: int) -> None:
    spans: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    polls: list[dict[str, Any]] = []
    for device in devices:
        spans += [
            {"ap_id": device.id, "city_id": city, "start": a, "end": None if b == now else b, "state": state}
            | {"cause": "monitoring" if is_alone(device, a, now) else ""}
            for a, b, state in device.history
        ]
        states.append(state_of(city, device, now))
        polls += polls_of(city, device, now)
    session.execute(insert(StatusSpan), spans)
    session.execute(insert(ApState), states)
    session.execute(insert(PollHot), polls)
    hours = [(now // HOUR - back) * HOUR for back in range(8 * 24)]  # whole hours are also hours of the city's zone
    days = [midnight(today(now) - timedelta(days=back)) for back in range(HISTORY_DAYS)]
    for whole, by_area, starts, length in ((RollupHour, AreaHour, hours, HOUR), (RollupDay, AreaDay, days, DAY)):
        rows = [row for device in devices for row in sums_of(city, device, starts, length, now)]
        session.execute(insert(whole), [{k: v for k, v in row.items() if k != "area_id"} for row in rows])
        session.execute(insert(by_area), area_sums(rows, with_mean=by_area is AreaDay))
    session.execute(insert(RollupMonth), month_sums(city, devices, days, now))


def state_of(city: int, device: Device, now: int) -> dict[str, Any]:
    since, _, state = device.history[-1]
    up = state == State.UP
    last_poll = now - 60 - device.id % 120
    clients = population(now, device.id) if up else None
    return {
        "ap_id": device.id, "city_id": city, "state": state, "since": since, "last_poll": last_poll,
        "last_ok": last_poll if up else since - INTERVAL_S, "last_slot": last_poll // INTERVAL_S * INTERVAL_S,
        "interval_s": INTERVAL_S, "missed": 0 if up else (now - since) // INTERVAL_S,
        "first_missed": None if up else since, "rtt_us": 2_000 + device.id * 40 if up else None,
        "uptime_s": 12 * DAY if up else None, "clients": clients, "rx_bps": 4_200_000 if up else None,
        "tx_bps": 800_000 if up else None, "cpu_percent": 12 if up else None, "memory_percent": 41 if up else None,
        "cause": "monitoring" if is_alone(device, now - 1, now) else "", **echoes(not up and state == State.DOWN),
        "profile": VENDORS[device.id % 3][0], "error": "" if up else "no answer to 4 requests in 7 s",
        "detail": detail(clients or 0), "memory": "",
    }  # fmt: skip


def detail(clients: int) -> str:
    radios = [("wifi0", clients // 3, 6, 31), ("wifi1", clients - clients // 3, 44, 12)]
    return json.dumps(
        {
            "radios": [{"label": n, "clients": c, "channel": ch, "utilisation": u} for n, c, ch, u in radios],
            "ssids": [{"label": "Tangsel <Free> WiFi", "clients": clients}],
            "interfaces": [{"label": "eth0", "rx_bps": 4_200_000, "tx_bps": 800_000, "errors": 0}],
        }
    )


def said(clients: int, slot: int) -> str | None:
    """The same radios and network as in `detail`, as history; now and then a channel changes."""
    told = json.loads(detail(clients))
    for radio in told["radios"]:
        radio |= {"noise": -95 + slot // INTERVAL_S % 4, "utilisation": min(99, 10 + 2 * radio["clients"])}
        radio["channel"] += 5 * (slot // (8 * HOUR) % 2)
    return written(told | {"extras": {}})


def state_at(device: Device, instant: int) -> int:
    for start, end, state in reversed(device.history):
        if start <= instant < end:
            return state
    return int(State.UNKNOWN)


def polls_of(city: int, device: Device, now: int) -> Iterable[dict[str, Any]]:
    """The last 24 hours; nobody polled between 20 and 22 hours ago, so that charts have a gap."""
    first = (now - DAY) // INTERVAL_S * INTERVAL_S
    for slot in range(first, now, INTERVAL_S):
        state = state_at(device, slot)
        alone = is_alone(device, slot, now)
        if (state == State.UNKNOWN and not alone) or now - 22 * HOUR <= slot < now - 20 * HOUR:
            continue
        up = state == State.UP
        yield {
            "slot": slot, "ap_id": device.id, "city_id": city, "offset_s": device.id % 120, "up": int(up),
            "rtt_us": 2_000 + slot // 7 % 900 if up else None, "clients": population(slot, device.id) if up else None,
            "rx_bytes": 150_000_000 if up else None, "tx_bytes": 30_000_000 if up else None,
            "extras": said(population(slot, device.id), slot) if up else None, **echoes(not up and not alone),
        }  # fmt: skip


def is_alone(device: Device, instant: int, now: int) -> bool:
    """Whether it answered pings alone then: its last stretch is unknown."""
    start, end, state = device.history[-1]
    return state == State.UNKNOWN and start <= instant < end == now


def echoes(lost: bool) -> dict[str, int | None]:
    return {"ping_sent": 3, "ping_received": 0 if lost else 3, "ping_us": None if lost else 1_300}


def sums_of(city: int, device: Device, starts: list[int], length: int, now: int) -> Iterable[dict[str, Any]]:
    for t in starts:
        end = min(t + length, now)
        seconds = {
            state: sum(max(0, min(b, end) - max(a, t)) for a, b, kind in device.history if kind == state)
            for state in State
        }
        known = sum(seconds.values())
        if not known:
            continue
        answered = seconds[State.UP] // INTERVAL_S
        yield {
            "ap_id": device.id, "area_id": device.area, "city_id": city, "t": t,
            "polls": (seconds[State.UP] + seconds[State.DOWN]) // INTERVAL_S, "answered": answered,
            "up_s": seconds[State.UP], "down_s": seconds[State.DOWN],
            "unknown_s": end - t - seconds[State.UP] - seconds[State.DOWN], "maintenance_s": 0,
            "rx_bytes": answered * 150_000_000 if answered else None,
            "tx_bytes": answered * 30_000_000 if answered else None,
            "clients_sum": answered * population(t + length // 2, device.id) if answered else None,
            "clients_n": answered, "clients_max": population(t + length // 2, device.id) + 2 if answered else None,
            "rtt_us_sum": answered * 2_400 if answered else None,
        }  # fmt: skip


def month_sums(city: int, devices: list[Device], days: list[int], now: int) -> list[dict[str, Any]]:
    """The calendar months that are over, those in which the history begins included: sums of their days."""
    months: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for device in devices:
        for row in sums_of(city, device, days, DAY, now):
            first = midnight(datetime.fromtimestamp(row["t"], ZONE).date().replace(day=1))
            if first != midnight(today(now).replace(day=1)):
                months.setdefault((first, device.id), []).append(row)
    apart = ("ap_id", "city_id", "t", "area_id", "clients_max")
    return [
        {"ap_id": ap_id, "city_id": city, "t": t, "clients_max": max(row["clients_max"] or 0 for row in rows)}
        | {name: total(row[name] for row in rows) for name in rows[0] if name not in apart}
        for (t, ap_id), rows in months.items()
    ]


def area_sums(rows: list[dict[str, Any]], *, with_mean: bool) -> list[dict[str, Any]]:
    """Sums by area and instant; a missing reading adds nothing, and all missing stays missing."""
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["area_id"], row["t"]), []).append(row)
    added = ("polls", "answered", "up_s", "down_s", "unknown_s", "maintenance_s", "clients_n")
    partly = ("rx_bytes", "tx_bytes", "clients_sum", "clients_max", "rtt_us_sum")
    return [
        {"area_id": area, "t": t, "city_id": members[0]["city_id"], "access_points": len(members)}
        | {name: sum(row[name] for row in members) for name in added}
        | {name: total(row[name] for row in members) for name in partly}
        | ({"clients_mean": sum(mean(row) for row in members)} if with_mean else {})
        for (area, t), members in groups.items()
    ]


def mean(row: dict[str, Any]) -> float:
    return float(row["clients_sum"]) / row["clients_n"] if row["clients_n"] else 0.0


def total(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
