"""/reports."""

from flask import Response

from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import PageQuery, ReportQuery
from hotspot.api.report_shapes import Report, ReportAnswer, Reports
from hotspot.reports.make import MEDIA, file_name
from hotspot.store.reports import ReportRow, archive, report


def index(ask: Ask[PageQuery]) -> Reports:
    """The reports in the archive, the newest first."""
    found = archive(ask.session, ask.city, ask.query.page, ask.query.per_page)
    ask.check_page(found.pages)
    items = [shape(ask, row) for row in found.rows]
    return Reports(**ask.head(), total=found.total, page=found.page, pages=found.pages, items=items)


def one(ask: Ask[ReportQuery], number: str) -> ReportAnswer | Response:
    """One report, or with format=file the file that was handed out."""
    found = report(ask.session, ask.city, int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise Problem(404, "There is no report of that number.")
    row, data = found
    if ask.query.format == "json":
        return ReportAnswer(**ask.head(), item=shape(ask, row))
    named = f'attachment; filename="{file_name(ask.city, row)}"'
    return Response(data, content_type=MEDIA[row.order.form], headers={"Content-Disposition": named})


def shape(ask: Ask[PageQuery] | Ask[ReportQuery], row: ReportRow) -> Report:
    order = row.order
    return Report(
        number=row.id,
        kind=order.kind,
        key=order.key,
        subject=row.subject,
        month=order.period,
        form=order.form,
        language=order.language,
        made_at=ask.at(row.made_at),
        made_by=row.made_by,
        size=row.size,
        sha256=row.sha256,
    )
