import csv
import io
import re
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hotspot.analytics.sla import Rule
from hotspot.settings import Settings
from hotspot.store.accounts import create_account
from hotspot.store.alerts.incident_contracts import due_at
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import (
    Account,
    AccountArea,
    AlertRule,
    AuditEntry,
    City,
    Contract,
    Incident,
    IncidentEvent,
    IncidentMember,
)
from hotspot.store.walls import add_wall
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.contracted import RULE, contracted
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import DEGRADED, DOWN_SINCE_S, DOWN_TOGETHER, NOW, World
from tests.hotspot.web.world_incidents import Incidents, incidents

__all__ = ["contracted", "incidents"]

NUMBER = re.compile(r"<small>#(\d+) ")


def rows(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(f"/incidents.csv?{query}").data.decode("utf-8-sig"))))


def stored(settings: Settings, incident_id: int) -> Incident:
    with reading(make_engine(settings.database)) as session:
        return session.get_one(Incident, incident_id)


def kinds(settings: Settings, incident_id: int) -> list[str]:
    query = select(IncidentEvent.kind).where(IncidentEvent.incident_id == incident_id).order_by(IncidentEvent.id)
    with reading(make_engine(settings.database)) as session:
        return list(session.scalars(query))


def test_open_incidents_come_first_and_the_gravest_before(city_viewer: FlaskClient, incidents: Incidents) -> None:
    page = city_viewer.get("/incidents").text

    expected = [incidents.together, incidents.alone, incidents.found, incidents.before, incidents.hostile]
    assert [int(number) for number in NUMBER.findall(page)] == expected
    assert "3 incidents are open" in page
    assert "2 of them acknowledged by nobody" in page
    assert "Kelurahan Buaran: 4 access points at 4 points down" in page
    assert "<script>alert(2)" not in page


FILTERS = {
    "which=open": ["together", "alone", "found"],
    "which=open&severity=critical": ["together"],
    "kind=firmware": ["found"],
    "assignee=admin": ["alone"],
    "which=open&assignee=-": ["together", "found"],
    "area=36.74.01.1001&which=open": ["together"],
    "area=36.74.01&which=open&severity=critical": ["together"],
    "provider=Nusa+Link&severity=critical&which=open": ["together"],
    f"point={DEGRADED[1]}": ["alone"],
    "access_point=AP-003-1": ["together"],
    "period=24h": ["together", "alone", "found"],
    "area=nowhere": [],
}


def test_a_filter_lists_its_incidents(city_viewer: FlaskClient, incidents: Incidents) -> None:
    for query, names in FILTERS.items():
        expected = [getattr(incidents, name) for name in names]
        assert [int(row["incident"]) for row in rows(city_viewer, query)] == expected, query
    page = city_viewer.get("/incidents?which=open&assignee=-").text
    assert [int(number) for number in NUMBER.findall(page)] == [incidents.together, incidents.found]


def test_nonsense_is_no_error(city_viewer: FlaskClient, incidents: Incidents) -> None:
    for query in ("page=x", "page=-1", "kind='", "area=%00", "from=x", "severity=%22", "which=0"):
        assert city_viewer.get(f"/incidents?{query}").status_code == 200, query


def test_a_calm_city_says_so_and_names_the_last_incident(
    city_viewer: FlaskClient, incidents: Incidents, settings: Settings
) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(Incident).where(Incident.recovered_at.is_(None)).values(recovered_at=NOW - 60))

    page = city_viewer.get("/incidents").text

    assert "Nothing is wrong." in page
    assert "The last incident ended" in page


def test_no_incident_ever_is_no_promise(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/incidents").text

    assert "No incident in this window" in page
    assert "The last incident" not in page


def test_an_incident_tells_why_who_was_told_and_what_others_said(
    city_viewer: FlaskClient, incidents: Incidents
) -> None:
    page = city_viewer.get(f"/incidents/{incidents.together}").text

    for said in (
        "PLN Buaran 2", "4 of the 5 access points there are down", "all 4 began within", "Night shift",
        "the server said &lt;no&gt;", "Mati &lt;sejak&gt; pagi", 'href="https://tickets.example/T-1"', "Wi-Fi mati T-2",
        "Overdue", f"/incidents/{incidents.before}", "AP-003-1",
    ):  # fmt: skip
        assert said in page, said
    assert "javascript:alert" not in page
    assert "Acknowledge</button>" not in page  # a viewer changes nothing


def test_what_a_rule_found_leads_to_the_rule(
    city_admin: FlaskClient, city_viewer: FlaskClient, incidents: Incidents, settings: Settings, world: World
) -> None:
    page = f"/incidents/{incidents.found}"
    with writing(make_engine(settings.database)) as session:
        rule = AlertRule(
            city_id=world.city, kind="firmware", name="Firmware <lama>", params="{}", severity="notice", changed_at=NOW,
            changed_by="admin",
        )  # fmt: skip
        session.add(rule)
        session.flush()
        session.get_one(Incident, incidents.found).rule_id = rule.id

    assert re.search(r'href="/[\w/-]*rules/\d+">Firmware &lt;lama&gt;</a>', city_admin.get(page).text)
    assert "found by the rule Firmware &lt;lama&gt;" in city_viewer.get(page).text


def test_what_was_noted_is_text(city_viewer: FlaskClient, incidents: Incidents) -> None:
    page = city_viewer.get(f"/incidents/{incidents.before}").text

    assert "Gardu PLN padam &lt;b&gt;lagi&lt;/b&gt;" in page


def test_an_incident_of_another_number_is_no_page(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/incidents/999").status_code == 404


def test_an_incident_is_acknowledged_once_and_taken_back(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings
) -> None:
    page = f"/incidents/{incidents.together}"
    for _ in range(2):
        send(city_admin, page, f"{page}/acknowledge")

    assert stored(settings, incidents.together).acknowledged_by == "admin"
    assert kinds(settings, incidents.together).count("acknowledged") == 1
    assert "Somebody was quicker" in city_admin.get(page).text
    send(city_admin, page, f"{page}/acknowledge", undo="yes")
    assert stored(settings, incidents.together).acknowledged_by is None
    assert kinds(settings, incidents.together)[-1] == "unacknowledged"


def test_several_are_acknowledged_at_once(city_admin: FlaskClient, incidents: Incidents, settings: Settings) -> None:
    ticked = [incidents.together, incidents.found, incidents.before, "x", "9" * 30]
    answer = city_admin.post(
        "/incidents?which=open", data={"csrf_token": token(city_admin, "/incidents"), "id": ticked}
    )

    assert answer.location.endswith("/incidents?which=open")
    assert stored(settings, incidents.together).acknowledged_at == NOW
    assert stored(settings, incidents.before).acknowledged_at is None  # it is over
    assert "2 incidents are acknowledged." in city_admin.get("/incidents").text
    with reading(make_engine(settings.database)) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "acknowledge")).one()
        assert noted.detail == f"{incidents.together}, {incidents.found}"


def work(world: World, **fields: str) -> dict[str, str]:
    base = {"assignee": "", "reason": "", "note": ""}
    return {"versions": "1"} | {f"base_{name}": text for name, text in base.items()} | base | fields


def test_an_incident_gets_a_person_a_reason_and_a_note(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings, world: World
) -> None:
    page = f"/incidents/{incidents.together}"
    fields = work(world, assignee=str(world.accounts["admin"]), reason="power", note="Gardu <padam>")
    assert send(city_admin, page, f"{page}/work", **fields).status_code == 302

    row = stored(settings, incidents.together)
    assert (row.assignee_id, row.reason, row.version) == (world.accounts["admin"], "power", 2)
    assert kinds(settings, incidents.together)[-2:] == ["assigned", "reason"]
    assert "Gardu &lt;padam&gt;" in city_admin.get(page).text


def test_a_note_alone_is_a_comment_and_conflicts_with_nothing(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings, world: World
) -> None:
    page = f"/incidents/{incidents.together}"
    send(city_admin, page, f"{page}/work", **work(world, note="Teknisi di jalan", versions="77"))

    assert kinds(settings, incidents.together)[-1] == "comment"
    assert stored(settings, incidents.together).version == 1


def test_the_second_of_two_sees_both_and_loses_nothing(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings, world: World
) -> None:
    page = f"/incidents/{incidents.together}"
    send(city_admin, page, f"{page}/work", **work(world, reason="fibre_cut"))

    answer = send(city_admin, page, f"{page}/work", **work(world, reason="power", note="Saya lihat sendiri"))

    assert answer.status_code == 409
    assert all(text in answer.text for text in ("Fibre cut", "Electricity", "Saya lihat sendiri"))
    assert stored(settings, incidents.together).reason == "fibre_cut"
    chosen = work(
        world, reason="power", note="Saya lihat sendiri", versions="2", pick_reason="yours", pick_note="yours"
    )
    send(city_admin, page, f"{page}/work", **chosen | {"base_reason": "fibre_cut"})
    assert stored(settings, incidents.together).reason == "power"


def test_what_can_not_be_is_said_at_its_field(city_admin: FlaskClient, incidents: Incidents, world: World) -> None:
    page = f"/incidents/{incidents.together}"
    for fields, said in (
        ({"assignee": "999"}, "Not a valid choice"),
        ({"reason": "magic"}, "Not a valid choice"),
        ({"note": "x" * 2001}, "Longer than 2000 characters."),
    ):
        answer = send(city_admin, page, f"{page}/work", **work(world) | fields)
        assert answer.status_code == 422
        assert said in answer.text


def test_two_incidents_become_one_and_two_again(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings
) -> None:
    page = f"/incidents/{incidents.alone}"
    send(city_admin, page, f"{page}/merge", into=str(incidents.together))

    assert stored(settings, incidents.together).members == 5
    assert stored(settings, incidents.alone).merged_into_id == incidents.together
    assert str(incidents.alone) not in [row["incident"] for row in rows(city_admin, "which=open")]
    assert "It is part of incident" in city_admin.get(page).text
    send(city_admin, page, f"{page}/part")
    assert stored(settings, incidents.together).members == 4
    assert stored(settings, incidents.alone).recovered_at is None
    assert kinds(settings, incidents.together)[-2:] == ["merged", "parted"]


def test_only_open_outages_are_merged_and_never_with_themselves(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings
) -> None:
    page = f"/incidents/{incidents.alone}"
    csrf = token(city_admin, page)
    for into in ("", "0", "x", incidents.before, incidents.found, incidents.alone):
        answer = city_admin.post(f"{page}/merge", data={"csrf_token": csrf, "into": into})
        assert answer.status_code == 422, into
        assert "Choose another incident that is open and told of." in answer.text
    assert stored(settings, incidents.alone).merged_into_id is None


def test_one_access_point_becomes_an_incident_of_its_own(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings
) -> None:
    page = f"/incidents/{incidents.together}"
    with reading(make_engine(settings.database)) as session:
        member = session.scalars(select(IncidentMember.id).where(IncidentMember.label == "AP-006-1")).one()
    answer = send(city_admin, page, f"{page}/members/{member}/out")

    new = int(answer.location.rpartition("/")[2])
    assert (stored(settings, new).name, stored(settings, new).members) == ("AP-006-1", 1)
    assert stored(settings, incidents.together).members == 3
    assert kinds(settings, new) == ["parted", "opened"]
    again = send(city_admin, page, f"{page}/members/{member}/out")
    assert "belongs to another incident by now" in city_admin.get(again.location).text


def test_the_reason_leads_to_the_exclusion_with_points_and_time(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings, contracted: dict[str, int]
) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(Incident).where(Incident.id == incidents.together).values(reason="power"))

    page = city_admin.get(f"/incidents/{incidents.together}").text
    link = re.search(r'href="(/contracts/\d+/sla/2026-11/exclude\?incident=\d+)"', page)
    assert link
    form = city_admin.get(link[1]).text
    assert city_admin.get(link[1] + "9" * 30).status_code == 200
    assert all(code in form for code in DOWN_TOGETHER)
    assert 'value="2026-11-21T12:30:00"' in form
    assert re.search(r'<option selected value="power">', form)


def test_an_incident_is_due_by_the_shortest_time_to_mend(
    incidents: Incidents, settings: Settings, world: World, contracted: dict[str, int]
) -> None:
    with writing(make_engine(settings.database)) as session:
        city = session.get_one(City, world.city)
        assert due_at(session, city, incidents.together, NOW) is None
        for number, hours in (("K-1", 24), ("K-2", 4), ("K-OLD", 2)):  # the points are in the first alone
            rule = replace(Rule.read(RULE), mend_hours=hours).text()
            session.execute(update(Contract).where(Contract.number == number).values(sla_rule=rule))
        assert due_at(session, city, incidents.together, NOW) == NOW + 24 * 3600


def test_who_is_limited_to_an_area_changes_what_lies_within(
    city_admin: FlaskClient, incidents: Incidents, settings: Settings, world: World
) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        person = create_account(session, "budi", "network_admin", NOW)
        session.add(AccountArea(account_id=person.id, area_id=world.areas["36.74.06"]))
        limited = session.get_one(Account, person.id).id
    engine.dispose()
    browser = signed_in(city_admin.application, settings, limited)
    within = next(row for row in rows(browser, "which=open") if row["members"] == "1" and row["kind"] == "outage")

    answer = browser.post(
        f"/incidents/{incidents.together}/acknowledge", data={"csrf_token": token(browser, "/account/")}
    )
    assert answer.status_code == 403
    ticked = {"csrf_token": token(browser, "/account/"), "id": [incidents.together, within["incident"]]}
    browser.post("/incidents", data=ticked)
    assert stored(settings, incidents.together).acknowledged_at is None
    assert f"Left out, outside of the areas of your account: #{incidents.together}" in browser.get("/incidents").text


def test_a_viewer_changes_nothing(city_viewer: FlaskClient, incidents: Incidents, settings: Settings) -> None:
    page = f"/incidents/{incidents.together}"
    for way in ("acknowledge", "work", "merge", "part", "members/1/out"):
        answer = city_viewer.post(f"{page}/{way}", data={"csrf_token": token(city_viewer, "/account/")})
        assert answer.status_code == 403, way
    assert kinds(settings, incidents.together) == ["opened", "grew"]


def test_other_pages_tell_of_the_same_incidents(city_viewer: FlaskClient, incidents: Incidents) -> None:
    link = f'href="/incidents/{incidents.together}"'

    assert {"/", "/outages", f"/points/{DOWN_TOGETHER[0]}", "/access-points/AP-003-1"} == {
        page for page in ("/", "/outages", f"/points/{DOWN_TOGETHER[0]}", "/access-points/AP-003-1", "/points/TS-0020")
        if link in city_viewer.get(page).text
    }  # fmt: skip
    assert "One cause?" not in city_viewer.get("/outages").text


def test_the_overview_counts_each_point_once(city_viewer: FlaskClient, incidents: Incidents) -> None:
    said = city_viewer.get("/").text.split('id="verdict"')[1].split("</section>")[0]

    assert "3 points are down" in said
    assert "in 1 incident." in said
    assert "<b>3 points</b>" in said
    assert "are in none" not in said


def test_the_search_finds_an_incident_by_its_number(city_viewer: FlaskClient, incidents: Incidents) -> None:
    for text in (f"%23{incidents.together}", str(incidents.together)):
        assert f"/incidents/{incidents.together}" in city_viewer.get(f"/find?q={text}").text
    assert "/incidents/" not in city_viewer.get("/find?q=999999").text


def test_the_wall_has_a_line_an_incident(
    city_viewer: FlaskClient, incidents: Incidents, settings: Settings, world: World
) -> None:
    with writing(make_engine(settings.database)) as session:
        secret = add_wall(session, "Lobi", NOW, "admin")
    page = city_viewer.get(f"/wall/{secret}?lang=en").text

    assert page.count('class="incident"') == 3
    assert "Buaran" in page
    assert "Firmware not approved: AP-020-1" in page


def test_programs_read_incidents(city_viewer: FlaskClient, incidents: Incidents) -> None:
    found = city_viewer.get("/api/v1/incidents?state=open&severity=critical").get_json()
    assert (found["total"], found["open"], found["items"][0]["number"]) == (1, 1, incidents.together)
    assert found["items"][0]["headline"] == "Kelurahan Buaran: 4 access points at 4 points down"
    assert found["items"][0]["duration_s"] == DOWN_SINCE_S

    one = city_viewer.get(f"/api/v1/incidents/{incidents.together}?per_page=2").get_json()
    assert [each["access_point"] for each in one["members"]] == ["AP-003-1", "AP-006-1"]
    assert (one["members_total"], one["pages"]) == (4, 2)
    assert one["causes"][0]["evidence"][0] == "4 of the 5 access points there are down"
    assert [event["kind"] for event in one["events"]] == ["grew", "opened"]
    assert one["events"][0]["messages"] == 2
    assert 'hotspot_incidents{severity="critical"} 1.0' in city_viewer.get("/metrics").text


def test_what_programs_can_not_ask(city_viewer: FlaskClient, incidents: Incidents) -> None:
    for path, status in (
        ("incidents/999", 404),
        ("incidents/x", 404),
        ("incidents?kind=magic", 422),
        ("incidents?from=2026-11-02&to=2026-11-01", 422),
        ("incidents?page=99", 422),
    ):
        assert city_viewer.get(f"/api/v1/{path}").status_code == status, path


def test_nothing_of_incidents_is_public(city_app: Flask, incidents: Incidents) -> None:
    for page in ("/public", f"/p/{DOWN_TOGETHER[0]}", "/open-data/points.json"):
        assert "ncident" not in city_app.test_client().get(f"{page}?lang=en").text
