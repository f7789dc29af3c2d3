"""What points are divided by, invented: people, poor people, schools and UMKM of each kelurahan, as estimates."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from hotspot.analytics.areanames import DISTRICT, AreaName
from hotspot.analytics.import_row import Row
from hotspot.demo.chance import dice
from hotspot.store.denominators import apply_denominators, plan_denominators
from hotspot.store.models import City

SOURCE = "Angka contoh, bukan data BPS"


def state_denominators(session: Session, city: City, areas: Sequence[AreaName], now: int, today: date) -> None:
    """Two years of them, as a file would bring them; some 1.4 million people in all."""
    random = dice("denominators")
    rows: list[Row] = []
    for village in (area for area in areas if area.level != DISTRICT):
        people = random.randint(12_000, 42_000)
        poor, schools, umkm = random.uniform(0.012, 0.055), random.randint(4, 26), random.uniform(0.02, 0.06)
        for years, growth in ((2, 1.0), (1, random.uniform(1.004, 1.03))):
            living = round(people * growth, -1)
            cells = {
                "area_code": village.code,
                "as_of": f"{today.year - years}-06-30",
                "population": f"{living:.0f}",
                "poor": f"{living * poor:.0f}",
                "schools": str(schools),
                "umkm": f"{living * umkm:.0f}",
                "estimate": "ya",
                "source": SOURCE,
            }
            rows.append(Row(len(rows) + 2, cells))
    plan = plan_denominators(session, city, rows, today)
    refused = [verdict for verdict in plan.verdicts if verdict.reason]
    if refused:
        raise RuntimeError(f"the invented denominators are wrong: {refused[0]}")
    apply_denominators(session, city, plan, now=now, actor="demonstration")
