"""Finds the records in parsed JSON, whatever wraps them, and makes each a flat row of text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

DEEPEST = 6  # levels of a record that become columns; what lies deeper is kept as JSON text
MOST_LOOKED_AT = 400_000
LONGITUDE, LATITUDE = "geometry.longitude", "geometry.latitude"
WRAPPERS = ("properties", "attributes", "fields", "tags", "attributesmap")  # whose keys are the record's own


def found(tree: Any) -> list[Any]:
    """The list of records: the one with the most values among all lists in the tree."""
    best: tuple[float, list[Any]] = (0.0, [])
    waiting: list[tuple[Any, int]] = [(tree, 0)]
    seen = 0
    while waiting and seen < MOST_LOOKED_AT:
        node, depth = waiting.pop()
        seen += 1
        for candidate in candidates(node):
            worth = value_of(candidate) * 0.9**depth
            if worth > best[0]:
                best = worth, candidate
        if depth < DEEPEST:
            children = node.values() if isinstance(node, dict) else node[:50] if isinstance(node, list) else ()
            waiting += [(child, depth + 1) for child in children if isinstance(child, dict | list)]
    return best[1]


def candidates(node: Any) -> Iterator[list[Any]]:
    if isinstance(node, list) and node:
        if all(isinstance(one, dict) for one in node[:20]):
            yield node
        elif isinstance(node[0], list):
            yield from with_header(node[0], node[1:])
    if not isinstance(node, dict) or not node:
        return
    rows = next((node[key] for key in ("data", "rows", "values", "aaData") if is_list_of_lists(node.get(key))), None)
    if rows is not None and (names := names_in(node)):
        yield from with_header(names, rows)
    values = list(node.values())
    if len(values) > 1 and all(isinstance(one, dict) and len(one) > 1 for one in values):
        yield [{"key": key} | one for key, one in node.items()]
    if len(values) > 1 and all(isinstance(one, list) and len(one) == len(values[0]) > 1 for one in values):
        plain = not any(isinstance(one, dict | list) for column in values for one in column[:5])
        yield [dict(zip(node, cells, strict=True)) for cells in zip(*values, strict=True)] if plain else []


def is_list_of_lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, list) for one in value[:20])


def with_header(names: Sequence[Any], rows: Sequence[Any]) -> Iterator[list[Any]]:
    if rows and names and all(isinstance(name, str) for name in names):
        yield [dict(zip(names, row, strict=False)) for row in rows if isinstance(row, list)]


def names_in(node: Mapping[str, Any]) -> list[str]:
    """The names of columns that stand beside rows without any: Socrata, CKAN, Datasette."""
    view = node.get("meta", {}).get("view", {}) if isinstance(node.get("meta"), dict) else {}
    for columns in (
        node.get("columns"),
        node.get("fields"),
        node.get("header"),
        node.get("headers"),
        view.get("columns"),
    ):
        if isinstance(columns, list) and columns:
            names = [one if isinstance(one, str) else name_of(one) for one in columns]
            if all(names):
                return names
    return []


def name_of(column: Any) -> str:
    if not isinstance(column, dict):
        return ""
    return next((str(column[key]) for key in ("name", "id", "title", "fieldName", "label") if column.get(key)), "")


def value_of(records: Sequence[Any]) -> float:
    """How much a list tells: its records times the values of one, as far as its records are records."""
    head = [one for one in records[:20] if isinstance(one, dict)]
    if not head:
        return 0.0
    inner = [next((one[key] for key in WRAPPERS if isinstance(one.get(key), dict)), one) for one in head]
    width = sum(min(len(one), 40) for one in inner) / len(inner)
    named = sum(any(isinstance(value, str | int | float) for value in one.values()) for one in inner) / len(inner)
    return len(records) * (width + 1) * named if width > 1 else 0.1


def flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Text by dotted key; what a wrapper holds stands by its own name, a geometry becomes longitude and latitude."""
    values: dict[str, str] = {}
    for key, value in record.items():
        if key == "geometry" and isinstance(value, dict | type(None)):
            values |= place_of(value)
        elif key.casefold() in WRAPPERS and isinstance(value, dict):
            values |= {name: text for name, text in flat(value).items() if name not in values}
        elif key == "type" and value == "Feature":
            continue
        else:
            values.update(told(key, value, 1))
    return values


def told(key: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if is_geometry(value):
            yield key, point_text(value)
        elif depth >= DEEPEST:
            yield key, json.dumps(value, ensure_ascii=False)
        else:
            for name, inner in value.items():
                yield from told(f"{key}.{name}", inner, depth + 1)
    elif isinstance(value, list):
        plain = all(not isinstance(one, dict | list) for one in value)
        yield key, ", ".join(map(text_of, value)) if plain else json.dumps(value, ensure_ascii=False)
    else:
        yield key, text_of(value)


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def is_geometry(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("coordinates"), list) and isinstance(value.get("type"), str)


def place_of(geometry: Mapping[str, Any] | None) -> dict[str, str]:
    """Of GeoJSON (RFC 7946) or of ArcGIS, {"x": ..., "y": ...}; a line or polygon gives the middle of its corners."""
    if not geometry:
        return {LONGITUDE: "", LATITUDE: ""}
    if "coordinates" in geometry or "geometries" in geometry:
        corners = list(corners_of(geometry))
    elif "x" in geometry and "y" in geometry:
        corners = list(pairs([geometry["x"], geometry["y"]]))
    else:
        corners = list(pairs(geometry.get("rings") or geometry.get("paths") or geometry.get("points") or []))
    if not corners:
        return {LONGITUDE: "", LATITUDE: ""}
    east = sum(x for x, _ in corners) / len(corners)
    north = sum(y for _, y in corners) / len(corners)
    return {LONGITUDE: repr(east), LATITUDE: repr(north)}


def corners_of(geometry: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    for one in (geometry.get("geometries") or [])[:50]:
        if isinstance(one, dict):
            yield from pairs(one.get("coordinates"))
    yield from pairs(geometry.get("coordinates"))


def pairs(value: Any, depth: int = 0) -> Iterator[tuple[float, float]]:
    if not isinstance(value, list) or depth > 5:
        return
    if len(value) >= 2 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value[:2]):
        yield float(value[0]), float(value[1])
        return
    for one in value[:5000]:
        yield from pairs(one, depth + 1)


def point_text(geometry: Mapping[str, Any]) -> str:
    corners = list(corners_of(geometry))
    return f"POINT ({corners[0][0]!r} {corners[0][1]!r})" if corners else ""
