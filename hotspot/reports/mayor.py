"""The mayor's monthly page: one sheet that says whether the points run, are used, and grow as was promised."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hotspot.analytics.contracts import Ending
from hotspot.analytics.forecast import Forecast
from hotspot.analytics.rollout import GoalLine
from hotspot.analytics.written import Pair, Writer
from hotspot.reports.facts import CityMonth, DistrictMonth
from hotspot.reports.sheet import count_cards, methods, sheet
from hotspot.spreadsheet import Cell
from hotspot.store.models import City
from hotspot.store.rollout import MonthCounts, Standing

METHODS = ("counts", "target", "forecast", "availability", "coverage", "mttr", "clients", "traffic", "rounding")
MOST_ENDINGS, MOST_TROUBLES, MOST_DISTRICTS = 3, 5, 12  # so that it stays one sheet
LONG, SHORT = 36, 22  # letters of a name
AHEAD_DAYS = 366  # of the target's line the part that is drawn
GOOD, BAD, PLAIN = "good", "bad", "plain"


def mayor_sheet(city: City, found: CityMonth, writer: Writer) -> dict[str, Any]:
    """For templates/pdf/mayor.typ."""
    month = writer.month(found.asked.month.first)
    title = writer.word(("Wi-Fi publik gratis: laporan bulanan", "Free public Wi-Fi: monthly report"))
    stand = found.progress.standing
    return {
        **sheet(city, writer, title, month, found.asked),
        "hero": hero(stand, writer),
        "chart": drawing(found.progress.burn_up, stand.goal, writer),
        "counts": count_cards(
            writer, {name: getattr(stand.counts, name) for name in ("installed", "accepted", "active", "payable")}
        ),
        "figures": figures(found, writer),
        "districts": [district(row, writer) for row in shown(found.districts)],
        "others": others(len(found.districts) - MOST_DISTRICTS, writer),
        "busiest": [
            [short(row.name), short(row.district, SHORT), writer.number(row.clients, 1)] for row in found.busiest
        ],
        "attention": attention(found, writer),
        "method": methods(writer, METHODS),
    }


def hero(stand: Standing, writer: Writer) -> dict[str, Any]:
    """The headline: running points, the target, ahead or behind, and when it will be reached."""
    goal, counts = stand.goal, stand.counts
    lines: dict[str, Any] = {
        "active": writer.number(counts.active),
        "label": writer.word(("titik berjalan", "points run")),
        "goal": "",
        "state": "",
        "tone": PLAIN,
        "forecast": forecast(stand, writer),
        "shares": None,
    }
    if goal is None:
        return lines | {"goal": writer.word(("Belum ada target.", "There is no target yet."))}
    end, day = writer.number(goal.end), writer.day(goal.to_on)
    lines["goal"] = writer.word((f"dari target {end} titik sampai {day}", f"of a target of {end} points by {day}"))
    if goal.end:
        lines["shares"] = [min(1.0, (counts.active or 0) / goal.end), min(1.0, counts.installed / goal.end)]
    if stand.ahead_active is not None:
        n, line = writer.number(abs(stand.ahead_active)), writer.number(round(stand.expected or 0))
        if stand.ahead_active >= 0:
            said = (f"{n} titik di depan garis target ({line})", f"{n} points ahead of the target's line ({line})")
        else:
            said = (f"{n} titik di belakang garis target ({line})", f"{n} points behind the target's line ({line})")
        lines |= {"state": writer.word(said), "tone": GOOD if stand.ahead_active >= 0 else BAD}
    return lines


def forecast(stand: Standing, writer: Writer) -> str:
    """Always a range, or why there is none."""
    told = stand.forecast
    if told is None:
        return ""
    if told.reason == "reached":
        return writer.word(("Semua titik target sudah terpasang.", "All points of the target are installed."))
    if told.reason:
        return writer.word(
            ("Prakiraan belum bisa dibuat: terlalu sedikit bulan.", "No forecast yet: too few months to tell.")
        )
    said = writer.word(range_words(told, writer))
    if told.chance is None:
        return said
    chance = likely(told.chance, writer)
    return f"{said} {writer.word((f'Tepat waktu: {chance}.', f'In time: {chance}.'))}"


def range_words(told: Forecast, writer: Writer) -> Pair:
    """The same cases as on the pages (web.forecast_words)."""
    early, middle, late = (writer.month(day) if day else "" for day in (told.early, told.middle, told.late))
    if not early:
        return ("Dengan laju ini tidak dalam sepuluh tahun.", "Not within ten years at this pace.")
    if not late:
        around: Pair = (f", paling mungkin sekitar {middle}", f", most likely around {middle}") if middle else ("", "")
        return (
            f"Semua terpasang tidak sebelum {early}{around[0]}, mungkin tidak dalam sepuluh tahun.",
            f"All installed not before {early}{around[1]}, perhaps not within ten years.",
        )
    return (
        f"Semua terpasang antara {early} dan {late} (80 dari 100 kemungkinan), paling mungkin sekitar {middle}.",
        f"All installed between {early} and {late} (80 of 100 futures), most likely around {middle}.",
    )


def likely(chance: float, writer: Writer) -> str:
    """As on the pages: nearly never and nearly surely are not never and surely."""
    if chance < 0.01:
        return writer.word(("kurang dari ", "less than ")) + writer.percent(0.01, 0)
    if chance > 0.99:
        return writer.word(("lebih dari ", "more than ")) + writer.percent(0.99, 0)
    return writer.percent(chance, 0)


def figures(found: CityMonth, writer: Writer) -> list[dict[str, str]]:
    """Availability never without its coverage."""
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
            "note": writer.word((f"rata-rata {mean}", f"{mean} on average"))
            if outages.mttr_s is not None
            else writer.word(("tidak ada yang selesai", "none ended")),
        },
        {
            "label": writer.word(("Pengguna", "Clients")),
            "value": writer.number(found.clients),
            "note": writer.word(("rata-rata perangkat tersambung", "connected devices, mean")),
        },
        {
            "label": writer.word(("Lalu lintas", "Traffic")),
            "value": writer.octets(found.octets),
            "note": writer.word(("kedua arah, sebulan", "both ways, in the month")),
        },
    ]


def short(name: str, most: int = LONG) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def shown(districts: Sequence[DistrictMonth]) -> list[DistrictMonth]:
    """Of many those with the most points, in order of their codes."""
    most = sorted(districts, key=lambda row: (-row.installed, row.code))[:MOST_DISTRICTS]
    return sorted(most, key=lambda row: row.code)


def others(number: int, writer: Writer) -> str:
    if number <= 0:
        return ""
    n = writer.number(number)
    return writer.word((f"dan {n} kecamatan lain dengan titik lebih sedikit", f"and {n} more with fewer points"))


def district(row: DistrictMonth, writer: Writer) -> dict[str, Any]:
    return {
        "name": short(row.name, SHORT),
        "active": writer.number(row.active),
        "installed": writer.number(row.installed),
        "goal": "–" if row.goal is None else writer.number(row.goal),
        "availability": writer.percent(row.figure.availability),
        "coverage": writer.percent(row.figure.coverage),
        "share": (row.active or 0) / row.installed if row.installed else 0,
    }


def attention(found: CityMonth, writer: Writer) -> list[dict[str, str]]:
    """What somebody must decide on: contracts that end, then the points that worked least."""
    weightiest = sorted(found.endings, key=lambda one: (-len(one.points), one.ends_on))[:MOST_ENDINGS]
    ends = [ending(one, writer) for one in sorted(weightiest, key=lambda one: (one.ends_on, one.contract))]
    least = [
        {
            "what": short(name),
            "code": code,
            "why": writer.word(("tersedia ", "available ")) + writer.percent(figure.availability),
            "more": writer.word(("cakupan ", "coverage ")) + writer.percent(figure.coverage),
        }
        for code, name, figure in found.least[: MOST_TROUBLES - len(ends)]
    ]
    return ends + least


def ending(one: Ending, writer: Writer) -> dict[str, str]:
    points = writer.number(len(one.points))
    return {
        "what": short(writer.word((f"Kontrak {one.contract}", f"Contract {one.contract}"))),
        "code": "",
        "why": writer.word(("berakhir ", "ends ")) + writer.day(one.ends_on),
        "more": writer.word((f"{points} titik akan padam", f"{points} points would go dark")),
    }


def drawing(months: Sequence[MonthCounts], goal: GoalLine | None, writer: Writer) -> dict[str, Any]:
    """The burn-up with x and y from 0 to 1; of the target's line the part in the picture."""
    first, today = months[0].day, months[-1].day
    last = max(today, min(goal.to_on, today + timedelta(days=AHEAD_DAYS))) if goal else today
    span = max(1, (last - first).days)
    top = max([1, *(month.installed for month in months), *([goal.end] if goal else [])]) * 1.08

    def x(day: date) -> float:
        return round((day - first).days / span, 4)

    def y(value: float) -> float:
        return round(value / top, 4)

    line = [(day, goal.on(day)) for day in (max(first, goal.from_on), last)] if goal else []
    counted = writer.number(months[-1].active), writer.number(months[-1].installed)
    return {
        "active": [None if month.active is None else [x(month.day), y(month.active)] for month in months],
        "installed": [[x(month.day), y(month.installed)] for month in months],
        "goal": [[x(day), y(value)] for day, value in line if value is not None],
        "goal_label": writer.number(goal.end) if goal else "",
        "first": writer.month(first),
        "today": {"x": x(today), "label": writer.month(today)},
        "last": writer.month(last) if (last - today).days > span / 8 else "",
        "keys": [writer.word(pair) for pair in (("aktif", "active"), ("terpasang", "installed"), ("target", "target"))],
        "alt": writer.word(
            (
                f"Grafik titik per bulan: {counted[0]} aktif dan {counted[1]} terpasang pada akhirnya.",
                f"Points by month: {counted[0]} active and {counted[1]} installed at its end.",
            )
        ),
    }


HEAD = ("figure", "of", "value")


def mayor_rows(found: CityMonth) -> list[tuple[Cell, ...]]:
    """The same numbers for a spreadsheet, a figure a row; seconds, shares and bytes as they are."""
    stand, figure, outages = found.progress.standing, found.whole.figure, found.whole.outages
    goal = stand.goal
    rows: list[tuple[Cell, ...]] = [
        ("month", "", found.asked.month.text),
        *(
            (name, "", getattr(stand.counts, name))
            for name in ("installed", "accepted", "active", "payable", "planned")
        ),
        ("target", "", goal.end if goal else None),
        ("target_by", "", goal.to_on if goal else None),
        ("ahead_active", "", stand.ahead_active),
        *(
            (f"forecast_{name}", "", getattr(stand.forecast, name, None))
            for name in ("early", "middle", "late", "chance")
        ),
        ("availability", "", figure.availability),
        ("coverage", "", figure.coverage),
        *((name, "", getattr(figure, name)) for name in ("up_s", "down_s", "unknown_s", "maintenance_s")),
        ("outages", "", outages.count),
        ("mttr_s", "", outages.mttr_s),
        ("mtbf_s", "", outages.mtbf_s),
        ("clients_mean", "", found.clients),
        ("octets", "", found.octets),
    ]
    for row in found.districts:
        rows += [("district_installed", row.code, row.installed), ("district_active", row.code, row.active)]
        rows += [("district_availability", row.code, row.figure.availability)]
        rows += [("district_coverage", row.code, row.figure.coverage)]
    rows += [("busiest_clients_mean", use.code, use.clients) for use in found.busiest]
    rows += [("least_availability", code, figure.availability) for code, _, figure in found.least]
    rows += [("contract_ends", one.contract, one.ends_on) for one in found.endings]
    return rows
