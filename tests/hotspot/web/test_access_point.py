import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot import secrets
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AccessPoint, AuditEntry, MaintenanceWindow
from hotspot.store.polls import PollRow
from hotspot.web.poll_curves import curves, loss, steps, without_slits
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import COMMUNITY

PAGE = "/access-points/AP-010-1"
SAME = {"ap_address": "10.74.10.1", "ap_port": "161", "snmp_version": "2c", "polling": "y"}


def stored(settings: Settings, name: str = "AP-010-1") -> AccessPoint:
    with reading(make_engine(settings.database)) as session:
        return session.scalars(select(AccessPoint).where(AccessPoint.name == name)).one()


def community(settings: Settings) -> str:
    ap = stored(settings)
    assert ap.credential
    words = secrets.unseal(secrets.master_key(settings), ap.credential, f"{ap.city_id}/access_point/{ap.name}")
    return str(json.loads(words)["community"])


def test_it_tells_what_it_answers(city_viewer: FlaskClient) -> None:
    page = city_viewer.get(PAGE).text

    for said in ("MikroTik", "wAP ac", "6.6.55", "SN000100", "wifi0", "Tangsel &lt;Free&gt; WiFi", "4.2\u00a0Mbps"):
        assert said in page, said


def test_a_silent_device_says_why_and_what_to_try(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/access-points/AP-003-1").text

    assert "no answer to 4 requests in 7 s" in page
    assert "Is the device powered?" in page


def test_a_device_never_polled_is_unknown_and_not_down(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/access-points/AP-008-1").text

    assert "It was not polled yet" in page
    assert "dot down" not in page


def test_polls_that_were_not_made_are_a_gap(city_viewer: FlaskClient) -> None:
    page = city_viewer.get(PAGE).text

    assert "264 polls, 0 without an answer" in page  # two of 24 hours are missing
    strip = page.split("264 polls")[2].split("</svg>")[0]
    assert "g-none" in strip
    assert "g-bad" not in strip


def test_the_community_is_never_shown(city_admin: FlaskClient) -> None:
    page = city_admin.get(PAGE).text

    assert COMMUNITY not in page
    assert "set, never shown" in page


def test_an_empty_secret_keeps_the_stored_one(city_admin: FlaskClient, settings: Settings) -> None:
    assert send(city_admin, PAGE, **SAME | {"ap_port": "1161", "poll_interval_s": "60"}).status_code == 302

    ap = stored(settings)
    assert (ap.port, ap.poll_interval_s, ap.profile) == (1161, 60, None)
    assert community(settings) == COMMUNITY


def test_a_new_community_is_sealed_and_noted_without_its_words(city_admin: FlaskClient, settings: Settings) -> None:
    assert send(city_admin, PAGE, **SAME | {"snmp_community": "other words"}).status_code == 302

    assert community(settings) == "other words"
    with reading(make_engine(settings.database)) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.subject == "access point AP-010-1")).one()
    assert "snmp_community replaced" in noted.detail
    assert "other words" not in noted.detail


def test_polling_is_switched_off(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, PAGE, **{name: value for name, value in SAME.items() if name != "polling"})

    assert not stored(settings).polling
    assert "Polling of this access point is off" in city_admin.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ap_address": ""}, "Empty."),
        ({"ap_address": "300.1.1.1"}, "300.1.1.1 is not an IP address."),
        ({"ap_address": "10.74.12.1"}, "AP-012-1 has this address already."),
        ({"ap_port": "0"}, "0 is not a port from 1 to 65535."),
        ({"ap_port": "many"}, "many is not a port from 1 to 65535."),
        ({"snmp_version": "4"}, "Not a valid choice"),
        ({"snmp_version": "3"}, "SNMPv3 needs a user."),
        ({"snmp_version": "3", "snmp_user": "u", "snmp_auth_protocol": "SHA", "snmp_auth_password": "short"},
         "Shorter than 8 characters."),
        ({"poll_interval_s": "1"}, "1 is not from 5 to 86400 seconds."),
        ({"poll_interval_s": "often"}, "Not a valid integer value"),
        ({"ap_address": "<script>alert(1)</script>"}, "&lt;script&gt;alert(1)&lt;/script&gt; is not an IP address."),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_what_was_typed_stays(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, str], said: str
) -> None:
    answer = send(city_admin, PAGE, **SAME | {"profile": "kept-as-typed"} | fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="kept-as-typed"' in answer.text
    assert stored(settings).address == "10.74.10.1"


def test_a_secret_is_not_put_back_into_a_refused_form(city_admin: FlaskClient) -> None:
    answer = send(city_admin, PAGE, **SAME | {"ap_port": "0", "snmp_community": "typed secret"})

    assert "typed secret" not in answer.text


def test_a_viewer_sees_no_form_and_changes_nothing(city_viewer: FlaskClient) -> None:
    assert "Change how it is asked" not in city_viewer.get(PAGE).text
    assert send(city_viewer, PAGE, **SAME).status_code == 403


def test_an_unknown_access_point_is_not_found(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/access-points/AP-999").status_code == 404


def test_the_points_of_the_menu_are_lit_up(city_viewer: FlaskClient) -> None:
    for path in (PAGE, "/points/TS-0010", "/points"):
        page = city_viewer.get(path).text
        assert '<a href="/points" aria-current="page">' in page, path


def test_a_running_maintenance_is_marked_and_the_state_stays(city_viewer: FlaskClient, settings: Settings) -> None:
    at = now()
    with writing(make_engine(settings.database)) as session:
        session.add(
            MaintenanceWindow(
                city_id=session.scalars(select(AccessPoint.city_id)).first(),
                start=at - 60,
                end=at + 3600,
                reason="New switch",
                announced_at=at - 120,
                announced_by="ana",
            )
        )

    for path in (PAGE, "/points/TS-0010"):
        page = city_viewer.get(path).text
        assert "Maintenance until" in page
        assert '<span class="dot up"' in page.split('class="actions"')[1].split("</div>")[0]


def test_ping_alone_is_told_with_its_reason(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/access-points/AP-015-1").text
    assert "Monitoring broken" in page.split('class="actions"')[1].split("</div>")[0]
    assert "answers ping but not SNMP" in page
    assert "ping alone" in page


def test_strip_of_a_day_calls_who_answers_pings_alone_not_down(app: Flask) -> None:
    rows = [
        replace(poll_at(at), up=up, ping_received=received) for at, up, received in ((0, False, 2), (300, False, 0))
    ]
    with app.test_request_context():
        day = curves(rows, steps(0, 86_400, 300))
    assert (day.answered[:2], day.made, day.lost) == ([None, 0.0], 2, 2)


def test_share_of_lost_pings() -> None:
    assert loss([3, None, 3], [3, None, 0]) == 0.5
    assert loss([3], [3]) == 0.0
    assert loss([None, None], [None, None]) is None


def test_a_slit_between_two_polls_is_closed_and_a_gap_is_not() -> None:
    one, two = ([poll_at(at)] for at in (0, 600))

    assert without_slits([one, [], two, [], [], one]) == [one, one, two, [], [], one]


def poll_at(at: int) -> PollRow:
    return PollRow(at, True, 900, None, 3, None, None, None, None, None, 3, 2, 700)


def asked(browser: FlaskClient, page: str) -> dict[str, str]:
    """What the form of how it is asked would send as it is."""
    text = browser.get(page).text
    form = text[text.index(f'<form class="form" method="post" action="{page}"') :].partition("</form>")[0]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields |= dict.fromkeys(re.findall(r'<select[^>]*name="(snmp_version)"', form), "2c")
    unticked = [name for name in ("polling", "any_source", "short_ids") if not re.search(f"checked[^>]*{name}", form)]
    return {name: text for name, text in fields.items() if name not in unticked}


def test_of_two_who_change_how_it_is_asked_nobody_loses_anything(city_admin: FlaskClient) -> None:
    page = "/access-points/AP-010-1"
    one, other = asked(city_admin, page), asked(city_admin, page)
    city_admin.post(page, data=one | {"poll_interval_s": "120", "profile": "unifi"})

    told = city_admin.post(page, data=other | {"poll_interval_s": "90"})
    assert told.status_code == 409
    assert told.text.count("both changed it") == 1
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', told.text))
    picks = {"pick_poll_interval_s": "yours", "pick_profile": "theirs"}
    assert city_admin.post(page, data=again | picks).status_code == 302
    stored = asked(city_admin, page)
    assert (stored["poll_interval_s"], stored["profile"]) == ("90", "unifi")


def test_a_change_of_how_it_is_asked_can_be_undone(city_admin: FlaskClient) -> None:
    page = "/access-points/AP-010-1"
    before = asked(city_admin, page)
    city_admin.post(page, data=before | {"ap_port": "1161", "snmp_community": "another one"})
    shown = city_admin.get(page).text
    undo = re.search(r'action="(/changes/\d+/undo)"', shown)
    assert undo
    city_admin.post(undo[1], data={"csrf_token": before["csrf_token"]})
    assert asked(city_admin, page)["ap_port"] == "161"
    assert "another one" not in city_admin.get("/changes/").text + shown
