import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotspot.evidence import manifest as manifests
from hotspot.evidence.__main__ import main
from hotspot.evidence.container import packed, unpacked
from hotspot.evidence.manifest import MANIFEST, SIGNATURE, sha256, told_of
from hotspot.evidence.month import sla_month
from hotspot.evidence.pack import Chain, Pack, make
from hotspot.evidence.verify import LARGEST, Checked, chained, verify
from tests.hotspot.evidence.example import OTHER_KEY, PDF, pack, records, signer, terms

WHOLE = pack()
ROOT = Path(__file__).resolve().parents[3]


def files_of(made: Pack = WHOLE) -> dict[str, bytes]:
    return unpacked(made.data)[0]


def repacked(name: str, change: Callable[[bytes], bytes]) -> Checked:
    """Somebody unpacks a pack, edits a file and packs it again, exactly as Hotspot would."""
    files = files_of()
    assert change(files[name]) != files[name]
    return verify(packed(files | {name: change(files[name])}))


def forged(files: dict[str, bytes], **fields: Any) -> Checked:
    """Somebody who holds the key makes manifest and signature anew."""
    manifest, _ = manifests.read(files)
    assert manifest is not None
    told = {name: told_of(name, content) for name, content in files.items() if name not in (MANIFEST, SIGNATURE)}
    anew = replace(manifest, files=told, **({"records": manifests.record_hashes(files["spans.csv"])} | fields))
    text = manifests.written(anew)
    return verify(packed(files | {MANIFEST: text, SIGNATURE: f"{signer().sign(text).hex()}\n".encode()}))


def said(checked: Checked) -> str:
    return "\n".join(map(str, checked.faults))


def test_pack_as_it_was_made_is_whole_and_computed_anew() -> None:
    checked = verify(WHOLE.data)

    assert checked.faults == ()
    assert checked.month is not None
    assert checked.month.records == records()
    assert checked.manifest is not None
    assert (checked.manifest.amount_rp, checked.month.amount_rp) == (1_906_048, 1_906_048)
    assert checked.manifest_sha256 == WHOLE.manifest_sha256


def test_same_data_at_the_same_instant_give_the_same_bytes() -> None:
    assert pack() == WHOLE
    assert pack(replace(records(), terms=terms(as_of=records().terms.as_of + 1))) != WHOLE


def test_any_flipped_byte_is_found_and_the_part_named() -> None:
    """All the bytes around the heads in the zip file, and a few hundred all over it."""
    data = WHOLE.data
    chance = random.Random(26)
    ends = [place for place in range(len(data)) if data[place : place + 2] == b"PK"]
    places = {place + n for place in chance.sample(ends, 12) for n in range(0, 60, 5) if place + n < len(data)}
    names = files_of()
    for place in sorted(places | set(chance.sample(range(len(data)), 300)) | {0, len(data) - 1}):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)

        checked = verify(bytes(flipped))

        assert checked.faults, place
        inside = [n for n in names if data.find(names[n]) <= place < data.find(names[n]) + len(names[n])]
        if inside and inside[0] != MANIFEST:
            assert any(each.part.startswith(inside[0]) for each in checked.faults), (place, said(checked))


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("lines.csv", b"750000", b"950000", "lines.csv, line 3: was changed, it says: P-2"),
        ("spans.csv", b",down,link", b",up,", "spans.csv, line 12: was changed"),
        ("days.csv", b"86400", b"86399", "days.csv, lines 2"),
        ("amounts.csv", b"712500", b"750000", "amounts.csv, line 3"),
        ("contract.json", b"Nusa Link", b"Nusa Lain", "contract.json, line 8"),
        ("README.txt", b"Rule", b"Role", "README.txt, line"),
        ("evidence.pdf", b"real", b"fake", "evidence.pdf: was changed"),
        ("exclusions.csv", b"\r\n7,", b"\r\n9,x,\r\n7,", "exclusions.csv: was changed from line 2 on"),
    ],
)
def test_edited_file_is_named_with_its_line(name: str, old: bytes, new: bytes, named: str) -> None:
    assert named in said(repacked(name, lambda content: content.replace(old, new)))


def test_missing_and_foreign_files_are_named() -> None:
    files = files_of()
    assert "spans.csv: is missing" in said(verify(packed({n: c for n, c in files.items() if n != "spans.csv"})))
    assert "virus.exe: is not in the manifest" in said(verify(packed(files | {"virus.exe": b"MZ"})))
    assert "manifest.sig: is missing" in said(verify(packed({n: c for n, c in files.items() if n != SIGNATURE})))
    assert "is no evidence pack" in said(verify(packed({"a.txt": b"x"})))


def test_renamed_amount_in_the_manifest_breaks_the_signature() -> None:
    checked = repacked(MANIFEST, lambda content: content.replace(b"1906048", b"2906048"))

    assert "manifest.json: its signature does not fit" in said(checked)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"[]", lambda _: b"\xff", lambda _: b"{}", lambda _: b"[" * 5_000,
        lambda c: c.replace(b"evidence/1", b"evidence/2"),
        lambda c: c.replace(b'"amount_rp": ', b'"amount_rp": "x", "amount": '),
        lambda c: c.replace(b'"month": "2026-10"', b'"month": 5'),
        lambda c: json.dumps(json.loads(c) | {"files": {"a": 3}}).encode(),
        lambda c: json.dumps(json.loads(c) | {"files": [1]}).encode(),
        lambda c: json.dumps(json.loads(c) | {"files": {"a": {"size": 1, "sha256": "zz"}}}).encode(),
        lambda c: json.dumps(json.loads(c) | {"records": {"a": 3}}).encode(),
        lambda c: json.dumps(json.loads(c) | {"public_key": "12"}).encode(),
        lambda c: c.replace(b'"made_by": "budi"', b'"made_by": "\\ud800"'),
        lambda c: c.replace(b'"made_by": "budi"', b'"made_by": "sari", "made_by": "budi"'),
    ],
)  # fmt: skip
def test_manifest_that_is_none_is_a_fault(change: Callable[[bytes], bytes]) -> None:
    assert MANIFEST in said(repacked(MANIFEST, change))


@pytest.mark.parametrize("signature", [b"", b"zz\n", b"00" * 64 + b"\n", b"\xff", b"A" * 128 + b"\n"])
def test_signature_that_is_none_is_a_fault(signature: bytes) -> None:
    assert "manifest" in said(repacked(SIGNATURE, lambda _: signature))


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("spans.csv", b",down,,60,60\r\n", b",up,,60,60\r\n", "days.csv, line"),
        ("lines.csv", b"750000", b"950000", "amounts.csv, line 3: says P-2"),
        ("exclusions.csv", b"power", b"vandalism", "outages.csv"),
        ("exclusions.csv", b"vandalism", b"power", "nothing"),  # a withdrawn one changes no figure
        ("contract.json", b'"deduct\\": 5', b'"deduct\\": 6', "README.txt"),
        ("contract.json", b'"target', b'"tarket', "contract.json: its rule can't be used"),
        ("contract.json", b"2026-10", b"2026-09", "month"),
        ("contract.json", b"2026-10", b"2026-13", "contract.json: is not written"),
        ("contract.json", b"Asia/Jakarta", b"Asia/Jogja..", "contract.json: its time zone is not known here"),
        ("contract.json", b"Asia/Jakarta", b"Asia", "contract.json: is not written"),
        ("contract.json", b"false", b"5", "contract.json: is not written"),
        ("contract.json", b"Kota Contoh", b"Kota \\ud800", "contract.json: is not written"),
        ("contract.json", b"2026-11-01T10", b"2026-10-30T10", "was not over"),
        ("spans.csv", b"+07:00", b"", "spans.csv, line 2: start can't be read"),
        ("spans.csv", b",up,", b",higher,", "spans.csv, line 2: state can't be read"),
        ("spans.csv", b"cause", b"reason", "spans.csv, line 1: the columns are not"),
        ("spans.csv", b",60\r\n", b"\r\n", "has another number of cells"),
        ("lines.csv", b"750000", b"0750000", "lines.csv, line 3: says"),
        ("lines.csv", b"750000", b"-1", "lines.csv, line 3: fee_rp can't be read: -1"),
        ("lines.csv", b"750000", b"7" * 6_000, "fee_rp can't be read"),
        ("lines.csv", b"2026-01-01", b"0001-01-01", "starts_on can't be read"),
        ("lines.csv", b"P-1", b'"P-1', "lines.csv: is not a CSV file"),
        ("lines.csv", b"P-1", b"\xff", "lines.csv: is not a CSV file"),
        ("spans.csv", b"AP-4", b"\xff", "spans.csv: is not a CSV file"),
    ],
)  # fmt: skip
def test_forger_with_the_key_is_found_by_the_arithmetic(name: str, old: bytes, new: bytes, named: str) -> None:
    files = files_of()
    assert old in files[name]

    checked = forged(files | {name: files[name].replace(old, new)})

    if named == "nothing":
        assert not checked.faults
    else:
        assert named in said(checked)


def test_forged_figures_are_found_by_the_arithmetic() -> None:
    files = files_of()
    assert "amount_rp says 5" in said(forged(files, amount_rp=5))
    assert "contract says K-2" in said(forged(files, contract="K-2"))
    assert "its hashes of the records" in said(forged(files, records={}))
    without = {name: content for name, content in files.items() if name != "days.csv"}
    assert "days.csv: is missing" in said(forged(without))
    without = {name: content for name, content in files.items() if name != "lines.csv"}
    assert "lines.csv: is missing" in said(forged(without))
    changed = files["days.csv"].replace(b",100.000000,100.000000", b",99.000000,100.000000")
    assert "more lines differ" in said(forged(files | {"days.csv": changed}))


def test_file_that_is_too_large_or_of_another_program_is_refused() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files_of().items():
            archive.writestr(name, content)

    assert "is larger than any pack" in said(verify(b"\0" * (LARGEST + 1)))
    assert verify(other.getvalue()).faults
    assert verify(b"").faults
    assert verify(b"%PDF-1.7").faults


SEPTEMBER = pack(records("2026-09"))
OCTOBER = pack(chain=Chain("2026-09", SEPTEMBER.manifest_sha256))
AGAIN = pack(chain=Chain("2026-09", SEPTEMBER.manifest_sha256, OCTOBER.manifest_sha256))
NOVEMBER = pack(records("2026-11"), Chain("2026-10", AGAIN.manifest_sha256))


def links(*packs: Pack) -> list[str]:
    return ["\n".join(map(str, faults)) for faults in chained([verify(each.data) for each in packs])]


def test_chain_of_months_is_followed_in_any_order_and_with_gaps() -> None:
    assert links(SEPTEMBER, OCTOBER, AGAIN, NOVEMBER) == ["", "", "", ""]
    assert links(NOVEMBER, AGAIN, SEPTEMBER) == ["", "", ""]
    assert links(OCTOBER) == [""]


def test_pack_that_was_made_anew_behind_the_chain_is_found() -> None:
    other = pack(replace(records("2026-09"), lines=records("2026-09").lines[:1]))

    assert "does not follow on the pack of 2026-09" in links(other, OCTOBER)[1]
    assert "leaves out the pack of 2026-09" in links(SEPTEMBER, WHOLE)[1]
    assert "does not follow on the pack of 2026-10" in links(OCTOBER, NOVEMBER)[1]
    assert "another key" in links(pack(records("2026-09"), key=OTHER_KEY), OCTOBER)[0]


def test_auditor_needs_only_the_packs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, broken = tmp_path / "a.zip", tmp_path / "b.zip"
    whole.write_bytes(AGAIN.data)
    broken.write_bytes(WHOLE.data.replace(b"750000", b"950000", 1))

    assert main([str(whole)]) == 0
    told = capsys.readouterr().out
    assert "a.zip: whole" in told
    assert "Rp1,906,048 computed anew" in told
    assert "follows on 2026-09" in told
    assert "replaces an earlier pack" in told
    assert main([str(whole), str(broken)]) == 1
    assert "NOT AS IT WAS MADE" in capsys.readouterr().out
    assert main([str(tmp_path / "c.zip")]) == 2
    assert main([]) == 2
    assert "No such file" in capsys.readouterr().err


def test_maker_of_a_pack_adds_no_line_and_commands_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = make(sla_month(records()), PDF, Chain(), signer(OTHER_KEY), "budi\n  signed by the key of the city\x1b[8m")
    (tmp_path / "a.zip").write_bytes(forged.data)

    main([str(tmp_path / "a.zip")])

    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\n  signed by the key of the city" not in shown


def test_python_without_any_package_checks_a_pack(tmp_path: Path) -> None:
    """-S leaves out everything that was installed, -I the environment."""
    (tmp_path / "a.zip").write_bytes(WHOLE.data)
    program = """import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("hotspot.evidence", run_name="__main__")"""
    command = [sys.executable, "-I", "-S", "-c", program, str(ROOT), str(tmp_path / "a.zip")]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    assert "whole" in ended.stdout


def test_hash_of_a_pack_is_that_of_its_manifest() -> None:
    assert sha256(files_of()[MANIFEST]) == WHOLE.manifest_sha256
