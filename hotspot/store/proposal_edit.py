"""Proposals written: taken in, changed, joined, declined, opened again; the log names their numbers and no person."""

import secrets as dice
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.geography import area_at
from hotspot.analytics.import_plan import ADDED, UNCHANGED
from hotspot.analytics.import_row import N_, RejectedError, Row, reject
from hotspot.analytics.proposals import CONVERTED, DECLINED, MERGED, OPEN, Asked, line, typed
from hotspot.analytics.tracking import new_number
from hotspot.analytics.verdicts import Verdict, counts, refusal
from hotspot.secrets import seal
from hotspot.store.areas import area_ids, gazetteer
from hotspot.store.audit import note
from hotspot.store.models import Area, City, Proposal
from hotspot.store.proposals import asked_of, where
from hotspot.store.siting import villages


def add_proposal(
    session: Session, key: bytes, city: City, cells: Mapping[str, str], *, today: date, now: int, actor: str
) -> str:
    """The number of the new one; `cells` by the import's columns; raises RejectedError with the column."""
    asked, contact = read(session, city, cells, today)
    number = write(session, key, city, asked, contact, now=now, actor=actor)
    note(session, now, actor, "add", f"proposal {number}", f"{asked.source}, {asked.area_code}")
    return number


def read(session: Session, city: City, cells: Mapping[str, str], today: date) -> tuple[Asked, str]:
    asked, contact = typed(Row(0, cells), gazetteer(session, city.id), today, demonstration=city.demonstration)
    check_place(asked, outlines(session, city))
    return asked, contact


def outlines(session: Session, city: City) -> dict[str, str]:
    return {one.code: one.boundary for one in villages(session, city) if one.boundary}


def check_place(asked: Asked, drawn: Mapping[str, str]) -> None:
    """The coordinates lie in the area that is named, where its outline is known."""
    if asked.at is None or asked.area_code not in drawn:
        return
    found = area_at(drawn.items(), asked.at)
    if found != asked.area_code:
        text = N_("the place lies in %(area)s") if found else N_("the place lies outside the city")
        reject("latitude", text, **({"area": found} if found else {}))


def write(session: Session, key: bytes, city: City, asked: Asked, contact: str, *, now: int, actor: str) -> str:
    number = new_number(dice.choice)
    values = asdict(asked)
    area_id = area_ids(session, city.id)[values.pop("area_code")]
    sealed = seal(key, contact, where(city.id, number)) if contact else None
    session.add(
        Proposal(
            city_id=city.id,
            number=number,
            area_id=area_id,
            contact=sealed,
            recorded_at=now,
            recorded_by=actor,
            **values,
        )
    )
    session.flush()
    return number


def change_proposal(
    session: Session,
    key: bytes,
    city: City,
    number: str,
    cells: Mapping[str, str],
    *,
    today: date,
    now: int,
    actor: str,
) -> bool:
    """An empty contact keeps the stored one, a lone - takes it away; False when nothing differs."""
    row = get(session, city, number)
    asked, contact = read(session, city, cells, today)
    before = asked_of(row, session.scalar(select(Area.code).where(Area.id == row.area_id)) or "")
    changes = [one.name for one in fields(Asked) if getattr(before, one.name) != getattr(asked, one.name)]
    if contact:
        row.contact = None if contact == "-" else seal(key, contact, where(city.id, number))
        changes.append("contact")
    if not changes:
        return False
    values = asdict(asked)
    row.area_id = area_ids(session, city.id)[values.pop("area_code")]
    for name, value in values.items():
        setattr(row, name, value)
    note(session, now, actor, "change", f"proposal {number}", ", ".join(changes))
    return True


def get(session: Session, city: City, number: str, *states: str) -> Proposal:
    """So that of two who decide at once one finds it done.

    Raises RejectedError when there is none, or none in one of these states.
    """
    query = select(Proposal).where(Proposal.city_id == city.id, Proposal.number == number)
    row = session.scalars(query.with_for_update()).first()
    if row is None:
        reject("number", N_("%(value)s is no proposal"), value=number[:20])
    if states and row.state not in states:
        reject("number", N_("%(value)s was decided meanwhile"), value=number)
    return row


def merge(session: Session, city: City, number: str, into: str, *, now: int, actor: str) -> None:
    """Both are open; what was merged into the one goes along with it."""
    if number == into:
        reject("into", N_("a proposal can't be joined with itself"))
    if not into:
        reject("into", N_("empty"))
    found = {each: get(session, city, each, OPEN) for each in sorted((number, into))}  # one order, or two wait for ever
    row, head = found[number], found[into]
    row.state, row.merged_into_id = MERGED, head.id
    row.decided_at, row.decided_by = now, actor
    note(session, now, actor, "merge", f"proposal {number}", f"into {into}")


def decline(session: Session, city: City, number: str, answer: str, *, now: int, actor: str) -> None:
    """With an answer, which is public."""
    row = get(session, city, number, OPEN)
    row.answer = line("answer", answer) or reject("answer", N_("empty"))
    row.state, row.decided_at, row.decided_by = DECLINED, now, actor
    note(session, now, actor, "decline", f"proposal {number}")


def reopen(session: Session, city: City, number: str, *, now: int, actor: str) -> None:
    """Takes a merging or a refusal back; a point that it became is taken back by proposal_convert."""
    row = get(session, city, number, MERGED, DECLINED)
    note(session, now, actor, "open again", f"proposal {number}", row.state)
    free(row)


def free(row: Proposal) -> None:
    row.state, row.answer = OPEN, ""
    row.merged_into_id = row.point_id = row.decided_at = row.decided_by = None


def converted(row: Proposal, point_id: int, answer: str, now: int, actor: str) -> None:
    row.state, row.point_id, row.answer = CONVERTED, point_id, answer
    row.decided_at, row.decided_by = now, actor


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted` holds what has to be taken in, each with its contact."""

    verdicts: tuple[Verdict, ...]
    wanted: tuple[tuple[Asked, str], ...]


def plan_proposals(session: Session, city: City, rows: Sequence[Row], today: date) -> Plan:
    """What a file would bring; a row that is there already (place, area, day, source) is unchanged."""
    areas, drawn = gazetteer(session, city.id), outlines(session, city)
    stored = session.execute(
        select(Proposal, Area.code).outerjoin(Area, Proposal.area_id == Area.id).where(Proposal.city_id == city.id)
    )
    known = {asked_of(row, code or "").key for row, code in stored}
    verdicts: list[Verdict] = []
    wanted: list[tuple[Asked, str]] = []
    for row in rows:
        try:
            asked, contact = typed(row, areas, today, demonstration=city.demonstration)
            check_place(asked, drawn)
        except RejectedError as error:
            verdicts.append(refusal(row.number, row.cells.get("place", ""), error))
            continue
        new = asked.key not in known
        verdicts.append(Verdict(row.number, ADDED if new else UNCHANGED, asked.place))
        if new:
            known.add(asked.key)
            wanted.append((asked, contact))
    return Plan(tuple(verdicts), tuple(wanted))


def apply_proposals(session: Session, key: bytes, city: City, plan: Plan, *, now: int, actor: str) -> list[str]:
    """The new numbers, in the order of the rows."""
    numbers = [write(session, key, city, asked, contact, now=now, actor=actor) for asked, contact in plan.wanted]
    if numbers:
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts(plan.verdicts).items())
        note(session, now, actor, "import", "proposals", told)
    return numbers
