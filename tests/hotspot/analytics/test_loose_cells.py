"""Numbers, coordinates and dates as people write them."""

from datetime import date

import pytest

from hotspot.analytics.loose_dates import DAY, MONTH, YEAR, month_first, told
from hotspot.analytics.loose_numbers import angle, is_nothing, number, pair


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("19,419487", 19.419487),
        ("-99,1905595", -99.1905595),
        ("37.481974°", 37.481974),
        ("6°17'24.5\"S", -6.290139),
        ("S 6 17 24.5", -6.290139),
        ("106° 43' 12\" BT", 106.72),
        ("37° 28′ 55.1″", 37.481972),
        ("37:28:55", 37.481944),
        ("N37.4819", 37.4819),
        ("99.19 W", -99.19),
        ("-6.301.234", -6.301234),
        ("북위 37.5", 37.5),
        ("３７．５", 37.5),
        ("٢٤٫٧", 24.7),
        ("−6.3", -6.3),
        ("6° 17,5' LS", -6.291667),
    ],
)
def test_degrees(text: str, degrees: float) -> None:
    assert angle(text) == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize("text", ["", "abc", "37-28-55", "6°77'10\"", "1" * 70, "12,34,56"])
def test_what_is_no_angle(text: str) -> None:
    assert angle(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("19.41, -99.19", (19.41, -99.19, False)),
        ("19,41; -99,19", (19.41, -99.19, False)),
        ("19,41 -99,19", (19.41, -99.19, False)),
        ("37.5/127.1", (37.5, 127.1, False)),
        ("POINT (106.8 -6.2)", (-6.2, 106.8, True)),
        ("SRID=4326;POINT Z(106.8 -6.2 0)", (-6.2, 106.8, True)),
        ('{"type": "Point", "coordinates": [-74.0, 40.7]}', (40.7, -74.0, True)),
        ("{type=Point, coordinates=[37.6, 55.7]}", (55.7, 37.6, True)),
        ("{'latitude': '40.7', 'longitude': '-74.0'}", (40.7, -74.0, True)),
        ("https://maps.google.com/?q=-6.2,106.8", (-6.2, 106.8, True)),
        ("123 Main St\nNew York\n(40.71, -74.01)", (40.71, -74.01, False)),
        ("6°17'24\"S 106°43'12\"E", (-6.29, 106.72, False)),
        ("hello 2, 3", None),
        ("Jl. Merdeka", None),
        ("POINT (1.2.3 4)", None),
    ],
)
def test_both_in_one_cell(text: str, found: tuple[float, float, bool] | None) -> None:
    read = pair(text)
    assert (read is None) == (found is None)
    if read and found:
        assert list(read) == pytest.approx(list(found))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("441.704,25", 441704.25),
        ("4.472.640", 4472640.0),
        ("12 345,6", 12345.6),
        ("1,234,567.8", 1234567.8),
        ("-5", -5.0),
        ("1,5", 1.5),
        ("1,5,6", None),
        ("9" * 20, None),
        ("abc", None),
        ("12,ab", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", " ", "-", "N/A", "#REF!", "null", "없음", "無", "sin dato", "tidak ada", "..."])
def test_words_for_nothing(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize(
    ("text", "day", "exact"),
    [
        ("2012", date(2012, 1, 1), YEAR),
        ("2012-05", date(2012, 5, 1), MONTH),
        ("201205", date(2012, 5, 1), MONTH),
        ("2012. 5", date(2012, 5, 1), MONTH),
        ("05/2012", date(2012, 5, 1), MONTH),
        ("20120531", date(2012, 5, 31), DAY),
        ("2016. 5. 3.", date(2016, 5, 3), DAY),
        ("Dec-12", date(2012, 12, 1), MONTH),
        ("Sept 2018", date(2018, 9, 1), MONTH),
        ("5 Mei 2016", date(2016, 5, 5), DAY),
        ("May 5th, 2016", date(2016, 5, 5), DAY),
        ("2016 May 5", date(2016, 5, 5), DAY),
        ("12 de marzo de 2019", date(2019, 3, 12), DAY),
        ("3 août 2020", date(2020, 8, 3), DAY),
        ("31/12/2021", date(2021, 12, 31), DAY),
        ("12/31/2021", date(2021, 12, 31), DAY),
        ("1/2/21", date(2021, 2, 1), DAY),
        ("1/2/99", date(1999, 2, 1), DAY),
        ("43586", date(2019, 5, 1), DAY),
        ("1552953600000", date(2019, 3, 19), DAY),
        ("1552953600", date(2019, 3, 19), DAY),
        ("2019-03-04T00:00:00.000Z", date(2019, 3, 4), DAY),
        ("15.03.2020 14:22", date(2020, 3, 15), DAY),
        ("114/05/01", date(2025, 5, 1), DAY),
        ("1140501", date(2025, 5, 1), DAY),
        ("民國114年5月1日", date(2025, 5, 1), DAY),
        ("2566-01-05", date(2023, 1, 5), DAY),
        ("令和5年4月1日", date(2023, 4, 1), DAY),
        ("令和元年", date(2019, 1, 1), YEAR),
        ("H30.4.1", date(2018, 4, 1), DAY),
        ("2016년 5월 3일", date(2016, 5, 3), DAY),
        ("2016년5월", date(2016, 5, 1), MONTH),
        ("２０１６/０５/０１", date(2016, 5, 1), DAY),
        ("٢٠١٦-٠٥-٠١", date(2016, 5, 1), DAY),
    ],
)
def test_dates(text: str, day: date, exact: str) -> None:
    found = told(text)
    assert found is not None
    assert (found.day, found.exact) == (day, exact)


@pytest.mark.parametrize("text", ["18-Oct", "11-Nov", "1 Januari"])
def test_a_year_that_is_not_said_is_not_invented(text: str) -> None:
    found = told(text)
    assert found is not None
    assert found.day is None
    assert "without a year" in found.note


NO_DATES = ("27/31", "foo", "0000-00-00", "2019/13/45", "99-aaa", "", "-", "1234", "5 May May 2016", "12년", "May")


@pytest.mark.parametrize("text", [*NO_DATES, "x" * 70, "May 1 2 3"])
def test_what_is_no_date(text: str) -> None:
    assert told(text) is None


def test_the_order_of_day_and_month_is_that_of_the_column() -> None:
    assert month_first(["01/02/2020", "01/22/2020"])
    assert not month_first(["01/02/2020", "22/01/2020", "x"])
    assert told("01/02/2020", mdy=True) == told("2020-01-02")
