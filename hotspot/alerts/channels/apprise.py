"""Messages handed over to Apprise, in a process of its own that is ended when it takes too long."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from typing import Any

from hotspot.alerts.channels.call import refused
from hotspot.alerts.channels.channel import ChannelError
from hotspot.alerts.channels.text import said
from hotspot.alerts.guard import Guard

LONGEST_S = 45
# Neither settings nor proxies: what a proxy resolves nobody has checked.
KEPT = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "PYTHONPATH", "VIRTUAL_ENV")
STATUS = re.compile(r"error=(\d{3})", re.ASCII)
PROCESS = "hotspot.alerts.apprise_process"


def apprised(url: str, title: str, text: str, guard: Guard, gone: Collection[int] = ()) -> str:
    """Sent, or ChannelError. `gone` are the statuses that speak of this recipient alone, and for good."""
    networks = [str(network) for network in guard.networks]
    asked = {"url": url, "title": title, "text": text, "hosts": sorted(guard.hosts), "networks": networks}
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-m", PROCESS],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=LONGEST_S,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChannelError("the service does not answer in time", retry=True) from error
    if done.returncode:
        raise ChannelError(f"the message could not be handed over (exit {done.returncode})", retry=True)
    return outcome(json.loads(done.stdout), gone)


def outcome(reply: Mapping[str, Any], gone: Collection[int]) -> str:
    """Services say little; the status of their answer is in what Apprise logged."""
    if reply["ok"]:
        return "taken"
    if not reply["known"]:
        raise ChannelError("the address is not understood", retry=True)
    if reply["forbidden"]:
        raise ChannelError(f"nothing is sent there: {said(reply['forbidden'])}", retry=True)
    found = STATUS.search(reply["told"])
    if found and int(found[1]) in gone:
        raise ChannelError(f"refused: {found[1]}", retry=False, sick=False)
    if found:
        raise refused(int(found[1]), "")
    raise ChannelError("the service can't be reached", retry=True)
