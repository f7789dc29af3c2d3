"""A table as a CSV or XLSX file to download; invented data say so in every row."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Response

from hotspot.spreadsheet import Cell, csv_bytes, xlsx_bytes
from hotspot.store.models import City
from hotspot.web.place import zone

MIME = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def download(city: City, kind: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file `name` of `kind` csv or xlsx; what is missing is an empty cell, no cell is a formula."""
    if city.demonstration:
        head, rows = [*head, "demonstration"], ([*row, "invented data"] for row in rows)
    body = csv_bytes(head, rows) if kind == "csv" else xlsx_bytes(name, head, rows)
    day = datetime.now(zone()).date()
    named = f'attachment; filename="{name}-{city.code}-{day}.{kind}"'
    return Response(body, content_type=MIME[kind], headers={"Content-Disposition": named})


def attached(body: bytes | str, mime: str, name: str) -> Response:
    """The file `name`, which may be written in any letters (RFC 6266)."""
    response = Response(body, content_type=mime)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def form_to_fill(kind: str, name: str, head: Sequence[str], example: Sequence[Cell]) -> Response:
    """An empty table with the columns of an import and one row to look at."""
    body = xlsx_bytes(name, head, [example]) if kind == "xlsx" else csv_bytes(head, [example])
    return attached(body, MIME[kind], f"{name}.{kind}")


def iso(t: int | None) -> str | None:
    """An instant in the city's time with its offset, which both people and programs read."""
    return None if t is None else datetime.fromtimestamp(t, zone()).isoformat()
