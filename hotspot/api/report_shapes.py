"""The shapes of /reports."""

from datetime import datetime

from pydantic import Field

from hotspot.api.shapes import Envelope, Paged, Shape


class Report(Shape):
    """A report as it was handed out; the same month made again is another one."""

    number: int
    kind: str = Field(description="mayor, district, provider or donor")
    key: str = Field(description="code of the district, name of the provider or fund; empty for the mayor's")
    subject: str = Field(description="the name behind the key")
    month: str = Field(description="2026-10")
    form: str = Field(description="pdf, xlsx or csv")
    language: str
    made_at: datetime
    made_by: str
    size: int
    sha256: str


class Reports(Paged):
    items: list[Report]


class ReportAnswer(Envelope):
    item: Report
