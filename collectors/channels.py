"""Channel and band to the frequency in the middle of the channel: IEEE 802.11, annex E."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from collectors.result import Sample

BAND_IN_LABEL = re.compile(r"(?<![\d.,])(2[.,]4|5|60?) ?G(?:Hz)?\b", re.IGNORECASE)
STARTS_MHZ = {2.4: 2_407, 5.0: 5_000, 6.0: 5_950}
STEP_MHZ = 5
HIGHEST_AT_2_4 = 14
CHANNELS_AT_5 = range(32, 178)  # 4.9 GHz (182 to 196) is nobody's public Wi-Fi


def frequency(channel: float, band: float | None) -> float | None:
    """MHz; None where channel and band don't go together. A band is named by its GHz: 2.4, 5, 6 or 60."""
    if not band or channel < 1:
        return None
    if band == 60:
        return 56_160 + 2_160 * channel
    if band == 2.4 and channel >= HIGHEST_AT_2_4:
        return 2_484 if channel == HIGHEST_AT_2_4 else None
    if band == 6 and channel == 2:
        return 5_935
    start = STARTS_MHZ.get(band)
    return None if start is None else start + STEP_MHZ * channel


@lru_cache(4_096)
def band_of_label(label: str) -> float | None:
    """What a radio's name says of its band, such as "Balai 5 GHz"."""
    found = BAND_IN_LABEL.search(label)
    return float(found[1].replace(",", ".")) if found else None


def frequencies(samples: Iterable[Sample]) -> list[Sample]:
    """`radio_frequency` of every radio of one device that has a channel and no frequency of its own."""
    by_metric: dict[str, dict[str, float]] = {"radio_channel": {}, "radio_band": {}, "radio_frequency": {}}
    for sample in samples:
        if sample.metric in by_metric:
            by_metric[sample.metric][sample.label] = sample.value
    channels = by_metric["radio_channel"]
    bands = _bands(channels, by_metric["radio_band"])
    return [
        Sample("radio_frequency", found, label)
        for label, channel in channels.items()
        if label not in by_metric["radio_frequency"] and (found := frequency(channel, bands.get(label))) is not None
    ]


def _bands(channels: Mapping[str, float], said: Mapping[str, float]) -> dict[str, float]:
    """The band of each radio, guessed only where a number can mean one thing.

    6 GHz has the numbers of the other two again, so nothing is guessed of a device that has it, nor of two radios that
    both would have to be at 2.4 GHz, on different channels.
    """
    known = {label: band for label in channels if (band := said.get(label) or band_of_label(label))}
    unknown = {label: channel for label, channel in channels.items() if label not in known}
    low = {channel for channel in unknown.values() if channel <= HIGHEST_AT_2_4}
    if 6 in known.values() or len(low) > 1:
        return known
    guessed = {label: 2.4 for label, channel in unknown.items() if channel in low}
    return known | guessed | {label: 5.0 for label, channel in unknown.items() if channel in CHANNELS_AT_5}
