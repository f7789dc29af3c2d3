"""What visitors say of points: taking in reports and ratings within bounds, and what everybody may know of them.

A source is counted under a hash that only today's random secret makes; with the secret the counts go at midnight, and
nothing in a report or a rating says which source it came from.
"""

import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics import citizens as rules
from hotspot.analytics.calendar import day_of, day_start
from hotspot.secrets import derive
from hotspot.store.base import insert_into
from hotspot.store.models import City, FaultReport, Incident, PublicCount, Rating

HOUR_S = 3600
RATED_DAYS = 90
EVERYBODY, SECRET = "*", "secret"  # a source and a `what` of public_count that stand for no source


class TooManyError(Exception):
    """More than what is taken in from one source, of one point or of the city; `of` says which."""

    def __init__(self, of: str) -> None:
        super().__init__(of)
        self.of = of


def source_of(session: Session, key: bytes, address: str, today: date) -> str:
    """A hash of where a request came from that nobody can compute again after today; an IPv6 customer holds a /64."""
    try:
        parsed = ipaddress.ip_address(address)
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        network = str(ipaddress.ip_network(f"{mapped}/{64 if mapped.version == 6 else 32}", strict=False))
    except ValueError:
        network = address
    secret = derive(key, f"citizens {secret_of(session, today)}")
    return hmac.digest(secret, network.encode(), "sha256").hex()[:32]


def secret_of(session: Session, today: date) -> str:
    """Today's, made with the first report; what is left of earlier days is forgotten then, if no retention did it."""
    asked = select(PublicCount.source).where(PublicCount.day == today, PublicCount.what == SECRET)
    found = session.scalars(asked.order_by(PublicCount.source)).first()
    if found is None:
        forget(session, today)
        found = secrets.token_hex(32)
        session.add(PublicCount(day=today, source=found, what=SECRET, n=0, last_at=0))
        session.flush()
    return found


def forget(session: Session, today: date) -> None:
    session.execute(delete(PublicCount).where(PublicCount.day < today))


def take(session: Session, today: date, source: str, what: str, most: int, now: int) -> bool:
    """Counts one more unless there are `most` already: one statement, so that two at once can't both be the last."""
    row = insert_into(session, PublicCount).values(day=today, source=source, what=what, n=1, last_at=now)
    more = row.on_conflict_do_update(
        index_elements=["day", "source", "what"],
        set_={"n": PublicCount.n + 1, "last_at": now},
        where=PublicCount.n < most,
    )
    return session.execute(more.returning(PublicCount.n)).first() is not None


def hold_bounds(
    session: Session, today: date, source: str, what: str, point_id: int, most: Sequence[int], now: int
) -> None:
    """Counts it against each bound, the narrowest first; raises TooManyError, after which nothing may be committed."""
    hour = now // HOUR_S
    bounds = (
        ("source here", source, f"{what} {point_id}"),
        ("source", source, what),
        ("point", EVERYBODY, f"{what} {point_id} {hour}"),
        ("city", EVERYBODY, f"{what} of all {hour}"),
    )
    for (of, whose, name), limit in zip(bounds, most, strict=True):
        if not take(session, today, whose, name, limit, now):
            raise TooManyError(of)


def report(
    session: Session, key: bytes, city: City, point_id: int, kind: str, comment: str, address: str, now: int
) -> None:
    """`comment` is cleaned here. Raises TooManyError; ValueError for a kind that is none.

    People who say the same of a point within an hour are counted in one row; who says it again is not counted twice,
    and may still add a comment, in a row of nobody.
    """
    if kind not in rules.KINDS:
        raise ValueError(kind)
    today = day_of(city.time_zone, now)
    source, words = source_of(session, key, address, today), rules.comment_of(comment)
    is_new = take(session, today, source, f"{kind} {point_id} {now // HOUR_S}", 1, now)
    if not is_new and not words:
        return
    most = (rules.REPORTS_OF_SOURCE_HERE, rules.REPORTS_OF_SOURCE, rules.REPORTS_OF_POINT, rules.REPORTS_OF_CITY)
    hold_bounds(session, today, source, "report", point_id, most, now)
    if words or not joins(session, point_id, kind, now):
        session.add(FaultReport(point_id=point_id, at=now, kind=kind, n=int(is_new), comment=words))
        session.flush()


def joins(session: Session, point_id: int, kind: str, now: int) -> bool:
    """Whether there is a row of people who said the same within the hour; one more is counted in it then.

    Not in one that an incident explains which is over: who still reports after it recovered says something new.
    """
    same = (FaultReport.point_id == point_id, FaultReport.kind == kind, FaultReport.comment == "")
    newest = (
        select(func.max(FaultReport.id))
        .outerjoin(Incident, Incident.id == FaultReport.incident_id)
        .where(*same, FaultReport.state != "closed", FaultReport.at > now - HOUR_S, FaultReport.at <= now)
        .where(Incident.recovered_at.is_(None))
        .scalar_subquery()
    )
    more = update(FaultReport).where(FaultReport.id == newest).values(n=FaultReport.n + 1)
    return session.execute(more.returning(FaultReport.id)).first() is not None


def rate(session: Session, key: bytes, city: City, point_id: int, stars: int, address: str, now: int) -> None:
    """One a day of each source and point. Raises TooManyError; ValueError for stars that are none."""
    if stars not in rules.STARS:
        raise ValueError(stars)
    today = day_of(city.time_zone, now)
    source = source_of(session, key, address, today)
    most = (rules.RATINGS_OF_SOURCE_HERE, rules.RATINGS_OF_SOURCE, rules.RATINGS_OF_POINT, rules.RATINGS_OF_CITY)
    hold_bounds(session, today, source, "rating", point_id, most, now)
    row = insert_into(session, Rating).values(point_id=point_id, day=today, stars=stars, n=1)
    session.execute(row.on_conflict_do_update(index_elements=["point_id", "day", "stars"], set_={"n": Rating.n + 1}))


@dataclass(frozen=True, slots=True)
class Voice:
    """Of one point: people who reported something today, and who gave 1, 2, … 5 stars in the last 90 days."""

    today: int
    by_stars: tuple[int, ...]


def voice(session: Session, city: City, point_id: int, now: int) -> Voice:
    since = day_start(city.time_zone, now)
    here = (FaultReport.point_id == point_id, FaultReport.at >= since, FaultReport.at <= now)
    people = session.scalar(select(func.sum(FaultReport.n)).where(*here)) or 0
    first = day_of(city.time_zone, now) - timedelta(days=RATED_DAYS - 1)
    stars = select(Rating.stars, func.sum(Rating.n)).where(Rating.point_id == point_id, Rating.day >= first)
    given = {row[0]: int(row[1]) for row in session.execute(stars.group_by(Rating.stars))}
    return Voice(int(people), tuple(given.get(star, 0) for star in rules.STARS))
