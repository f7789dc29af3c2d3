"""What every sheet of paper has: the letterhead, the line that says when and from what, and the methods at its foot."""

from collections.abc import Sequence
from typing import Any

from hotspot.analytics.methods import BY_KEY
from hotspot.analytics.reports import KINDS
from hotspot.analytics.written import Pair, Writer
from hotspot.reports.facts import Asked
from hotspot.store.models import City

DEMONSTRATION: Pair = ("Kota contoh: semua data rekaan.", "Demonstration city: all data are invented.")
COUNT_NAMES: dict[str, Pair] = {
    "installed": ("Terpasang", "Installed"),
    "accepted": ("Diterima", "Accepted"),
    "active": ("Aktif", "Active"),
    "payable": ("Layak bayar", "Payable"),
}
COUNT_NOTES: dict[str, Pair] = {
    "installed": ("perangkat sudah dipasang", "devices hang on the wall"),
    "accepted": ("sudah diserahterimakan", "handed over and accepted"),
    "active": ("beroperasi dan terukur hidup", "in service and measured to run"),
    "payable": ("memenuhi syarat pembayaran", "meet the terms of payment"),
}


def sheet(city: City, writer: Writer, title: str, subtitle: str, when: Asked) -> dict[str, Any]:
    """The part of the data that templates/pdf/layout.typ reads."""
    at = writer.instant(when.until)
    over: Pair = (f"Keadaan akhir bulan, {at}.", f"As of the end of the month, {at}.")
    running: Pair = (f"Bulan ini masih berjalan; keadaan {at}.", f"The month is still running; as of {at}.")
    measured: Pair = ("Diukur oleh Hotspot.", "Measured by Hotspot.")
    return {
        "language": writer.language,
        "city": city.name,
        "title": title,
        "subtitle": subtitle,
        "as_of": f"{writer.word(over if when.is_over else running)} {writer.word(measured)}",
        "banner": writer.word(DEMONSTRATION) if city.demonstration else None,
    }


def methods(writer: Writer, keys: Sequence[str]) -> list[str]:
    """One sentence each, with the version of the definition."""
    return [f"{writer.word(BY_KEY[key].short)} (v{BY_KEY[key].version})" for key in keys]


def count_cards(writer: Writer, counts: dict[str, int | None]) -> list[dict[str, str]]:
    """The four counts with the rule of each."""
    return [
        {"label": writer.word(name), "value": writer.number(counts[key]), "note": writer.word(COUNT_NOTES[key])}
        for key, name in COUNT_NAMES.items()
    ]


def title(kind: str, subject: str, writer: Writer) -> str:
    """Mayor's monthly page; District report: Serpong."""
    name = writer.word(KINDS[kind])
    return f"{name}: {subject}" if subject else name
