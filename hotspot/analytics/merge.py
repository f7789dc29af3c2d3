"""Two people changed the same thing: what each field said before, what it says now, what the second one wrote."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A field about which the two disagree, as text."""

    name: str
    base: str
    theirs: str
    yours: str

    @property
    def clash(self) -> bool:
        """Both changed it; where one did, that one is meant."""
        return self.base not in (self.theirs, self.yours)

    @property
    def proposed(self) -> str:
        """Whose text to take unless somebody says otherwise; empty where a person must choose."""
        return "" if self.clash else "theirs" if self.yours == self.base else "yours"


def differences(base: Mapping[str, str], theirs: Mapping[str, str], yours: Mapping[str, str]) -> list[Difference]:
    """In the order of `theirs`; a field that the base lacks counts as changed by both."""
    return [
        Difference(name, base.get(name, ""), text, yours.get(name, ""))
        for name, text in theirs.items()
        if text != yours.get(name, "")
    ]
