"""Packing a day of polls: seconds, bytes a value, the longest time for which nobody else could write.

python -m bench.packing [--access-points 1000] [--interval 60]
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from bench.history import ZONE
from bench.ingest import Locks
from bench.month import DAY, Month, generate
from bench.stores import Ours
from hotspot.analytics.calendar import day_start
from hotspot.store.chunks import compact


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--access-points", type=int, default=1000)
    parser.add_argument("--interval", type=int, default=60)
    chosen = parser.parse_args()
    month = Month(day_start(ZONE, int(time.time())) - DAY, chosen.access_points, 1, chosen.interval)
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as folder:
        ours = Ours(Path(folder), month)
        (day,) = generate(month)
        ours.ingest(ours.prepared(day))
        locks = Locks(ours.engine)
        wall, cpu = time.perf_counter(), time.process_time()
        moved = compact(ours.engine, ours.fence, 1, ours.day)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        samples = sum(value is not None for _, rows in day for _, values in rows for value in values)
        report = {
            "polls": moved,
            "seconds": round(wall, 2),
            "cpu_seconds": round(cpu, 2),
            "bytes_a_value": round(ours.chunk_octets() / samples, 3),
            "transactions": len(locks.held),
            "lock_held_ms_max": round(max(locks.held) * 1000, 1),
        }
        ours.close()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
