"""What visitors of the demonstration say: some weeks of reports, most of them closed, and ninety days of ratings."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hotspot.analytics.citizens import KINDS
from hotspot.demo.chance import dice, happenings
from hotspot.store.citizens import RATED_DAYS
from hotspot.store.models import City, FaultReport, Point, Rating

DAY_S, HOUR_S = 86_400, 3_600
ACTOR = "demonstration"
POINTS = 60  # that somebody ever reported
REPORT_DAYS = 40
CLOSED = 0.9
RATED = 0.6  # of the points
WORDS = (
    "Sejak kemarin sore tidak bisa tersambung.",
    "Sinyal ada, tetapi internet tidak jalan.",
    "Di dalam aula lancar, di teras lambat sekali.",
    "Lampu alatnya mati, kabelnya terlepas.",
    "Diminta kata sandi, padahal kemarin tidak.",
    "",
    "",
    "",
)
NOTES = ("Teknisi mengganti adaptor.", "Jalur penyedia pulih.", "Dicek di lokasi, berfungsi.", "Kabel dirapikan.")


def speak(session: Session, city: City, now: int, today: date) -> None:
    running = select(Point.id).where(Point.city_id == city.id, Point.lifecycle == "active").order_by(Point.code)
    ids = session.scalars(running).all()
    session.execute(insert(FaultReport), reports(ids, now))
    session.execute(insert(Rating), ratings(ids, today))


def reports(ids: Sequence[int], now: int) -> list[dict[str, object]]:
    """The first of the chosen points has many of this very morning."""
    random = dice("citizens")
    chosen = random.sample(ids, min(POINTS, len(ids)))
    rows = [row(one, now - random.randint(HOUR_S, REPORT_DAYS * DAY_S), now) for one in chosen for _ in range(2)]
    rows += [row(chosen[0], now - back * HOUR_S // 2, now) for back in range(1, 5)] if chosen else []
    return rows


def row(point_id: int, at: int, now: int) -> dict[str, object]:
    """Most that are older than what it took to repair are closed."""
    random = dice("report", point_id, at - now)
    words = random.choice(WORDS)
    closed_at = at + random.randint(2 * HOUR_S, 5 * DAY_S)
    closed = closed_at < now and random.random() < CLOSED
    return {
        "point_id": point_id,
        "at": at,
        "kind": random.choice(list(KINDS)),
        "n": 1 if words else 1 + happenings(random, 1.2),
        "comment": words,
        "state": "closed" if closed else "new",
        "closed_at": closed_at if closed else None,
        "closed_by": ACTOR if closed else None,
        "closed_note": random.choice(NOTES) if closed else "",
    }


def ratings(ids: Sequence[int], today: date) -> list[dict[str, object]]:
    rows = []
    for point_id in ids:
        random = dice("rating", point_id)
        if random.random() > RATED:
            continue
        good = 0.45 + random.random() * 0.5
        for back in sorted(random.sample(range(RATED_DAYS), 12)):
            stars = random.choice((4, 5, 5)) if random.random() < good else random.choice((1, 2, 3, 3))
            day = today - timedelta(days=back)
            rows.append({"point_id": point_id, "day": day, "stars": stars, "n": 1 + happenings(random, 0.6)})
    return rows
