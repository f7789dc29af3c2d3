"""What the rows of a table are called: by a column of names, or by their index."""

from collections.abc import Callable, Iterable, Mapping

from collectors.decoders import part, text
from collectors.profile import Source
from collectors.snmp.base import Rows


def by_label(labels: Mapping[str, str], source: Source) -> dict[str, list[str]]:
    """The indices of the rows that become one sample."""
    groups: dict[str, list[str]] = {}
    for index, label in labels.items():
        groups.setdefault(source.label if source.one_label else label, []).append(index)
    return groups


def labels_of(source: Source, rows: Iterable[str], names: Rows) -> dict[str, str]:
    """The labels of the wanted rows of a table, by index."""
    numbered = source.label_index == "number"
    found = {index: label_of(source, str(number) if numbered else index, names) for number, index in enumerate(rows, 1)}
    return {index: label for index, label in found.items() if label is not None}


def label_of(source: Source, index: str, names: Rows) -> str | None:
    """The label of a row; None for rows that are not wanted: filtered out, or without a name."""
    if source.label_column:
        label = text(names[index]) if index in names else _name_of_parent(source, index, names)
    elif source.label_index:
        label = LABELS_FROM_INDEX[source.label_index](index)
    else:
        return source.label
    if source.rows is not None:
        found = source.rows.search(label)
        if found is None:
            return None
        label = part(found) if source.rows.groups else label
    label = source.labels.get(label, label)
    if label and "{}" in source.label:
        return source.label.replace("{}", label)
    return label or ("" if source.one_label else None)


def _name_of_parent(source: Source, index: str, names: Rows) -> str:
    """Radios are often indexed by their access point and a number, names by the access point alone.

    What nobody gives a name is called by its index, so that it isn't lost; an SSID without a name is none.
    """
    parent, _, number = index.rpartition(".")
    if parent in names:
        return f"{text(names[parent])} {source.labels.get(number, number)}"
    return index if source.metric.name != "ssid_clients" else ""


def _index_text(index: str) -> str:
    """A text in an index: RFC 2578 section 7.7 puts its length before it unless it is the last and IMPLIED."""
    parts = [int(part) for part in index.split(".")]
    letters = parts[1:] if parts[0] == len(parts) - 1 else parts
    return text(bytes(letter & 0xFF for letter in letters))


LABELS_FROM_INDEX: Mapping[str, Callable[[str], str]] = {
    "all": lambda index: index,
    "last": lambda index: index.rpartition(".")[2],
    "text": _index_text,
    "number": lambda number: number,
}
