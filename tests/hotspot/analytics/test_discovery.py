from dataclasses import replace

import pytest

from hotspot.analytics.discovery import Known, Proposal, Seen, Verdict, free_name, plain_serial, verdicts

POINTS = {
    "TS-0001": "Balai Warga RW 05",
    "TS-0002": "Taman Kota 1",
    "TS-0003": "Masjid Al-Ikhlas",
    "TS-00012": "Taman Kota 2",
    "12": "Pos",
    "PASAR": "Pasar",
    "TS-0008": "Masjid Al-Ikhlas",
}
AP = Known("ap-1", "10.0.0.1", 161, "TS-0002", "Acme", "SN-1001", "80001f8804aa", up=True)
NEW = Seen(7, "10.9.9.9", 161, fits=True, vendor="Acme")


def verdict(one: Seen, *others: Seen, inventory: tuple[Known, ...] = ()) -> Verdict:
    return verdicts([one, *others], inventory, POINTS)[one.id]


def test_an_unknown_device_is_new() -> None:
    assert verdict(NEW, inventory=(AP,)) == Verdict("new")


def test_a_known_address_is_in_the_inventory_whatever_it_says() -> None:
    here = replace(NEW, address="10.0.0.1", sys_name="TS-0001", serial="SN-9999")
    assert verdict(here, inventory=(AP,)) == Verdict("inventory", ("ap-1",))
    assert verdict(replace(here, port=1161), inventory=(AP,)).state == "new"


@pytest.mark.parametrize(
    ("error", "state"), [("", "ping"), ("answers SNMP, none of the credentials fits: x", "refused")]
)
def test_what_no_credential_fits_is_told_apart(error: str, state: str) -> None:
    assert verdict(Seen(1, "10.9.9.9", 161, fits=False, error=error)) == Verdict(state)


@pytest.mark.parametrize(
    ("up", "by_controller", "state"), [(True, False, "duplicate"), (False, False, "moved"), (True, True, "inventory")]
)
def test_a_known_serial_at_another_address(up: bool, by_controller: bool, state: str) -> None:
    known = replace(AP, up=up, by_controller=by_controller)
    found = verdict(replace(NEW, serial="SN-1001"), inventory=(known,))
    assert (found.state, found.others, found.by) == (state, ("ap-1",), "serial")


def test_a_known_engine_id_counts_where_no_serial_speaks_against_it() -> None:
    twin = replace(NEW, engine_id="80001f8804aa")
    assert verdict(twin, inventory=(AP,)).by == "engine_id"
    assert verdict(replace(twin, serial="SN-2002"), inventory=(AP,)).state == "new"
    assert verdict(replace(twin, engine_id="8000"), inventory=(replace(AP, engine_id="8000"),)).state == "new"


def test_two_found_devices_with_one_serial_name_each_other() -> None:
    first, second = replace(NEW, serial="SN-5555"), Seen(8, "10.9.9.8", 161, True, vendor="Acme", serial="SN-5555")
    found = verdicts([first, second, replace(second, id=9, vendor="Other", address="10.9.9.7")], (), POINTS)
    assert found[7] == Verdict("duplicate", ("10.9.9.8",), "serial")
    assert found[8] == Verdict("duplicate", ("10.9.9.9",), "serial")
    assert found[9].state == "new"


@pytest.mark.parametrize(
    "serial", ["", "n/a", "None", "0000000000", "00:00:00:00:00:00", "FFFFFFFF", "To be filled by O.E.M."]
)
def test_what_firmware_fills_in_is_no_serial(serial: str) -> None:
    assert not plain_serial(serial)
    twin = replace(NEW, id=8, address="10.9.9.8", serial=serial)
    assert verdict(replace(NEW, serial=serial), twin).state == "new"


@pytest.mark.parametrize(
    ("sys_name", "point"),
    [
        ("TS-0001", "TS-0001"),
        ("ts-0001-2", "TS-0001"),
        ("AP_TS0001.wifi.example.go.id", "TS-0001"),
        ("ap2ts1", ""),
        ("ts00012", "TS-00012"),
        ("balai-warga-rw-05-lt2", "TS-0001"),
        ("BALAI_WARGA_RW05", "TS-0001"),
        ("balai-warga", ""),
        ("taman-kota-2-ap1", "TS-00012"),
        ("pasar", "PASAR"),
        ("ap-12", ""),
        ("pos", ""),
        ("masjid al ikhlas", ""),
        ("TS-0001 TS-0002", ""),
        ("MikroTik", ""),
        ("", ""),
    ],
)
def test_a_point_is_proposed_by_the_name_that_only_one_has(sys_name: str, point: str) -> None:
    proposal = verdict(replace(NEW, sys_name=sys_name)).proposal
    assert proposal == (Proposal(point, "name", sys_name) if point else None)


@pytest.mark.parametrize(
    ("address", "others", "because"),
    [
        ("10.0.0.9", {"10.0.0.1": "A", "10.0.0.2": "A"}, "10.0.0.0/28"),
        ("10.0.0.9", {"10.0.0.1": "A", "10.0.0.2": "B"}, ""),
        ("10.0.0.9", {"10.0.0.1": "A", "10.0.0.20": "B"}, "10.0.0.0/28"),
        ("10.0.0.9", {"10.0.0.20": "A", "10.0.0.40": "B"}, "10.0.0.0/27"),
        ("10.0.0.9", {"10.0.0.40": "A"}, "10.0.0.0/26"),
        ("10.0.0.9", {"10.0.0.40": "A", "10.0.0.50": "B"}, ""),
        ("10.0.0.9", {"10.0.0.70": "A"}, ""),
        ("10.0.0.9", {"10.0.0.1": ""}, ""),
        ("10.0.0.9", {"": "A"}, ""),
        ("fd00::9", {"fd00::8": "A"}, ""),
    ],
)
def test_a_point_is_proposed_by_a_subnet_that_agrees(address: str, others: dict[str, str], because: str) -> None:
    known = tuple(Known(f"ap{number}", at, 161, point) for number, (at, point) in enumerate(others.items()))
    proposal = verdict(replace(NEW, address=address), inventory=known).proposal
    assert proposal == (Proposal("A", "subnet", because) if because else None)


@pytest.mark.parametrize(
    ("neighbour", "hangs", "because"),
    [
        ("sw-1 port Gi1/0/7", {"sw-1 port Gi1/0/8": "A", "sw-1 port Gi2/0/1": "B"}, "sw-1 port Gi1/0/…"),
        ("sw-1 port Gi1/0/7", {"sw-1 port Gi1/0/7": "A", "sw-1 port Gi1/0/8": "B"}, "sw-1 port Gi1/0/7"),
        ("sw-1 port Gi1/0/7", {"sw-1 port Gi1/0/8": "A", "sw-1 port Gi1/0/9": "B"}, ""),
        ("sw-1 port Gi1/0/7", {"sw-1 port Gi3/0/8": "A"}, "sw-1"),
        ("sw-1 port Gi1/0/7", {"sw-2 port Gi1/0/8": "A"}, ""),
        ("sw-1", {"sw-1": "A"}, "sw-1"),
        ("sw-1", {"sw-1 port 3": "A", "sw-1 port 4": "A"}, "sw-1"),
        ("", {"": "A"}, ""),
    ],
)
def test_a_point_is_proposed_by_the_switch(neighbour: str, hangs: dict[str, str], because: str) -> None:
    known = tuple(Known(f"ap{n}", f"10.{n + 1}.0.1", 161, point) for n, point in enumerate(hangs.values()))
    seen = [Seen(100 + n, f"10.{n + 1}.0.1", 161, True, neighbour=on) for n, on in enumerate(hangs)]
    proposal = verdict(replace(NEW, neighbour=neighbour), *seen, inventory=known).proposal
    assert proposal == (Proposal("A", "neighbour", because) if because else None)


@pytest.mark.parametrize(
    ("sys_name", "name"),
    [
        ("ap-9", "ap-9"),
        ("ap-1", "ap-1 10.0.0.9"),
        ("", "AP 10.0.0.9"),
        ("=cmd|x", "cmd|x"),
        (" @ two  words ", "two words"),
    ],
)
def test_a_name_is_free_and_harmless(sys_name: str, name: str) -> None:
    assert free_name(sys_name, "10.0.0.9", {"ap-1"}) == name
