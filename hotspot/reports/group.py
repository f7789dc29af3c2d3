"""The report of a district, a provider or a donor: figures, and a table of their points."""

from typing import Any

from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.reports import Order
from hotspot.analytics.written import Pair, Writer
from hotspot.reports.facts import GroupMonth, PointMonth
from hotspot.reports.sheet import COUNT_NAMES, count_cards, methods, sheet, title
from hotspot.spreadsheet import Cell
from hotspot.store.models import City

METHODS = ("counts", "availability", "coverage", "outage", "clients", "traffic", "costs", "rounding")
COLUMNS: tuple[tuple[Pair, bool], ...] = (  # head, whether it holds numbers
    (("Kode", "Code"), False),
    (("Titik", "Point"), False),
    (("Kelurahan", "Kelurahan"), False),
    (("Status", "State"), False),
    (("Ketersediaan", "Availability"), True),
    (("Cakupan", "Coverage"), True),
    (("Gangguan", "Outages"), True),
    (("Mati", "Down"), True),
    (("Pengguna", "Clients"), True),
    (("Lalu lintas", "Traffic"), True),
)
COST: tuple[Pair, bool] = (("Biaya", "Cost"), True)
WIDE = 1  # the column of names takes the room that is left
NONE = "–"  # in a cell; the note above the table says what it means
STATES = ("active", "accepted", "installed")  # the first one that fits


def group_sheet(city: City, order: Order, subject: str, found: GroupMonth, writer: Writer) -> dict[str, Any]:
    """For templates/pdf/table.typ."""
    month = writer.month(found.asked.month.first)
    columns = [*COLUMNS, COST] if found.cost_rp is not None else list(COLUMNS)
    return {
        **sheet(city, writer, title(order.kind, subject, writer), month, found.asked),
        "flipped": True,
        "figures": [*count_cards(writer, {name: found.count(name) for name in COUNT_NAMES}), *cards(found, writer)],
        "sections": [
            {
                "title": writer.word(("Titik", "Points")),
                "note": writer.word(
                    (
                        f"{writer.number(len(found.points))} titik; status pada {writer.day(found.asked.day)}, "
                        "yang lain selama bulan ini; – tidak ada data",
                        f"{writer.number(len(found.points))} points; states of {writer.day(found.asked.day)}, "
                        "all else of the month; – no data",
                    )
                ),
                "columns": [
                    {"label": writer.word(head), "number": is_number, "wide": place == WIDE}
                    for place, (head, is_number) in enumerate(columns)
                ],
                "rows": [cells(one, writer)[: len(columns)] for one in found.points],
            }
        ],
        "method": methods(writer, METHODS),
    }


def cards(found: GroupMonth, writer: Writer) -> list[dict[str, str]]:
    figure, outages = found.whole.figure, found.whole.outages
    covered, mean = writer.percent(figure.coverage), writer.duration(outages.mttr_s)
    return [
        {
            "label": writer.word(("Ketersediaan", "Availability")),
            "value": writer.percent(figure.availability),
            "note": writer.word((f"cakupan {covered}", f"coverage {covered}")),
        },
        {
            "label": writer.word(("Gangguan", "Outages")),
            "value": writer.number(outages.count),
            "note": writer.word((f"MTTR {mean}", f"MTTR {mean}")),
        },
        {
            "label": writer.word(("Lalu lintas", "Traffic")),
            "value": writer.octets(found.octets),
            "note": writer.word(("kedua arah", "both ways")),
        },
        {
            "label": writer.word(("Biaya menurut kontrak", "Cost by contract")),
            "value": writer.rupiah(found.cost_rp),
            "note": writer.word(("titik di bawah, sebelum potongan SLA", "of the points below, before SLA deductions")),
        },
    ]


def state_of(one: PointMonth) -> str:
    """The furthest count the point belongs to; empty when it was gone by the day."""
    if "total" not in one.counts:
        return "gone"
    return next((name for name in STATES if name in one.counts), "planned")


def cells(one: PointMonth, writer: Writer) -> list[str]:
    figure, state = one.tally.figure, state_of(one)
    words = COUNT_NAMES | {"gone": ("Tidak ada lagi", "Gone"), "planned": ("Direncanakan", "Planned")}
    return [
        one.row.code,
        one.row.name,
        one.row.area,
        writer.word(words[state]),
        NONE if figure.availability is None else writer.percent(figure.availability),
        NONE if figure.coverage is None else writer.percent(figure.coverage, 0),
        NONE if figure.availability is None else writer.number(one.tally.outages.count),
        NONE if figure.availability is None else writer.duration(figure.down_s),
        NONE if one.clients is None else writer.number(one.clients, 1),
        NONE if one.octets is None else writer.octets(one.octets),
        NONE if one.cost_rp is None else writer.rupiah(one.cost_rp),
    ]


HEAD = (
    "point_code", "point_name", "venue", "area_code", "area_name", "district_name", "fund", "provider", "state",
    "availability", "coverage", "up_s", "down_s", "unknown_s", "maintenance_s", "outages", "mttr_s", "clients_mean",
    "clients_peak", "octets", "cost_rp",
)  # fmt: skip


def group_rows(found: GroupMonth, writer: Writer) -> list[tuple[Cell, ...]]:
    """A point a row; seconds, shares, bytes and rupiah as they are."""
    return [
        (
            one.row.code, one.row.name, writer.label(one.row.venue_kind, VENUE_KINDS), one.row.area_code, one.row.area,
            one.row.district, one.row.fund, one.row.provider, state_of(one), figure.availability, figure.coverage,
            figure.up_s, figure.down_s, figure.unknown_s, figure.maintenance_s, outages.count, outages.mttr_s,
            one.clients, one.peak, one.octets, one.cost_rp,
        )
        for one in found.points
        for figure, outages in [(one.tally.figure, one.tally.outages)]
    ]  # fmt: skip
