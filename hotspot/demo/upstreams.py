"""What some of the invented access points hang on; of the others their joint outages tell."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from hotspot.analytics.upstreams import FIBRE, POWER_AREA, PROVIDER_LINE
from hotspot.demo.chance import share
from hotspot.demo.history import Track
from hotspot.demo.mishaps import dark_village
from hotspot.store.models import Area, City, Dependency, Upstream

POWERED, LINES, FIBRES = 9, 4, 2  # how many of each somebody has entered


def hang(session: Session, city: City, tracks: Sequence[Track], now: int, actor: str) -> None:
    """Some kelurahan on a feeder, the one that is dark now too; some providers' lines in a kecamatan, one in fibres."""
    live = [track for track in tracks if track.polling]
    names = {area.code: area.name for area in session.query(Area).filter_by(city_id=city.id)}
    powered, lines = defaultdict(list), defaultdict(list)
    for track in live:
        powered[track.watched.village].append(track)
        lines[track.watched.district, track.watched.provider].append(track)

    def upstream(kind: str, name: str, parent: Upstream | None, on_it: Sequence[Track]) -> Upstream:
        one = Upstream(
            city_id=city.id, kind=kind, name=name, parent_id=parent.id if parent else None, created_at=now,
            created_by=actor,
        )  # fmt: skip
        session.add(one)
        session.flush()
        session.add_all(Dependency(ap_id=each.ap_id, upstream_id=one.id, since=now, by=actor) for each in on_it)
        return one

    dark = dark_village([track.watched for track in live])
    drawn = sorted(powered, key=lambda village: (village != dark, share("feeder", village)))
    for village in drawn[:POWERED]:
        upstream(POWER_AREA, f"Penyulang {names[village]}", None, powered[village])
    largest = sorted(lines, key=lambda line: (-len(lines[line]), line))[:LINES]
    for district, provider in largest:
        on_it = lines[district, provider]
        fibred = (district, provider) == largest[0]
        line = upstream(PROVIDER_LINE, f"{provider} {names[district]}", None, () if fibred else on_it)
        for number in range(FIBRES if fibred else 0):
            carried = [track for track in on_it if int(track.watched.village[-1]) % FIBRES == number]
            upstream(FIBRE, f"FO-{number + 1} {names[district]}", line, carried)
    session.flush()
