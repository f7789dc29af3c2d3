"""Numbers and coordinates as people write them: decimal commas, degrees and minutes, digits of other scripts."""

import re
import unicodedata
from functools import lru_cache

NOTHING_WORDS = frozenset(
    [
        "-",
        "--",
        "---",
        ".",
        "..",
        "?",
        "/",
        "n/a",
        "na",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "nan",
        "null",
        "none",
        "nil",
        "undefined",
        "unknown",
        "(null)",
        "<null>",
        "\\n",
        "tba",
        "tbd",
        "없음",
        "미정",
        "미상",
        "해당없음",
        "無",
        "无",
        "不明",
        "なし",
        "未定",
        "暂无",
        "暫無",
        "未知",
        "s/d",
        "sd",
        "s/i",
        "sin",
        "dato",
        "sin",
        "datos",
        "no",
        "aplica",
        "n.d.",
        "nd",
        "não",
        "informado",
        "nao",
        "informado",
        "tidak",
        "ada",
        "kosong",
        "belum",
        "ada",
        "inconnu",
        "néant",
        "keine",
        "unbekannt",
        "нет",
        "غير",
        "متوفر",
        "ไม่มี",
        "x",
        "xx",
        "xxx",
        "미설치",
        "공란",
        "不详",
        "不詳",
    ]
) | {"sin dato", "sin datos", "no aplica", "tidak ada", "belum ada", "não informado", "nao informado", "해당 없음"}
SIDES = {
    **dict.fromkeys(("n", "north", "lu", "北緯", "北纬", "북위", "e", "east", "bt", "東經", "东经", "東経", "동경"), 1),
    **dict.fromkeys(("s", "south", "ls", "南緯", "남위", "w", "west", "bb", "o", "서경", "西經"), -1),
}
SIDE = "|".join(sorted(map(re.escape, SIDES), key=len, reverse=True))
DECIMAL = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?", re.ASCII)
GROUPED = re.compile(r"[-+]?\d{1,3}(?:([., ’'])\d{3})(?:\1\d{3})*(?:[.,]\d+)?", re.ASCII)
DEGREES = re.compile(
    rf"(?:({SIDE})[\s.:]*)?([-+]?\d{{1,3}})\s*(?:°|º|˚|度|도|\bd\b|:|\s|deg)\s*(\d{{1,2}}(?:\.\d+)?)\s*(?:['′’´`]|분|分|m|:|\s|$)?\s*"
    rf"(?:(\d{{1,2}}(?:\.\d+)?)\s*(?:[\"″”]|''|′′|초|秒|s\b)?)?\s*({SIDE})?",
    re.ASCII,
)
SIDED = re.compile(rf"(?:({SIDE})[\s.:]*)?([-+]?\d{{1,3}}(?:\.\d+)?)\s*(?:°|º|度|도)?\s*({SIDE})?", re.ASCII)


def is_nothing(text: str) -> bool:
    """Whether a cell only says that nothing is known."""
    plain = text.strip()
    return not plain or plain.casefold() in NOTHING_WORDS or not any(map(str.isalnum, plain))


@lru_cache(maxsize=65536)
def ascii_digits(text: str) -> str:
    """Full-width, Arabic, Thai and other digits and signs as ASCII; spaces around are gone."""
    if text.isascii():
        return text.strip()
    plain = unicodedata.normalize("NFKC", text)
    letters = [str(unicodedata.digit(one)) if one.isdigit() and not one.isascii() else one for one in plain]
    table = str.maketrans(
        {
            "−": "-",
            "–": "-",
            "—": "-",
            "٫": ".",
            "٬": ",",
            "،": ",",
            "\u200e": "",
            "\u200f": "",
            "\ufeff": "",
            "\u200b": "",
        }
    )
    return "".join(letters).translate(table).strip()


def number(text: str) -> float | None:
    """A plain number; one mark alone is a decimal one, of two kinds the last, repeated ones part thousands."""
    plain = ascii_digits(text).replace("\u00a0", " ").casefold()
    if DECIMAL.fullmatch(plain):
        return finite(plain)
    if plain.count(",") == 1 and "." not in plain and " " not in plain:
        return finite(plain.replace(",", ".")) if DECIMAL.fullmatch(plain.replace(",", ".")) else None
    if GROUPED.fullmatch(plain):
        mark = max(plain.rfind("."), plain.rfind(","))
        last = plain[mark] if mark >= 0 else ""
        whole, fraction = (plain[:mark], plain[mark + 1 :]) if last and plain.count(last) == 1 else (plain, "")
        return finite(re.sub(r"[., ’']", "", whole) + (f".{fraction}" if fraction else ""))
    return None


def finite(text: str) -> float | None:
    value = float(text)
    return value if abs(value) < 1e15 else None


@lru_cache(maxsize=65536)
def angle(text: str) -> float | None:
    """Degrees from a cell of a latitude or longitude; None where it is none. West and south are negative."""
    plain = ascii_digits(text).casefold().strip(" \"'()[]{}°º,;")
    if not plain or len(plain) > 60:
        return None
    if DECIMAL.fullmatch(plain):
        return finite(plain)
    if re.fullmatch(r"[-+]?\d{1,3},\d+", plain, re.ASCII):
        return finite(plain.replace(",", "."))
    if match := re.fullmatch(r"([-+]?\d{1,3})((?:[.,]\d{3}){2,}\d*)", plain, re.ASCII):  # -6.301.234 of a spreadsheet
        return finite(f"{match[1]}.{re.sub('[.,]', '', match[2])}")
    plain = plain.replace(",", ".")
    if match := SIDED.fullmatch(plain):
        return sided(float(match[2]), match[1] or match[3])
    match = DEGREES.fullmatch(ascii_digits(text).casefold().strip(" ()[]{},;").replace(",", "."))
    if not match or float(match[3]) >= 60 or float(match[4] or 0) >= 60:
        return None
    size = abs(float(match[2])) + float(match[3]) / 60 + float(match[4] or 0) / 3600
    return sided(-size if match[2].startswith("-") else size, match[1] or match[5])


def sided(value: float, side: str | None) -> float:
    return -abs(value) if side and SIDES[side] < 0 else value


PAIR_IN_WORDS = re.compile(r"\(?\s*([-+]?\d{1,3}[.,]\d{2,})\s*[,;/\s]\s*([-+]?\d{1,3}[.,]\d{2,})\s*\)?\s*$", re.ASCII)
WELL_KNOWN = re.compile(r"(?:srid=\d+;)?\s*(?:multi)?point\s*z?m?\s*\(+\s*([-+\d.e]+)[\s,]+([-+\d.e]+)", re.IGNORECASE)
NUMBER = r"[\"']?\s*[:=]\s*[\"']?([-+]?\d+\.?\d*)[\"']?"
NAMED_PAIR = re.compile(rf"(?:latitude|lat){NUMBER}.{{0,12}}?(?:longitude|long|lng|lon){NUMBER}", re.IGNORECASE)
JSON_POINT = re.compile(r"[\"']?coordinates[\"']?\s*[:=]\s*[\[\s]+([-+\d.e]+)\s*,\s*([-+\d.e]+)", re.IGNORECASE)
MAP_LINK = re.compile(
    r"(?:@|[?&](?:q|ll|query|center|destination)=|!3d)([-+]?\d{1,3}\.\d+)(?:,|%2c|!4d)\s*([-+]?\d{1,3}\.\d+)",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def pair(text: str) -> tuple[float, float, bool] | None:
    """(first, second, whether it is certain that the first is the latitude) of a cell that holds both."""
    plain = ascii_digits(text[-300:] if len(text) > 2000 else text)
    for pattern in (WELL_KNOWN, JSON_POINT):
        if match := pattern.search(plain):
            return certain(match[2], match[1])
    for pattern in (NAMED_PAIR, MAP_LINK):
        if match := pattern.search(plain):
            return certain(match[1], match[2])
    bare = plain.strip("()[]{} ")
    for mark in (";", "/", "|", ", ", ",", " "):
        parts = [part for part in bare.split(mark) if part.strip()]
        if len(parts) == 2 and (first := angle(parts[0])) is not None and (second := angle(parts[1])) is not None:
            return first, second, False
    match = re.fullmatch(rf"(.{{4,40}}?[\"″”'′]\s*(?:{SIDE})?)[\s,;/]+(.{{4,40}})", bare, re.IGNORECASE)
    if match and (first := angle(match[1])) is not None and (second := angle(match[2])) is not None:
        return first, second, False
    if match := PAIR_IN_WORDS.search(plain):
        return float(match[1].replace(",", ".")), float(match[2].replace(",", ".")), False
    return None


def certain(latitude: str, longitude: str) -> tuple[float, float, bool] | None:
    try:
        return float(latitude), float(longitude), True
    except ValueError:
        return None
