"""The licences under which a city may open its data, by their SPDX identifiers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Licence:
    """`title` is what its author calls it, `url` its text."""

    key: str
    title: str
    url: str


LICENCES: Final[Mapping[str, Licence]] = {
    one.key: one
    for one in (
        Licence("CC-BY-4.0", "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
        Licence("CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0 International", "https://creativecommons.org/licenses/by-sa/4.0/"),
        Licence("CC0-1.0", "Creative Commons Zero 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
        Licence("ODbL-1.0", "Open Data Commons Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
        Licence("ODC-By-1.0", "Open Data Commons Attribution License 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
        Licence("PDDL-1.0", "Open Data Commons Public Domain Dedication and License 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
    )
}  # fmt: skip


def licence(key: str) -> Licence:
    """An identifier that is not in the list stands for itself; SPDX tells what it is."""
    return LICENCES.get(key) or Licence(key, key, f"https://spdx.org/licenses/{key}.html")
