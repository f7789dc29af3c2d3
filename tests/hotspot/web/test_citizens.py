"""Reporting a fault and rating as a visitor would, and the inbox of the office."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from hotspot.analytics import citizens as rules
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.alerts.joined import join_waiting
from hotspot.store.base import make_engine, writing
from hotspot.store.db import db
from hotspot.store.models import AccountArea, City, FaultReport, Incident, IncidentMember, Point
from hotspot.web.citizens import form_token
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.visitor import make_account, token
from tests.hotspot.web.world import NOW, World

CODE = "TS-0013"
CANARY = '<script>alert("x")</script><img src=x onerror=alert(1)>'
INBOX = "/citizen-reports/"


@pytest.fixture
def anybody(city_app: Flask) -> FlaskClient:
    return city_app.test_client()


def form_of(client: FlaskClient, code: str = CODE) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(f"/p/{code}?lang=en").text)
    assert found
    return found[1]


def report(client: FlaskClient, code: str = CODE, who: str = "192.0.2.1", **fields: str) -> TestResponse:
    client.delete_cookie("language")
    data = {"token": form_of(client, code), "kind": "slow", "comment": "", "website": ""} | fields
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
    return client.post(f"/p/{code}/report", data=data, headers=headers, environ_base={"REMOTE_ADDR": who})


def rate(client: FlaskClient, stars: str, who: str = "192.0.2.1") -> TestResponse:
    data = {"token": form_of(client), "stars": stars}
    return client.post(
        f"/p/{CODE}/rate", data=data, headers={"Accept-Language": "en"}, environ_base={"REMOTE_ADDR": who}
    )


def stored(settings: Settings) -> list[FaultReport]:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        found = session.query(FaultReport).order_by(FaultReport.id).all()
        session.expunge_all()
    engine.dispose()
    return found


def test_a_report_needs_neither_cookie_nor_account(anybody: FlaskClient, settings: Settings) -> None:
    answer = report(anybody, comment="Mati sejak pagi, WA 0812-3456-7890")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert "Thank you" in anybody.get(answer.headers["Location"], headers={"Accept-Language": "en"}).text
    (row,) = stored(settings)
    assert (row.kind, row.n, row.comment, row.at) == ("slow", 1, f"Mati sejak pagi, WA {rules.HIDDEN}", now())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403), ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 303), ({}, 303),
    ],
)  # fmt: skip
def test_only_forms_of_this_site_are_taken(
    anybody: FlaskClient, settings: Settings, headers: dict[str, str], status: int
) -> None:
    answer = anybody.post(f"/p/{CODE}/report", data={"token": form_of(anybody), "kind": "slow"}, headers=headers)
    assert answer.status_code == status
    assert len(stored(settings)) == (status == 303)


def test_a_form_of_another_point_an_old_one_or_none_is_not_taken(
    anybody: FlaskClient, settings: Settings, city_app: Flask
) -> None:
    with city_app.test_request_context():
        old, future = form_token(CODE, now() // 3600 - 25), form_token(CODE, now() // 3600 + 1)
        other = form_token("TS-0014")
    for wrong in (old, future, other, "", "x.y", "9" * 400 + ".a", f"{now() // 3600}.é"):
        answer = report(anybody, token=wrong, comment="ini <b>tidak</b> hilang")
        assert answer.status_code == 400, wrong
        assert "ini &lt;b&gt;tidak&lt;/b&gt; hilang" in answer.text
    assert stored(settings) == []


def test_a_machine_that_fills_everything_is_thanked_for_nothing(anybody: FlaskClient, settings: Settings) -> None:
    assert report(anybody, website="https://spam.example").status_code == 303
    assert stored(settings) == []


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [("TS-9999", 404, "No such point"), ("TS-0047", 410, "has ended"), ("TS-0048", 410, "has ended")],
)
def test_a_point_that_takes_no_report_says_so_kindly(anybody: FlaskClient, code: str, status: int, said: str) -> None:
    answer = anybody.post(f"/p/{code}/report", data={"kind": "slow"}, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert said in answer.text


def test_a_point_that_is_not_public_is_none(anybody: FlaskClient, settings: Settings, world: World) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        session.get_one(Point, world.points[CODE]).public = False
    engine.dispose()
    for what in ("report", "rate"):
        assert anybody.post(f"/p/{CODE}/{what}", data={"kind": "slow", "stars": "5"}).status_code == 404


def test_too_much_gets_a_kind_page(anybody: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "REPORTS_OF_SOURCE_HERE", 1)
    report(anybody)
    answer = report(anybody, kind="damaged")
    assert answer.status_code == 429
    assert "Enough for now, thank you" in answer.text


def test_ratings_are_shown_from_five_on_with_their_interval(anybody: FlaskClient) -> None:
    for n, stars in enumerate("55421"):
        assert "once five people" in anybody.get(f"/p/{CODE}?sent=rating&lang=en").text
        assert rate(anybody, stars, f"192.0.2.{n}").status_code == 303
    page = anybody.get(f"/p/{CODE}?sent=rating&lang=en").text
    assert "of 5 ratings in 90 days" in page
    assert re.search(r"likely between 23\s% and 88\s%", page)
    again = rate(anybody, "5", "192.0.2.0")
    assert again.status_code == 429
    assert "today already" in again.text
    for nonsense in ("0", "6", "", "five", "-1", "5.0"):
        assert rate(anybody, nonsense, "192.0.2.77").status_code == 400


def test_how_many_reported_today_is_public_from_five_on(anybody: FlaskClient) -> None:
    for n in range(5):
        assert "reported a fault today" not in anybody.get(f"/p/{CODE}?sent=report&lang=en").text
        report(anybody, who=f"192.0.2.{n}")
    assert "5 people reported a fault today" in anybody.get(f"/p/{CODE}?sent=report&lang=en").text


def test_the_inbox_escapes_what_people_write(city_admin: FlaskClient, anybody: FlaskClient) -> None:
    report(anybody, comment=CANARY, kind="damaged")
    report(anybody, comment="=1+1", who="192.0.2.9")
    page = city_admin.get(INBOX).text
    assert CANARY not in page
    assert "&lt;script&gt;" in page
    file = city_admin.get(f"{INBOX}citizen-reports.csv").text
    assert "'=1+1" in file
    assert city_admin.get(f"{INBOX}citizen-reports.xlsx").status_code == 200


def test_reports_are_closed_with_a_note_and_that_is_taken_back(
    city_admin: FlaskClient, anybody: FlaskClient, settings: Settings
) -> None:
    for n, kind in enumerate(("slow", "damaged", "password")):
        report(anybody, kind=kind, who=f"192.0.2.{n}")
    page = city_admin.get(INBOX).text
    assert "It answers our polls, yet several people say" in page
    ids = " ".join(str(row.id) for row in stored(settings))
    csrf = token(city_admin, INBOX)
    answer = city_admin.post(f"{INBOX}?kind=slow", data={"csrf_token": csrf, "all": ids, "note": "Antena <b>baru</b>"})
    assert answer.status_code == 302
    after = city_admin.get(answer.headers["Location"])
    assert "3 reports are closed" in after.text
    assert "Antena &lt;b&gt;baru" in city_admin.get(f"{INBOX}?state=closed").text
    closed = re.search(r'name="closed" value="(\d+)"', after.text)
    assert closed
    assert city_admin.post(f"{INBOX}reopen", data={"csrf_token": csrf, "closed": "9" * 40}).status_code == 302
    city_admin.post(f"{INBOX}reopen", data={"csrf_token": csrf, "closed": closed[1]})
    assert {row.state for row in stored(settings)} == {"seen"}


def test_a_note_that_is_too_long_comes_back_with_what_was_ticked(
    city_admin: FlaskClient, anybody: FlaskClient, settings: Settings
) -> None:
    report(anybody)
    (row,) = stored(settings)
    data = {"csrf_token": token(city_admin, INBOX), "id": str(row.id), "note": "y" * 281}
    answer = city_admin.post(INBOX, data=data)
    assert answer.status_code == 422
    assert "A note has at most 280 characters." in answer.text
    assert f'value="{row.id}" checked' in answer.text
    assert "y" * 281 in answer.text


def test_ticked_reports_are_marked_as_seen(city_admin: FlaskClient, anybody: FlaskClient, settings: Settings) -> None:
    report(anybody)
    (row,) = stored(settings)
    data = {"csrf_token": token(city_admin, INBOX), "id": ["nonsense", str(row.id)], "act": "see"}
    assert city_admin.post(INBOX, data=data).status_code == 302
    assert stored(settings)[0].state == "seen"


def test_a_viewer_reads_and_closes_nothing(city_viewer: FlaskClient, anybody: FlaskClient, settings: Settings) -> None:
    report(anybody)
    page = city_viewer.get(INBOX).text
    assert "Too slow" in page
    assert 'name="id"' not in page
    (row,) = stored(settings)
    data = {"csrf_token": token(city_viewer, "/password"), "id": str(row.id)}
    assert city_viewer.post(INBOX, data=data).status_code == 403


def test_an_account_of_another_area_closes_nothing_there(
    city_app: Flask, anybody: FlaskClient, settings: Settings, world: World
) -> None:
    report(anybody)
    engine = make_engine(settings.database)
    person = make_account(engine, "wilayah", "network_admin")
    with writing(engine) as session:
        session.add(AccountArea(account_id=person, area_id=world.areas["36.74.02"]))
    engine.dispose()
    browser = signed_in(city_app, settings, person)
    (row,) = stored(settings)
    data = {"csrf_token": token(browser, "/password"), "id": str(row.id)}
    assert browser.post(INBOX, data=data).status_code == 403
    assert stored(settings)[0].state == "new"


def test_the_overview_and_the_points_page_tell_of_reports(city_admin: FlaskClient, anybody: FlaskClient) -> None:
    assert "citizen-reports/?point" not in city_admin.get(f"/points/{CODE}").text
    report(anybody)
    assert "1 person reported a fault" in city_admin.get("/").text
    assert f"/citizen-reports/?point={CODE}" in city_admin.get(f"/points/{CODE}").text


def begin_incident(settings: Settings, world: World, *codes: str) -> int:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        row = Incident(
            city_id=1, kind="outage", severity="warning", shared="area", name="Buaran", began=NOW - 600,
            opened_at=NOW - 600, announced_at=NOW - 500,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            IncidentMember(incident_id=row.id, subject=code, point_id=world.points[code], label=code, since=NOW - 600)
            for code in codes
        )
        number = row.id
    engine.dispose()
    return number


def look(settings: Settings, *, recovered: bool = False) -> None:
    """What the collector does beside the pages."""
    engine = make_engine(settings.database)
    with writing(engine) as session:
        join_waiting(session, session.scalars(select(City)).one(), NOW)
        if recovered:
            session.execute(update(Incident).values(recovered_at=NOW))
    engine.dispose()


def test_the_form_tells_nothing_of_an_incident_and_does_nothing_for_it(
    anybody: FlaskClient, settings: Settings, world: World
) -> None:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    def sent(who: str) -> tuple[object, ...]:
        statements.clear()
        data = {"token": form_token(CODE), "kind": "slow", "comment": "", "website": ""}
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        answer = anybody.post(f"/p/{CODE}/report", data=data, headers=headers, environ_base={"REMOTE_ADDR": who})
        return answer.status_code, answer.data, list(answer.headers.items()), list(statements)

    with anybody.application.test_request_context():
        event.listen(db.engine, "before_cursor_execute", note)
        for who in ("192.0.2.1", "192.0.2.2"):
            without = sent(who)
        begin_incident(settings, world, CODE)
        assert sent("192.0.2.3") == without
        assert [row.incident_id for row in stored(settings)] == [None]
        look(settings)
        assert sent("192.0.2.4") == without
        assert len(statements) > 5
    assert [(row.n, row.incident_id) for row in stored(settings)] == [(4, 1)]


def test_what_an_incident_explained_is_closed_together_when_it_is_over(
    city_admin: FlaskClient, anybody: FlaskClient, settings: Settings, world: World
) -> None:
    report(anybody, kind="slow")
    report(anybody, kind="damaged", who="192.0.2.9")
    report(anybody, kind="slow", who="192.0.2.8")
    assert "It answers our polls, yet several people say" in city_admin.get(INBOX).text
    number = begin_incident(settings, world, CODE)
    look(settings)
    page = city_admin.get(INBOX).text
    assert f'<a href="/incidents/{number}">' in page
    assert "that is over" not in page
    assert "It answers our polls, yet" not in page  # the incident explains them
    look(settings, recovered=True)
    assert "2 reports that wait belong to incidents that are over" in city_admin.get(INBOX).text
    answer = city_admin.post(f"{INBOX}over", data={"csrf_token": token(city_admin, INBOX)})
    after = city_admin.get(answer.headers["Location"]).text
    assert "2 reports are closed" in after
    assert "incidents that are over" not in after
    assert {(row.state, row.closed_note) for row in stored(settings)} == {("closed", "The incident is over")}
    closed = re.search(r'name="closed" value="(\d+)"', after)
    assert closed
    city_admin.post(f"{INBOX}reopen", data={"csrf_token": token(city_admin, INBOX), "closed": closed[1]})
    assert {row.state for row in stored(settings)} == {"seen"}


def test_only_reports_of_own_areas_are_closed_together(
    city_app: Flask, anybody: FlaskClient, settings: Settings, world: World
) -> None:
    report(anybody)
    begin_incident(settings, world, CODE)
    look(settings, recovered=True)
    engine = make_engine(settings.database)
    person = make_account(engine, "wilayah", "network_admin")
    with writing(engine) as session:
        session.add(AccountArea(account_id=person, area_id=world.areas["36.74.02"]))
    engine.dispose()
    browser = signed_in(city_app, settings, person)
    assert "incident that is over" not in browser.get(INBOX).text
    browser.post(f"{INBOX}over", data={"csrf_token": token(browser, "/password")})
    assert stored(settings)[0].state == "new"
