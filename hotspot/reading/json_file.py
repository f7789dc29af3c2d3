"""JSON of any shape into a table; a damaged one record by record, and what is lost is counted with its place."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hotspot.analytics.import_row import N_
from hotspot.reading.markup import described
from hotspot.reading.records import LATITUDE, LONGITUDE, flat, found
from hotspot.reading.table import FileError, Records, Table

DECODER = json.JSONDecoder(strict=False)
OPENING = re.compile(r'\{\s*"((?:[^"\\]|\\.){1,120})"\s*:\s*("[A-Za-z]{1,40}")?')
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
TRAILING = re.compile(r",(\s*[\]}])")
LONGEST_RECORD = 200_000
WIDTHS = (1_000, 50_000, 100_000_000)  # the last is all there is
NAMES_OF_SYSTEMS = (
    re.compile(r'"latestWkid"\s*:\s*(\d{4,6})'),
    re.compile(r'"wkid"\s*:\s*(\d{4,6})'),
    re.compile(r'"crs"\s*:.{0,200}?EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})', re.DOTALL),
)
DEGREES = ("4326", "4258", "4674", "4737")  # systems in longitude and latitude


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: a record, or what is left of one."""

    start: int
    record: Mapping[str, Any] | None
    text: str = ""
    note: str = ""


def read_json(text: str, encoding: str, name: str) -> Table:
    """Raises FileError where no record is found."""
    notes: tuple[str, ...] = ()
    try:
        tree = DECODER.decode(text.strip())
    except (json.JSONDecodeError, RecursionError):
        tree = wrapped(text)
    if tree is not None:
        records = found(tree)
        pieces: Iterator[Piece] = (as_piece(at, one) for at, one in enumerate(records, start=1))
        system = system_of(tree)
    else:
        recovered = lines_of(text) or list(mended(text))
        lost = sum(piece.record is None for piece in recovered)
        if lost or not is_lines(text):
            notes = (f"the JSON is damaged: read record by record, {lost} could not be recovered",)
        pieces, system = iter(recovered), system_in(text)
    rows = Records()
    line, counted = 1, 0
    for number, piece in enumerate(pieces, start=1):
        if piece.record is None:
            line, counted = line + text.count("\n", counted, piece.start), max(counted, piece.start)
            rows.add(number, {}, f"damaged JSON at {where(text, piece.start, line)}: {shortened(piece.text)}")
        else:
            rows.add(number, with_tables(flat(piece.record)), note=piece.note)
    if not any(values for _, values, _, _ in rows.lines):
        raise FileError(f"{name} is JSON, but holds no list of records")
    form = "geojson" if LONGITUDE in rows.columns and LATITUDE in rows.columns else "json"
    return rows.table(form, encoding=encoding, system=system, notes=notes)


def with_tables(values: dict[str, str]) -> dict[str, str]:
    """Descriptions in HTML, as exports from map programs have, tell columns in rows of two cells."""
    for text in [text for text in values.values() if "<td" in text.casefold()]:
        values |= described(text)
    return values


def as_piece(at: int, record: Any) -> Piece:
    if isinstance(record, dict):
        return Piece(at, record)
    return Piece(0, None, json.dumps(record, ensure_ascii=False)[:200])


def wrapped(text: str) -> Any:
    """JSON inside a call or an assignment: `callback({...});`, `var points = [...]`."""
    start = re.search(r"[\[{]", text[:2000])
    if not start or not text[: start.start()].strip():
        return None
    try:
        return DECODER.raw_decode(text, start.start())[0]
    except (json.JSONDecodeError, RecursionError):
        return None


def lines_of(text: str) -> list[Piece]:
    """One record a line (NDJSON); empty where the text is not of that kind."""
    lines, at, pieces = text.splitlines(keepends=True), 0, []
    whole = 0
    for line in lines:
        plain = line.strip().rstrip(",")
        if plain not in ("", "[", "]"):
            record = parsed(plain)
            whole += record is not None
            pieces.append(Piece(at, record, plain[:200]))
        at += len(line)
    return pieces if whole > 1 and whole * 2 > len(pieces) else []


def is_lines(text: str) -> bool:
    return text.lstrip().startswith("{") and bool(re.match(r"\s*\{.*\}\s*\n\s*\{", text[:LONGEST_RECORD]))


def parsed(text: str) -> Mapping[str, Any] | None:
    try:
        value = DECODER.decode(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def mended(text: str) -> Iterator[Piece]:
    """Whole records where they stand, and damaged ones with their brackets put right where that is enough."""
    first = first_key(text)
    if not first:
        return
    starts = [match.start() for match in OPENING.finditer(text) if opening(match) == first]
    reached = 0
    effort = Effort(text)
    for at, start in enumerate(starts):
        following = starts[at + 1] if at + 1 < len(starts) else len(text)
        if start < reached:
            continue
        whole = effort.record(start)
        if whole is not None:
            record, reached = whole
            yield Piece(start, record)
            continue
        stretch = text[start : min(following, start + LONGEST_RECORD)]
        reached = following
        put_right = with_brackets(stretch, last=following == len(text))
        yield Piece(start, put_right, stretch, N_("its brackets were put right") if put_right else "")


class Effort:
    """Reads records out of a damaged text, and gives up on one that was made to take for ever."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = 20 * len(text) + 1_000_000  # characters to read in vain

    def record(self, start: int) -> tuple[Mapping[str, Any], int] | None:
        """The record and where it ends. It is tried in a short stretch first: an error counts the lines before it."""
        for width in WIDTHS:
            piece = self.text[start : start + width]
            try:
                value, end = DECODER.raw_decode(piece)
            except json.JSONDecodeError as error:
                self.left -= error.pos + len(piece) // 4
                is_cut = len(piece) == width and (error.pos > width - 20 or error.msg.startswith("Unterminated"))
            except RecursionError:
                self.left -= 20_000
                is_cut = False
            else:
                return value, start + end
            if self.left < 0:
                raise FileError("the JSON is too damaged: no list of records can be made out")
            if not is_cut:
                break
        return None


def opening(match: re.Match[str]) -> str:
    """With what an object begins: its first key, and of a `type`, which GeoJSON has on every level, its value."""
    return f"type {match[2]}" if match[1] == "type" else match[1]


def first_key(text: str) -> str:
    """With what the records begin: of those that open an object, the one whose objects hold most of the text."""
    room: Counter[str] = Counter()
    reached = 0
    effort = Effort(text)
    for match in OPENING.finditer(text):
        if match.start() < reached:
            continue
        if (whole := effort.record(match.start())) is not None:
            reached = whole[1]
            room[opening(match)] += reached - match.start()
    return room.most_common(1)[0][0] if room else ""


def with_brackets(text: str, *, last: bool) -> Mapping[str, Any] | None:
    """The record with missing closing brackets put in and those too many left out; None where that is not enough.

    The `last` one has to end: where a file was cut, its last number may be cut, too.
    """
    closing = {"{": "}", "[": "]"}
    open_ones: list[str] = []
    parts: list[str] = []
    at = 0
    for match in STRUCTURE.finditer(text):
        mark = match[0]
        parts.append(text[at : match.start()])
        at = match.end()
        if mark in closing:
            open_ones.append(closing[mark])
            parts.append(mark)
        elif mark in ("]", "}"):
            if mark in open_ones:
                while open_ones[-1] != mark:
                    parts.append(open_ones.pop())
                open_ones.pop()
                parts.append(mark)
            if not open_ones:
                break
        else:
            if len(open_ones) > 1 and open_ones[-1] == "]" and re.match(r"\s*:", text[at : at + 20]):
                cut_comma(parts)  # a key inside a list: the list was never closed
                parts.append(open_ones.pop() + ",")
            parts.append(mark)
    else:
        if last:
            return None
        parts.append(text[at:].rstrip().rstrip(",];}"))
        parts.extend(reversed(open_ones))
    return parsed(TRAILING.sub(r"\1", "".join(parts)))


def cut_comma(parts: list[str]) -> None:
    parts[-1] = parts[-1].rstrip().removesuffix(",")


def where(text: str, at: int, line: int) -> str:
    return f"line {line}, character {at - text.rfind(chr(10), max(0, at - LONGEST_RECORD), at)}"


def shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:77] + "..."


def system_of(tree: Any) -> str:
    """The coordinate system that GeoJSON 2008 or ArcGIS names; empty for longitude and latitude."""
    if not isinstance(tree, dict):
        return ""
    return system_in(json.dumps({key: tree[key] for key in ("crs", "spatialReference") if key in tree}))


def system_in(text: str) -> str:
    for pattern in NAMES_OF_SYSTEMS:
        if match := pattern.search(text):
            return "" if match[1] in DEGREES else f"EPSG:{match[1].replace('102100', '3857')}"
    return ""
