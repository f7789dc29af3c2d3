"""/alert-rules."""

from datetime import datetime

from pydantic import Field

from hotspot.analytics.rule_fields import fields_of
from hotspot.api.layer import Ask
from hotspot.api.query import Query
from hotspot.api.shapes import Envelope, Shape
from hotspot.store.alerts.rule_list import rule_rows


class AlertRule(Shape):
    id: int
    kind: str = Field(description="outage, monitoring_broken, unknown, degraded, provider, capacity, unused, ...")
    name: str
    severity: str = Field(description="notice, warning or critical")
    enabled: bool
    area: str | None = Field(description="code of the area that it is limited to")
    provider: str | None = Field(description="name of the provider that it is limited to")
    limits: dict[str, int | str] = Field(description="the fields of its kind, as the form names them")
    firing: int = Field(description="what it fires for now; of outages the incidents of its severity that are open")
    spoken_30_days: int = Field(description="incidents that it opened in 30 days")
    last_spoken: datetime | None


class AlertRules(Envelope):
    items: list[AlertRule]


def index(ask: Ask[Query]) -> AlertRules:
    """The rules: what becomes an incident that people are told of, and how often each spoke."""
    items = [
        AlertRule(
            id=one.rule.id,
            kind=one.rule.kind,
            name=one.rule.name,
            severity=one.rule.severity,
            enabled=one.rule.enabled,
            area=one.rule.scope.area_code or None,
            provider=one.rule.provider or None,
            limits={each.name: getattr(one.rule.params, each.name) for each in fields_of(type(one.rule.params))},
            firing=one.record.now,
            spoken_30_days=one.record.spoken,
            last_spoken=ask.time(one.record.last),
        )
        for one in rule_rows(ask.session, ask.city, ask.now)
    ]
    return AlertRules(**ask.head(), items=items)
