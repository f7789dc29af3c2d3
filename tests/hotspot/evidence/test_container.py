import io
import zipfile

import pytest

from hotspot.evidence.container import local, packed, unpacked

FILES = {"README.txt": b"hello\n", "empty.csv": b"", "manifest.json": b"{}\n" * 50}


def test_any_zip_program_reads_it() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(FILES))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_what_was_packed_is_unpacked_without_fault() -> None:
    assert unpacked(packed(FILES)) == (FILES, [])
    assert packed(FILES) == packed(dict(FILES))


def test_every_flipped_bit_is_found_and_its_place_named() -> None:
    data = packed(FILES)
    for place in range(len(data)):
        for bit in (0, 7):
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit

            _, faults = unpacked(bytes(flipped))

            assert faults, place
            assert all(each.part and str(each) for each in faults)


@pytest.mark.parametrize("cut", [1, 21, 22, 60, 200, 400])
def test_what_was_cut_off_is_found(cut: int) -> None:
    assert unpacked(packed(FILES)[:-cut])[1]


@pytest.mark.parametrize("data", [b"", b"P", b"PK\3\4", b"hello", b"PK\3\4" + b"\xff" * 60, b"\0" * 100])
def test_what_is_no_zip_file_is_a_fault(data: bytes) -> None:
    assert unpacked(data)[1]


def test_zip_files_of_other_programs_are_no_packs() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)

    assert unpacked(other.getvalue())[1]


def test_bomb_of_empty_files_is_refused_before_it_is_read() -> None:
    many = [local(f"{n}", b"") for n in range(150_000)]  # more than a zip file can count

    files, faults = unpacked(b"".join(many))

    assert len(files) < 200
    assert [str(each) for each in faults] == ["the zip file: holds more files than any pack"]


def test_bytes_added_behind_or_a_file_twice_are_faults() -> None:
    data = packed(FILES)
    start = data.index(b"PK\1\2")

    assert unpacked(data + b"\0")[1]
    assert unpacked(data[:start] + data[:start])[1]
