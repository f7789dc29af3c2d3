"""Which point an access point seems to belong to by its name, with the reason; a person decides."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from hotspot.analytics.discovery import atoms, name_index, named

ENOUGH = 0.55  # share of a point's name, rare words weighing more, that must stand in the access point's
NAMED, WORDS = "name", "words"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The code of a point; `reason` is NAMED (its code or whole name stands in the name) or WORDS, `because` which."""

    point: str
    reason: str
    because: str


class Places:
    """The points of a city, by what may stand in the name of an access point; `points` are names by code."""

    def __init__(self, points: Mapping[str, str]) -> None:
        self.names = name_index(points)
        self.points = points
        self.words = {code: frozenset(map(plain, atoms(name))) for code, name in points.items()}
        count = Counter(word for words in self.words.values() for word in words)
        self.weights = {word: log((1 + len(points)) / times) for word, times in count.items()}

    def propose(self, name: str) -> Proposal | None:
        """None where nothing agrees, or where two points would."""
        code = named(name, self.names)
        return Proposal(code, NAMED, self.points[code]) if code else self.by_words(name)

    def by_words(self, name: str) -> Proposal | None:
        """By the words that stand in both names; none where all of them stand in the name of another point, too."""
        said = frozenset(map(plain, atoms(name)))
        share, code = max(((self.share(words, said), code) for code, words in self.words.items()), default=(0.0, ""))
        if share < ENOUGH:
            return None
        shared = self.words[code] & said
        if len(shared) < 2 or sum(words >= shared for words in self.words.values()) > 1:
            return None
        return Proposal(code, WORDS, " ".join(word for word in atoms(self.points[code]) if plain(word) in shared))

    def share(self, words: frozenset[str], said: frozenset[str]) -> float:
        whole = sum(self.weights[word] for word in words)
        return sum(self.weights[word] for word in words & said) / whole if whole else 0.0


def plain(word: str) -> str:
    """05 is as good as 5."""
    return word.lstrip("0") or "0"
