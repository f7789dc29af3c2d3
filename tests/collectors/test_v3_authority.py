"""The clocks of other engines by the rules of RFC 3414, and what is kept of them."""

from dataclasses import replace

import pytest

from collectors.snmp import v3_authority
from collectors.snmp.base import SnmpCredentialError
from collectors.snmp.transport import Peer, resolve
from collectors.snmp.v3 import Clocks
from collectors.snmp.v3_authority import Authorities, Authority, terms_of
from collectors.target import Credential

ALICE = Credential("3", "", "alice", "SHA256", "alice's auth words", "AES", "alice's priv words")
LAST = 2**31 - 1
NOW = 1_000.0


def known(boots: int, time: int, *, proven: bool = True) -> Authority:
    authority = Authority(terms_of(ALICE))
    authority.learn(ALICE, b"engine", Clocks(boots, time), NOW)
    authority.are_clocks_proven = proven
    return authority


@pytest.mark.parametrize(
    ("heard", "after_s", "is_timely", "kept"),
    [
        (Clocks(3, 5_000), 0, True, Clocks(3, 5_000)),
        (Clocks(3, 5_001), 0, True, Clocks(3, 5_001)),
        (Clocks(3, 9_999), 0, True, Clocks(3, 9_999)),  # its clock is its own
        (Clocks(3, 4_999), 0, True, Clocks(3, 5_000)),  # overtaken on the way, and no step back
        (Clocks(3, 4_850), 0, True, Clocks(3, 5_000)),
        (Clocks(3, 4_849), 0, False, Clocks(3, 5_000)),
        (Clocks(3, 4_950), 100, True, Clocks(3, 5_000)),
        (Clocks(3, 4_949), 100, False, Clocks(3, 5_000)),
        (Clocks(3, 5_001), 600, True, Clocks(3, 5_001)),  # its clock is slow, or it was frozen
        (Clocks(3, 5_000), 600, False, Clocks(3, 5_000)),  # heard before
        (Clocks(4, 0), 0, True, Clocks(4, 0)),
        (Clocks(2, 9_999), 0, False, Clocks(3, 5_000)),
        (Clocks(LAST, 1), 0, False, Clocks(LAST, 1)),
    ],
)
def test_the_time_window(heard: Clocks, after_s: float, is_timely: bool, kept: Clocks) -> None:
    authority = known(3, 5_000)

    assert authority.is_timely(heard, NOW + after_s) is is_timely
    assert authority.clocks == kept


@pytest.mark.parametrize("heard", [Clocks(1, 1), Clocks(3, 1), Clocks(9, 9)])
def test_what_nobody_proved_gives_way_to_what_is_signed(heard: Clocks) -> None:
    authority = known(3, 5_000, proven=False)

    assert authority.is_timely(heard, NOW)
    assert authority.clocks == heard
    assert not authority.is_timely(Clocks(0, 0), NOW)


def test_clocks_go_on_and_stop_at_their_end() -> None:
    assert known(3, 5_000).clocks_now(NOW + 61.9) == (3, 5_061)
    assert known(3, LAST - 5).clocks_now(NOW + 60) == (3, LAST)


def test_keys_are_made_again_only_for_another_engine_id() -> None:
    authority = known(3, 5_000)
    keys = authority.keys

    authority.learn(ALICE, b"engine", Clocks(4, 0), NOW)
    assert authority.keys is keys

    authority.learn(ALICE, b"another", Clocks(4, 0), NOW)
    assert authority.keys != keys


def peers(number: int) -> list[Peer]:
    return [resolve(f"10.0.{place >> 8}.{place & 255}", 161) for place in range(number)]


def test_devices_that_are_gone_are_forgotten() -> None:
    authorities = Authorities()
    first, second, third = peers(3)
    for peer in (first, second, third):
        authorities.of(peer, ALICE).is_known = True
        authorities.found(peer, b"engine")

    authorities.of(third, replace(ALICE, auth_password="the words before"))
    authorities.keep({(second, ALICE), (third, ALICE)})

    assert len(authorities) == 2
    assert authorities.of(second, ALICE).is_known
    assert not authorities.of(first, ALICE).is_known


def test_a_shared_engine_id_is_told_once_for_each_device(caplog: pytest.LogCaptureFixture) -> None:
    authorities = Authorities()
    first, second, third = peers(3)
    for peer in (first, second, second, first, third, third):
        authorities.found(peer, b"\x80\0\x1f\x88")

    assert authorities.counts == {"shared_engine_id": 2}
    assert caplog.messages[0].startswith("10.0.0.0 and 10.0.0.1 have the same SNMPv3 engine-ID 80001f88")


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(v3_authority, "MOST_DEVICES", 10)
    authorities = Authorities()
    for number, peer in enumerate(peers(100)):
        authorities.of(peer, ALICE)
        authorities.found(peer, bytes([number // 2]))

    assert len(authorities) == 10
    assert len(authorities._owners) <= 11
    assert len(authorities._shared) <= 11


def test_a_credential_that_cannot_be_used_is_refused_at_once() -> None:
    with pytest.raises(SnmpCredentialError, match="no user name"):
        Authorities().of(peers(1)[0], Credential("3"))
