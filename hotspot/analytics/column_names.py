"""What the name of a column says of its meaning."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from hotspot.analytics.column_words import WORDS

SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-zà-ÿ])(?=[A-Z]{2,}\b)")
ENGLISH_COPY = re.compile(
    r"^(?:e|en|eng|english)\b|\b(?:en|eng|english|英文|영문)$|英文|英語|영문|romaji|ローマ字|カナ|kana"
)


def words_of(name: str) -> tuple[str, ...]:
    """Lower case, without accents, marks and underscores: "NombreSitio", "nombre_sitio" and "Nombre  Sitio" are one."""
    text = unicodedata.normalize("NFKC", name)
    text = SPLIT.sub(" ", text).casefold()
    return tuple(re.findall(r"[^\W_]+", without_accents(text)))


def without_accents(text: str) -> str:
    """Latin letters alone lose their accents; Hangul stays composed, kana keep their marks."""
    return "".join(plain(letter) for letter in unicodedata.normalize("NFC", text))


@cache
def plain(letter: str) -> str:
    if letter < "\x80":
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    return (
        parts[0]
        if "a" <= parts[0] <= "z" or "Α" <= parts[0] <= "ω"
        else {"ß": "ss", "ø": "o", "ı": "i", "ł": "l"}.get(letter, letter)
    )


@cache
def known() -> tuple[dict[str, list[tuple[str, int]]], list[tuple[str, str]]]:
    """Phrases by their joined letters with the meanings and the place in the list, and those not in Latin script."""
    joined: dict[str, list[tuple[str, int]]] = {}
    others: list[tuple[str, str]] = []
    for column, phrases in WORDS.items():
        for rank, phrase in enumerate(phrases):
            joined.setdefault("".join(words_of(phrase)), []).append((column, rank))
            if not phrase.isascii() and len(phrase) > 1:
                others.append(("".join(words_of(phrase)), column))
    return joined, others


@cache
def by_words() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases of Latin script by their first word."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for column, phrases in WORDS.items():
        for phrase in phrases:
            words = words_of(phrase)
            if words and phrase.isascii():
                found.setdefault(words[0], []).append((words, column))
    return found


@cache
def meanings(name: str) -> dict[str, float]:
    """How sure it is, from 0 to 1, that a column with this name is one of ours; several may be possible.

    What stands in brackets is a name, too: 설치장소명(Place name), Coordinata X (EPSG:32633).
    """
    scores = of_one(name[:120])
    for part, share in zip(re.split(r"[(（\[]", name[:120].strip(" )）]"), maxsplit=1), (0.97, 0.94), strict=False):
        if part.strip() and part != name:
            for column, score in of_one(part).items():
                scores[column] = max(scores.get(column, 0.0), score * share)
    return scores


def of_one(name: str) -> dict[str, float]:
    words = words_of(name)
    text = "".join(words)
    exact, others = known()
    said = [(column, 1.0 - min(rank, 60) * 0.001) for column, rank in exact.get(text, ())]
    said += in_part(words)
    if not text.isascii():
        said += [
            (column, 0.55 + 0.35 * len(phrase) / len(text) + (0.03 if text.endswith(phrase) else 0.0))
            for phrase, column in others
            if phrase in text and phrase != text
        ]
    copy = 0.85 if len(words) > 1 and ENGLISH_COPY.search(" ".join(words)) else 1.0
    scores: dict[str, float] = {}
    for column, score in said:
        scores[column] = max(scores.get(column, 0.0), score * copy)
    return scores


def in_part(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """What some of the words mean: the more of them, and at the end of the name, the surer."""
    for at, word in enumerate(words):
        for phrase, column in by_words().get(word, ()):
            if words[at : at + len(phrase)] == phrase and len(phrase) < len(words):
                last = 0.06 if at + len(phrase) == len(words) else 0.0
                yield column, 0.5 + 0.3 * len(phrase) / len(words) + last


def is_known(name: str) -> bool:
    return any(score >= 0.74 for score in meanings(name).values())
