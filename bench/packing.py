"""Days of polls with what their radios and networks said, packed: seconds, octets a value, how long others waited.

    python -m bench.packing [--access-points 1000] [--interval 60] [--days 1]

A value is one metric of one poll that was answered: twelve of the device, five of each of two radios, one of a network.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from bench.history import ZONE
from bench.ingest import Locks
from bench.month import DAY, Month, generate, said
from bench.stores import Ours
from hotspot.analytics.calendar import day_start
from hotspot.store.base import reading


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--access-points", type=int, default=1000)
    parser.add_argument("--interval", type=int, default=60)
    parser.add_argument("--days", type=int, default=1)
    chosen = parser.parse_args()
    start = day_start(ZONE, int(time.time())) - chosen.days * DAY
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as folder:
        month = Month(start, chosen.access_points, chosen.days, chosen.interval)
        ours = Ours(Path(folder), month)
        locks = Locks(ours.engine)
        print(json.dumps(pack(ours, locks, month)))
        ours.close()


def pack(ours: Ours, locks: Locks, month: Month) -> dict[str, float]:
    empty = ours.octets()
    values = common = polls = hot = 0
    cpu_s, held = 0.0, []
    for day in generate(month):
        rows, changes = ours.prepared(day)
        told = [said(row[1], row[0], row[4:16]) for row in rows]
        polls += len(rows)
        common += sum(value is not None for row in rows for value in row[4:16])
        values += sum(count for _, count in told)
        before = ours.octets()
        ours.ingest(([(*row[:-1], text) for row, (text, _) in zip(rows, told, strict=True)], changes))
        hot = max(hot, ours.octets() - before)
        locks.held = []
        cpu = time.process_time()
        ours.end_day()
        cpu_s += time.process_time() - cpu
        held += locks.held
    values += common
    by_table = sizes(ours)
    return {
        "polls": polls,
        "values": values,
        "of_them_of_radios_and_networks": values - common,
        "packing_and_roll_ups_cpu_s": round(cpu_s, 1),
        "lock_held_ms_max": round(max(held) * 1000, 1),
        "octets_a_poll_before_packing": round(hot / (polls / month.days), 1),
        "octets_a_value_packed_polls": round(by_table["poll_chunk"] / values, 3),
        "octets_a_value_roll_ups_by_hour": round(by_table["rollup_hour"] / values, 3),
        "octets_a_value_all_tables": round((ours.octets() - empty) / values, 3),
        "octets_a_value_all_tables_but_hours": round((ours.octets() - empty - by_table["rollup_hour"]) / values, 3),
    }


def sizes(ours: Ours) -> dict[str, int]:
    """Octets of each table with its indexes."""
    query = """SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_master ON sqlite_master.name = dbstat.name
               GROUP BY tbl_name"""
    with reading(ours.engine) as session:
        return {name: int(octets) for name, octets in session.execute(text(query))}


if __name__ == "__main__":
    main()
