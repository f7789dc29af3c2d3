"""What rules remember between two looks, as rows, so that a restart changes nothing that was said."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotspot.analytics.hysteresis import Memory
from hotspot.store.base import insert_into
from hotspot.store.models import RuleState

FRESH_S = 60  # how often it is written that a subject was looked at, where nothing else changed


@dataclass(frozen=True, slots=True)
class Change:
    """Of a subject that is well nothing is kept: `memory` is None."""

    subject: str
    memory: Memory | None


def remembered(session: Session, rule_ids: Sequence[int]) -> Mapping[int, dict[str, Memory]]:
    """By rule and subject."""
    found: Mapping[int, dict[str, Memory]] = defaultdict(dict)
    for row in session.scalars(select(RuleState).where(RuleState.rule_id.in_(rule_ids))):
        found[row.rule_id][row.subject] = Memory(row.looked_at, row.over_since, row.firing_since, row.under_since)
    return found


def is_worth_writing(before: Memory | None, after: Memory | None) -> bool:
    """Whether more changed than the instant of the look; that too, once a minute, where time alone decides."""
    if before is None or after is None:
        return before is not after
    said = (before.over_since, before.firing_since, before.under_since)
    if said != (after.over_since, after.firing_since, after.under_since):
        return True
    return after.is_pending and after.looked_at - before.looked_at >= FRESH_S


def write(session: Session, rule_id: int, changes: Sequence[Change]) -> None:
    gone = [one.subject for one in changes if one.memory is None]
    if gone:
        session.execute(delete(RuleState).where(RuleState.rule_id == rule_id, RuleState.subject.in_(gone)))
    rows = [
        {
            "rule_id": rule_id, "subject": one.subject, "looked_at": one.memory.looked_at,
            "over_since": one.memory.over_since, "under_since": one.memory.under_since,
            "firing_since": one.memory.firing_since,
        }
        for one in changes if one.memory
    ]  # fmt: skip
    if rows:
        insert = insert_into(session, RuleState)
        names = [name for name in rows[0] if name not in ("rule_id", "subject")]
        update = {name: insert.excluded[name] for name in names}
        session.execute(insert.on_conflict_do_update(index_elements=["rule_id", "subject"], set_=update), rows)


def forget(session: Session, rule_id: int) -> None:
    session.execute(delete(RuleState).where(RuleState.rule_id == rule_id))
