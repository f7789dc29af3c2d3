"""Files of other offices and cities: what is understood, and a verdict with a reason for every row."""

import json
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.incoming import Understood, digest_of, understand
from hotspot.reading.read import read_path, read_table
from hotspot.reading.table import FileError
from tests.conftest import SHARED

TODAY = date(2026, 11, 22)
HEAD = "Kode,Nama Lokasi,Alamat,Lat,Long,Tanggal Pasang"


def rows(count: int = 12) -> list[str]:
    places = [f"{-6.3 - i / 1000:.4f},{106.66 + i / 1000:.4f}" for i in range(count)]
    return [f"P{i:02},Balai {i},Jl. Mawar {i},{place},2021-03-{i % 28 + 1:02}" for i, place in enumerate(places)]


def read(text: str | bytes, **options: object) -> Understood:
    content = text if isinstance(text, bytes) else text.encode()
    return understand(read_table(content, "x"), "x", TODAY, **options)  # type: ignore[arg-type]


def table(lines: Sequence[str], head: str = HEAD) -> Understood:
    return read("\n".join([head, *lines]))


def counts(file: Understood) -> tuple[int, int, int]:
    found = file.sifting.counts
    assert sum(found.values()) == len(file.table.lines) == len(file.sifting.rows)
    assert all(row.reason for row in file.sifting.rows if row.verdict != "accepted")
    return found["accepted"], found["merged"], found["rejected"]


def columns(file: Understood) -> dict[str, str]:
    return {ours: file.table.header[guess.column] for ours, guess in file.columns.guesses.items()}


def reason(file: Understood, number: int) -> str:
    return str(next(row.reason for row in file.sifting.rows if row.number == number))


def remarks(file: Understood, number: int) -> list[str]:
    return [str(one.reason) for row in file.sifting.rows if row.number == number for one in row.remarks]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("설치장소명,소재지도로명주소,위도,경도", "설치장소명"),
        ("熱點名稱,地址,緯度,經度", "熱點名稱"),
        ("热点名称,详细地址,纬度,经度", "热点名称"),
        ("名称,住所,緯度,経度", "名称"),
        ("Nombre del Sitio,Dirección,Latitud,Longitud", "Nombre del Sitio"),
        ("Nome do local,Endereço,Latitude,Longitude", "Nome do local"),
        ("Nom du site,Adresse,lat,lon", "Nom du site"),
        ("Standort,Straße,Breitengrad,Längengrad", "Standort"),
        ("siteName,streetAddress,LAT,LNG", "siteName"),
        ("Название,Адрес,Широта,Долгота", "Название"),
        ("الاسم,العنوان,خط العرض,خط الطول", "الاسم"),
        ("ชื่อสถานที่,ที่อยู่,ละติจูด,ลองจิจูด", "ชื่อสถานที่"),
        ("X_SWIFI_MAIN_NM,X_SWIFI_ADRES1,LAT,LNT", "X_SWIFI_MAIN_NM"),
    ],
)
def test_columns_are_known_in_many_languages(head: str, name: str) -> None:
    file = table([",".join(line.split(",")[1:5]) for line in rows()], head)
    found = columns(file)
    assert (found["point_name"], len(found)) == (name, 4)
    assert counts(file) == (12, 0, 0)
    assert file.sifting.rows[0].cells["latitude"] == "-6.3"


def test_columns_without_names_are_known_by_their_cells() -> None:
    found = columns(read("\n".join(rows())))
    assert (found["latitude"], found["longitude"]) == ("column 4", "column 5")
    assert "point_name" in found


def test_both_languages_of_a_column_the_first_is_used() -> None:
    file = table([f"甲{i},Alpha {i},25.0{i},121.5{i}" for i in range(9)], "NAME,E_NAME,LATITUDE,LONGITUDE")
    assert columns(file)["point_name"] == "NAME"


def test_a_file_without_names_of_places_is_refused() -> None:
    with pytest.raises(FileError, match="no column with the names"):
        read("a;b\n1;2\n3;4\n")


def test_the_same_row_is_merged_and_the_same_code_with_another_text_refused() -> None:
    file = table([*rows(), rows()[3], rows()[4].replace("Balai 4", "Taman 4"), rows()[5].replace("2021-03-06", "")])
    assert counts(file) == (12, 2, 1)
    assert reason(file, 14) == "the same as row 5"
    assert reason(file, 15) == "row 6 has this code already and says Balai 4, not Taman 4"
    assert reason(file, 16) == "says nothing that row 7 does not say"


def test_a_merged_row_fills_what_the_first_left_empty() -> None:
    lines = rows()
    lines[2] = lines[2].replace("2021-03-03", "")
    file = table([*lines, rows()[2]])
    assert counts(file) == (12, 1, 0)
    assert file.sifting.rows[2].cells["installed_on"] == "2021-03-03"


def without_code(lines: Sequence[str]) -> list[str]:
    return [line.partition(",")[2] for line in lines]


def test_codes_are_made_of_what_the_place_is() -> None:
    lines = without_code(rows())
    head = HEAD.partition(",")[2]
    file = table([*lines, lines[0].replace("2021-03-01", "2019-01-01"), lines[1].replace("-6.3010", "-6.3999")], head)
    assert counts(file) == (13, 1, 0)
    assert reason(file, 14) == "the same name and position as row 2"
    codes = [row.cells["point_code"] for row in file.sifting.rows if row.verdict == "accepted"]
    assert len(set(codes)) == 13
    again = table(list(reversed(lines)), head)
    assert {row.cells["point_code"] for row in again.sifting.rows} == set(codes[:12])


def test_places_are_mended_or_left_out_never_invented() -> None:
    lines = rows(30)
    lines[1] = "P01,Balai 1,Jl. 1,106.661,-6.301,2021-03-02"
    lines[2] = "P02,Balai 2,Jl. 2,6.302,106.662,2021-03-02"
    lines[3] = "P03,Balai 3,Jl. 3,-6.303,-6.303,2021-03-02"
    lines[4] = "P04,Balai 4,Jl. 4,51.5,-0.1,2021-03-02"
    lines[5] = "P05,Balai 5,Jl. 5,belum ada,,2021-03-02"
    lines[6] = "P06,Balai 6,Jl. 6,dekat pasar,106.662,2021-03-02"
    file = table(lines)
    assert counts(file) == (30, 0, 0)
    cells = [row.cells for row in file.sifting.rows]
    assert [one.get("latitude") for one in cells[1:7]] == ["-6.301", "-6.302", None, None, None, None]
    assert remarks(file, 3) == ["latitude and longitude were swapped: put right"]
    assert remarks(file, 4) == ["the sign was lost: put right"]
    assert "the same number" in remarks(file, 5)[0]
    assert "outside the country" in remarks(file, 6)[0]
    assert remarks(file, 7) == []
    assert "no number can be read" in remarks(file, 8)[0]


def test_dates_keep_what_they_say() -> None:
    lines = rows()
    days = ("2019", "2019-05", "Dec-12", "18-Oct", "31/12/2019", "2050-01-01", "kemarin", "1980-01-01")
    for at, day in enumerate(days):
        lines[at] = lines[at].rpartition(",")[0] + f",{day}"
    file = table(lines)
    found = [row.cells.get("installed_on") for row in file.sifting.rows[:8]]
    assert found == ["2019-01-01", "2019-05-01", "2012-12-01", None, "2019-12-31", None, None, None]
    assert [bool(remarks(file, number)) for number in range(2, 10)] == [True] * 4 + [False] + [True] * 3


def test_rows_that_are_none_are_refused_with_the_reason() -> None:
    note = "Sumber: Dinas Komunikasi dan Informatika Kota, data per Desember 2023, diolah"
    file = table([*rows(), HEAD, "JUMLAH,,,,,12", f"{note},,,,,", ",,,,,2020-01-01"])
    assert counts(file) == (12, 0, 4)
    said = [reason(file, number) for number in (14, 15, 16, 17)]
    assert said == [
        "the names of the columns again, not a place",
        "a total, not a place",
        "a note, not a place",
        "neither a name nor an address nor a place",
    ]


def test_a_second_line_of_names_is_no_row() -> None:
    file = table(["code,name,address,latitude,longitude,installed on", *rows()])
    assert counts(file) == (12, 0, 1)


def test_cells_that_stand_elsewhere_are_moved_back_or_the_row_is_refused() -> None:
    lines = rows(30)
    lines[3] = "P03,Balai 3,Jl. Mawar 3, Blok A,-6.3030,106.6630,2021-03-04"
    lines[4] = "P04,Balai 4,Jl. Mawar 4,,-6.3040,106.6640,2021-03-05"
    lines[5] = "Kota,P05,Balai 5,Jl. Mawar 5,-6.3050,106.6650"
    lines[6] = "P06,Balai 6,Jl. Mawar 6,Blok B,-6.3060,106.6660,2021-03-06"
    file = table(lines)
    accepted, _, rejected = counts(file)
    assert (accepted, rejected) == (28, 2)
    moved = file.sifting.rows[3]
    assert (moved.cells["address"], moved.cells["latitude"]) == ("Jl. Mawar 3, Blok A", "-6.303")
    assert file.sifting.rows[4].cells["installed_on"] == "2021-03-05"
    assert "moved back" in remarks(file, 5)[0]
    assert "its cells stand in other columns: Lat says Jl. Mawar 5" in reason(file, 7)
    assert "more cells than the header" in reason(file, 8)


def test_control_and_unseen_letters_are_gone() -> None:
    lines = rows()
    lines[0] = lines[0].replace("Balai 0", "\ufeffBa\u200blai\u00a0\x07 0\u202e")
    assert table(lines).sifting.rows[0].cells["point_name"] == "Balai 0"


def test_a_text_too_long_is_cut_and_said() -> None:
    lines = rows()
    lines[0] = lines[0].replace("Balai 0", "B" * 900)
    file = table(lines)
    assert len(file.sifting.rows[0].cells["point_name"]) == 200
    assert "the rest was left out" in remarks(file, 2)[0]


def test_metres_are_converted_where_their_system_is_told() -> None:
    lines = [f"Kantor {i};{682000 + i * 10};{9303000 + i * 10}" for i in range(9)]
    unknown = table(lines, "Nama;X;Y")
    assert "latitude" not in unknown.sifting.rows[0].cells
    assert "metres" in str(unknown.sifting.notes[0])
    for file in (
        table(lines, "Nama;X (UTM 48S);Y (UTM 48S)"),
        read("\n".join(["Nama;X;Y", *lines]), system="EPSG:32748"),
    ):
        assert file.sifting.rows[0].cells["latitude"].startswith("-6.3")
    with pytest.raises(FileError, match="no known coordinate system"):
        read("\n".join(["Nama;X;Y", *lines]), system="EPSG:1")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([f"주민센터{i};{198000 + i};{551000 + i}" for i in range(9)], "taken to be EPSG:5186"),
        ([f"Mairie {i};{652000 + i};{6862000 + i}" for i in range(9)], "taken to be EPSG:2154"),
        ([f"Library {i};{-8838000 + i};{5412000 + i}" for i in range(9)], "taken to be EPSG:3857"),
        ([f"Taman {i};{37481974 + i * 100};{127057478 + i}" for i in range(9)], "divided by 1000000"),
    ],
)
def test_metres_of_a_country_are_known_by_their_numbers(lines: list[str], said: str) -> None:
    head = "Name;lat;lon" if "divided" in said else "Name;X;Y"
    file = table(lines, head)
    assert said in str(file.sifting.notes[0])
    assert file.sifting.rows[0].cells["latitude"]


def test_a_list_the_wrong_way_round() -> None:
    file = table([f"Taman {i},106.6{i},-6.3{i}" for i in range(9)], "Nama,Lat,Long")
    assert file.sifting.rows[0].cells["latitude"] == "-6.3"
    assert "wrong way round" in str(file.sifting.notes[0])


def test_both_in_one_column_and_gaps_filled_by_others() -> None:
    lines = [f'Plaza {i},"{19.4 + i / 100}, -99.1",{19.4 + i / 100},-99.1' for i in range(9)]
    lines[2] = 'Plaza 2,"19.42, -99.1",,'
    file = table(lines, "Nombre,geopoint,Latitud,Longitud")
    assert all(row.cells.get("latitude") for row in file.sifting.rows)
    reversed_ = table([f'Plaza {i},"-99.1, 19.{i}4"' for i in range(9)], "Nombre,coordenadas")
    assert reversed_.sifting.rows[1].cells["latitude"] == "19.14"


def test_a_mapping_can_be_chosen_or_remembered() -> None:
    text = "\n".join([HEAD, *rows()])
    file = read(text, wanted={"point_name": "Alamat", "latitude": 3, "longitude": "LONG"})
    assert columns(file) == {"point_name": "Alamat", "latitude": "Lat", "longitude": "Long"}
    again = read(text, remembered=columns(file))
    assert columns(again) == columns(file)
    assert again.columns.guesses["point_name"].why == "remembered"
    assert columns(read(text, remembered={"point_name": "gone"}))["point_name"] == "Nama Lokasi"
    for wrong in ({"point_name": "none"}, {"nonsense": "Alamat"}, {"latitude": 3}, {"point_name": 99}):
        with pytest.raises(FileError):
            read(text, wanted=wrong)


def test_a_header_is_known_again_by_its_names() -> None:
    assert digest_of(["Nama Lokasi", "LAT"]) == digest_of(["nama_lokasi", "lat"])
    assert digest_of(["a"]) != digest_of(["b"])


def test_our_own_form_stays_as_it_is() -> None:
    head = "point_code,point_name,venue_kind,area_code,latitude,longitude,installed_on,ap_name"
    good = "TS-1,Masjid,mosque,36.74.01.1002,-6.3,106.6,2021-03-04,a"
    file = read(f"{head}\n{good}\n{good}\nTS-1,Masjid,mosque,36.74.01.1002,0,0,kemarin,b\n")
    assert file.own
    assert counts(file) == (2, 1, 0)
    assert file.sifting.rows[2].cells["installed_on"] == "kemarin"
    assert file.sifting.rows[2].cells["latitude"] == "0"
    with pytest.raises(FileError, match="more than one column for point_code"):
        read(f"{head},kode_titik\n{good},x\n")


DIRT = ("", ",", '"', "\n", ";", "x", "-99,1", "NaN", "2019-13-45", "\t", "'", "=1+1", "é", "총계", "{", "POINT (1 2)")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 700), st.sampled_from(DIRT)), max_size=12))
def test_every_row_has_one_verdict_whatever_happens_to_the_file(changes: list[tuple[int, str]]) -> None:
    text = "\n".join([HEAD, *rows()])
    for at, dirt in changes:
        text = text[:at] + dirt + text[at + len(dirt) // 2 :]
    try:
        file = read(text)
    except FileError:
        return
    accepted, merged, rejected = counts(file)
    assert accepted + merged + rejected == len(file.table.lines)
    codes = [row.cells.get("point_code") for row in file.sifting.rows if row.verdict == "accepted"]
    if not file.own and "point_code" not in file.columns.guesses:
        assert len(set(codes)) == len(codes)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.sampled_from(['"', "}", "]", "{", "[", ",", "null"])), max_size=6))
def test_damaged_records_are_counted_one_by_one(changes: list[tuple[int, str]]) -> None:
    text = json.dumps([{"name": f"Plaza {i}", "lat": 19.4 + i, "lon": -99.1, "aps": [1]} for i in range(14)])
    for at, dirt in changes:
        text = text[:at] + dirt + text[at + 1 :]
    try:
        file = read(text)
    except FileError:
        return
    counts(file)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "encoding", "expected"),
    [
        ("korea_national_free_wifi_standard.csv", "cp949", (12_506, 2_322, 0)),
        ("gangnam_wifi_2018.csv", "utf-8", (425, 374, 29)),
        ("taipei_free_ap_20251218.csv", "utf-8-sig", (3_297, 0, 0)),
        ("madrid_wifi_municipal.geojson", "utf-8", (208, 0, 0)),
        ("cdmx_wifi_status.json", "utf-8", (99, 0, 0)),
        ("seed_74_cities_codes.csv", "utf-8", (74, 0, 0)),
    ],
)
def test_real_inventories(name: str, encoding: str, expected: tuple[int, int, int]) -> None:
    file = understand(read_path(SHARED / "data/inventories" / name), name, TODAY)
    assert file.table.encoding == encoding
    assert counts(file) == expected
    said = [remark.reason.values.get("what") for row in file.sifting.rows for remark in row.remarks]
    if name.startswith("korea"):
        assert said.count("latitude and longitude were swapped") == 8
        assert said.count("it lies outside the country of the other rows") == 3
        assert said.count("latitude and longitude are the same number") == 1
        assert said.count("the decimal point was lost") == 1
        assert said.count("a day and a month without a year") == 291
    if name.startswith("gangnam"):
        rejected = [str(row.reason) for row in file.sifting.rows if row.verdict == "rejected"]
        assert set(rejected) == {"its cells stand in other columns: latitude says 서울특별시"}
    if not name.startswith("seed"):
        placed = sum("latitude" in row.cells for row in file.sifting.rows if row.verdict == "accepted")
        assert placed >= expected[0] - 4
