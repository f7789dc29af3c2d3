"""Exclusions: time of points that their contracts do not judge, decided with a reason; withdrawn, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.sla import REASONS
from hotspot.store.audit import note as noted
from hotspot.store.models import Attachment, City, Exclusion, Point

LONGEST_S = 31 * 86_400
LONGEST_NOTE = 500
MOST_POINTS = 5_000


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """A decision in force, or withdrawn; `attachment` is the name of its document."""

    id: int
    point_code: str
    point_name: str
    start: int
    end: int
    reason: str
    note: str
    attachment_id: int | None
    attachment: str
    decided_at: int
    decided_by: str
    withdrawn_at: int | None
    withdrawn_by: str


def exclude(
    session: Session,
    city: City,
    *,
    point_codes: Sequence[str],
    start: int,
    end: int,
    reason: str,
    note: str = "",
    attachment_id: int | None = None,
    now: int,
    actor: str,
) -> int:
    """The same time of each of these points, for one that fell on many at once; how many points they were.

    Raises RejectedError with the field: one point that is none, and nothing is excluded.
    """
    note = cleaned("note", note)
    if len(note) > LONGEST_NOTE:
        reject("note", N_("longer than %(most)s characters"), most=LONGEST_NOTE)
    if reason not in REASONS:
        reject("reason", N_("must be one of %(words)s"), words=", ".join(REASONS))
    if end <= start:
        reject("end", N_("the end must come after the beginning"))
    if end - start > LONGEST_S:
        reject("end", N_("longer than 31 days"))
    if start >= now:
        reject("start", N_("only what has happened is excluded; what is planned is maintenance"))
    ids = ids_of(session, city, point_codes)
    check_new(session, ids, start, end)
    for point_id in ids:
        session.add(
            Exclusion(
                city_id=city.id, point_id=point_id, start=start, end=end, reason=reason, note=note,
                attachment_id=attachment_id, decided_at=now, decided_by=actor,
            )
        )  # fmt: skip
    codes = list(dict.fromkeys(point_codes))
    told = ", ".join(codes[:20]) + (f" and {len(codes) - 20} more" if len(codes) > 20 else "")
    noted(session, now, actor, "exclude", "time of points", f"{told}: {start} to {end}, {reason} {note}".strip())
    return len(codes)


def ids_of(session: Session, city: City, codes: Sequence[str]) -> list[int]:
    wanted = list(dict.fromkeys(cleaned("points", code) for code in codes))
    if not any(wanted):
        reject("points", N_("empty"))
    if len(wanted) > MOST_POINTS:
        reject("points", N_("more than %(most)s points at once"), most=MOST_POINTS)
    query = select(Point.code, Point.id).where(Point.city_id == city.id, Point.code.in_(wanted))
    known = {row.code: row.id for row in session.execute(query)}
    for code in wanted:
        if code not in known:
            reject("points", N_("%(value)s is not known here"), value=code)
    return [known[code] for code in wanted]


def check_new(session: Session, ids: Sequence[int], start: int, end: int) -> None:
    """Pressed twice, or in two windows, a decision is one: nothing may be excluded that is so already."""
    query = (
        select(Point.code)
        .join(Exclusion, Exclusion.point_id == Point.id)
        .where(Exclusion.point_id.in_(ids), Exclusion.withdrawn_at.is_(None))
        .where(Exclusion.start <= start, Exclusion.end >= end)
        .order_by(Point.code)
    )
    code = session.scalars(query).first()
    if code is not None:
        reject("points", N_("all of this time of %(value)s is excluded already"), value=code)


def withdraw(session: Session, city: City, exclusion_id: int, now: int, actor: str, *, together: bool = False) -> int:
    """It counts no more, and stays listed; `together`: with all points of the same decision. How many they were.

    0 when it was withdrawn already or is none of this city.
    """
    row = session.scalars(select(Exclusion).where(Exclusion.id == exclusion_id, Exclusion.city_id == city.id)).first()
    if row is None:
        return 0
    these = Exclusion.id == row.id
    if together:
        same = ("start", "end", "reason", "note", "decided_at", "decided_by", "attachment_id")
        these = and_(
            Exclusion.city_id == city.id,
            *(getattr(Exclusion, name).is_not_distinct_from(getattr(row, name)) for name in same),
        )
    changed = session.scalars(
        update(Exclusion)
        .where(these, Exclusion.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=actor)
        .returning(Exclusion.id)
    ).all()
    if changed:
        noted(session, now, actor, "withdraw", "exclusion", f"numbers {', '.join(map(str, sorted(changed)))}"[:500])
    return len(changed)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at once: the same time and reason for these points."""

    first: ExclusionRow
    rows: tuple[ExclusionRow, ...]

    @property
    def in_force(self) -> int:
        return sum(row.withdrawn_at is None for row in self.rows)


def decisions(rows: Iterable[ExclusionRow]) -> list[Decision]:
    """In the order of the rows."""
    found: dict[tuple[object, ...], list[ExclusionRow]] = {}
    for row in rows:
        same = row.start, row.end, row.reason, row.note, row.attachment_id, row.decided_at, row.decided_by
        found.setdefault(same, []).append(row)
    return [Decision(group[0], tuple(sorted(group, key=lambda row: row.point_code))) for group in found.values()]


def exclusions(session: Session, city: City, codes: Sequence[str], a: int, b: int) -> list[ExclusionRow]:
    """Those of these points that touch [a, b), the newest decision first, withdrawn ones too."""
    query = (
        select(Exclusion, Point.code, Point.name, Attachment.name)
        .join(Point, Exclusion.point_id == Point.id)
        .outerjoin(Attachment, Exclusion.attachment_id == Attachment.id)
        .where(Exclusion.city_id == city.id, Exclusion.start < b, Exclusion.end > a)
        .order_by(Exclusion.id.desc())
    )
    wanted = frozenset(codes)
    return [
        ExclusionRow(
            one.id, code, name, one.start, one.end, one.reason, one.note, one.attachment_id, attachment or "",
            one.decided_at, one.decided_by, one.withdrawn_at, one.withdrawn_by or "",
        )
        for one, code, name, attachment in session.execute(query)
        if code in wanted
    ]  # fmt: skip
