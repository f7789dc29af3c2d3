"""Another agency's system opens and closes tickets; what it sends may be anything."""

import io
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from hotspot.api import tickets
from hotspot.settings import Settings
from hotspot.store.alerts.ticket_sources import add_source, revoke_source
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import City, Incident, IncidentEvent, IncidentMember, PublicCount, Ticket, TicketSource
from tests.hotspot.api.conftest import PROBLEM, Asker
from tests.hotspot.web.world import DOWN_TOGETHER, NOW, World

POINT = DOWN_TOGETHER[0]
OPEN = {"ref": "PU-7", "action": "open", "point_code": POINT, "title": "Kabel putus"}
CLOSE = {"ref": "PU-7", "action": "close", "note": "Disambung"}


@dataclass(frozen=True)
class Agency:
    """Another system with its secret; each answer is held against the document."""

    client: FlaskClient
    secret: str
    asker: Asker
    engine: Engine

    def told(self, said: object) -> Any:
        return self.send(said).json

    def send(self, said: object = None, *, raw: bytes | None = None, **headers: str) -> TestResponse:
        data = json.dumps(said).encode() if raw is None else raw
        named = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        answer = self.client.post("/api/v1/tickets", data=data, headers=named | headers)
        if answer.status_code >= 400:
            self.asker.check("/api/v1/tickets", answer)
        else:
            self.asker.validate({"$ref": "#/components/schemas/TicketAnswer"}, answer.json)
        return answer

    def listed(self, query: str = "") -> Any:
        return self.client.get(f"/api/v1/tickets{query}", headers={"Authorization": f"Bearer {self.secret}"})

    def stored(self) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(Ticket)) or 0


@pytest.fixture
def agency(asker: Asker, city_app: Flask, settings: Settings) -> Iterator[Agency]:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        secret = add_source(session, session.scalars(select(City)).one(), "Dinas PU", NOW, "admin")
    yield Agency(city_app.test_client(), secret, asker, engine)
    engine.dispose()


def begin_incident(engine: Engine, point_id: int) -> int:
    with writing(engine) as session:
        row = Incident(
            city_id=1, kind="outage", severity="warning", shared="point", name="Hall", began=NOW - 60,
            opened_at=NOW - 60, announced_at=NOW - 60,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(IncidentMember(incident_id=row.id, subject="ap:1", point_id=point_id, label="AP-1", since=NOW - 60))
        return row.id


def fields(answer: TestResponse) -> list[str]:
    assert answer.mimetype == PROBLEM
    return [error["field"] for error in json.loads(answer.text).get("errors", [])]


def test_a_ticket_is_opened_once_and_closed_once(agency: Agency, world: World) -> None:
    incident = begin_incident(agency.engine, world.points[POINT])
    said = OPEN | {"url": "https://tiket.example.go.id/7?x=1&y=2", "at": "2026-11-21T13:30:00"}
    first, again = agency.send(said), agency.send(said)
    assert (first.status_code, again.status_code) == (201, 200)
    opened: Any = first.json
    assert opened == {
        "changed": True,
        "ticket": {
            "ref": "PU-7", "state": "open", "point_code": POINT, "incident": incident, "title": "Kabel putus",
            "url": "https://tiket.example.go.id/7?x=1&y=2", "opened_at": "2026-11-21T13:30:00+07:00",
            "closed_at": None, "note": "",
        },
    }  # fmt: skip
    assert again.json == opened | {"changed": False}
    closed, replayed = agency.told(CLOSE)["ticket"], agency.told(said)["ticket"]
    assert (closed["state"], closed["note"]) == ("closed", "Disambung")
    assert replayed == closed
    with reading(agency.engine) as session:
        kinds = session.scalars(select(IncidentEvent.kind).where(IncidentEvent.incident_id == incident)).all()
    assert kinds == ["ticket_opened", "ticket_closed"]


def test_a_source_sees_its_own_tickets_alone(agency: Agency) -> None:
    agency.send(OPEN)
    agency.send(OPEN | {"ref": "PU-8"})
    agency.send(CLOSE)
    with writing(agency.engine) as session:
        other = add_source(session, session.scalars(select(City)).one(), "PLN", NOW, "admin")
    stranger = Agency(agency.client, other, agency.asker, agency.engine)
    assert stranger.listed().json["items"] == []
    assert stranger.send(CLOSE).status_code == 404
    assert stranger.send(OPEN).status_code == 201  # a number is the source's own
    told = agency.listed()
    agency.asker.check("/api/v1/tickets", told)
    assert [(one["ref"], one["state"]) for one in told.json["items"]] == [("PU-8", "open"), ("PU-7", "closed")]
    assert [one["ref"] for one in agency.listed("?state=open&per_page=1").json["items"]] == ["PU-8"]
    assert fields(agency.listed("?page=2")) == ["page"]
    assert fields(agency.listed("?state=new")) == ["state"]


def test_nobody_else_is_let_in(agency: Agency) -> None:
    for header in ("", "Bearer", "Bearer hst_nix", "Basic YTpi", "Bearer \u00e9", agency.secret):
        assert agency.send(OPEN, Authorization=header).status_code == 401
        assert agency.client.get("/api/v1/tickets", headers={"Authorization": header}).mimetype == PROBLEM
    assert agency.send(OPEN, Authorization=f"Bearer {agency.asker.token}").status_code == 401  # it reads, and no more
    points = agency.client.get("/api/v1/points", headers={"Authorization": f"Bearer {agency.secret}"})
    assert points.status_code == 401
    assert agency.stored() == 0


def test_a_revoked_source_is_refused_at_once_and_a_used_one_is_noted(agency: Agency) -> None:
    agency.send(OPEN)
    with writing(agency.engine) as session:
        assert session.scalar(select(TicketSource.last_used_at)) == NOW
        revoke_source(session, session.scalars(select(City)).one(), 1, NOW, "admin")
    assert agency.send(CLOSE).status_code == 401
    assert agency.listed().status_code == 401


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"ref": None}, "ref"), ({"ref": ""}, "ref"), ({"ref": "x" * 65}, "ref"), ({"ref": 7}, "ref"),
    ({"ref": "a\0b"}, "ref"), ({"ref": " \n "}, "ref"), ({"action": "delete"}, "action"),
    ({"point_code": "TS-9999"}, "point_code"), ({"point_code": None}, "point_code"),
    ({"point_code": "x" * 201}, "point_code"), ({"incident": 1}, "point_code"),
    ({"point_code": None, "incident": 1}, "incident"), ({"point_code": None, "incident": 2**70}, "incident"),
    ({"point_code": None, "incident": "1"}, "incident"), ({"point_code": None, "incident": True}, "incident"),
    ({"title": ""}, "title"), ({"title": None}, "title"), ({"title": "x" * 201}, "title"),
    ({"title": ["Kabel"]}, "title"), ({"title": {"$gt": ""}}, "title"), ({"title": "a\u0007b"}, "title"),
    ({"title": "Rusak \u202egnp.exe"}, "title"), ({"title": "\u2067x\u2069"}, "title"),
    ({"url": "javascript:alert(1)"}, "url"), ({"url": "ftp://example.org/"}, "url"), ({"url": "//x"}, "url"),
    ({"url": "https://a:b@example.org/"}, "url"), ({"url": 'https://example.org/" onclick=x'}, "url"),
    ({"url": "http://[::1"}, "url"), ({"url": "https://x:99999/"}, "url"), ({"url": "https://" + "x" * 500}, "url"),
    ({"at": 1795244400}, "at"), ({"at": "tomorrow"}, "at"), ({"at": "2026-11-21T14:10:00+07:00"}, "at"),
    ({"at": "2024-01-01"}, "at"), ({"at": "0001-01-01T00:00:00+14:00"}, "at"), ({"at": "9" * 5000}, "at"),
    ({"note": "x" * 501}, "note"), ({"closed_at": 0}, "closed_at"), ({"source_id": 2}, "source_id"),
)  # fmt: skip
NO_TICKETS = (
    b"", b"null", b"[]", b'"open"', b"7", b"{", b'{"ref": "\xff"}', b'{"ref": "\\ud800", "action": "close"}',
    b"[" * 16_000, b'{"ref":' * 2_000, b'{"ref": NaN}', b"ref=7&action=open", b"\xff\xfe{\x00}\x00",
)  # fmt: skip


def test_what_cannot_be_used_is_named_by_its_field(agency: Agency) -> None:
    for said, named in WRONG:
        answer = agency.send(OPEN | said)
        assert (answer.status_code, fields(answer)) == (422, [named]), said
    assert agency.stored() == 0


def test_what_is_no_ticket_is_refused(agency: Agency) -> None:
    for raw in NO_TICKETS:
        assert agency.send(raw=raw).status_code == 422, raw[:40]
    assert agency.stored() == 0


def test_only_json_is_read_and_not_much_of_it(agency: Agency) -> None:
    form = agency.send(raw=b"ref=7", **{"Content-Type": "application/x-www-form-urlencoded"})
    assert (form.status_code, form.mimetype) == (415, PROBLEM)
    long = agency.send(OPEN | {"note": "x" * tickets.MOST_BYTES})
    assert (long.status_code, long.mimetype) == (413, PROBLEM)
    endless = agency.client.post(  # in chunks: its length is not told
        "/api/v1/tickets",
        input_stream=io.BytesIO(json.dumps(OPEN).encode() + b" " * 10 * 2**20),
        environ_overrides={"wsgi.input_terminated": True},
        headers={"Authorization": f"Bearer {agency.secret}", "Content-Type": "application/json"},
    )
    assert (endless.status_code, endless.mimetype) == (413, PROBLEM)
    assert agency.stored() == 0


def test_what_was_never_opened_cannot_be_closed(agency: Agency) -> None:
    answer = agency.send(CLOSE)
    assert (answer.status_code, fields(answer)) == (404, ["ref"])
    agency.send(OPEN)
    early = agency.send(CLOSE | {"at": "2026-11-21T13:00:00+07:00"})
    assert (early.status_code, fields(early)) == (422, ["at"])


def test_a_clock_may_be_some_minutes_off(agency: Agency) -> None:
    ahead = agency.told(OPEN | {"at": "2026-11-21T14:04:00+07:00"})["ticket"]
    behind = agency.told(CLOSE | {"at": "2026-11-21T13:56:00+07:00"})["ticket"]
    assert ahead["opened_at"] == behind["closed_at"] == "2026-11-21T14:00:00+07:00"


def test_writing_from_right_to_left_and_markup_are_kept_as_they_are(agency: Agency) -> None:
    title = "مسجد النور <script>alert(1)</script> & “Kabel”"
    assert agency.told(OPEN | {"title": title})["ticket"]["title"] == title


def test_a_source_is_held_to_its_rate(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MOST_A_MINUTE", 2)
    assert [agency.send(said).status_code for said in (OPEN, {}, OPEN)] == [201, 422, 429]
    with writing(agency.engine) as session:  # the next minute has room, the day may have none
        session.execute(update(PublicCount).where(PublicCount.what.like("ticket %")).values(n=0))
    monkeypatch.setattr(tickets, "MOST_A_DAY", 2)
    answer = agency.send(OPEN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_over_real_http_ten_megabytes_are_refused_before_they_are_read(agency: Agency, city_app: Flask) -> None:
    server = make_server("127.0.0.1", 0, city_app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        for length in ("Content-Length: 10485760", "Transfer-Encoding: chunked"):
            with socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as line:
                head = (
                    f"POST /api/v1/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {agency.secret}\r\n"
                    f"Content-Type: application/json\r\n{length}\r\nConnection: close\r\n\r\n"
                )
                line.sendall(head.encode() + b"4\r\nnull\r\n0\r\n\r\n")
                status = line.makefile("rb").readline().split()[1]
                assert status == (b"413" if "10485760" in length else b"422")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert agency.stored() == 0
