"""Rows out of XML of any vocabulary, KML, GPX and the HTML tables that some systems call Excel files."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element, ParseError, XMLParser

from hotspot.reading.records import LATITUDE, LONGITUDE
from hotspot.reading.table import LONGEST_CELL, MOST_CELLS, FileError, Records, Table

DEEPEST = 60
MOST_ELEMENTS = 3_000_000


class Bounded:
    """Builds a tree as xml.etree does, but of bounded depth and size."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.last: Element | None = None
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise FileError("the XML is too deep or too large")
        element = Element(tag, attributes)
        if self.open:
            self.open[-1].append(element)
        elif self.root is None:
            self.root = element
        self.open.append(element)
        self.last = None

    def doctype(self, *_: object) -> None:
        raise FileError("the XML has a document type, which is not read")

    def end(self, _tag: str) -> None:
        self.last = self.open.pop()

    def data(self, text: str) -> None:
        if self.last is None and self.open:
            self.open[-1].text = (self.open[-1].text or "") + text

    def close(self) -> Element | None:
        return self.root


def read_xml(text: str, encoding: str, name: str) -> Table:
    """Raises FileError. A document type is refused: it can make a small file unfold without end."""
    target = Bounded()
    notes: tuple[str, ...] = ()
    try:
        parser = XMLParser(target=target)  # noqa: S314  document types are refused, depth and size are bounded
        parser.feed(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"))
        root: Element | None = parser.close()
    except ParseError as error:
        root = target.root  # what came before the damage is whole
        notes = (f"the XML is damaged ({error}): read as far as it is whole",)
    if root is None:
        raise FileError(f"{name} is no whole XML file")
    kind = local(root.tag)
    records = rows_of(root, kind)
    if not records:
        raise FileError(f"{name} is XML, but holds no rows")
    rows = Records()
    damaged = target.open[-1] if target.open else None
    for number, element in enumerate(records, start=1):
        if damaged is not None and (element is damaged or damaged in list(element.iter())):
            rows.add(number, {}, "the XML ends or breaks inside this record")
        else:
            rows.add(number, values_of(element))
    return rows.table(kind if kind in ("kml", "gpx") else "xml", encoding=encoding, notes=notes)


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def rows_of(root: Element, kind: str) -> list[Element]:
    """The elements that repeat and tell most; placemarks of KML and waypoints of GPX are known by name."""
    known = {"kml": "Placemark", "gpx": "wpt"}.get(kind)
    if known:
        return [one for one in root.iter() if local(one.tag) == known]
    room: Counter[str] = Counter()
    for parent in root.iter():
        names = Counter(child.tag for child in parent)
        for child in parent:
            if names[child.tag] > 1 or len(parent) == 1:
                room[child.tag] += len(child) + len(child.attrib) if len(child) + len(child.attrib) > 1 else 0
    best = room.most_common(1)
    if not best or not best[0][1]:
        return []
    wanted = best[0][0]
    return [one for one in root.iter() if one.tag == wanted and one.find(wanted) is None]


SILENT = ("ExtendedData", "SchemaData", "Data", "SimpleData", "Point", "MultiGeometry")  # no part of a column's name
NAMED = ("Data", "SimpleData", "field")  # elements that carry the name of a column as an attribute
DRAWN = ("Style", "StyleMap", "styleUrl", "LookAt")


def values_of(element: Element) -> dict[str, str]:
    """Text by the path of elements, and what a description in HTML tells in rows of two cells."""
    values: dict[str, str] = {}
    for key, text in told(element, ""):
        text = text.strip()[:LONGEST_CELL]
        if text and key:
            placed = key in (LONGITUDE, LATITUDE)
            values[key] = f"{values[key]}, {text}" if key in values and not placed else text
    if "<t" in values.get("description", ""):
        values |= described(values["description"])
    return values


def told(node: Element, path: str) -> Iterator[tuple[str, str]]:
    tag = local(node.tag)
    column = node.get("name") or node.get("key") or path if tag in NAMED else path
    if tag not in NAMED:
        yield from ((f"{path}.{local(key)}" if path else local(key), text) for key, text in node.attrib.items())
    for child in node:
        name = local(child.tag)
        if name == "coordinates" or (tag == "Point" and name in ("pos", "coord")):
            yield from place_of(child.text or "", swapped=name == "pos").items()
        elif name == "value" and tag in NAMED:
            yield column, child.text or ""
        elif name not in DRAWN:
            inside = f"{path}.{name}" if path else name
            yield from told(child, path if name in SILENT else inside)
    if not len(node):
        yield column, node.text or ""


def place_of(text: str, *, swapped: bool) -> dict[str, str]:
    """KML says longitude,latitude[,height]; GML's pos says latitude longitude."""
    parts = re.split(r"[\s,]+", text.strip())
    if len(parts) < 2:
        return {}
    first, second = (parts[1], parts[0]) if swapped else (parts[0], parts[1])
    return {LONGITUDE: first, LATITUDE: second}


def described(markup: str) -> dict[str, str]:
    """Rows of two cells in a table of a description, as exports from a map program have."""
    return {cells[0]: cells[1] for cells in html_rows(markup) if len(cells) == 2 and cells[0]}


# No match reaches beyond the next "<": what is never closed costs no more than it is long.
TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)\b(?:(?:"[^"<]*+"|'[^'<]*+'|[^<>"'])*+>|[^<>]*+>)""", re.IGNORECASE)
OTHER = re.compile(r"<[!?][^<>]*+>?")  # declarations, and what Office writes for itself
SKIPPED = ("script", "style")


class Cells:
    """Gathers the cells of the tables in a page of HTML, whose tags may be left open."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.skipped = ""
        self.count = 0

    def read(self, markup: str) -> None:
        text = without_comments(markup)
        at = 0
        for match in TAG.finditer(text):
            self.data(text[at : match.start()])
            self.tag(match[2].casefold(), closes=bool(match[1]))
            at = match.end()
        self.data(text[at:])
        self.finish()

    def tag(self, name: str, *, closes: bool) -> None:
        if self.skipped or name in SKIPPED:
            self.skipped = "" if closes and name == self.skipped else self.skipped or ("" if closes else name)
        elif name == "tr" and not closes:
            self.finish()
            self.rows.append([])
        elif name in ("td", "th") and self.rows and not closes:
            self.finish()
            self.cell = []
            self.count += 1
            if self.count > MOST_CELLS:
                raise FileError("the table has too many cells")
        elif name in ("td", "th", "tr", "table") and closes:
            self.finish()

    def data(self, text: str) -> None:
        if self.cell is not None and not self.skipped:
            self.cell.append(text)

    def finish(self) -> None:
        if self.cell is not None:
            text = unescape(OTHER.sub("", "".join(self.cell)))
            self.rows[-1].append(" ".join(text.split())[:LONGEST_CELL])
            self.cell = None


def without_comments(markup: str) -> str:
    first, *others = markup.split("<!--")
    return first + "".join(one.partition("-->")[2] for one in others)


def html_rows(markup: str) -> list[list[str]]:
    reader = Cells()
    reader.read(markup)
    return [row for row in reader.rows if any(row)]


def html_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    yield from enumerate(html_rows(text), start=1)
