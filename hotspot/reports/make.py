"""Makes a report: the numbers of the month, written down in the form and language somebody asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.reports import Month, Order, checked
from hotspot.analytics.written import Writer
from hotspot.pdf import pdf
from hotspot.reports import group, mayor
from hotspot.reports.facts import city_month, group_month
from hotspot.spreadsheet import Cell, csv_bytes, xlsx_bytes
from hotspot.store.models import City
from hotspot.store.reports import ReportRow, subject_of

MEDIA = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
UNSAFE = str.maketrans(dict.fromkeys(" /\\\"'<>:|?*;,", "-"))


@dataclass(frozen=True, slots=True)
class Table:
    head: Sequence[str]
    rows: list[tuple[Cell, ...]]


def make(session: Session, city: City, order: Order, now: int) -> bytes:
    """The file. Raises RejectedError of the field of the order that can't be used."""
    month = checked(order, day_of(city.time_zone, now))
    subject = subject_of(session, city, order.kind, order.key)
    writer = Writer(order.language, city.time_zone)
    if order.form == "pdf":
        return paper(session, city, order, month, subject, writer, now)
    made = table(session, city, order, month, writer, now)
    head, rows = made.head, made.rows
    if city.demonstration:
        head, rows = [*head, "demonstration"], [(*row, "invented data") for row in rows]
    return csv_bytes(head, rows) if order.form == "csv" else xlsx_bytes(f"{order.kind} {month.text}", head, rows)


def paper(session: Session, city: City, order: Order, month: Month, subject: str, writer: Writer, now: int) -> bytes:
    if order.kind == "mayor":
        return pdf("mayor", mayor.mayor_sheet(city, city_month(session, city, month, now), writer))
    found = group_month(session, city, order, month, now)
    return pdf("table", group.group_sheet(city, order, subject, found, writer))


def table(session: Session, city: City, order: Order, month: Month, writer: Writer, now: int) -> Table:
    if order.kind == "mayor":
        return Table(mayor.HEAD, mayor.mayor_rows(city_month(session, city, month, now)))
    return Table(group.HEAD, group.group_rows(group_month(session, city, order, month, now), writer))


def file_name(city: City, row: ReportRow) -> str:
    """report-donor-PT-Contoh-36.74-2026-10.pdf: nothing in it that a disk or a header can't hold."""
    whose = row.order.key.translate(UNSAFE).encode("ascii", "ignore").decode()[:60]
    parts = ("report", row.order.kind, whose, city.code, row.order.period, str(row.id))
    return f"{'-'.join(part for part in parts if part)}.{row.order.form}"
