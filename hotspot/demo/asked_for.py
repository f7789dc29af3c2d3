"""Proposals, invented: what citizens, RT/RW, kelurahan and musrenbang might ask for, in every state, some twice."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.areanames import DISTRICT, AreaName
from hotspot.analytics.cells import Ring
from hotspot.analytics.import_row import Row
from hotspot.demo.chance import dice
from hotspot.demo.places import Place, spot
from hotspot.store.models import City, Point
from hotspot.store.proposal_edit import apply_proposals, converted, decline, get, merge, plan_proposals

ACTOR = "demonstration"
WISHES = (
    ("Balai Warga RW {n:02}", "community_hall", "Warga berkumpul di sini setiap malam, sinyal seluler lemah."),
    ("Taman RW {n:02}", "park", "Anak-anak belajar dan bermain di taman ini."),
    ("Posyandu Anggrek {n}", "health_post", "Kader mengirim data balita dari tempat ini."),
    ("Taman Baca Pelangi {n}", "reading_garden", "Ada tiga puluh anak yang belajar setelah sekolah."),
    ("Musala Al Barkah {n}", "prayer_room", "Jamaah dan warga sekitar belum punya akses internet."),
    ("Lapak UMKM Blok {n}", "market", "Pedagang membutuhkan pembayaran nontunai."),
)
SOURCES = ("citizen", "neighbourhood", "neighbourhood", "village", "musrenbang")
NUMBER = 22


def ask(
    session: Session,
    key: bytes,
    city: City,
    areas: Sequence[AreaName],
    outlines: Mapping[str, Ring],
    made: Sequence[Place],
    now: int,
    today: date,
) -> None:
    """NUMBER places, two of them asked for by others too, and two that are planned points by now."""
    planned = [place for place in made if place.stage == "planned"][:2]
    rows = rows_of(areas, outlines, today)
    rows += [Row(len(rows) + n, cells_of(place, today)) for n, place in enumerate(planned, start=2)]
    twice, other = dict(rows[0].cells), dict(rows[1].cells)
    twice |= {"place": twice["place"].upper(), "source": "citizen", "received_on": str(today - timedelta(days=3))}
    other |= {"place": f"Depan {other['place']}", "source": "village", "received_on": str(today - timedelta(days=5))}
    rows += [Row(len(rows) + 2, twice), Row(len(rows) + 3, other)]
    plan = plan_proposals(session, city, rows, today)
    refused = [verdict for verdict in plan.verdicts if verdict.reason]
    if refused:
        raise RuntimeError(f"the invented proposals are wrong: {refused[0]}")
    numbers = apply_proposals(session, key, city, plan, now=now, actor=ACTOR)
    merge(session, city, numbers[-1], numbers[1], now=now, actor=ACTOR)
    for number, answer in (
        (numbers[5], "Sudah ada titik dalam jarak 80 meter; kami memantau kepadatannya."),
        (numbers[9], "Lahan milik pribadi; usulkan tempat umum di dekatnya."),
        (numbers[13], "Belum ada jaringan serat optik; diusulkan kembali tahun depan."),
    ):
        decline(session, city, number, answer, now=now, actor=ACTOR)
    for number, place in zip(numbers[NUMBER:], planned, strict=False):
        point_id = session.scalars(select(Point.id).where(Point.code == place.code)).one()
        converted(get(session, city, number), point_id, "Masuk rencana tahun ini.", now, ACTOR)


def cells_of(place: Place, today: date) -> dict[str, str]:
    """What somebody asked for before the point was planned."""
    return {
        "place": place.name,
        "venue_kind": place.kind,
        "area_code": place.village.code,
        "reason": "Diusulkan dalam musrenbang kelurahan.",
        "source": "musrenbang",
        "received_on": str(today - timedelta(days=260)),
        "latitude": str(place.position[1]),
        "longitude": str(place.position[0]),
    }


def rows_of(areas: Sequence[AreaName], outlines: Mapping[str, Ring], today: date) -> list[Row]:
    random = dice("proposals")
    villages = [area for area in areas if area.level != DISTRICT]
    rows = []
    for n in range(NUMBER):
        village = random.choice(villages)
        name, venue, reason = WISHES[n % len(WISHES)]
        longitude, latitude = spot(outlines[village.code], random)
        cells = {
            "place": name.format(n=random.randint(1, 14)),
            "venue_kind": venue,
            "area_code": village.code,
            "reason": reason,
            "source": SOURCES[n % len(SOURCES)],
            "contact": f"Warga contoh {n + 1}, 0800-000-{n + 1:04}",
            "received_on": str(today - timedelta(days=random.randint(8, 200))),
        }
        if n % 6 != 4:  # somebody names a place without saying where exactly it is
            cells |= {"latitude": str(latitude), "longitude": str(longitude)}
        rows.append(Row(n + 2, cells))
    return rows
