"""Messages go to public addresses, and to the private ones that the operator named."""

import socket
from typing import Any

import pytest

from hotspot.alerts.guard import ForbiddenError, Guard, guard_of
from hotspot.settings import SettingError, load

PRIVATE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "192.0.2.1", "198.18.0.1", "224.0.0.251", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_allowed(address: str) -> None:
    assert not Guard().allows(address)


@pytest.mark.parametrize("address", ["103.10.20.30", "2606:4700::1111", "64:ff9b::6714:1e1e"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert Guard().allows(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "103.10.20.30", "169.254.169.254")
    with pytest.raises(ForbiddenError, match=r"evil\.example is at 169\.254\.169\.254"):
        Guard().addresses("evil.example", 443)


@pytest.mark.parametrize("named", ["centre.example.go.id", "Centre.Example.go.id.", "10.20.0.0/16", "10.20.3.4"])
def test_what_the_operator_named_is_allowed(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    resolving(monkeypatch, "10.20.3.4")
    guard = guard_of(f"other.example, {named}")
    assert guard.addresses("centre.example.go.id", 443) == ["10.20.3.4"]
    assert guard.addresses("CENTRE.example.go.id.", 443) == ["10.20.3.4"]


def test_named_network_allows_no_other() -> None:
    guard = guard_of("10.20.0.0/16")
    assert (guard.allows("10.20.255.1"), guard.allows("10.21.0.1"), guard.allows("::1")) == (True, False, False)


@pytest.mark.parametrize("value", ["10.20.0.1/16", "centre_one.example", "10.20", "*", "fe80::/129"])
def test_setting_that_names_no_host_ends_the_start(value: str) -> None:
    with pytest.raises(SettingError, match="HOTSPOT_WEBHOOK_HOSTS"):
        load(environ={"HOTSPOT_WEBHOOK_HOSTS": value})
