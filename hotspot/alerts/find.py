"""Open outages to incidents: grouped by what they share, announced once, recovered once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotspot.analytics.incident_course import Member, ended_at, is_gone, may_wait
from hotspot.analytics.incident_sayings import Looked, Recover, Say, saying
from hotspot.analytics.incidents import Case, Form, Join, Reopen, Silent, forms, is_untold, joins
from hotspot.store.alerts import case_edit
from hotspot.store.alerts.cases import cases, first_look
from hotspot.store.alerts.outage_facts import doings, oldest_answers, silent_now, sizes
from hotspot.store.alerts.rules import outage_rules
from hotspot.store.maintenance import running
from hotspot.store.models import City

TURNS = 4  # what ended, what joins, what is new, what is said of it
WORK_ENDS_S = 300  # a device may take so long to come back from work that is over
PAST_S = 3600  # what began so long before anybody looked for incidents is told to nobody


@dataclass(frozen=True, slots=True)
class Ended:
    """`gone`: nobody asks it any more, so that nobody says that it is back."""

    member_id: int
    at: int
    gone: bool


Change = Ended | Join | Form | Reopen | Say | Recover


def find(session: Session, city: City, now: int) -> None:
    """Look, and write what changed; what follows from that at once, too."""
    silent = silent_now(session, city, now, at_work(session, city, now))
    for _ in range(TURNS):
        known = cases(session, city, now)
        changes = changed(session, city, known, silent, now)
        if not changes:
            return
        by_id = {case.id: case for case in known}
        case_edit.end_members(session, ((one.member_id, one.at, one.gone) for one in changes if isinstance(one, Ended)))
        for change in changes:
            apply(session, city, by_id, change, now)
        session.flush()


def changed(
    session: Session, city: City, known: Sequence[Case], silent: dict[int, Silent], now: int
) -> Sequence[Change]:
    """The next thing that is to be written: first who is down, then with whom, then what is said of it."""
    if not silent and not any(case.is_open for case in known):
        return ()
    over = [*ended(session, known, silent, now)]
    members = {one.ap_id for case in known if case.is_open for one in case.standing}
    loose = [one for one in silent.values() if one.ap_id not in members and not one.in_maintenance]
    joined = joins(loose, known, now)
    if over or joined:
        return (*over, *joined)
    untold = [case for case in known if is_untold(case)]
    again = [silent[one.ap_id] for case in untold for one in case.standing if one.ap_id in silent]
    pool = [*loose, *again]
    is_fresh = any(may_wait(one.outage.start, one.interval_s, now) for one in pool)
    answers = oldest_answers(session, city, now) if is_fresh else {}
    if pool:
        formed = forms(pool, known, sizes(session, city), answers, now)
        if formed:
            return formed
    first = first_look(session, city) if untold else None
    looked = Looked(silent, outage_rules(session, city), answers, (first or now) - PAST_S, now)
    said = (saying(case, looked) for case in known if case.is_open)
    return [one for one in said if one is not None]


def at_work(session: Session, city: City, now: int) -> set[int]:
    """Access points in maintenance now, or until a moment ago."""
    return running(session, city, now) | running(session, city, now - WORK_ENDS_S)


def ended(session: Session, known: Sequence[Case], silent: dict[int, Silent], now: int) -> Iterable[Ended]:
    """The members of open incidents that are over; of one that is down as it was nobody need ask."""
    standing = [one for case in known if case.is_open for one in case.standing]
    asked = [one for one in standing if not is_as_before(one, silent)]
    doing = doings(session, [one.ap_id for one in asked if one.ap_id is not None]) if asked else {}
    for one in asked:
        now_doing = doing.get(one.ap_id) if one.ap_id is not None else None
        at = ended_at(one, now_doing, now)
        if at is not None:
            yield Ended(one.id, at, is_gone(now_doing))


def is_as_before(member: Member, silent: dict[int, Silent]) -> bool:
    now = silent.get(member.ap_id) if member.ap_id is not None else None
    return now is not None and now.outage.start == member.since


def apply(session: Session, city: City, by_id: dict[int, Case], change: Change, now: int) -> None:
    match change:
        case Ended():
            pass  # with all others, before
        case Join():
            case_edit.join(session, change)
        case Form():
            case_edit.form(session, city, change, now)
        case Reopen():
            case_edit.reopen(session, change)
        case Say():
            case_edit.say(session, city, by_id[change.incident_id], change, now)
        case Recover():
            case_edit.recover(session, city, by_id[change.incident_id], change, now)
