"""What is known of a site, a point and an access point, how two such states differ, and what may never be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from hotspot.analytics.areanames import Gazetteer
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.inventory import PRE_BUILT
from hotspot.analytics.lifecycle import Standing, Steps

SNMP_PORT = 161
SiteKey = tuple[str, str]  # code of the kelurahan, name of the site


@dataclass(frozen=True, slots=True)
class SiteFacts:
    venue_kind: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class PointFacts:
    point_name: str
    area_code: str
    site_name: str
    lifecycle: str
    installed_on: date | None = None
    accepted_on: date | None = None
    fund: str = ""
    provider: str = ""
    auth_mode: str = "open"

    @property
    def site(self) -> SiteKey:
        return self.area_code, self.site_name

    @property
    def standing(self) -> Standing:
        return Standing(self.lifecycle, self.installed_on, self.accepted_on)


@dataclass(frozen=True, slots=True)
class ApFacts:
    """`controller` is the name of the one through which it is followed: then it needs no address."""

    point_code: str
    address: str = ""
    port: int = SNMP_PORT
    snmp_version: str = "2c"
    profile: str = ""
    kind: str = "access_point"
    controller: str = ""
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)  # as sealed in access_point.credential


@dataclass(frozen=True, slots=True)
class Inventory:
    """What exists: sites by their key, points and the steps of their lives by code, access points by name."""

    areas: Gazetteer
    sites: Mapping[SiteKey, SiteFacts] = field(default_factory=dict)
    points: Mapping[str, PointFacts] = field(default_factory=dict)
    access_points: Mapping[str, ApFacts] = field(default_factory=dict)
    lives: Mapping[str, Steps] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new as text; both None for a secret, which is never shown."""

    column: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        return (
            f"{self.column} replaced" if self.new is None else f"{self.column}: {self.old or '-'} -> {self.new or '-'}"
        )


def stage_of(values: Mapping[str, Any]) -> str:
    """The stage of a new point whose row names none."""
    if values.get("accepted_on"):
        return "accepted"
    return "installed" if values.get("installed_on") else "planned"


def check_dates(point: PointFacts) -> None:
    if point.accepted_on and not point.installed_on:
        reject("accepted_on", N_("accepted without a date of installation"))
    if point.accepted_on and point.installed_on and point.accepted_on < point.installed_on:
        reject("accepted_on", N_("accepted before it was installed"))
    if point.accepted_on and point.lifecycle == "installed":
        reject("accepted_on", N_("accepted, but the stage is %(stage)s"), stage=point.lifecycle)
    if point.lifecycle in PRE_BUILT and point.installed_on:
        reject("installed_on", N_("installed, but the stage is %(stage)s"), stage=point.lifecycle)


def credential(version: str, stored: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What is to be sealed: the row's words over the stored ones, of the version's kind only."""
    if version != "3":
        community = given.get("community") or stored.get("community", "")
        return {"community": community} if community else {}
    words = {**stored, **given}
    words.pop("community", None)
    if not words.get("user"):
        reject("snmp_user", N_("SNMPv3 needs a user"))
    for kind in ("auth", "priv"):
        if bool(words.get(f"{kind}_protocol")) != bool(words.get(f"{kind}_password")):
            reject(f"snmp_{kind}_password", N_("a protocol and a password belong together"))
    if words.get("priv_protocol") and not words.get("auth_protocol"):
        reject("snmp_priv_protocol", N_("privacy needs authentication"))
    return words


def difference(old: SiteFacts | PointFacts | ApFacts, new: SiteFacts | PointFacts | ApFacts) -> Iterable[Change]:
    for item in fields(old):
        before, after = getattr(old, item.name), getattr(new, item.name)
        if before != after:
            if item.name == "secret":
                yield Change("snmp_community", None, None)
            else:
                of_ap = isinstance(old, ApFacts) and item.name in ("address", "port")
                yield Change(f"ap_{item.name}" if of_ap else item.name, shown(before), shown(after))


def shown(value: object) -> str:
    return "" if value is None else str(value)
