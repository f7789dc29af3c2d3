import pytest

from collectors.channels import band_of_label, frequencies, frequency
from collectors.result import Sample


@pytest.mark.parametrize(
    ("channel", "band", "mhz"),
    [
        (1, 2.4, 2412),
        (13, 2.4, 2472),
        (14, 2.4, 2484),
        (15, 2.4, None),
        (36, 5, 5180),
        (165, 5, 5825),
        (1, 6, 5955),
        (2, 6, 5935),
        (53, 6, 6215),
        (233, 6, 7115),
        (1, 60, 58_320),
        (4, 60, 64_800),
        (36, None, None),
        (0, 5, None),
        (1, 3.6, None),
    ],
)
def test_channel_and_band_are_a_frequency(channel: float, band: float | None, mhz: float | None) -> None:
    assert frequency(channel, band) == mhz


@pytest.mark.parametrize(
    ("label", "band"),
    [
        ("2.4 GHz", 2.4),
        ("balai-1 5 GHz", 5),
        ("5 GHz (2)", 5),
        ("6GHz", 6),
        ("radio 60 GHz", 60),
        ("2,4 ghz", 2.4),
        ("wl-5G", 5),
        ("radio 2", None),
        ("wlan0", None),
        ("0.5 GHz", None),
    ],
)
def test_a_label_may_say_the_band(label: str, band: float | None) -> None:
    assert band_of_label(label) == band


def channels(**radios: float) -> list[Sample]:
    return [Sample("radio_channel", channel, label) for label, channel in radios.items()]


def found(*samples: Sample) -> dict[str, float]:
    return {sample.label: sample.value for sample in frequencies(samples)}


def test_a_radio_with_a_frequency_of_its_own_keeps_it() -> None:
    own = Sample("radio_frequency", 5190, "wlan0")

    assert found(*channels(wlan0=36, wlan1=6), own) == {"wlan1": 2437}


def test_the_band_a_device_tells_goes_before_all() -> None:
    assert found(*channels(wlan0=37), Sample("radio_band", 6, "wlan0")) == {"wlan0": 6135}


def test_a_band_is_guessed_where_a_number_can_mean_one_thing() -> None:
    assert found(*channels(wlan0=11, wlan1=149)) == {"wlan0": 2462, "wlan1": 5745}


def test_nothing_is_guessed_of_a_device_with_6_ghz() -> None:
    assert found(*channels(wlan0=11, wlan1=149, wlan2=37), Sample("radio_band", 6, "wlan2")) == {"wlan2": 6135}


def test_nothing_is_guessed_when_two_radios_would_be_at_2_4_ghz() -> None:
    assert found(*channels(wlan0=11, wlan1=149, wlan2=5)) == {}


def test_several_rows_of_one_radio_share_its_channel() -> None:
    assert found(*channels(vap0=11, vap1=11, vap2=200)) == {"vap0": 2462, "vap1": 2462}
