"""Reads profiles from their TOML files; a mistake stops the start with the file, the line and the key."""

import tomllib
from pathlib import Path

from collectors.decoders import DECODERS, INPUTS, REDUCERS
from collectors.metrics import METRICS, Kind
from collectors.profile import FIELDS, IN_INDEX, OWN_ARC, AccessPoints, Fact, Match, Profile, Source
from collectors.profile_lines import Where, line_of
from collectors.profile_values import (
    ENTERPRISES,
    ProfileError,
    Reader,
    Table,
    boolean,
    list_of,
    number,
    oid,
    one_of,
    only,
    pattern,
    table_of,
    tables,
    text,
    true,
    values,
)

__all__ = ["FOLDER", "ProfileError", "load", "parse", "read"]

FOLDER = Path(__file__).with_name("profiles")
SOURCES = ("scalar", "column", "count_rows")
COUNTER_BITS = 32  # of a counter that does not say its width
AP_COLUMNS = ("key", "state", "down", "name", "address", "model", "firmware", "serial", "uptime_s", "uptime_ticks")

Readers = dict[str, Reader]


def load(folder: Path = FOLDER) -> dict[str, Profile]:
    """Every profile of the folder, by name."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Profile:
    try:
        content = path.read_text("utf-8")
        return parse(path.stem, tomllib.loads(content))
    except ProfileError as error:
        raise ProfileError(f"{path.name} line {line_of(content, error.where)}: {error}") from error
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or not TOML, with its line
        raise ProfileError(f"{path.name}: {error}") from error


def parse(name: str, data: Table) -> Profile:
    only(data, ("base", "vendor", "devices", "uplink", "match", "identity", "metric", "access_points"))
    base = OWN_ARC if data.get("base") == OWN_ARC else oid("")(data.get("base", ENTERPRISES), ("base",))
    readers = _readers(base)
    identity = data.get("identity", {})
    only(identity, FIELDS, ("identity",))
    return Profile(
        name=name,
        vendor=text(data.get("vendor"), ("vendor",)),
        devices=text(data.get("devices"), ("devices",)),
        matches=tuple(_match(table, where, readers) for table, where in tables(data, "match")),
        facts={
            field: tuple(_fact(table, where, readers) for table, where in tables(identity, field, ("identity",)))
            for field in identity
        },
        sources=tuple(_source(table, where, readers) for table, where in tables(data, "metric")),
        access_points=tuple(_access_points(table, where, readers) for table, where in tables(data, "access_points")),
        own_arc=base == OWN_ARC,
        uplink=pattern(data["uplink"], ("uplink",)) if "uplink" in data else None,
    )


def _readers(base: str) -> Readers:
    an_oid = oid(base)
    readers: Readers = {
        "metric": one_of(METRICS), "mib": text, "scalar": an_oid, "column": an_oid, "count_rows": an_oid,
        "present_if": an_oid, "with": list_of(an_oid), "label": text, "label_column": an_oid,
        "label_index": one_of({"all": "all", "last": "last", "text": "text", "number": "number"}), "label_value": true,
        "labels": table_of(text), "rows": pattern, "pattern": pattern, "scale": number, "offset": number,
        "map": table_of(number), "missing": lambda value, where: frozenset(list_of(number)(value, where)),
        "bits": one_of({32: 32, 64: 64}), "decode": one_of(DECODERS), "reduce": one_of(REDUCERS),
        "sys_object_id": oid(ENTERPRISES if base == OWN_ARC else base), "object": an_oid, "values": table_of(text),
    }  # fmt: skip
    readers["when"] = lambda value, where: _match(value, where, readers)
    return readers


def _chosen(readers: Readers, *keys: str, **own: Reader) -> Readers:
    return {key: own.get(key) or readers[key] for key in keys}


def _match(table: Table, where: Where, readers: Readers) -> Match:
    keys = "sys_object_id", "sys_descr", "object", "column", "pattern"
    found = values(table, where, _chosen(readers, *keys, sys_descr=pattern))
    if not found or ("pattern" in found) != ("object" in found or "column" in found):
        raise ProfileError("say sys_object_id, sys_descr, or an object or column with its pattern", where)
    return Match(**found)


def _fact(table: Table, where: Where, readers: Readers) -> Fact:
    keys = "mib", "scalar", "column", "sys_descr", "pattern", "values", "label", "when"
    found = values(table, where, _chosen(readers, *keys, sys_descr=true))
    if "mib" not in found or sum(key in found for key in ("scalar", "column", "sys_descr")) != 1:
        raise ProfileError("say mib, and one of scalar, column or sys_descr", where)
    return Fact(**found)


def _source(table: Table, where: Where, readers: Readers) -> Source:
    found = values(table, where, _chosen(readers, *sorted(set(readers) - {"sys_object_id", "object", "values"})))
    if not {"metric", "mib"} <= found.keys() or sum(key in found for key in SOURCES) != 1:
        raise ProfileError("say metric, mib, and one of scalar, column or count_rows", where)
    if ("count_rows" in found) != ("present_if" in found):
        raise ProfileError("count_rows and present_if go together", where)
    is_counter = found["metric"].kind is Kind.COUNTER
    if "bits" in found and not is_counter:
        raise ProfileError("only a counter has bits", (*where, "bits"))
    if is_counter:
        found.setdefault("bits", COUNTER_BITS)
    found["others"] = found.pop("with", ())
    for conversion in (table.get("decode"), table.get("reduce")):
        if conversion in INPUTS and len(found["others"]) + 1 != INPUTS[conversion]:
            raise ProfileError(f"{conversion} needs {INPUTS[conversion]} objects, one and the others in with", where)
    return Source(**found)


def _access_points(table: Table, where: Where, readers: Readers) -> AccessPoints:
    own: Readers = dict.fromkeys(AP_COLUMNS, readers["column"])
    own["serial"] = lambda value, where: value if value == IN_INDEX else readers["column"](value, where)
    own |= {"mib": text, "states": table_of(boolean), "when": readers["when"], "metric": lambda value, _: value}
    found = values(table, where, own)
    if "mib" not in found or ("state" in found) != ("states" in found) or not {"state", "name"} & found.keys():
        raise ProfileError("say mib, and name or state with states", where)
    found.pop("metric", None)
    found["states"] = {state.lower(): up for state, up in found.get("states", {}).items()}
    sources = [(_source(one, place, readers), place) for one, place in tables(table, "metric", where)]
    for source, place in sources:
        if not source.column or source.reduce or source.when:
            raise ProfileError("of access points only columns are read, without when and reduce", place)
    return AccessPoints(**found, sources=tuple(source for source, _ in sources))
