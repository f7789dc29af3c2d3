"""The rules over what is known now: what they find becomes incidents, too."""

import math
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from hotspot.analytics.alert_rules import KINDS, QUICK_S
from hotspot.analytics.hysteresis import Level, Look, Memory, advance
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.rule_reading import Reading
from hotspot.analytics.rule_values import CALM_S
from hotspot.store import jobruns
from hotspot.store.alerts.incidents import Found, end_found, open_found
from hotspot.store.alerts.rule_facts import Now
from hotspot.store.alerts.rule_memory import Change, is_worth_writing, remembered, write
from hotspot.store.alerts.rule_readings import readings
from hotspot.store.alerts.rules import Rule, ensure_defaults, rules_of
from hotspot.store.models import City


def judge(session: Session, city: City, now: int) -> None:
    """Every rule that is on and due looks once; outages are told by `find`, as the rules for them say."""
    ensure_defaults(session, city, now)
    rules = [one for one in rules_of(session, city, enabled_only=True) if one.kind != OUTAGE]
    memories = remembered(session, [one.id for one in rules])
    facts = Now(session, city, now)
    for rule in rules:
        if is_due(session, rule, now):
            seen = readings(facts, rule.kind, rule.params, rule.scope)
            if seen is not None:
                look(session, city, rule, seen, memories[rule.id], now)


def is_due(session: Session, rule: Rule, now: int) -> bool:
    """Slow kinds look once in their time, and at once after somebody changed them."""
    every_s = KINDS[rule.kind].every_s
    if every_s <= QUICK_S:
        return True
    return jobruns.claim(session, f"rule {rule.id}.{rule.version}", now - now % every_s, "", now)


def look(
    session: Session, city: City, rule: Rule, seen: Sequence[Reading], memory: Mapping[str, Memory], now: int
) -> None:
    """Remember, and tell what newly fires and what is over; a subject that nobody named is well."""
    changes, found = [], []
    for one in seen:
        before = memory.get(one.subject.key)
        after = advance(before, one.look, one.level)
        if after and not is_said(after) and one.look.since is not None:
            after = None  # the records tell since when, whenever it is asked
        if is_worth_writing(before, after):
            changes.append(Change(one.subject.key, after))
        if after and is_said(after) and not is_said(before):
            found.append(found_by(one, after))
    changes += [
        Change(subject, after) for subject, after in unnamed(rule, seen, memory, now).items()
        if is_worth_writing(memory[subject], after)
    ]  # fmt: skip
    write(session, rule.id, changes)
    if found:
        tell(session, city, rule, found, now)
    over = [one.subject for one in changes if one.memory is None and is_said(memory.get(one.subject))]
    if over:
        end_found(session, rule.id, over, now=now)


def is_said(memory: Memory | None) -> bool:
    return memory is not None and memory.firing_since is not None


def unnamed(rule: Rule, seen: Sequence[Reading], memory: Mapping[str, Memory], now: int) -> Mapping[str, Memory | None]:
    named = {one.subject.key for one in seen}
    level = Level(calm_s=CALM_S if KINDS[rule.kind].every_s <= QUICK_S else 0)
    well = Look(now, -math.inf)
    return {subject: advance(before, well, level) for subject, before in memory.items() if subject not in named}


def found_by(one: Reading, memory: Memory) -> Found:
    return Found(
        one.subject.key, one.subject.label, memory.over_since, one.text, one.subject.ap_id, one.subject.point_id
    )


def tell(session: Session, city: City, rule: Rule, found: Sequence[Found], now: int) -> None:
    shared, key, name = rule.shared(city)
    open_found(
        session, city, rule_id=rule.id, kind=rule.kind, severity=rule.severity, shared=shared, shared_key=key,
        name=name, found=found, now=now,
    )  # fmt: skip
