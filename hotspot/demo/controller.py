"""The controller of the demonstration: some access points of the city are followed through it, two have no point yet.

Object names and their meanings are those of collectors/profiles/ruckus-smartzone.toml.
"""

import json
from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from collectors import oids
from collectors.agent import Agent, Object
from collectors.snmp.codec import Tag
from hotspot.demo.chance import share
from hotspot.demo.history import Track
from hotspot.demo.places import COMMUNITY, PORT
from hotspot.demo.tables import SSID, gauge, text
from hotspot.demo.usage import DOWN_BYTES_S, UP_BYTES_S, Crowd, crowd
from hotspot.secrets import seal
from hotspot.store.inventory_facts import where
from hotspot.store.models import AccessPoint

NAME, ADDRESS = "SZ-Balai-Kota", "127.36.251.1"
FAMILY = "ruckus-standalone"  # of the access points that it took over
FOLLOWED = 10
UNPLACED = ("TS-0750 serambi", "Cadangan gudang")
BASE = "1.3.6.1.4.1.25053.1"
APS = f"{BASE}.4.2.1.1.2.2.1"
MODEL, FIRMWARE, AP_FIRMWARE = "SZ144", "6.1.2.0.487", "6.1.2.0.1084"


def take_over(session: Session, key: bytes, city_id: int, tracks: Iterable[Track]) -> None:
    """The controller with its access points, some of which have been polled by themselves so far."""
    names = sorted(track.watched.name for track in tracks if track.profile == FAMILY and track.polling)[:FOLLOWED]
    secret = seal(key, json.dumps({"community": COMMUNITY}), where(city_id, NAME))
    row = AccessPoint(city_id=city_id, name=NAME, kind="controller", address=ADDRESS, port=PORT, credential=secret)
    session.add(row)
    session.flush()
    ids = session.execute(select(AccessPoint.name, AccessPoint.id).where(AccessPoint.name.in_(names)))
    followed = {"controller_id": row.id, "address": None, "credential": None, "firmware": AP_FIRMWARE}
    session.execute(
        update(AccessPoint),
        [{"id": one.id, "controller_key": mac(one.name), "serial": serial(one.name), **followed} for one in ids],
    )
    new = [{"city_id": city_id, "name": name, "controller_key": mac(name), **followed} for name in UNPLACED]
    session.execute(insert(AccessPoint), new)


def agent(crowds: Mapping[str, Crowd], now: int) -> Agent:
    """What it answers; `crowds` of its access points at points by name, the last of which is not connected."""
    everyone = {**crowds, **{name: crowd(name, "park", now) for name in UNPLACED}}
    lost = max(crowds, default="")
    objects = {
        oids.SYS_DESCR: text("Ruckus Wireless SmartZone 144"),
        oids.SYS_OBJECT_ID: Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.25053.3.1.11"),
        oids.SYS_NAME: text(NAME),
        f"{BASE}.8.1.1.1.1.1.1.3.1": text(MODEL),
        f"{BASE}.8.1.1.1.1.1.1.9.1": text(FIRMWARE),
        f"{BASE}.8.1.1.1.1.1.1.19.1": gauge(len(everyone) - bool(lost)),
        f"{BASE}.4.1.1.1.15.13.0": text("501650000123"),
        f"{BASE}.4.1.1.1.15.1.0": gauge(len(everyone)),
        f"{BASE}.4.1.1.1.15.2.0": gauge(clients_of(list(everyone.values()))),
        f"{BASE}.4.2.1.1.1.2.1.1.1": text(SSID),
        f"{BASE}.4.2.1.1.1.2.1.12.1": gauge(clients_of(list(everyone.values()))),
    }
    for number, (name, one) in enumerate(everyone.items(), start=1):
        index = "6." + ".".join(str(int(octet, 16)) for octet in mac(name).split(":"))
        up = name != lost
        before = int(share("octets", name) * 10**12)
        objects |= {
            f"{APS}.5.{index}": text(name),
            f"{APS}.6.{index}": Object(Tag.TIME_TICKS, age_of(now - int(share("boot", name) * 40 * 86_400))),
            f"{APS}.7.{index}": text(AP_FIRMWARE),
            f"{APS}.8.{index}": text("T350D"),
            f"{APS}.9.{index}": text(serial(name)),
            f"{APS}.10.{index}": Object(Tag.IP_ADDRESS, bytes((10, 36, 1, number))),
            f"{APS}.15.{index}": gauge(clients_of([one]) if up else 0),
            f"{APS}.16.{index}": text("Connect" if up else "Disconnect"),
            f"{APS}.30.{index}": Object(Tag.COUNTER64, octets(one, before, UP_BYTES_S)),
            f"{APS}.31.{index}": Object(Tag.COUNTER64, octets(one, before, DOWN_BYTES_S)),
        }
    return Agent(objects, community=COMMUNITY, booted_at=now - 30 * 86_400)


def clients_of(crowds: list[Crowd]) -> Callable[[float], int]:
    return lambda now: sum(one.clients(int(now)) for one in crowds)


def octets(one: Crowd, before: int, rate: int) -> Callable[[float], int]:
    return lambda now: before + int(one.traffic(now) * rate)


def age_of(booted_at: int) -> Callable[[float], int]:
    return lambda now: int((now - booted_at) * 100)


def mac(name: str) -> str:
    """Its own address, by which the controller knows it."""
    return "1c:3a:60:" + ":".join(f"{int(share('mac', place, name) * 256):02x}" for place in range(3))


def serial(name: str) -> str:
    return f"3221{int(share('serial', name) * 10**8):08}"
