import io

import pytest
from pypdf import PdfReader

from hotspot.pdf import LETTERS, NO_GLYPH, PdfError, pdf, printable

HOSTILE = ("#panic()", '"); #read("/etc/passwd")', "$x$ *b* @ref <l> \\", "= heading", "[x](javascript:1)", "*/ //")


def page(*cells: str, **more: object) -> dict[str, object]:
    columns = [{"label": f"Kolom {n}", "number": False} for n in range(len(cells))]
    return {
        "language": "id",
        "title": "Laporan",
        "city": "Kota Contoh",
        "as_of": "Keadaan 1 Nov 2026",
        "sections": [{"title": "Titik", "columns": columns, "rows": [list(cells)]}],
        **more,
    }


def text(made: bytes) -> str:
    return "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(made)).pages)


def test_document_is_tagged_a4_with_title_and_language() -> None:
    made = PdfReader(io.BytesIO(pdf("table", page("a"))))

    root = made.root_object
    assert "/StructTreeRoot" in root
    assert "/MarkInfo" in root
    assert str(root["/Lang"]) == "id"
    assert made.metadata is not None
    assert made.metadata.title == "Laporan"
    assert [round(float(side)) for side in made.pages[0].mediabox[2:]] == [595, 842]


def test_equal_data_make_equal_bytes() -> None:
    assert pdf("table", page("a")) == pdf("table", page("a"))
    assert pdf("table", page("a")) != pdf("table", page("b"))


@pytest.mark.parametrize("cell", HOSTILE)
def test_hostile_text_is_text(cell: str) -> None:
    assert cell.replace(" ", "") in text(pdf("table", page(cell))).replace(" ", "").replace("\n", "")


def test_every_letter_that_passes_has_a_glyph() -> None:
    letters = [chr(number) for first, last in LETTERS for number in range(first, last + 1)]

    assert pdf("table", page(*("".join(letters[n::4]) for n in range(4))))


def test_letters_without_a_glyph_are_replaced_and_invisible_ones_dropped() -> None:
    assert printable({"a": ["x\u202ey\u0000\ud83d中\n", 1, None]}) == {"a": [f"xy{NO_GLYPH}{NO_GLYPH} ", 1, None]}


def test_head_and_page_numbers_are_on_every_page() -> None:
    long = page("x")
    long["sections"] = [{"title": "T", "columns": [{"label": "Kepala"}], "rows": [[f"P{n}"] for n in range(120)]}]

    pages = [one.extract_text() for one in PdfReader(io.BytesIO(pdf("table", long))).pages]

    assert len(pages) > 1
    assert all("Kepala" in one and f"Halaman {n} / {len(pages)}" in one for n, one in enumerate(pages, start=1))


def test_english_page_says_page() -> None:
    assert "Page 1 / 1" in text(pdf("table", page("a", language="en")))


def test_data_that_lack_what_the_template_needs_are_named() -> None:
    with pytest.raises(PdfError, match="as_of"):
        pdf("table", {key: value for key, value in page("a").items() if key != "as_of"})
