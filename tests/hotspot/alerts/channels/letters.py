"""A message for tests of channels."""

from dataclasses import replace
from typing import Any

from hotspot.alerts.channels import Outgoing

LETTER = Outgoing(
    key="f" * 64,
    to="",
    subject="12 access points are down",
    body="Since 08:12.",
    url="https://wifi.example.go.id/incidents/7",
    severity="critical",
    event="opened",
    payload="",
    language="id",
    thread="a" * 32,
    at=1_795_244_400,
)


def letter(**more: Any) -> Outgoing:
    return replace(LETTER, **more)
