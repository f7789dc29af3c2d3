"""Rules that people make, change, switch, remove and bring back; each step is checked and noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.alert_rules import KINDS
from hotspot.analytics.import_row import N_, cleaned, needed, reject
from hotspot.analytics.incident_words import SEVERITIES
from hotspot.analytics.rule_fields import fields_of, stored, typed
from hotspot.analytics.rule_preview import Preview, refusal
from hotspot.analytics.rule_scope import Scope
from hotspot.store.alerts.incidents import end_found, open_subjects
from hotspot.store.alerts.rule_memory import forget
from hotspot.store.alerts.rules import Rule, rule_by_id, rules_of
from hotspot.store.audit import note
from hotspot.store.models import AlertRule, Area, City, Provider
from hotspot.store.point_edit import ConflictError

LONGEST_NAME = 80
MOST = 200  # rules of a city
OF_RULE = ("name", "severity", "area", "provider")  # what every kind has beside its params


@dataclass(frozen=True, slots=True)
class Limits:
    """What decides when it speaks."""

    kind: str
    params: Any
    scope: Scope
    area_id: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed, once it makes sense."""

    name: str
    severity: str
    limits: Limits


def draft(session: Session, city: City, kind: str, texts: Mapping[str, str], but: int | None = None) -> Draft:
    """From the texts of a form, by field: those of OF_RULE and of the kind's params.

    Raises RejectedError with the field and the reason. `but` is the rule itself, whose name may stay.
    """
    name = free_name(session, city, needed({"name": cleaned("name", texts.get("name", ""))}, "name"), but)
    severity = texts.get("severity", "")
    if severity not in SEVERITIES:
        reject("severity", N_("%(value)s is not one of the known values"), value=severity)
    return Draft(name, severity, limits(session, city, kind, texts))


def limits(session: Session, city: City, kind: str, texts: Mapping[str, str]) -> Limits:
    """Raises RejectedError with the field and the reason."""
    area_id, code = area_of(session, city, kind, texts.get("area", ""))
    provider_id = provider_of(session, city, kind, texts.get("provider", ""))
    params: Any = typed(KINDS[kind].params, texts)
    return Limits(kind, params, Scope(code, provider_id), area_id)


def free_name(session: Session, city: City, name: str, but: int | None) -> str:
    """A removed rule lets go of a name that another one wants."""
    if len(name) > LONGEST_NAME:
        reject("name", N_("longer than %(most)s characters"), most=LONGEST_NAME)
    row = session.scalar(select(AlertRule).where(AlertRule.city_id == city.id, AlertRule.name == name))
    if row is not None and row.id != but and row.removed_at is None:
        reject("name", N_("there is one of this name already"))
    return name


def suggested(session: Session, city: City, name: str) -> str:
    """The name, with a number behind it where there is such a rule."""
    taken = {one.name for one in rules_of(session, city)}
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)


def area_of(session: Session, city: City, kind: str, code: str) -> tuple[int | None, str]:
    if not code:
        return None, ""
    if "area" not in KINDS[kind].scopes:
        reject("area", N_("this kind of rule is of the whole city"))
    found = session.scalar(select(Area.id).where(Area.city_id == city.id, Area.code == code))
    return found or reject("area", N_("%(value)s is not known here"), value=code), code


def provider_of(session: Session, city: City, kind: str, name: str) -> int | None:
    if not name:
        return None
    if "provider" not in KINDS[kind].scopes:
        reject("provider", N_("this kind of rule does not know providers"))
    found = session.scalar(select(Provider.id).where(Provider.city_id == city.id, Provider.name == name))
    return found or reject("provider", N_("%(value)s is not known here"), value=name)


def refuse_flood(kind: str, preview: Preview) -> None:
    """Raises RejectedError of "enabled" for a rule that would say too much."""
    if reason := refusal(preview, KINDS[kind]):
        reject("enabled", reason.text, **reason.values)


def add_rule(session: Session, city: City, wanted: Draft, *, enabled: bool, now: int, actor: str) -> int:
    """The id; raises RejectedError where there are too many."""
    number = select(func.count()).where(AlertRule.city_id == city.id, AlertRule.removed_at.is_(None))
    if (session.scalar(number) or 0) >= MOST:
        reject("name", N_("there are %(most)s rules already; remove one first"), most=MOST)
    free(session, city, wanted.name)
    row = AlertRule(city_id=city.id, enabled=enabled, **columns(wanted, now, actor))
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"alert rule {wanted.name}", told(wanted, enabled))
    return row.id


def change_rule(
    session: Session, city: City, rule_id: int, wanted: Draft, version: str, *, enabled: bool, now: int, actor: str
) -> bool:
    """False where nothing differs; raises ConflictError with the rule as it stands when its version is another one."""
    row = locked(session, city, rule_id)
    new = columns(wanted, row.changed_at, row.changed_by) | {"enabled": enabled}
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    if not changed:
        return False
    if version != str(row.version):
        raise ConflictError(rule_by_id(session, city, rule_id))
    free(session, city, wanted.name, rule_id)
    for name, value in (new | {"changed_at": now, "changed_by": actor}).items():
        setattr(row, name, value)
    row.version += 1
    session.flush()
    if not enabled:
        fall_silent(session, rule_id, now, actor)
    note(session, now, actor, "change", f"alert rule {row.name}", f"{', '.join(changed)}; now {told(wanted, enabled)}")
    return True


def switch(session: Session, city: City, rule_id: int, *, on: bool, now: int, actor: str) -> bool:
    """False where it was so already."""
    row = locked(session, city, rule_id)
    if row.enabled == on:
        return False
    row.enabled, row.changed_at, row.changed_by, row.version = on, now, actor, row.version + 1
    session.flush()
    if not on:
        fall_silent(session, rule_id, now, actor)
    note(session, now, actor, "enable" if on else "disable", f"alert rule {row.name}")
    return True


def remove_rule(session: Session, city: City, rule_id: int, *, now: int, actor: str) -> None:
    """What it found stays on record; `bring_back` undoes it."""
    row = locked(session, city, rule_id)
    row.removed_at, row.changed_at, row.changed_by, row.version = now, now, actor, row.version + 1
    session.flush()
    fall_silent(session, rule_id, now, actor)
    note(session, now, actor, "remove", f"alert rule {row.name}")


def bring_back(session: Session, city: City, rule_id: int, *, now: int, actor: str) -> bool:
    """As it was, under another name where another rule has its own meanwhile; False where it is not removed."""
    row = session.get(AlertRule, rule_id, with_for_update=True)
    if row is None or row.city_id != city.id or row.removed_at is None:
        return False
    row.removed_at, row.changed_at, row.changed_by, row.version = None, now, actor, row.version + 1
    session.flush()
    note(session, now, actor, "undo", f"alert rule {row.name}", "removed")
    return True


def locked(session: Session, city: City, rule_id: int) -> AlertRule:
    """Raises NoResultFound."""
    query = select(AlertRule).where(AlertRule.id == rule_id, AlertRule.city_id == city.id)
    return session.scalars(query.where(AlertRule.removed_at.is_(None)).with_for_update()).one()


def free(session: Session, city: City, name: str, but: int | None = None) -> None:
    """A removed rule of this name gets its number behind it."""
    query = select(AlertRule).where(AlertRule.city_id == city.id, AlertRule.name == name, AlertRule.id != (but or 0))
    for row in session.scalars(query):
        row.name = f"{row.name} ({row.id})"
    session.flush()


def fall_silent(session: Session, rule_id: int, now: int, actor: str) -> None:
    """What it said last is over: nobody looks any more."""
    forget(session, rule_id)
    if said := open_subjects(session, rule_id):
        end_found(session, rule_id, said, now=now, actor=actor)


def columns(wanted: Draft, now: int, actor: str) -> dict[str, Any]:
    chosen = wanted.limits
    return {
        "kind": chosen.kind, "name": wanted.name, "severity": wanted.severity, "params": stored(chosen.params),
        "area_id": chosen.area_id, "provider_id": chosen.scope.provider_id, "changed_at": now, "changed_by": actor,
    }  # fmt: skip


def told(wanted: Draft, enabled: bool) -> str:
    return f"{wanted.limits.kind} {stored(wanted.limits.params)}, {wanted.severity}, {'on' if enabled else 'off'}"


def texts_of(rule: Rule) -> dict[str, str]:
    """As its form says it."""
    params = {one.name: str(getattr(rule.params, one.name)) for one in fields_of(type(rule.params))}
    own = {"name": rule.name, "severity": rule.severity, "area": rule.scope.area_code, "provider": rule.provider}
    return own | params | {"enabled": "y" if rule.enabled else ""}


def area_code_of(session: Session, city: City, rule_id: int) -> str:
    """Also of a removed rule; empty for the whole city."""
    query = select(Area.code).join(AlertRule, AlertRule.area_id == Area.id)
    return session.scalar(query.where(AlertRule.city_id == city.id, AlertRule.id == rule_id)) or ""
