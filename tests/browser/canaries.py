"""Hostile texts in every column of the database that a person, a file or a device can fill."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Date, LargeBinary, Table, Text, insert, select, update

from hotspot.analytics.extras import written
from hotspot.analytics.recurrence import WEEKLY, Pattern, text
from hotspot.analytics.tracking import new_number
from hotspot.store.base import Base
from hotspot.store.models import ApState, PollHot, PollRequest
from tests.browser.pages import DOORS, PAGES
from tests.hotspot.web.world import World, today

MARK: Final = "canary"
CANARIES: Final = (
    '<img src="/canary.png" onerror="document.body.dataset.ran=1">{}',
    '"><script>document.body.dataset.ran=1</script><i data-canary>{}',
    '\'><svg onload="document.body.dataset.ran=1"><i data-canary>{}',
    "</script></style></title></textarea><script src=/canary.js></script>{}",
    "{{{{7*7}}}}${{7*7}}<%= 7*7 %>{}",
    "javascript:document.body.dataset.ran=1//{}",
    '=HYPERLINK("https://canary.example","{}")',
    '@SUM(1)","\n{}\r\n<!--',
    "\\u003cimg src=/canary.png onerror=alert(1)\\u003e&lt;b&gt;{}",
    "-2+3+cmd|' /C calc'!A0 {}",
)

# Nobody writes these: words of the program's own, digests, addresses that are checked, JSON of its own making.
OWN_WORDS: Final = {
    "auth_mode", "boundary", "cause", "columns", "counts", "decision", "detail", "digest", "form", "header", "kind",
    "language", "level", "licence", "lifecycle", "manifest_sha256", "media_type", "memory", "month", "page",
    "password_hash", "pattern", "period", "previous_sha256", "profile", "purpose", "role", "seal", "severity",
    "least_severity", "sha256", "shared", "sla_rule", "snmp_version", "stage", "state", "time_zone", "venue_kind",
    "what",
}  # fmt: skip
CLOSED: Final = {
    "access_point.address", "area.code", "city.code", "exclusion.reason", "found_device.address",
    "ignored_upstream.members", "incident_event.data", "incident.reason", "alert_rule.params", "alert_route.kinds",
    "outbox_message.payload", "outbox_message.event",
    "lifecycle_change.override", "poll_hot.extras", "poll_request.answer", "proposal.number", "proposal.source",
    "report.key", "report_schedule.key", "search.credential_sets", "search.ranges",
}  # fmt: skip
WRITTEN: Final = {"audit_entry.detail", "device_event.detail"}  # by people and devices, though named as those above
UNTOUCHED: Final = {
    "account_area", "audit_head", "collector_count", "evidence_pack", "job_run", "lease", "login_attempt",
    "one_time_link", "public_count", "recovery_code", "sent_once", "sign_in", "signing_key",
}  # fmt: skip
NUMBER: Final = new_number(lambda letters: letters[7])
MORE: Final = {  # pages that only this world has, or that show more of it
    "first-point": "/points/TS-0001",
    "first-access-point": "/access-points/AP-001-1",
    "proposal": f"/proposals/{NUMBER}",
    "proposal-edit": f"/proposals/{NUMBER}/edit",
    "tracked": f"/track/{NUMBER}",
    "found": "/find?q=canary",
    "public-found": "/public?q=canary",
}
FOUND_BY: Final = {"point.code", "access_point.name"}  # names that stand in an address stay, so that its page is found
IN_ADDRESSES: Final = set(re.split(r"[/?]", "/".join([*PAGES.values(), *DOORS.values(), *MORE.values()])))
WORDS: Final[Mapping[str, Any]] = {  # for tables of which the world has no row
    "attachment.kind": "photo",
    "attachment.media_type": "image/png",
    "change_set.what": "edit",
    "denominator.kind": "people",
    "exclusion.reason": "disaster",
    "fault_report.kind": "slow",
    "fault_report.state": "new",
    "imported_file.columns": "{}",
    "imported_file.counts": '{"read": 1}',
    "maintenance_series.pattern": text(Pattern(WEEKLY, 60, 60, date(2026, 1, 1), weekdays=(1,))),
    "proposal.number": NUMBER,
    "proposal.source": "citizen",
    "proposal.state": "open",
    "proposal.venue_kind": "park",
    "report.form": "csv",
    "report.kind": "mayor",
    "report.language": "id",
    "report.period": "2026-10",
    "report_schedule.form": "csv",
    "report_schedule.kind": "mayor",
    "report_schedule.language": "id",
    "saved_view.page": "points.index",
    "rating.stars": 4,
}


def canary(where: str, row: int) -> str:
    number = sum(where.encode()) + row
    return CANARIES[number % len(CANARIES)].format(f" {MARK} {where} {row}")


def plant(connection: Connection, world: World) -> set[str]:
    """The columns that now hold hostile texts, as table.column."""
    planted = set()
    for table in Base.metadata.sorted_tables:
        if table.name in UNTOUCHED:
            continue
        if connection.execute(select(table).limit(1)).first() is None:
            connection.execute(insert(table).values(row_of(connection, table, world)))
        for column in table.columns:
            where = f"{table.name}.{column.name}"
            filled = where in WRITTEN or not (column.name in OWN_WORDS or where in CLOSED)
            if isinstance(column.type, Text) and filled:
                fill(connection, table, column)
                planted.add(where)
    tell(connection)
    return planted


def row_of(connection: Connection, table: Table, world: World) -> dict[str, Any]:
    """A row of an empty table that points at the first rows of others."""
    values: dict[str, Any] = {}
    for column in table.columns:
        where = f"{table.name}.{column.name}"
        if where in WORDS:
            values[column.name] = WORDS[where]
        elif column.foreign_keys and not column.nullable:
            values[column.name] = connection.scalar(select(next(iter(column.foreign_keys)).column).limit(1))
        elif column.nullable or (column.primary_key and column.name == "id") or column.server_default is not None:
            continue
        else:
            values[column.name] = plain(column, world)
    return values


def plain(column: Column[Any], world: World) -> Any:
    if isinstance(column.type, Text):
        return "to be planted"
    if isinstance(column.type, LargeBinary):
        return b"x"
    if isinstance(column.type, Boolean):
        return False
    return today(world.now) if isinstance(column.type, Date) else world.now - 3600


def fill(connection: Connection, table: Table, column: Column[Any]) -> None:
    """Where something stands, or in every row of a column in which nothing does."""
    where, keys = f"{table.name}.{column.name}", list(table.primary_key.columns)
    rows = connection.execute(select(column, *keys)).all()
    if column.name.endswith("_by") and not any(row[0] for row in rows):
        return  # a name there would say that it is over
    for number, row in enumerate([row for row in rows if row[0]] or rows):
        if where not in FOUND_BY or row[0] not in IN_ADDRESSES:
            this = [key == value for key, value in zip(keys, row[1:], strict=True)]
            connection.execute(update(table).where(*this).values({column: canary(where, number)}))


def tell(connection: Connection) -> None:
    """What devices say of their radios, networks and ports, in the newest answer and in every poll."""
    said = {
        kind: [{"label": canary(kind, number), "clients": number + 1, "channel": 6} for number in range(len(CANARIES))]
        for kind in ("radios", "ssids", "interfaces")
    }
    answers = [[canary("answer", number), "1.3.6.1.2.1.1.1.0", canary("value", number)] for number in range(9)]
    asked = {"error": canary("poll_error", 1), "rtt_s": 0.01, "clients": 3, "answers": answers}
    connection.execute(update(PollRequest).values(answer=json.dumps(asked), answered_at=PollRequest.asked_at))
    connection.execute(update(ApState).values(detail=json.dumps(said)))
    connection.execute(update(PollHot).where(PollHot.extras.is_not(None)).values(extras=written(said | {"extras": {}})))
