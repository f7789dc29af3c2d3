"""`python -m tests.collectors.expect NAME ...`: writes what a profile gives of its recording, to be read and kept.

The file is the expectation of test_profiles.py, so each value must be compared with the recording by eye.
"""

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from collectors import recording
from collectors.conformance import play
from collectors.result import ManagedAccessPoint, PollResult, Sample

FOLDER = Path(__file__).with_name("recordings")


def expectation(result: PollResult) -> str:
    """JSON with a line a sample."""
    identity = result.identity
    if identity is None:
        raise SystemExit(f"the recording was not identified: {result.error}")
    facts = {
        "profile": result.profile, "vendor": identity.vendor, "model": identity.model, "firmware": identity.firmware,
        "serial": identity.serial, "sys_name": identity.sys_name, "uptime_s": result.clock.uptime_s,
        "error": result.error,
    }  # fmt: skip
    lines = [f"  {_json(key)}: {_json(value)}" for key, value in facts.items()]
    lines.append(f'  "samples": [\n{_samples(result.samples, "    ")}\n  ]')
    if result.access_points is not None:
        listed = ",\n".join(map(_access_point, result.access_points))
        lines.append(f'  "access_points": [\n{listed}\n  ]')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _access_point(one: ManagedAccessPoint) -> str:
    facts = _json([one.key, one.name, one.up, one.address, one.model, one.firmware, one.serial, one.uptime_s])
    samples = f"[\n{_samples(one.samples, '      ')}\n    ]" if one.samples else "[]"
    return f"    [{facts}, {samples}]"


def _samples(samples: Iterable[Sample], indent: str) -> str:
    rows = [[one.metric, one.label, _plain(one.value), one.bits] for one in samples]
    return ",\n".join(f"{indent}{_json(row)}" for row in rows)


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    names = sys.argv[1:]
    results = asyncio.run(play({name: recording.read(FOLDER / f"{name}.snmprec") for name in names}))
    for name in names:
        (FOLDER / f"{name}.json").write_text(expectation(results[name]), "utf-8")


if __name__ == "__main__":
    main()
