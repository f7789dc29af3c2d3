"""Which point an access point belongs to by its name."""

import pytest

from hotspot.analytics.placement import NAMED, WORDS, Places

POINTS = {
    "TS-0001": "Balai Warga RW 05 Rawa Buntu",
    "TS-0002": "Balai Warga RW 06 Rawa Buntu",
    "TS-0003": "Balai Warga RW 05 Buaran",
    "TS-0012": "Taman Kota 1",
    "TS-0013": "Taman Kota 2",
    "TS-0100": "Masjid Al-Ikhlas Pamulang Barat",
    "TS-0101": "Masjid Al-Ikhlas Buaran",
    "TS-0200": "Puskesmas Pondok Jagung",
}


@pytest.mark.parametrize(
    ("name", "point", "reason"),
    [
        ("ts-0012-ap1", "TS-0012", NAMED),
        ("AP_TS0013_lobby", "TS-0013", NAMED),
        ("Taman Kota 2 sisi barat", "TS-0013", NAMED),
        ("RW-5-Rawa-Buntu-Balai", "TS-0001", WORDS),
        ("balai.rw06.rawabuntu", None, ""),  # rawabuntu in one word: not enough
        ("PKM-Pondok-Jagung-1", "TS-0200", WORDS),
        ("Masjid Al-Ikhlas", None, ""),  # two of them
        ("masjid ikhlas pamulang", "TS-0100", WORDS),
        ("Balai Warga RW 05", None, ""),
        ("AP-17", None, ""),
        ("buaran", None, ""),
        ("", None, ""),
    ],
)
def test_proposal_by_name(name: str, point: str | None, reason: str) -> None:
    found = Places(POINTS).propose(name)
    assert (found.point, found.reason) == (point, reason) if found else point is None


def test_proposal_tells_what_agrees() -> None:
    found = Places(POINTS).propose("RW-5-Rawa-Buntu-Balai")
    assert found
    assert found.because == "balai rw 05 rawa buntu"


def test_city_without_points_has_no_proposal() -> None:
    assert Places({}).propose("Taman Kota 2") is None
    assert Places({"TS-1": "..."}).propose("Taman Kota 2") is None
