"""Tables out of every form of file, as text with the place of each row."""

import io
import json
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hotspot.reading.read import read_table
from hotspot.reading.table import LARGEST, FileError, Table

HEAD = "Nama Lokasi,Alamat,Lat,Long"
ROWS = "Masjid A,Jl. Satu,-6.3012,106.6633\nTaman B,Jl. Dua,-6.3022,106.6643\nBalai C,Jl. Tiga,-6.3032,106.6653\n"


def table(text: str, name: str = "x.csv") -> Table:
    return read_table(text.encode(), name)


def cells(of: Table) -> list[tuple[str, ...]]:
    return [line.cells for line in of.lines]


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str) -> None:
    found = table(f"{HEAD}\n{ROWS}".replace(",", separator).replace("\n", end))
    assert (found.separator, found.header, len(found.lines)) == (separator, tuple(HEAD.split(",")), 3)


def test_decimal_commas_are_no_separators() -> None:
    found = table("Nom;Lat;Lon\nA;48,85;2,35\nB;48,86;2,36\nC;48,87;2,37\n")
    assert cells(found)[0] == ("A", "48,85", "2,35")


def test_what_excel_says_of_the_separator_is_no_row() -> None:
    assert len(table(f"sep=;\n{HEAD}\n{ROWS}".replace(",", ";")).lines) == 3


def test_titles_above_and_empty_lines_below() -> None:
    found = table(f"DAFTAR TITIK,,,\nDinas Kominfo 2024,,,\n,,,\n{HEAD}\n{ROWS}" + ",,,\n" * 3000)
    assert (found.header_line, len(found.lines), found.empty_lines) == (4, 3, 3001)
    assert found.lines[0].number == 5


def test_empty_columns_at_the_end_are_no_columns() -> None:
    assert len(table(f"{HEAD},,\n" + ROWS.replace("\n", ",,\n")).header) == 4


def test_a_table_without_names_has_numbered_columns() -> None:
    found = table(ROWS)
    assert (found.header[0], found.header_line, len(found.lines)) == ("column 1", 0, 3)


def test_two_columns_of_one_name_are_told_apart() -> None:
    assert table("Nama,Lat,Long,Nama\nA,-6.1,106.1,x\nB,-6.2,106.2,y\n").header[3] == "Nama (2)"


def test_quoted_lines_and_a_mark_left_open() -> None:
    text = f'{HEAD}\n"Masjid\nA","Jl. ""Satu"", 5",-6.3,106.6\n"Taman B,Jl. Dua,-6.3,106.6\n' + ROWS * 30
    found = table(text)
    assert found.lines[0].cells[:2] == ("Masjid\nA", 'Jl. "Satu", 5')
    assert found.lines[1].cells[0] == "Taman B"
    assert found.lines[1].note == "a quotation mark left open"
    assert len(found.lines) == 92
    assert found.lines[2].number == 5


def test_an_inch_is_no_quotation_mark() -> None:
    assert table(f'{HEAD}\nLayar 5" besar,Jl. A,-6.3,106.6\n{ROWS}').lines[0].cells[0] == 'Layar 5" besar'


def test_zero_bytes_and_strange_line_breaks_in_a_text() -> None:
    found = table(f"{HEAD}\nMas\0jid A,Jl.\x0b Satu,-6.3,106.6\n{ROWS}")
    assert (len(found.lines), found.lines[0].cells[0]) == (4, "Masjid A")


def test_the_sheet_that_is_a_table_is_read() -> None:
    head, rows = HEAD.split(","), [line.split(",") for line in ROWS.splitlines()]
    book = workbook(("Info", [["Data wifi"], ["Dinas"]]), ("Data", [["DAFTAR"], [], head, *rows, []]), ("Kosong", []))
    found = read_table(book, "x.xlsx")
    assert (found.header_line, len(found.lines), found.form) == (3, 3, "xlsx")


RECORDS = [{"name": f"Plaza {i}", "lat": 19.4 + i / 100, "lon": -99.1, "aps": [1, 2], "open": True} for i in range(9)]
LISTS = [list(one.values()) for one in RECORDS]
POINT = {"type": "Point", "coordinates": [-3.7, 40.4]}


@pytest.mark.parametrize(
    "tree",
    [
        RECORDS,
        {"data": RECORDS, "meta": [{"a": 1}]},
        {"success": True, "result": {"fields": [{"id": "name"}], "records": RECORDS}},
        {"records": [{"recordid": str(i), "fields": one} for i, one in enumerate(RECORDS)]},
        {"features": [{"attributes": one, "geometry": {"x": 1.5, "y": 2.5}} for one in RECORDS]},
        {"features": [{"type": "Feature", "properties": one, "geometry": POINT} for one in RECORDS]},
        {str(i): one for i, one in enumerate(RECORDS)},
        {key: [one[key] for one in RECORDS] for key in ("name", "lat", "lon")},
        {"meta": {"view": {"columns": [{"name": key} for key in RECORDS[0]]}}, "data": LISTS},
        [list(RECORDS[0]), *LISTS],
    ],
)  # fmt: skip
def test_records_are_found_in_every_wrapping(tree: object) -> None:
    found = table(json.dumps(tree), "x.json")
    assert len(found.lines) == 9
    at = found.header.index("name")
    assert [line.cells[at] for line in found.lines] == [f"Plaza {i}" for i in range(9)]


def test_geometries_become_columns() -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2]]]}
    lines = [{"type": "Feature", "properties": {"name": "A", "n": 1}, "geometry": one} for one in (POINT, square, None)]
    found = table(json.dumps({"type": "FeatureCollection", "features": lines}), "x.geojson")
    at = found.header.index("geometry.longitude")
    assert found.form == "geojson"
    assert [line.cells[at : at + 2] for line in found.lines] == [("-3.7", "40.4"), ("1.0", "1.0"), ("", "")]


def test_the_system_of_metres_is_told() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25830"}}
    feature = {"type": "Feature", "properties": {"name": "A", "b": 1}, "geometry": POINT}
    found = table(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature] * 3}))
    assert found.system == "EPSG:25830"
    esri = {"spatialReference": {"wkid": 102100}, "features": [{"attributes": {"a": 1, "b": 2}}]}
    assert table(json.dumps(esri)).system == "EPSG:3857"


@pytest.mark.parametrize("wrapped", ["callback({});", "var points = {};", "{}"])
def test_json_in_a_call_or_an_assignment(wrapped: str) -> None:
    assert len(table(wrapped.replace("{}", json.dumps(RECORDS))).lines) == 9


def test_a_record_a_line() -> None:
    found = table("\n".join(map(json.dumps, RECORDS)))
    assert (len(found.lines), found.notes) == (9, ())


def test_a_nested_value_has_a_dotted_name() -> None:
    found = table(json.dumps([{"n": "A", "at": {"lat": 1, "lng": 2}, "list": [{"x": 1}], "geo": POINT}] * 2))
    assert found.header == ("n", "at.lat", "at.lng", "list", "geo")
    assert found.lines[0].cells[3:] == ('[{"x": 1}]', "POINT (-3.7 40.4)")


def test_damaged_json_is_read_record_by_record() -> None:
    text = json.dumps(RECORDS)
    text = text.replace(
        '"lon": -99.1, "aps": [1, 2], "open": true}, {"name": "Plaza 4"',
        '"lon": -99.1, "aps": [1, 2, "open": true}, {"name": "Plaza 4"',
    )
    text = text.replace('"name": "Plaza 6"', '"name": "Plaza 6, "x: "')[:-30]
    found = table(text)
    lost = [line for line in found.lines if line.lost]
    assert [line.number for line in lost] == [7, 9]
    assert lost[0].lost.startswith("damaged JSON at line 1, character")
    assert found.lines[3].note == "its brackets were put right"
    assert found.lines[3].cells[0] == "Plaza 3"
    assert "2 could not be recovered" in found.notes[0]


def test_a_collection_that_was_cut_has_lost_its_last_feature_alone() -> None:
    lines = [{"type": "Feature", "properties": {"name": f"P{i}", "n": i}, "geometry": POINT} for i in range(9)]
    found = table(json.dumps({"type": "FeatureCollection", "features": lines})[:-40])
    assert [bool(line.lost) for line in found.lines] == [False] * 8 + [True]
    assert found.form == "geojson"


def test_a_record_without_its_end_is_put_right() -> None:
    found = table('{"total": 3, "p": [{"name": "A", "x": 1}, {"name": "B", "x": 2, {"name": "C", "x": 3}]}')
    assert cells(found) == [("A", "1"), ("B", "2"), ("C", "3")]


def placemarks(count: int) -> str:
    one = (
        "<Placemark><name>Taman {i}</name><styleUrl>#a</styleUrl>"
        "<description><![CDATA[<table><tr><td>ALAMAT</td><td>Jl. {i}"
        "</td></tr></table>]]></description>"
        '<ExtendedData><Data name="kecamatan"><value>Setu</value></Data></ExtendedData>'
        "<Point><coordinates>106.6,-6.3,0</coordinates></Point></Placemark>"
    )
    return "".join(one.replace("{i}", str(i)) for i in range(count))


def test_kml() -> None:
    text = (
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemarks(3)}</Document></kml>'
    )
    found = table(text)
    assert (found.form, len(found.lines)) == ("kml", 3)
    row = dict(zip(found.header, found.lines[1].cells, strict=True))
    assert (row["name"], row["kecamatan"], row["ALAMAT"]) == ("Taman 1", "Setu", "Jl. 1")
    assert (row["geometry.longitude"], row["geometry.latitude"]) == ("106.6", "-6.3")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("doc.kml", text)
    assert len(read_table(buffer.getvalue(), "x.kmz").lines) == 3


def test_rows_of_xml_and_what_is_left_of_a_broken_one() -> None:
    rows = "".join(f'<row _id="{i}"><name>B{i}</name><lat>41.1</lat></row>' for i in range(5))
    assert len(table(f"<response><row>{rows}</row></response>").lines) == 5
    broken = table(f"<response><row>{rows}<row><name>B5</na")
    assert (len(broken.lines), bool(broken.lines[-1].lost)) == (6, True)
    gml = "".join(f"<m><n>A</n><g><Point><pos>40.4 -3.7</pos></Point></g><a>{i}</a></m>" for i in range(3))
    found = table(f"<c>{gml}</c>")
    assert dict(zip(found.header, found.lines[0].cells, strict=True))["geometry.latitude"] == "40.4"


def test_a_table_of_a_page() -> None:
    found = table("<html><table><tr><th>Nombre<th>Latitud</tr><tr><td>A &amp; B<td>4.6</td></tr><tr></tr></table>")
    assert (found.header, cells(found)) == (("Nombre", "Latitud"), [("A & B", "4.6")])


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (200 * 2**20))
    return buffer.getvalue()


def archive_of(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * (LARGEST + 1), "larger than"),
        (b" \r\n", "empty"),
        (b"PK\x03\x04 and no more", "not a whole XLSX"),
        (archive_of("photo.jpg"), "archive without a table"),
        (archive_of("xl/workbook.xml"), "not a whole XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old Excel"),
        (b"%PDF-1.4", "no table"),
        (b"\x89PNG", "no table"),
        (b"[" * 100_000, "no list of records"),
        (b'{"a": ' * 50_000, "too damaged"),
        (b"[1, 2, 3]", "no list of records"),
        (b"a;" * 5000 + b"\n1\n", "columns"),
        (b"a,b\n" + b"," * 500 + b"x\n" * 9, "columns"),
        (b"one column\nand no more\n", "one column"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"<a>" * 100 + b"x", "deep"),
        (b"<a>text</a>", "no rows"),
        (b"<>", "no whole XML"),
        (b"<!--" + b" " * 200_000 + b'--><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"<!--" * 200_000 + b"<table>" + b"<!--<?<!a</a<![CDATA[" * 50_000, "no whole XML|empty"),
        (b"<html><table><td " + b'a="' * 500_000, "empty"),
        (b'{"name":"a"' * 200_000, "too damaged"),
    ],
)
def test_what_is_no_table_is_one_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read_table(content, "x")


def test_many_damaged_records_on_one_line_cost_little() -> None:
    rows = (f'{{"name":"b{i}","note":"{"x" * (i % 40 * 50)}","lat"{":" if i % 5 else ""}1}}' for i in range(10_000))
    found = table(f"[{','.join(rows)}]", "x.json")
    assert (len(found.lines), sum(bool(line.lost) for line in found.lines)) == (10_000, 2_000)


def test_a_sheet_that_unfolds_into_millions_of_elements_is_refused() -> None:
    for rows in (b"<x:row>" + b"<x:c/>" * 1_000_000 + b"</x:row>", b"<row/>" * 2_300_000, b"<a/>" * 20_000_000):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"<sheetData>" + rows + b"</sheetData>")
        with pytest.raises(FileError, match="more rows or cells"):
            read_table(buffer.getvalue(), "unfolding.xlsx")


def test_words_of_a_page_beside_its_tags() -> None:
    found = table(
        "<html><style>td > a {}</style><!-- <td>no --><table><tr><td title='a > b'>Name<td>Lat</tr>"
        "<tr><td>3 < 4 <b>A</b><script>'<td>'</script> &lt;b&gt;<td>4.6</table>"
    )
    assert (found.header, cells(found)) == (("Name", "Lat"), [("3 < 4 A <b>", "4.6")])


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(FileError, match="unpacks to more"):
        read_table(bomb(), "bomb.xlsx")


@settings(max_examples=120, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"[{", b'{"a":[{"b":1},', b"<a><b>", b"PK\x03\x04", b"a,b\n", b"\xff\xfe"]),
)
def test_no_bytes_raise_anything_else(content: bytes, start: bytes) -> None:
    try:
        read_table(start + content, "x")
    except FileError:
        return
