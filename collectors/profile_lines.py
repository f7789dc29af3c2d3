"""In which line of a profile something stands: TOML's own reader does not say it of keys and values."""

import re
from collections.abc import Iterator

Where = tuple[str | int, ...]  # keys from the outside in, tables of a list numbered from 1: ("metric", 2, "scale")

TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)|(?P<text>\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')"
    r"|(?P<mark>[\[\]{}=,\n])|(?P<word>[^\s\[\]{}=,#\"']+)",
    re.DOTALL,
)


def line_of(text: str, where: Where) -> int:
    """The line of what is at `where`; of its table when it is not there, and of the whole file 1."""
    lines = dict(reversed(list(_places(text))))  # of a table that is opened twice, the first
    return next((lines[where[:most]] for most in range(len(where), 0, -1) if where[:most] in lines), 1)


def _places(text: str) -> Iterator[tuple[Where, int]]:
    """Every table and every key of valid TOML, with its line."""
    numbers: dict[Where, int] = {}  # tables of each list so far
    table: Where = ()
    for line, tokens in _statements(text):
        if tokens[0][0] == "[":
            table = _header([word for word, _ in tokens if word not in "[]"], tokens[1][0] == "[", numbers)
            yield table, line
        else:
            yield from _keys(tokens, table)


def _statements(text: str) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """What ends with its line, or with the line in which its last bracket is closed; words with their lines."""
    line, depth = 1, 0
    tokens: list[tuple[str, int]] = []
    for found in TOKEN.finditer(text):
        word = found[0]
        if word == "\n" and tokens and not depth:
            yield tokens[0][1], tokens
            tokens = []
        elif word != "\n" and found.lastgroup != "comment":
            depth += (word in "[{") - (word in "]}")
            tokens.append((word, line))
        line += word.count("\n")
    if tokens:
        yield tokens[0][1], tokens


def _header(names: list[str], of_list: bool, numbers: dict[Where, int]) -> Where:
    where: Where = ()
    parts = ".".join(names).split(".")
    for place, part in enumerate(parts, 1):
        where += (_name(part),)
        if of_list and place == len(parts):
            numbers[where] = numbers.get(where, 0) + 1
        if where in numbers:
            where += (numbers[where],)
    return where


def _keys(tokens: list[tuple[str, int]], table: Where) -> Iterator[tuple[Where, int]]:
    """The key of a statement and those of the tables within its value."""
    inside: list[Where] = [table]  # the tables and lists that are open
    numbers: list[int] = [0]
    key = table
    for (word, line), (following, _) in zip(tokens, [*tokens[1:], ("", 0)], strict=True):
        if following == "=":
            key = (*inside[-1], _name(word))
            yield key, line
        elif word in ("[", "{"):
            if numbers[-1] >= 0 and len(inside) > 1:
                numbers[-1] += 1
                key = (*inside[-1], numbers[-1])
                yield key, line
            inside.append(key)
            numbers.append(0 if word == "[" else -1)
        elif word in ("]", "}"):
            inside.pop()
            numbers.pop()


def _name(word: str) -> str:
    return word.strip("\"'")
