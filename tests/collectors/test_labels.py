import re
from typing import Any

import pytest

from collectors.labels import by_label, label_of, labels_of
from collectors.metrics import METRICS
from collectors.profile import Source
from collectors.snmp.base import Rows


def source(**keys: Any) -> Source:
    return Source(METRICS["radio_clients"], "acmeClients", column="1.3.6.1.4.1.32473.1", **keys)


@pytest.mark.parametrize(
    ("keys", "index", "names", "label"),
    [
        ({"label": "radio"}, "7", {}, "radio"),
        ({"label_index": "all"}, "1.2", {}, "1.2"),
        ({"label_index": "last"}, "1.2", {}, "2"),
        ({"label_index": "last", "labels": {"2": "5 GHz"}}, "1.2", {}, "5 GHz"),
        ({"label_index": "text"}, "4.109.97.105.110", {}, "main"),
        ({"label_index": "text"}, "109.97.105.110", {}, "main"),
        ({"label_column": "1.3.6.1.9"}, "7", {"7": b"wlan0"}, "wlan0"),
        ({"label_column": "1.3.6.1.9"}, "7", {"7": b""}, None),
        ({"label_column": "1.3.6.1.9"}, "7", {}, "7"),
        ({"label_index": "last", "label": "subscriber {} uplink"}, "1.2", {}, "subscriber 2 uplink"),
        (
            {"label_column": "1.3.6.1.9", "labels": {"ng": "2.4 GHz"}, "label": "{} own"},
            "7",
            {"7": b"ng"},
            "2.4 GHz own",
        ),
        ({"label_column": "1.3.6.1.9", "labels": {"0": "5 GHz"}}, "9.9.0", {"9.9": b"taman-1"}, "taman-1 5 GHz"),
        ({"label_column": "1.3.6.1.9", "rows": re.compile("^(?!vwire-)")}, "7", {"7": b"vwire-1"}, None),
        ({"label_column": "1.3.6.1.9", "rows": re.compile("^clients-(.+)$")}, "7", {"7": b"clients-wlan0"}, "wlan0"),
    ],
)
def test_a_row_is_called(keys: dict[str, Any], index: str, names: Rows, label: str | None) -> None:
    assert label_of(source(**keys), index, names) == label


def test_an_ssid_without_a_name_is_none() -> None:
    by_ssid = Source(METRICS["ssid_clients"], "acmeSsidClients", column="1.3.6.1.4.1.32473.2", label_column="1.3.6.1.9")

    assert label_of(by_ssid, "7", {}) is None


def test_a_row_without_a_name_still_counts_for_the_whole() -> None:
    whole = source(label_column="1.3.6.1.9", reduce=lambda rows: len(rows))

    assert label_of(whole, "7", {"7": b""}) == ""


def test_rows_of_one_label_belong_together() -> None:
    labels = {"1": "WiFi", "2": "Petugas", "3": "WiFi"}

    assert by_label(labels, source(label_column="1.3.6.1.9")) == {"WiFi": ["1", "3"], "Petugas": ["2"]}
    assert by_label(labels, source()) == {"": ["1", "2", "3"]}


def test_rows_with_addresses_for_an_index_are_numbered() -> None:
    numbered = source(label_index="number", label="network {}")

    assert labels_of(numbered, ["2.0.94.0.0.9", "2.0.94.0.0.7"], {}) == {
        "2.0.94.0.0.9": "network 1",
        "2.0.94.0.0.7": "network 2",
    }
