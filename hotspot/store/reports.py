"""The archive of reports and what is made by itself each month."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.paging import paged
from hotspot.analytics.reports import Order
from hotspot.store.audit import note
from hotspot.store.models import Area, City, Fund, JobRun, Provider, Report, ReportSchedule

JOB = "report"  # of job_run; what follows is the number of the schedule


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in the archive, without its bytes; `subject` is the name behind the key, empty for the city."""

    id: int
    order: Order
    subject: str
    made_at: int
    made_by: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Run:
    """An attempt of the collector at a month; `finished_at` is None while it runs, and of one that failed."""

    slot: int
    started_at: int
    finished_at: int | None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """`last` is its newest attempt; `order.period` is empty."""

    id: int
    order: Order
    subject: str
    since: date
    added_by: str
    last: Run | None


@dataclass(frozen=True, slots=True)
class Archive:
    rows: list[ReportRow]
    total: int
    page: int
    pages: int


def subject_of(session: Session, city: City, kind: str, key: str) -> str:
    """The name of the district, provider or donor. Raises RejectedError of the field key when there is none."""
    if kind == "mayor":
        return ""
    queries = {
        "district": select(Area.name).where(Area.city_id == city.id, Area.code == key, Area.level == "district"),
        "provider": select(Provider.name).where(Provider.city_id == city.id, Provider.name == key),
        "donor": select(Fund.name).where(Fund.city_id == city.id, Fund.name == key),
    }
    name = session.scalar(queries[kind])
    if name is None:
        reject("key", N_("there is no %(key)s here"), key=key[:100])
    return name


def add_report(session: Session, city_id: int, order: Order, data: bytes, now: int, actor: str) -> int:
    """A new row, also when the month was reported before; what was handed out stays."""
    row = Report(
        city_id=city_id,
        kind=order.kind,
        key=order.key,
        period=order.period,
        form=order.form,
        language=order.language,
        made_at=now,
        made_by=actor,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        data=data,
    )
    session.add(row)
    session.flush()
    subject = f"{order.kind} {order.key}".strip()
    note(session, now, actor, "make report", subject, f"{order.period} {order.form} {order.language}")
    return row.id


def archive(session: Session, city: City, page: int = 1, per_page: int = 25) -> Archive:
    """The newest first."""
    total = session.scalar(select(func.count()).select_from(Report).where(Report.city_id == city.id)) or 0
    page, pages = paged(total, page, per_page)
    query = select(Report).where(Report.city_id == city.id).order_by(Report.made_at.desc(), Report.id.desc())
    names = district_names(session, city)
    rows = session.scalars(query.offset((page - 1) * per_page).limit(per_page))
    return Archive([report_row(row, names) for row in rows], total, page, pages)


def report(session: Session, city: City, report_id: int) -> tuple[ReportRow, bytes] | None:
    """With its bytes."""
    row = session.scalars(select(Report).where(Report.city_id == city.id, Report.id == report_id)).first()
    return None if row is None else (report_row(row, district_names(session, city)), row.data)


def report_row(row: Report, names: dict[str, str]) -> ReportRow:
    order = Order(row.kind, row.key, row.period, row.form, row.language)
    return ReportRow(row.id, order, names.get(row.key, row.key), row.made_at, row.made_by, row.sha256, row.size)


def district_names(session: Session, city: City) -> dict[str, str]:
    query = select(Area.code, Area.name).where(Area.city_id == city.id, Area.level == "district")
    return {row.code: row.name for row in session.execute(query)}


def add_schedule(session: Session, city: City, order: Order, since: date, now: int, actor: str) -> int:
    """From the month of `since` on. Raises RejectedError when there is one already."""
    same = (
        ReportSchedule.city_id == city.id,
        ReportSchedule.kind == order.kind,
        ReportSchedule.key == order.key,
        ReportSchedule.form == order.form,
    )
    if session.scalar(select(ReportSchedule.id).where(*same)) is not None:
        reject("kind", N_("this report is made each month already"))
    row = ReportSchedule(
        city_id=city.id,
        kind=order.kind,
        key=order.key,
        form=order.form,
        language=order.language,
        since=since,
        added_by=actor,
    )
    session.add(row)
    session.flush()
    note(session, now, actor, "schedule report", f"{order.kind} {order.key}".strip(), order.form)
    return row.id


def end_schedule(session: Session, city: City, schedule_id: int, now: int, actor: str) -> bool:
    """False when there is none of that number; what it made stays."""
    row = session.scalars(
        select(ReportSchedule).where(ReportSchedule.city_id == city.id, ReportSchedule.id == schedule_id)
    ).first()
    if row is None:
        return False
    note(session, now, actor, "end report", f"{row.kind} {row.key}".strip(), row.form)
    session.execute(delete(ReportSchedule).where(ReportSchedule.id == schedule_id))
    session.execute(delete(JobRun).where(JobRun.job == job_of(schedule_id)))  # the number may be given again
    return True


def schedules(session: Session, city: City) -> list[ScheduleRow]:
    """In the order in which they were added."""
    names = district_names(session, city)
    rows = session.scalars(
        select(ReportSchedule).where(ReportSchedule.city_id == city.id).order_by(ReportSchedule.id)
    ).all()
    return [
        ScheduleRow(
            row.id,
            Order(row.kind, row.key, "", row.form, row.language),
            names.get(row.key, row.key),
            row.since,
            row.added_by,
            max(runs(session, row.id), key=lambda run: run.slot, default=None),
        )
        for row in rows
    ]


def job_of(schedule_id: int) -> str:
    return f"{JOB} {schedule_id}"


def runs(session: Session, schedule_id: int) -> list[Run]:
    """Every attempt there was; there are a few a year."""
    query = select(JobRun).where(JobRun.job == job_of(schedule_id)).order_by(JobRun.slot)
    return [Run(row.slot, row.started_at, row.finished_at) for row in session.scalars(query)]
