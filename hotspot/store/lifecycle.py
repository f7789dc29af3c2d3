"""The dated steps of points: the only way in which a stage, a day of installation or of acceptance changes.

`point.lifecycle`, `installed_on` and `accepted_on` are what the steps say (`settle`), kept for questions of today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.analytics.acceptance import GATES, Evidence, as_text, from_text, gates, stepped_over
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import EARLIEST, N_, RejectedError, cleaned, reject
from hotspot.analytics.lifecycle import (
    ASSUMED,
    ORDER,
    Standing,
    Step,
    Steps,
    added,
    ordered,
    reconciled,
    removed,
    standing,
)
from hotspot.store.acceptance import TOGETHER, Claim, evidence
from hotspot.store.audit import note
from hotspot.store.bulk import slices
from hotspot.store.models import Attachment, City, LifecycleChange, Point, PointPhoto

IMPORTED = "import"  # the note of a step that an inventory dates
TAKEN_OVER = "taken over with the inventory"  # the reason of its acceptances for every gate that is not open
PAST = "import of past steps"  # ... and of those of a table of past steps


@dataclass(frozen=True, slots=True)
class Taken:
    """A recorded step; `override` are reasons by gate, `attachment` the name of its file."""

    id: int
    stage: str
    since: date
    recorded_at: int
    actor: str
    note: str
    document: str
    attachment_id: int | None
    attachment: str | None
    override: Mapping[str, str]
    batch: int | None
    withdrawn_at: int | None
    withdrawn_by: str | None

    @property
    def step(self) -> Step:
        old = self.note == IMPORTED and self.stage not in ("installed", "accepted")  # before the import said so
        return Step(self.stage, self.since, self.note == ASSUMED or old)


@dataclass(frozen=True, slots=True)
class NewStep:
    """`reasons` by gate, for those that are not open; `photos` and `attachment_id` are attachments already kept."""

    stage: str
    since: date
    document: str = ""
    note: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    attachment_id: int | None = None
    photos: tuple[int, ...] = ()

    @property
    def claim(self) -> Claim:
        return Claim(self.since, self.document, len(self.photos))


def steps_of(session: Session, point_ids: Iterable[int]) -> dict[int, list[Taken]]:
    """Every step of the points, withdrawn ones too, in the order of a life."""
    query = select(LifecycleChange, Attachment.name)
    query = query.outerjoin(Attachment, Attachment.id == LifecycleChange.attachment_id)
    found: dict[int, list[Taken]] = {point_id: [] for point_id in point_ids}
    for some in slices(list(found), TOGETHER):
        for row, name in session.execute(query.where(LifecycleChange.point_id.in_(some))):
            found[row.point_id].append(taken(row, name))
    for taken_ in found.values():
        taken_.sort(key=lambda one: (one.since, ORDER.get(one.stage, 0), one.id))
    return found


def taken(row: LifecycleChange, attachment: str | None) -> Taken:
    return Taken(
        row.id,
        row.stage,
        row.since,
        row.recorded_at,
        row.actor,
        row.note,
        row.document,
        row.attachment_id,
        attachment,
        from_text(row.override),
        row.batch,
        row.withdrawn_at,
        row.withdrawn_by,
    )


def life_of(recorded: Iterable[Taken]) -> Steps:
    """Those that count."""
    return ordered(one.step for one in recorded if one.withdrawn_at is None)


def lives(session: Session, point_ids: Iterable[int], today: date) -> dict[int, Steps]:
    """The steps that count; what was only written beside them (before steps were everything) as steps, too."""
    recorded = steps_of(session, point_ids)
    found: dict[int, Steps] = {}
    for some in slices(list(recorded), TOGETHER):
        rows = session.execute(
            select(Point.id, Point.lifecycle, Point.installed_on, Point.accepted_on).where(Point.id.in_(some))
        )
        for row in rows:
            told = Standing(row.lifecycle, row.installed_on, row.accepted_on)
            found[row.id] = completed(life_of(recorded[row.id]), told, today)
    return found


def completed(life: Steps, told: Standing, today: date) -> Steps:
    try:
        return reconciled(life, told, today)
    except RejectedError:
        return life


def proven(life: Steps, new: NewStep, known: Evidence | None, today: date) -> tuple[Steps, dict[str, str]]:
    """The steps that stay beside the new one, and the overrides it needs; raises RejectedError at its field."""
    step = Step(new.stage, new.since)
    beside = tuple(one for one in added(life, step, today) if one != step)
    return beside, stepped_over(gates(known), new.reasons) if known is not None else {}


def take(session: Session, city: City, point_id: int, new: NewStep, *, now: int, actor: str) -> int:
    """Record one step; its id. Raises RejectedError for stage, since, document, note or override_<gate>."""
    point = session.get_one(Point, point_id, with_for_update=True)
    today = day_of(city.time_zone, now)
    life = lives(session, [point_id], today)[point_id]
    new = tidy(new)
    known = evidence(session, city, {point_id: new.claim}, now)[point_id] if new.stage == "accepted" else None
    beside, overrides = proven(life, new, known, today)
    complete(session, {point_id: beside}, now, actor)
    step_id = write(session, point_id, new, overrides, now=now, actor=actor)
    settle(session, [point_id])
    told = f"{new.stage} since {new.since}" + (f" without {', '.join(overrides)}" if overrides else "")
    note(session, now, actor, "step", f"point {point.code}", told)
    return step_id


def tidy(new: NewStep) -> NewStep:
    """Its texts on one line and of bounded length."""
    return replace(new, document=cleaned("document", new.document), note=cleaned("note", new.note))


def write(session: Session, point_id: int, new: NewStep, overrides: Mapping[str, str], *, now: int, actor: str) -> int:
    row = LifecycleChange(
        point_id=point_id,
        stage=new.stage,
        since=new.since,
        recorded_at=now,
        actor=actor,
        note=new.note,
        document=new.document,
        attachment_id=new.attachment_id,
        override=as_text(overrides),
    )
    session.add(row)
    session.add_all(
        PointPhoto(point_id=point_id, attachment_id=photo, taken_on=new.since)
        for photo in new.photos
        if not is_there(session, point_id, photo)
    )
    session.flush()
    return row.id


def is_there(session: Session, point_id: int, attachment_id: int) -> bool:
    """Whether the point has this photograph already."""
    query = select(PointPhoto.id).where(PointPhoto.point_id == point_id, PointPhoto.attachment_id == attachment_id)
    return session.scalar(query.limit(1)) is not None


def add_photo(
    session: Session, city: City, point_id: int, attachment_id: int, taken_on: date, *, now: int, actor: str
) -> None:
    """A photograph beside the steps, such as one that an acceptance lacks.

    Raises RejectedError of `taken_on`, or of `picture` for one that is there already.
    """
    point, today = session.get_one(Point, point_id, with_for_update=True), day_of(city.time_zone, now)
    if not EARLIEST <= taken_on <= today:
        values = {"value": taken_on.isoformat()}
        text = N_("%(value)s lies in the future") if taken_on > today else N_("%(value)s lies before public Wi-Fi")
        reject("taken_on", text, **values)
    if is_there(session, point_id, attachment_id):
        reject("picture", N_("the point has this photograph already"))
    session.add(PointPhoto(point_id=point_id, attachment_id=attachment_id, taken_on=taken_on))
    session.flush()
    note(session, now, actor, "photograph", f"point {point.code}", f"attachment {attachment_id} of {taken_on}")


def complete(
    session: Session, wanted: Mapping[int, Steps], now: int, actor: str, overrides: Mapping[int, str] | None = None
) -> None:
    """Withdraw and add steps until the points have just these lives; `overrides` go with a new acceptance."""
    for point_id, recorded in steps_of(session, wanted).items():
        counted = [one for one in recorded if one.withdrawn_at is None]
        withdraw_rows(session, [one.id for one in counted if one.step not in wanted[point_id]], now, actor)
        have = [one.step for one in counted]
        session.add_all(
            LifecycleChange(
                point_id=point_id,
                stage=step.stage,
                since=step.since,
                recorded_at=now,
                actor=actor,
                note=ASSUMED if step.assumed else IMPORTED,
                override=(overrides or {}).get(point_id, "") if step.stage == "accepted" else "",
            )
            for step in wanted[point_id]
            if step not in have
        )
    session.flush()


def follow_inventory(session: Session, city: City, wanted: Mapping[int, Steps], *, now: int, actor: str) -> None:
    """The lives that an imported inventory tells; it steps over the gates that its acceptances find shut."""
    recorded = steps_of(session, wanted)
    claims = {
        point_id: Claim(step.since)
        for point_id, life in wanted.items()
        for step in life
        if step.stage == "accepted" and step not in life_of(recorded[point_id])
    }
    known = evidence(session, city, claims, now)
    reasons = dict.fromkeys(GATES, TAKEN_OVER)
    overrides = {point_id: as_text(stepped_over(gates(one), reasons)) for point_id, one in known.items()}
    complete(session, wanted, now, actor, overrides)


def withdraw_rows(session: Session, ids: Sequence[int], now: int, actor: str) -> None:
    if ids:
        withdrawn = update(LifecycleChange).where(LifecycleChange.id.in_(ids))
        session.execute(withdrawn.values(withdrawn_at=now, withdrawn_by=actor))


def withdraw(session: Session, city: City, step_id: int, *, now: int, actor: str) -> bool:
    """The step counts no more and stays in sight; False where there is none that counts. Raises RejectedError."""
    row = session.get(LifecycleChange, step_id)
    point = session.get(Point, row.point_id, with_for_update=True) if row else None
    if row is None or point is None or point.city_id != city.id or row.withdrawn_at is not None:
        return False
    if row.stage == "relocated" and session.scalar(select(Point.id).where(Point.relocated_from_id == point.id)):
        reject("stage", N_("its service goes on at another point; undo the relocation there"))
    life = lives(session, [point.id], day_of(city.time_zone, now))[point.id]
    removed(life, taken(row, None).step)
    complete(session, {point.id: life}, now, actor)
    withdraw_rows(session, [step_id], now, actor)
    settle(session, [point.id])
    note(session, now, actor, "withdraw", f"point {point.code}", f"{row.stage} since {row.since}")
    return True


def settle(session: Session, point_ids: Sequence[int]) -> None:
    """Write to the points what their steps say; a point that has no step left is planned."""
    rows = []
    for point_id, recorded in steps_of(session, point_ids).items():
        told = standing(life_of(recorded)) or Standing("planned")
        rows.append(
            {
                "id": point_id,
                "lifecycle": told.stage,
                "installed_on": told.installed_on,
                "accepted_on": told.accepted_on,
            }
        )
    if rows:
        session.execute(update(Point), rows)
        session.expire_all()  # points that were read before would not know
