"""The rules of a city: which there are, those that a new city begins with, and those that tell of outages."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from hotspot.analytics.alert_rules import DEFAULTS, KINDS
from hotspot.analytics.areanames import DISTRICT
from hotspot.analytics.incident_words import OUTAGE, WEIGHTS
from hotspot.analytics.rule_fields import read, stored
from hotspot.analytics.rule_params import Outage
from hotspot.analytics.rule_scope import OutageRule, Scope
from hotspot.store.models import AlertRule, Area, City, Provider

BY_SERVICE = ""  # as the one who changed a rule: nobody did


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is not removed; `params` is of its kind's dataclass. `area` and `provider` name its scope.

    `level` is that of the area: area or district.
    """

    id: int
    kind: str
    name: str
    params: Any
    scope: Scope
    area: str
    level: str
    provider: str
    severity: str
    enabled: bool
    changed_at: int
    changed_by: str
    version: int

    def shared(self, city: City) -> tuple[str, str, str]:
        """What its incidents share: the kind of incident_words.SHARED, which one, and its name."""
        if self.scope.provider_id is not None:
            return "provider", str(self.scope.provider_id), self.provider
        if self.scope.area_code:
            return self.level, self.scope.area_code, self.area
        return KINDS[self.kind].shared, "", city.name


def ensure_defaults(session: Session, city: City, now: int) -> bool:
    """In a write transaction; whether the default rules were made: only where the city never had a rule.

    Rules that people removed stay as rows, so that what they do not want never comes back.
    """
    if session.scalar(select(exists().where(AlertRule.city_id == city.id))):
        return False
    session.add_all(
        AlertRule(
            city_id=city.id, kind=one.kind, name=one.name, params=stored(one.params), severity=one.severity,
            enabled=one.enabled, changed_at=now, changed_by=BY_SERVICE,
        )
        for one in DEFAULTS
    )  # fmt: skip
    session.flush()
    return True


def rules_of(session: Session, city: City, *, enabled_only: bool = False) -> list[Rule]:
    """In the order of kinds, the most severe first."""
    query = joined().where(AlertRule.city_id == city.id, AlertRule.removed_at.is_(None))
    if enabled_only:
        query = query.where(AlertRule.enabled)
    found = [rule(row) for row in session.execute(query) if row.AlertRule.kind in KINDS]
    kinds = list(KINDS)
    return sorted(found, key=lambda one: (kinds.index(one.kind), -WEIGHTS[one.severity], one.name, one.id))


def rule_by_id(session: Session, city: City, rule_id: int) -> Rule | None:
    """None of one that is removed, or of another city."""
    query = joined().where(AlertRule.city_id == city.id, AlertRule.id == rule_id, AlertRule.removed_at.is_(None))
    row = session.execute(query).one_or_none()
    return rule(row) if row and row.AlertRule.kind in KINDS else None


def outage_rules(session: Session, city: City) -> list[OutageRule]:
    """Those that are on, the most severe first: the first that wants an outage gives its severity."""
    found = [
        OutageRule(one.id, one.name, one.severity, 60 * one.params.least_minutes, one.params.least_points, one.scope)
        for one in rules_of(session, city, enabled_only=True)
        if one.kind == OUTAGE and isinstance(one.params, Outage)
    ]
    return sorted(found, key=lambda one: (-WEIGHTS[one.severity], one.id))


def joined() -> Select[*tuple[Any, ...]]:
    """Rules with the names of their scope."""
    return (
        select(
            AlertRule,
            Area.code.label("area_code"),
            Area.name.label("area"),
            Area.level,
            Provider.name.label("provider"),
        )
        .outerjoin(Area, Area.id == AlertRule.area_id)
        .outerjoin(Provider, Provider.id == AlertRule.provider_id)
    )


def rule(row: Any) -> Rule:
    one: AlertRule = row.AlertRule
    return Rule(
        one.id,
        one.kind,
        one.name,
        read(KINDS[one.kind].params, one.params),
        Scope(row.area_code or "", one.provider_id),
        row.area or "",
        "district" if row.level == DISTRICT else "area",
        row.provider or "",
        one.severity,
        one.enabled,
        one.changed_at,
        one.changed_by,
        one.version,
    )
