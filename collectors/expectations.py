"""What a recording must give, read from the file beside it: `NAME.expected.json`, as collections of recordings have it.

Values are in the units of such collections: kilometres, and percent rounded to whole ones.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Table = Mapping[str, Any]

CLASSES = {  # the metrics that may give the sensors of each class
    "clients": ("clients", "ssid_clients", "radio_clients"),
    "ap-count": ("aps_up", "aps_known"),
    "frequency": ("radio_frequency",),
    "channel": ("radio_channel",),
    "utilization": ("radio_utilisation", "radio_capacity"),
    "capacity": ("radio_capacity", "radio_utilisation"),
    "noise-floor": ("radio_noise",),
    "power": ("radio_tx_power", "radio_rssi"),
    "rssi": ("radio_rssi", "cell_rssi", "cell_rsrp"),
    "snr": ("radio_snr", "cell_sinr"),
    "rate": ("radio_tx_rate", "radio_rx_rate"),
    "ccq": ("radio_ccq",),
    "quality": ("radio_quality",),
    "mcs": ("radio_mcs",),
    "distance": ("radio_distance",),
    "errors": ("radio_errors", "radio_retries"),
    "error-rate": ("radio_errors", "radio_error_ratio"),
    "error-ratio": ("radio_error_ratio",),
    "rsrp": ("cell_rsrp",),
    "rsrq": ("cell_rsrq",),
    "sinr": ("cell_sinr",),
    "cpu": ("cpu",),
}
TO_OURS = {"distance": 1_000.0}  # kilometres
AP_TEXTS = {"name": "name", "model": "model", "version": "firmware", "serial": "serial", "ip": "address"}
AP_VALUES = {"clients": "clients", "cpu": "cpu", "mem_pct": "memory", "temperature": "temperature",
             "rx_bytes": "if_in_octets", "tx_bytes": "if_out_octets"}  # fmt: skip
RADIO_VALUES = {  # the metric of a radio's column, and what its values are multiplied with
    "channel": ("radio_channel", 1), "channel_text": ("radio_channel", 1), "clients": ("radio_clients", 1),
    "noise": ("radio_noise", 1), "noise_neg": ("radio_noise", -1), "utilization": ("radio_utilisation", 1),
    "txpower_dbm": ("radio_tx_power", 1), "txpower_half_dbm": ("radio_tx_power", 0.5), "eirp": ("radio_tx_power", 1),
}  # fmt: skip
SPARE_MEMORY = re.compile(r"(?i)\b(buffers|cached) memory\b|\bmemory buffers\b")  # no pools: parts that can be had
MAIN_MEMORY = re.compile(r"(?i)physical|main|real|system|\bram\b")


@dataclass(frozen=True, slots=True)
class Expected:
    """One value: how it is filed (`group`), what gives it (`metrics`) and, where known, of which objects it is made."""

    group: str
    what: str
    metrics: tuple[str, ...]
    value: float
    oids: frozenset[str] = frozenset()
    label: str = ""


def sensors(said: Table) -> list[Expected]:
    """The sensors of the device: each once, however many names it has."""
    found: dict[object, Expected] = {}
    for row in (*said.get("wireless", []), *_scalars(said.get("scalars") or {})):
        kind = row["class"]
        value = _number(row.get("value"))
        oids = frozenset(oid.strip(".") for oid in row.get("oids", []))
        if value is not None:
            name = str(row.get("descr") or row.get("index"))
            group = "clients" if kind == "clients" else "wireless"
            one = Expected(
                group, f"{kind} {name}", CLASSES.get(kind, ()), value * TO_OURS.get(kind, 1), oids, _label(row)
            )
            found.setdefault((kind, oids) if oids else (kind, name), one)
    return list(found.values())


def _scalars(scalars: Table) -> Iterator[dict[str, Any]]:
    for name, row in scalars.items():
        kind = "clients" if name.startswith("clients") else "ap-count" if name.startswith("ap-") else name
        if kind in CLASSES:
            yield {"class": kind, "descr": name, "oids": [row["oid"]], "value": row["value"]}


def _label(row: Table) -> str:
    """The SSID or the radio in what a sensor is called."""
    found = re.match(r"SSID:? (.+?)( Clients)?$", str(row.get("descr", "")))
    return found[1] if found else re.sub(r"(?<=\d)GHz\b", " GHz", str(row.get("descr", "")))


def wholes(said: Table) -> Iterator[tuple[str, str, list[Expected]]]:
    """What a device has one of for us, and such collections many of: (group, metric, candidates, the best first)."""
    processors = [_one("cpu", row, (row["oid"],), row.get("value")) for row in said.get("processors", [])]
    pools = [row for row in said.get("mempools", []) if not SPARE_MEMORY.search(str(row.get("descr", "")))]
    pools.sort(key=lambda row: not MAIN_MEMORY.search(str(row.get("descr", ""))))
    memory = [_one("memory", row, row.get("oids", {}).values(), row.get("percent")) for row in pools]
    heat = [row for row in said.get("health", []) if row.get("class") == "temperature"]
    sensors = [_one("temperature", row, (row["oid"],), row.get("value")) for row in heat]
    for group, candidates in (("cpu", processors), ("memory", memory), ("temperature", sensors)):
        known = [one for one in candidates if one is not None]
        if known:
            yield group, group, known


def _one(group: str, row: Table, oids: Iterable[str], value: object) -> Expected | None:
    number = _number(value)
    if number is None:
        return None
    return Expected(group, str(row.get("descr", group)), (group,), number, frozenset(oid.strip(".") for oid in oids))


def ssids(said: Table) -> dict[str, float]:
    """Stations by SSID, where it has any count; one SSID may have many rows."""
    found: dict[str, float] = {}
    for row in said.get("ssids") or []:
        counts = [number for key in row if key.startswith("clients") and (number := _number(row[key])) is not None]
        if counts and row.get("ssid"):
            found[row["ssid"]] = found.get(row["ssid"], 0) + sum(counts)
    return found


def of_access_point(row: Table, columns: Table) -> list[Expected]:
    """Numbers of one access point of a controller and of its radios."""
    found = [
        Expected("access points", f"{row['id']} {key}", (metric,), number)
        for key, metric in AP_VALUES.items()
        if (number := _number(row.get(key))) is not None
    ]
    free, size = _number(row.get("mem_free")), _number(row.get("mem_total"))
    if free is not None and size:
        found.append(Expected("access points", f"{row['id']} memory", ("memory",), round(100 - 100 * free / size, 6)))
    for radio in row.get("radios", []):
        for key, (metric, factor) in RADIO_VALUES.items():
            number = _channel(radio[key]) if key == "channel_text" and key in radio else _number(radio.get(key))
            if number is not None and key in columns:
                oid = f"{columns[key].strip('.')}.{radio['oid_suffix']}"
                what = f"{row['id']} radio {radio.get('radio', '')} {key}"
                found.append(Expected("radios", what, (metric,), number * factor, frozenset((oid,))))
    return found


def _channel(said: object) -> float | None:
    """ "116E" is channel 116; 388 is 132 with flags above."""
    found = re.match(r"\d+", str(said))
    return float(int(found[0]) & 0xFF) if found else None


def _number(said: object) -> float | None:
    try:
        return float(said) if isinstance(said, int | float | str) and not isinstance(said, bool) else None
    except ValueError:
        return None
