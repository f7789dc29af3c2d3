"""Pages on paper: templates/pdf/*.typ, filled with data, as tagged PDF whose bytes depend on the data alone."""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

HERE = Path(__file__).resolve().parent
TEMPLATES = next(path for path in (HERE.parent / "templates/pdf", HERE / "templates/pdf") if path.is_dir())
LONGEST_S, MOST_TOLD = 60, 500
NO_GLYPH = "\N{REPLACEMENT CHARACTER}"
# What the fonts have a glyph for. Others would end the compilation: a tagged PDF must know what each glyph says.
LETTERS = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x384, 0x38A), (0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x4FF),
    (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x202F, 0x203A), (0x2070, 0x2071), (0x2074, 0x208E), (0x20A0, 0x20BF),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2713, 0x2714), (0xFFFD, 0xFFFD),
)  # fmt: skip


class PdfError(Exception):
    """A template and its data do not fit together."""


def pdf(template: str, data: Mapping[str, object]) -> bytes:
    """`templates/pdf/<template>.typ` with `data`, which is JSON's: dicts with text as keys, lists, text, numbers, None.

    A4, tagged for screen readers (PDF/UA-1). Data are never read as code, nothing is fetched, the fonts come along.
    A process of its own makes it: pages and polls go on meanwhile, and the memory it takes is given back.
    """
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-m", "hotspot.pdf", template],
        input=json.dumps(printable(data), allow_nan=False).encode(),
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
    )
    if done.returncode:
        raise PdfError(f"{template}: {done.stderr.decode(errors='replace').strip()[-MOST_TOLD:]}")
    return done.stdout


def compiled(template: str, data: str) -> bytes:
    import typst  # by the process that is made for it alone

    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts(),
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template}: the compiler made no file")
    return made


def fonts() -> "Fonts":
    """Source Sans 3 from its package and those within the compiler; never those of the machine."""
    import fontpkg_source_sans_3
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_source_sans_3.ROOT / "files")])


def printable(value: object) -> object:
    """The same data, with a sign in place of each character that no font has; what no eye sees is left out."""
    if isinstance(value, str):
        return "".join(map(glyph, unicodedata.normalize("NFC", value)))
    if isinstance(value, Mapping):
        return {str(key): printable(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [printable(one) for one in value]
    return value


def glyph(character: str) -> str:
    if any(first <= ord(character) <= last for first, last in LETTERS):
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf") else NO_GLYPH


if __name__ == "__main__":
    sys.stdout.buffer.write(compiled(sys.argv[1], sys.stdin.read()))
