"""/access-points/{name}/polls: every single poll of a day, and what its radios and SSIDs said."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from flask import Response
from pydantic import Field

from hotspot import spreadsheet
from hotspot.analytics.calendar import midnight
from hotspot.analytics.extras import shown
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import Day, Query
from hotspot.api.shapes import Envelope, Shape
from hotspot.store.access_points import access_point_detail
from hotspot.store.chunks import Said
from hotspot.store.extras import extras_of
from hotspot.store.polls import PollRow, polls_of


class PollsQuery(Query):
    day: Day | None = Field(None, description="a day of the city's calendar; today if empty")
    format: Literal["json", "csv"] = Field("json", description="csv: a line a poll, a column a series")


class Poll(Shape):
    """`answered` is null when nobody could ask; counts are those since the poll before, null where none is honest."""

    at: datetime
    answered: bool | None
    rtt_ms: float | None
    uptime_s: int | None
    clients: int | None
    rx_bytes: int | None
    tx_bytes: int | None
    errors: int | None
    cpu_percent: int | None
    memory_percent: int | None
    ping_sent: int | None
    ping_received: int | None
    ping_ms: float | None


class Series(Shape):
    """One metric of a radio, of an SSID, or of the device (its label is empty): a value or null for each of `times`."""

    kind: str
    label: str
    metric: str
    values: list[float | None]


class PollsAnswer(Envelope):
    access_point: str
    day: date
    items: list[Poll]
    times: list[datetime] = Field(description="of the polls in which radios or SSIDs said something")
    series: list[Series]
    damaged: list[date] = Field(description="the day, when its packed polls can't be read; its availability is kept")


def index(ask: Ask[PollsQuery], name: str) -> PollsAnswer | Response:
    """Every poll of a day, oldest first; single polls are kept as long as the settings say, availability for ever."""
    found = access_point_detail(ask.session, ask.city, name, ask.now)
    if found is None:
        raise Problem(404, "There is no access point of this name.")
    day = ask.query.day or ask.today
    a, b = (midnight(ask.city.time_zone, one) for one in (day, day + timedelta(days=1)))
    if a > ask.now:
        raise Problem.of_field("day", "is in the future")
    made = polls_of(ask.session, found.row.id, a, b)
    said, damaged = extras_of(ask.session, found.row.id, a, b)
    if ask.query.format == "csv":
        return as_csv(ask, made.rows, said)
    return PollsAnswer(
        **ask.head(),
        access_point=name,
        day=day,
        items=[poll(ask, row) for row in made.rows],
        times=[ask.at(at) for at in said.times],
        series=[
            Series(**series._asdict(), values=[shown(series.metric, value) for value in column])
            for series, column in said.series.items()
        ],
        damaged=[ask.at(t).date() for t in sorted({*made.damaged, *damaged})],
    )


def poll(ask: Ask[PollsQuery], row: PollRow) -> Poll:
    return Poll(
        at=ask.at(row.at),
        answered=row.up,
        rtt_ms=None if row.rtt_us is None else row.rtt_us / 1000,
        uptime_s=row.uptime_s,
        clients=row.clients,
        rx_bytes=row.rx_bytes,
        tx_bytes=row.tx_bytes,
        errors=row.errors,
        cpu_percent=row.cpu_percent,
        memory_percent=row.memory_percent,
        ping_sent=row.ping_sent,
        ping_received=row.ping_received,
        ping_ms=None if row.ping_us is None else row.ping_us / 1000,
    )


def as_csv(ask: Ask[PollsQuery], rows: Sequence[PollRow], said: Said) -> Response:
    """Invented data are marked in every row."""
    columns = [*Poll.model_fields, *(" ".join(filter(None, series)) for series in said.series), "demonstration"]
    places = {at: place for place, at in enumerate(said.times)}
    demonstration = str(ask.city.demonstration).lower()

    def lines() -> Iterator[Sequence[spreadsheet.Cell]]:
        for row in rows:
            place = places.get(row.at)
            more = (None if place is None else shown(one.metric, column[place]) for one, column in said.series.items())
            yield [*poll(ask, row).model_dump(mode="json").values(), *more, demonstration]

    return Response("".join(spreadsheet.csv_lines(columns, lines())), content_type="text/csv; charset=utf-8")
