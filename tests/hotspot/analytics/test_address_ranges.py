import pytest

from hotspot.analytics.address_ranges import addresses, ranges, written
from hotspot.analytics.import_row import RejectedError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10.0.0.0/30", "10.0.0.1-10.0.0.2"),
        ("10.0.0.7/30", "10.0.0.5-10.0.0.6"),
        ("10.0.0.0/31", "10.0.0.0-10.0.0.1"),
        ("10.0.0.9/32", "10.0.0.9"),
        ("10.0.0.9", "10.0.0.9"),
        ("10.0.0.9-10.0.1.3", "10.0.0.9-10.0.1.3"),
        (" 10.0.0.9 - 12 ", "10.0.0.9-10.0.0.12"),
        ("10.0.0.9-9", "10.0.0.9"),
        ("10.0.0.9, 10.0.0.3;10.0.0.4\n10.0.0.1-3", "10.0.0.1-10.0.0.4 10.0.0.9"),
        ("10.0.0.0/25 10.0.0.128/25", "10.0.0.1-10.0.0.126 10.0.0.129-10.0.0.254"),
        ("10.0.0.0/24 10.0.0.255", "10.0.0.1-10.0.0.255"),
        ("fd00::1 10.0.0.1 fd00::0001", "10.0.0.1 fd00::1"),
        ("fd00::9/128", "fd00::9"),
    ],
)
def test_ranges_are_read_in_order_without_overlaps(text: str, said: str) -> None:
    assert written(ranges(text)) == said
    assert ranges(written(ranges(text))) == ranges(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" , ", "empty"),
        ("ten", "ten is neither an address nor a range such as 10.0.0.0/22"),
        ("10.0.0", "10.0.0 is neither"),
        ("10.0.0.0/33", "10.0.0.0/33 is neither"),
        ("10.0.0.0/", "10.0.0.0/ is neither"),
        ("10.0.0.1-", "is no range such as"),
        ("10.0.0.1-300", "is no range such as"),
        ("10.0.0.1-10.0.0.2-3", "is no range such as"),
        ("fd00::1-fd00::2", "is no range such as"),
        ("10.0.0.9-10.0.0.3", "10.0.0.9-10.0.0.3 ends before it begins"),
        ("fd00::/120", "fd00::/120: IPv6 addresses are searched one by one, not as a range"),
        ("10.0.0.0/15", "131070 addresses; at most 65536 are searched at once"),
        ("10.0.0.0/16 11.0.0.0/28", "65548 addresses"),
        ("224.0.0.1", "224.0.0.1 has addresses that no device has"),
        ("223.255.255.0-224.0.0.3", "has addresses that no device has"),
        ("255.255.255.255", "has addresses that no device has"),
        ("0.0.0.0/0", "has addresses that no device has"),
        ("ff02::1", "has addresses that no device has"),
        ("::", "has addresses that no device has"),
        ("fe80::1%eth0", "has addresses that no device has"),
    ],
)
def test_a_mistake_is_a_sentence(text: str, said: str) -> None:
    with pytest.raises(RejectedError) as refused:
        ranges(text)
    assert refused.value.column == "ranges"
    assert said in str(refused.value.reason)


def test_a_whole_sixteen_fits() -> None:
    found = ranges("10.0.0.0/16")
    assert found[0].size == 65_534


def test_addresses_come_once_and_in_order() -> None:
    assert list(addresses(ranges("10.0.0.254-10.0.1.1 fd00::1 10.0.0.255"))) == [
        "10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1", "fd00::1",
    ]  # fmt: skip
