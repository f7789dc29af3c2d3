"""Which job ran for which slot: a row claimed first, so that a job never runs twice for one slot."""

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from hotspot.store.models import JobRun

CLAIM = text("""
    INSERT INTO job_run (job, slot, owner, started_at) VALUES (:job, :slot, :owner, :now)
    ON CONFLICT (job, slot) DO NOTHING RETURNING slot
""")


def claim(session: Session, job: str, slot: int, owner: str, now: int) -> bool:
    """Whether this process is the one to run the job for this slot; asked again, nothing is written."""
    if session.get(JobRun, (job, slot)) is not None:
        return False
    values = {"job": job, "slot": slot, "owner": owner, "now": now}
    return session.execute(CLAIM, values).scalar_one_or_none() is not None


def finish(session: Session, job: str, slot: int, now: int) -> None:
    run = (JobRun.job == job, JobRun.slot == slot)
    session.execute(update(JobRun).where(*run).values(finished_at=now))


def last_finished(session: Session, job: str) -> int | None:
    """The newest slot for which the job ended well; a run that failed is never finished."""
    good = (JobRun.job == job, JobRun.finished_at.is_not(None))
    return session.execute(select(func.max(JobRun.slot)).where(*good)).scalar_one()


def forget(session: Session, before: int) -> None:
    """Not the few runs of reports: a month whose report was made, or failed, is not made again."""
    session.execute(delete(JobRun).where(JobRun.slot < before, ~JobRun.job.startswith("report ")))
