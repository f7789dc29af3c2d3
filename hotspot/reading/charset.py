"""The encoding of a text that does not name it: tried strictly, then judged by how usual the letters are."""

import codecs
import re
import unicodedata
from collections import Counter
from functools import cache

from charset_normalizer import from_bytes

from hotspot.reading.table import FileError

SAMPLE = 60_000  # bytes with the most unusual letters are enough to judge by
WIDE = ("cp949", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp")
NARROW = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "koi8_r", "iso8859_5", "iso8859_2", "iso8859_7", "cp850", "cp437", "mac_roman", "cp866",
)  # fmt: skip
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MANGLED = re.compile("[ÃÂ][\x80-\xbf€-™]")
STRANGE = re.compile("[\udc80-\udcff]")
COMMON_LATIN = frozenset("áàâãäåæçéèêëíìîïñóòôõöøúùûüßœışğİŞĞÁÀÂÃÄÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕÖØÚÙÛÜŒ«»°º ª’“”–—·…€¿¡§²")


def decoded(content: bytes) -> tuple[str, str]:
    """(text, name of the encoding); a broken letter is replaced. Raises FileError for what is no text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").lstrip("﻿"), encoding
    if wide := utf16_without_mark(content):
        return content.decode(wide, errors="replace"), wide
    try:
        return once(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError as error:
        if nearly_utf8(content, error.start):
            return with_strange_letters(content), "utf-8"
    if content.count(b"\0") > len(content) // 100 + 8:
        raise FileError("it is no text: it holds zero bytes")
    encoding = judged(sample_of(content))
    return content.decode(encoding, errors="replace"), encoding


def once(text: str) -> str:
    """A text that was encoded twice, where "é" has become "Ã©", as it was."""
    if len(MANGLED.findall(text)) < 3:
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def with_strange_letters(content: bytes) -> str:
    """UTF-8 in which some letters are of another encoding: of Western ones in a Latin text, else they are lost."""
    text = content.decode("utf-8", errors="surrogateescape")
    latin = sum("\x80" <= letter < "\u0250" for letter in text)
    if latin * 2 < sum("\x80" <= letter < "\ud800" for letter in text):
        return content.decode("utf-8", errors="replace")
    return STRANGE.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", errors="replace"), text)


def utf16_without_mark(content: bytes) -> str:
    """Latin letters and separators of UTF-16 have a zero in every second byte."""
    head = content[:4000]
    if len(head) < 8 or len(content) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 10 and even * 20 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 10 and odd * 20 < even else ""


def nearly_utf8(content: bytes, first: int) -> bool:
    """UTF-8 with a few broken letters, as a file has that was cut or glued."""
    text = content[max(0, first - 200_000) : first + 400_000].decode("utf-8", errors="replace")
    whole = sum(letter > "\x7f" for letter in text)
    broken = text.count("�")
    return whole > 40 and broken * 25 < whole


def sample_of(content: bytes) -> bytes:
    """Whole lines that have letters beyond ASCII, some from everywhere."""
    lines = [line for line in re.split(rb"[\r\n]+", content) if not line.isascii()]
    step = max(1, len(lines) // 400)
    return b"\n".join(line[:2000] for line in lines[::step])[:SAMPLE]


def judged(sample: bytes) -> str:
    wide = {encoding: score for encoding in WIDE if (score := wide_score(sample, encoding)) is not None}
    best = max(wide, key=wide.__getitem__, default="")
    if best and wide[best] > 0.55:
        return best
    return narrow(sample)


def wide_score(sample: bytes, encoding: str) -> float | None:
    """The share of letters beyond ASCII that are everyday ones of the encoding's language; None: it can't be."""
    text = sample.decode(encoding, errors="replace")
    letters = [letter for letter in text if letter > "\x7f"]
    if not letters or text.count("�") * 100 > len(letters) + 50:
        return None
    found = sum(weight(letter, encoding) for letter in letters)
    return found / len(letters) - (0.002 if encoding in ("big5hkscs", "cp932") else 0)


@cache
def weight(letter: str, encoding: str) -> float:
    point = ord(letter)
    if letter == "�" or 0xE000 <= point <= 0xF8FF:
        return -3.0
    if 0xAC00 <= point <= 0xD7A3:
        return (1.0 if two_bytes(letter, "euc_kr", 0xB0, 0xC8) else 0.3) if encoding == "cp949" else -1.0
    if 0x3040 <= point <= 0x30FF:
        return 1.0 if encoding in ("shift_jis", "cp932", "euc_jp") else 0.2
    if 0xFF61 <= point <= 0xFF9F:
        return -0.6
    if 0x3000 <= point <= 0x303F or 0xFF00 <= point <= 0xFF60 or 0x2010 <= point <= 0x203F:
        return 0.7
    if 0x4E00 <= point <= 0x9FFF:
        return han_weight(letter, encoding)
    return -0.3 if unicodedata.category(letter) != "Cc" else -2.0


def han_weight(letter: str, encoding: str) -> float:
    if encoding == "cp949":
        return 0.0
    if encoding == "gb18030":
        return 1.0 if two_bytes(letter, "gb2312", 0xB0, 0xD7) else -0.4
    if encoding.startswith("big5"):
        return 1.0 if two_bytes(letter, "big5", 0xA4, 0xC6) else -0.4
    return 0.9 if two_bytes(letter, "shift_jis", 0x88, 0x97) else -0.4


def two_bytes(letter: str, encoding: str, first: int, last: int) -> bool:
    """Whether the letter is in the part of the character set that holds the everyday ones."""
    try:
        return first <= letter.encode(encoding)[0] <= last
    except UnicodeEncodeError:
        return False


def narrow(sample: bytes) -> str:
    """One byte a letter: the one whose words look most like words, and among equals what statistics say."""
    scores = {encoding: narrow_score(sample, encoding) for encoding in NARROW}
    best = max(scores.values())
    likely = [encoding for encoding in NARROW if scores[encoding] > best - 0.08]
    if likely[0] == "cp1252" or len(likely) == 1:
        return likely[0]
    told = from_bytes(sample, cp_isolation=list(likely)).best()
    return told.encoding if told and told.encoding in likely else likely[0]


def narrow_score(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    pairs: Counter[str] = Counter()
    before, run = " ", 0
    for letter in text:
        run = run + 1 if letter > "\x7f" else 0
        if run:  # three accented letters in a row are no Latin word
            pairs["odd" if run > 2 and script(letter) == "LATIN" else kind_of(letter, before)] += 1
        before = letter
    total = sum(pairs.values()) or 1
    value = {"common": 1.0, "letter": 0.75, "rare": 0.2, "odd": -0.6, "symbol": -0.5, "bad": -3.0}
    return sum(value[kind] * count for kind, count in pairs.items()) / total


def kind_of(letter: str, before: str) -> str:
    category = unicodedata.category(letter)
    if letter == "�" or category in ("Cc", "Co", "Cn"):
        return "bad"
    if category[0] not in "LM":
        return "symbol" if before.isalpha() or letter not in COMMON_LATIN else "letter"
    if letter in COMMON_LATIN:
        return "odd" if category == "Lu" and before.islower() else "common"
    if category == "Lu" and before.islower():
        return "odd"
    if before.isalpha() and script(before) != script(letter):
        return "odd" if script(letter) != "LATIN" else "symbol"
    return "rare" if letter in "ýðþÝÐÞ" else "common" if script(letter) != "LATIN" else "letter"


@cache
def script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0] if letter > "\x7f" else "LATIN"
