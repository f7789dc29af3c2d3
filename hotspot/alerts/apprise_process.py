"""The process in which Apprise runs: it knows one secret alone, and reaches what the guard allows."""

import json
import logging
import socket
import sys
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from hotspot.alerts.guard import Guard


def handed_over(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the service took it; whether its address was known; what was forbidden; what Apprise logged."""
    import apprise  # late: only this process pays for it

    forbidden: list[str] = []
    told: list[str] = []
    watch_names(Guard(frozenset(asked["hosts"]), tuple(map(ip_network, asked["networks"]))), forbidden)
    log = logging.getLogger("apprise")
    log.addHandler(Listening(told))
    log.setLevel(logging.WARNING)
    service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Hotspot", app_desc="Hotspot"))
    known = bool(service.add(asked["url"]))
    ok = known and service.notify(title=asked["title"], body=asked["text"], body_format=apprise.NotifyFormat.TEXT)
    return {"ok": bool(ok), "known": known, "forbidden": "; ".join(forbidden), "told": " ".join(told)}


class Listening(logging.Handler):
    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self.told = told

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def watch_names(guard: Guard, forbidden: list[str]) -> None:
    """Whatever this process connects to, redirects as well, was asked for here and is an address that is allowed."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **more: Any) -> list[Any]:
        found = real(host, *args, **more)
        name = host.decode() if isinstance(host, bytes) else str(host)
        wrong = [str(entry[4][0]) for entry in found if not (guard.names(name) or guard.allows(str(entry[4][0])))]
        if wrong:
            forbidden.append(f"{name} is at {wrong[0]}, which is no public address")
            raise socket.gaierror(socket.EAI_NONAME, "no public address")
        return found

    socket.getaddrinfo = getaddrinfo


if __name__ == "__main__":
    json.dump(handed_over(json.load(sys.stdin)), sys.stdout)
