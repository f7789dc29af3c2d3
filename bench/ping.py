"""CPU of the pings beside the polls of a minute: `python -m bench.ping [DEVICES] [MINUTE_S]`, as root or where allowed.

The devices are addresses of 127.0.0.0/8, for which the kernel of this machine answers: so its share of both directions
is in the figure.
"""

import asyncio
import sys
import time
from functools import partial

from collectors.icmp import COUNT, Pinger
from collectors.result import Ping


async def ping(devices: int, minute_s: float) -> tuple[float, float, int]:
    """CPU seconds, longest round trip, and answers."""
    pinger, pings = Pinger(), dict[str, Ping | None]()
    addresses = [f"127.1.{number >> 8}.{number & 255}" for number in range(devices)]
    began = time.process_time()
    for number, address in enumerate(addresses):
        pinger.begin(address, partial(pings.__setitem__, address), delay_s=minute_s * number / devices)
    while len(pings) < devices:  # noqa: ASYNC110  # the pinger calls back, and an event of ours would cost, too
        await asyncio.sleep(0.1)
    spent = time.process_time() - began
    pinger.close()
    found = [one for one in pings.values() if one]
    return spent, max(one.rtt_s or 0.0 for one in found), sum(one.received for one in found)


def main() -> None:
    devices, minute_s = int(sys.argv[1]) if len(sys.argv) > 1 else 1000, float((sys.argv[2:] or ["60"])[0])
    spent, slowest, answers = asyncio.run(ping(devices, minute_s))
    print(f"{devices} devices, {COUNT} echoes each, over {minute_s:g} s: {answers} answers")
    print(f"{spent * 1e6 / devices:.0f} us of CPU a device, {spent / minute_s:.2%} of a core")
    print(f"slowest round trip {slowest * 1000:.2f} ms")


if __name__ == "__main__":
    main()
