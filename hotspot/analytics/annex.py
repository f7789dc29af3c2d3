"""What an annex file would do to the lines of contracts, row by row, before anything is written.

A line is known by its contract, its point and its first day. Every row gets exactly one verdict. One rejected row holds
the whole file back: an annex in which lines are missing would pay for other points than the contract does.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from hotspot.analytics.contracts import MOST_RP, Line
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.analytics.import_row import EARLIEST, LONGEST, N_, Reason, RejectedError, Row, cleaned, parsed_day, reject
from hotspot.analytics.inventory_facts import Change

COLUMNS: Mapping[str, tuple[str, ...]] = {  # with the other names they are known by
    "contract_number": ("nomor_kontrak", "no_kontrak", "kontrak", "contract"),
    "provider": ("penyedia", "isp", "penyedia_layanan"),
    "point_code": ("kode_titik", "id_titik", "kode", "code"),
    "starts_on": ("tanggal_mulai", "tgl_mulai", "mulai", "berlaku_mulai", "from"),
    "ends_on": ("tanggal_selesai", "tgl_selesai", "tanggal_berakhir", "selesai", "berakhir", "sampai", "to"),
    "monthly_fee": ("biaya_bulanan", "biaya_per_bulan", "tarif_bulanan", "biaya", "fee", "monthly_fee_rp"),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("contract_number",), ("point_code",), ("monthly_fee",))
LAST_YEAR = 2100
Key = tuple[str, str, date]  # contract, point, first day


@dataclass(frozen=True, slots=True)
class Frame:
    """What the city knows of a contract."""

    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Annexes:
    """The contracts by number, the codes of all points, and the lines there are."""

    contracts: Mapping[str, Frame]
    points: frozenset[str]
    lines: Mapping[Key, Line]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one row; `column` and `reason` of a rejected one, `changes` of a changed or new one."""

    number: int
    verdict: str
    contract: str
    point_code: str
    changes: tuple[Change, ...] = ()
    column: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class AnnexPlan:
    """`lines` are to be written: the new and the changed; nothing may be written while a row is rejected."""

    outcomes: tuple[Outcome, ...]
    lines: tuple[Line, ...]
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        found = Counter(outcome.verdict for outcome in self.outcomes)
        counts = {verdict: found[verdict] for verdict in (ADDED, CHANGED, UNCHANGED, REJECTED)}
        object.__setattr__(self, "counts", counts)

    @property
    def whole(self) -> bool:
        return not self.counts[REJECTED]


def key_of(line: Line) -> Key:
    return line.contract, line.point, line.starts_on


def make_plan(rows: Sequence[Row], known: Annexes, *, demonstration: bool = False) -> AnnexPlan:
    read: dict[int, Line] = {}
    refused: dict[int, RejectedError] = {}
    seen: dict[Key, int] = {}
    for row in rows:
        try:
            line = typed(row, known, demonstration=demonstration)
            if key_of(line) in seen:
                reject("point_code", N_("the same line as in row %(row)s"), row=seen[key_of(line)])
            seen[key_of(line)] = row.number
            read[row.number] = line
        except RejectedError as error:
            refused[row.number] = error
    refused |= paid_twice(read, known)
    outcomes = tuple(
        refusal(row, refused[row.number]) if row.number in refused else verdict(row.number, read[row.number], known)
        for row in rows
    )
    news = tuple(line for number, line in read.items() if known.lines.get(key_of(line)) != line)
    return AnnexPlan(outcomes, news if not refused else ())


def typed(row: Row, known: Annexes, *, demonstration: bool) -> Line:
    """Raises RejectedError for the first thing that is wrong with the row by itself."""
    if row.shifted:
        reject("", N_("more cells than the header has columns"))
    cells = {column: cleaned(column, value) for column, value in row.cells.items()}
    if cells.get("demonstration") and not demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    number, code = needed(cells, "contract_number"), needed(cells, "point_code")
    frame = known.contracts.get(number)
    if frame is None:
        reject("contract_number", N_("there is no contract %(value)s; add it first"), value=number)
    if cells.get("provider") and cells["provider"] != frame.provider:
        reject("provider", N_("contract %(number)s is with %(provider)s"), number=number, provider=frame.provider)
    if code not in known.points:
        reject("point_code", N_("there is no point %(value)s in the inventory"), value=code)
    starts_on = day("starts_on", cells["starts_on"]) if cells.get("starts_on") else frame.starts_on
    ends_on = day("ends_on", cells["ends_on"]) if cells.get("ends_on") else frame.ends_on
    line = Line(number, code, starts_on, ends_on, rupiah("monthly_fee", needed(cells, "monthly_fee")))
    check_dates(line, frame)
    return line


def needed(cells: Mapping[str, str], column: str) -> str:
    return cells.get(column) or reject(column, N_("empty"))


def check_dates(line: Line, frame: Frame) -> None:
    """Of the columns starts_on and ends_on."""
    if line.ends_on < line.starts_on:
        reject("ends_on", N_("ends before it starts"))
    if line.starts_on < frame.starts_on:
        reject("starts_on", N_("the contract starts on %(day)s"), day=frame.starts_on.isoformat())
    if line.ends_on > frame.ends_on:
        reject("ends_on", N_("the contract ends on %(day)s"), day=frame.ends_on.isoformat())


def day(column: str, text: str) -> date:
    """31/12/2026 is read as Indonesians write it: the day first."""
    found = parsed_day(text) or reject(column, N_("%(value)s is not a date such as 2021-12-31"), value=text[:LONGEST])
    if found < EARLIEST or found.year > LAST_YEAR:
        reject(column, N_("%(value)s is too far away"), value=found.isoformat())
    return found


def rupiah(column: str, text: str) -> int:
    """Whole rupiah as people write them: 450000, 450.000, Rp 450.000,00, 450,000; raises RejectedError."""
    plain = re.sub(r"^(rp\.?|idr)\s*", "", text.strip(), flags=re.IGNORECASE)
    if plain.startswith(("-", "−", "(")):
        reject(column, N_("a negative amount"))
    found = re.fullmatch(
        r"(\d{1,15}|\d{1,3}(?:\.\d{3}){1,4}|\d{1,3}(?:,\d{3}){1,4})(?:[.,]0{1,2}|,-)?", plain, re.ASCII
    )
    if found is None:
        reject(column, N_("%(value)s is no amount of whole rupiah"), value=text[:LONGEST])
    amount = int(re.sub(r"\D", "", found[1]))
    if amount > MOST_RP:
        reject(column, N_("more than %(most)s rupiah"), most=MOST_RP)
    return amount


def paid_twice(read: Mapping[int, Line], known: Annexes) -> dict[int, RejectedError]:
    """The rows whose line meets another one of the same point, as all lines would be after the import.

    Of two rows the later one is at fault; what is stored already (row 0) never is.
    """
    after: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    changed = {key_of(line) for line in read.values()}
    for line in known.lines.values():
        if key_of(line) not in changed:
            after[line.point].append((0, line))
    for number, line in read.items():
        after[line.point].append((number, line))
    refused = {}
    for own in after.values():
        own.sort(key=lambda one: (one[1].starts_on, one[0]))
        kept = own[0]
        for one in own[1:]:
            if one[1].starts_on <= kept[1].ends_on and max(one[0], kept[0]):
                fault, other = (one, kept) if one[0] > kept[0] else (kept, one)
                refused[fault[0]] = clash(fault[1], other[1], other[0])
                kept = other
            else:
                kept = max(kept, one, key=lambda each: each[1].ends_on)
    return refused


def clash(line: Line, other: Line, other_row: int = 0) -> RejectedError:
    column = "starts_on" if other.starts_on <= line.starts_on else "ends_on"
    values = {
        "point": line.point,
        "contract": other.contract,
        "start": other.starts_on.isoformat(),
        "end": other.ends_on.isoformat(),
    }
    if not other_row:
        text = N_("%(point)s is in contract %(contract)s from %(start)s to %(end)s already")
        return RejectedError(column, text, **values)
    text = N_("%(point)s is in contract %(contract)s from %(start)s to %(end)s already, in row %(row)s")
    return RejectedError(column, text, **values, row=other_row)


def check_free(line: Line, others: Iterable[Line]) -> None:
    """Raises RejectedError when one of the `others` of the same point shares a day with the line."""
    for other in others:
        if other.point == line.point and line.meets(other):
            raise clash(line, other)


def verdict(number: int, line: Line, known: Annexes) -> Outcome:
    before = known.lines.get(key_of(line))
    if before is None:
        return Outcome(number, ADDED, line.contract, line.point, told(line))
    changes = []
    if before.ends_on != line.ends_on:
        changes.append(Change("ends_on", before.ends_on.isoformat(), line.ends_on.isoformat()))
    if before.monthly_fee_rp != line.monthly_fee_rp:
        changes.append(Change("monthly_fee", str(before.monthly_fee_rp), str(line.monthly_fee_rp)))
    return Outcome(number, CHANGED if changes else UNCHANGED, line.contract, line.point, tuple(changes))


def told(line: Line) -> tuple[Change, ...]:
    """Days and fee of a new line, so that a fee that was read as another one is seen before it is written."""
    days = line.starts_on.isoformat(), line.ends_on.isoformat()
    values = zip(("starts_on", "ends_on", "monthly_fee"), (*days, str(line.monthly_fee_rp)), strict=True)
    return tuple(Change(column, "", value) for column, value in values)


def refusal(row: Row, error: RejectedError) -> Outcome:
    contract, code = (" ".join(row.cells.get(name, "").split())[:60] for name in ("contract_number", "point_code"))
    return Outcome(row.number, REJECTED, contract, code, column=error.column, reason=error.reason)


def cut(line: Line, last: date) -> Line | None:
    """The line when its contract ends on `last`; None when nothing of it is left."""
    if line.starts_on > last:
        return None
    return replace(line, ends_on=min(line.ends_on, last))
