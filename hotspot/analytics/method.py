"""The definition of a figure, in both languages; analytics.methods has them all."""

from dataclasses import dataclass
from datetime import date

from hotspot.analytics.written import Pair

FIRST = date(2026, 11, 22)
GROUPS: dict[str, Pair] = {
    "measured": ("Yang diukur", "What is measured"),
    "counts": ("Menghitung titik", "Counting points"),
    "planning": ("Rencana dan pemerataan", "Plans and equity"),
    "money": ("Uang", "Money"),
    "rules": ("Aturan untuk semua angka", "Rules for all figures"),
}


@dataclass(frozen=True, slots=True)
class Method:
    """A definition: `short` is one sentence for the foot of a report, `text` the whole, `formula` empty or in both."""

    key: str
    group: str
    name: Pair
    formula: Pair
    short: Pair
    text: Pair
    version: int = 1
    since: date = FIRST
