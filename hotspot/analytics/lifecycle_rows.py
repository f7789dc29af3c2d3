"""What a table of past steps would do to the lives of points, row by row, before anything is written.

Rows are tried in the order of their days, so that the order of the file says nothing. Every row gets one verdict; a
bad row does not stop the others, and the same file a second time changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hotspot.analytics.import_plan import ADDED, CHANGED, UNCHANGED
from hotspot.analytics.import_row import N_, RejectedError, Row, cleaned, day, needed, reject, word
from hotspot.analytics.inventory_facts import Change
from hotspot.analytics.lifecycle import ASSUMED, ORDER, Step, Steps, added
from hotspot.analytics.permissions import OUTSIDE
from hotspot.analytics.verdicts import Verdict, counts, refusal

COLUMNS: Mapping[str, tuple[str, ...]] = {  # with the other names they are known by
    "point_code": ("kode_titik", "id_titik", "kode", "code"),
    "stage": ("tahap", "tahapan", "status_titik", "lifecycle", "langkah"),
    "since": ("sejak", "tanggal", "tgl", "date", "mulai", "tanggal_tahap"),
    "document": ("dokumen", "nomor_dokumen", "no_dokumen", "bast", "nomor_bast", "surat"),
    "actor": ("pelaku", "petugas", "oleh", "pic", "by"),
    "note": ("catatan", "keterangan", "remark"),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("point_code",), ("stage",), ("since",))


@dataclass(frozen=True, slots=True)
class PastStep:
    """A row that was read; `actor` is empty where the file names nobody."""

    number: int
    code: str
    step: Step
    document: str = ""
    actor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A recorded step that counts, and its document."""

    step: Step
    document: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """`new` are to be recorded, `documents` added to steps that are there; `lives` are those of the points changed."""

    verdicts: tuple[Verdict, ...]
    new: tuple[PastStep, ...]
    documents: tuple[PastStep, ...]
    lives: Mapping[str, Steps]
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", counts(self.verdicts))


def make_plan(
    rows: Sequence[Row],
    known: Mapping[str, Sequence[Known]],
    today: date,
    *,
    demonstration: bool = False,
    barred: frozenset[str] = frozenset(),
) -> Plan:
    """`known` has every point of the city by its code; of those that are `barred` no row is taken."""
    read: dict[str, list[PastStep]] = defaultdict(list)
    found: dict[int, Verdict] = {}
    for row in rows:
        try:
            past = typed(row, today, demonstration=demonstration)
            if past.code not in known:
                reject("point_code", N_("there is no point %(value)s in the inventory"), value=past.code)
            if past.code in barred:
                reject("point_code", OUTSIDE, value=past.code)
            read[past.code].append(past)
        except RejectedError as error:
            found[row.number] = refusal(row.number, row.cells.get("point_code", ""), error)
    new: list[PastStep] = []
    documents: list[PastStep] = []
    lives: dict[str, Steps] = {}
    for code, own in read.items():
        lives[code] = settle(own, known[code], today, found, new, documents)
    changed = {past.code for past in (*new, *documents)}
    verdicts = tuple(found[row.number] for row in rows)
    return Plan(verdicts, tuple(new), tuple(documents), {code: lives[code] for code in lives if code in changed})


def settle(
    own: Iterable[PastStep],
    known: Sequence[Known],
    today: date,
    found: dict[int, Verdict],
    new: list[PastStep],
    documents: list[PastStep],
) -> Steps:
    """The life of one point with the rows that fit; the verdicts and what is to be written go into the last three."""
    life: Steps = tuple(one.step for one in known)
    papers = {(one.step.stage, one.step.since): one.document for one in known}
    first: dict[tuple[str, date], int] = {}
    for past in sorted(own, key=lambda one: (one.step.since, ORDER[one.step.stage], one.number)):
        key = (past.step.stage, past.step.since)
        try:
            if first.setdefault(key, past.number) != past.number:
                reject("since", N_("row %(row)s has this step already"), row=first[key])
            if key in papers:
                found[past.number] = same(past, papers[key], documents)
                continue
            life = added(life, past.step, today)
        except RejectedError as error:
            found[past.number] = refusal(past.number, past.code, error)
            continue
        found[past.number] = Verdict(past.number, ADDED, past.code)
        new.append(past)
    return life


def same(past: PastStep, document: str, documents: list[PastStep]) -> Verdict:
    """Of a step that is recorded: its document is added where it has none."""
    if not past.document or past.document == document:
        return Verdict(past.number, UNCHANGED, past.code)
    if document:
        reject("document", N_("it is recorded with %(document)s"), document=document)
    documents.append(past)
    return Verdict(past.number, CHANGED, past.code, (Change("document", "", past.document),))


def typed(row: Row, today: date, *, demonstration: bool) -> PastStep:
    """Raises RejectedError for the first thing that is wrong with the row by itself."""
    if row.shifted:
        reject("", N_("more cells than the header has columns"))
    cells = {column: cleaned(column, value) for column, value in row.cells.items()}
    if cells.get("demonstration") and not demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    code, stage = needed(cells, "point_code"), needed(cells, "stage")
    since = day("since", needed(cells, "since"), today) or reject("since", N_("empty"))
    note = cells.get("note", "")
    step = Step(stage_of(stage), since, assumed=note == ASSUMED)
    return PastStep(row.number, code, step, cells.get("document", ""), cells.get("actor", ""), note)


def stage_of(text: str) -> str:
    try:
        return word("lifecycle", text)
    except RejectedError as error:
        raise RejectedError("stage", error.reason.text, **error.reason.values) from error
