"""Routes on their page: in words, refused at the field, removed and brought back; who would hear."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import AlertRoute, AuditEntry, OutboxMessage
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import World
from tests.hotspot.web.world_incidents import Incidents
from tests.hotspot.web.world_told import told

__all__ = ["told"]
PAGE = "/alerts/routes/"
NEW = {
    "name": "Night shift", "who": "role:network_admin", "channel": "1", "least_severity": "critical", "area": "",
    "provider": "", "digest_min": "", "escalate_after_min": "", "most_an_hour": "6", "language": "en", "enabled": "y",
}  # fmt: skip


@pytest.fixture
def engine(settings: Settings, told: Incidents) -> Any:
    made = make_engine(settings.database)
    yield made
    made.dispose()


def rows(engine: Engine) -> list[AlertRoute]:
    with reading(engine) as session:
        return list(session.scalars(select(AlertRoute).order_by(AlertRoute.id)))


def messages(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def test_routes_stand_in_words(told: Incidents, city_admin: FlaskClient) -> None:
    text = city_admin.get(PAGE).text
    assert "admin: warnings and worse, by Surel kota" in text
    assert "quiet 22:00–06:00 · collected for 5 minutes · at most 12 an hour" in text
    assert "Everybody with the role Owner: warnings and worse that nobody acknowledged for 30 minutes" in text


def test_a_route_is_added_changed_removed_and_brought_back(city_admin: FlaskClient, engine: Engine) -> None:
    limits: dict[str, Any] = {"kinds": ["outage", "disk"], "area": "36.74.06", "provider": "Nusa Link"}
    hours = {"quiet_from": "22:30", "quiet_to": "05:15"}
    assert send(city_admin, PAGE, **NEW | limits | hours).status_code == 302
    made = rows(engine)[-1]
    assert (made.role, made.least_severity, made.kinds) == ("network_admin", "critical", '["outage", "disk"]')
    assert (made.quiet_from, made.quiet_to, made.most_an_hour, made.changed_by) == (1350, 315, 6, "admin")
    text = city_admin.get(PAGE).text
    assert "only: Outage, Disk nearly full · only in Pamulang · only of Nusa Link · quiet 22:30–05:15" in text

    page = f"{PAGE}{made.id}"
    assert 'value="22:30"' in city_admin.get(page).text
    assert send(city_admin, page, **NEW | {"who": "account:2", "channel": "0"}, **hours).status_code == 302
    changed = rows(engine)[-1]
    assert (changed.account_id, changed.role, changed.channel_id, changed.quiet_from) == (2, None, None, None)
    assert "Nothing was different" in send_on(city_admin, page, **NEW | {"who": "account:2", "channel": "0"})

    assert "Undo" in send_on(city_admin, PAGE, f"{page}/remove")
    assert "Night shift" not in city_admin.get(PAGE).text
    assert city_admin.get(page).status_code == 404
    assert send(city_admin, PAGE, f"{page}/remove").status_code == 404
    assert "is back" in send_on(city_admin, PAGE, f"{page}/restore")
    assert rows(engine)[-1].removed_at is None
    with reading(engine) as session:
        noted = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "route Night shift")).all()
    assert noted == ["add", "change", "remove", "undo"]


def send_on(client: FlaskClient, page: str, to: str = "", **fields: Any) -> str:
    """What the next page says."""
    return client.get(send(client, page, to, **fields).location).text


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": " "}, "Empty"),
    ({"name": "x" * 61}, "Longer than 60 characters"),
    ({"name": "Di halaman"}, "There is one of this name already"),
    ({"who": "channel", "channel": "0"}, "In the pages somebody has to read it"),
    ({"who": "role:king"}, "Not a valid choice"),
    ({"channel": "99"}, "Not a valid choice"),
    ({"kinds": ["plague"]}, "plague is not known here"),
    ({"quiet_from": "22:00"}, "Quiet hours need a beginning and an end"),
    ({"quiet_from": "22:00", "quiet_to": "22:00"}, "Quiet hours of at most 16 hours"),
    ({"quiet_from": "22:00", "quiet_to": "14:01"}, "Quiet hours of at most 16 hours"),
    ({"digest_min": "241"}, "Not from 0 to 240"),
    ({"escalate_after_min": "0"}, "Not from 1 to 10080"),
    ({"most_an_hour": "0"}, "Not from 1 to 200"),
    ({"most_an_hour": "many"}, "Not a valid integer value"),
)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(city_admin: FlaskClient, engine: Engine) -> None:
    for changed, said in WRONG:
        answer = send(city_admin, PAGE, **NEW | changed)
        assert answer.status_code == 422, changed
        assert said in answer.text
    assert len(rows(engine)) == 3


def test_people_are_not_named_for_a_channel_that_reaches_none(city_admin: FlaskClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alert_channel SET kind = 'webhook'")
    assert "reaches no persons" in send(city_admin, PAGE, **NEW).text
    assert send(city_admin, PAGE, **NEW | {"who": "channel"}).status_code == 302


def test_a_removed_name_is_told_of(city_admin: FlaskClient, engine: Engine) -> None:
    send(city_admin, PAGE, f"{PAGE}1/remove")
    assert "A removed route has this name" in send(city_admin, PAGE, **NEW | {"name": "Surel malam tenang"}).text


def test_a_route_that_reaches_nobody_says_so(city_admin: FlaskClient, engine: Engine) -> None:
    send(city_admin, PAGE, **NEW | {"who": "account:2"})
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET active = false WHERE id = 2")
        connection.exec_driver_sql("UPDATE alert_channel SET enabled = false")
    text = city_admin.get(PAGE).text
    assert "The account is disabled: nobody hears." in text
    assert "The channel is switched off or removed: nothing is sent." in text
    assert city_admin.get(f"{PAGE}4").status_code == 200


def test_without_routes_the_page_says_what_to_do(city_admin: FlaskClient) -> None:
    assert "Nobody hears of anything" in city_admin.get(PAGE).text


def test_who_would_hear_of_a_made_up_incident_at_night(city_admin: FlaskClient, engine: Engine) -> None:
    before = messages(engine)
    text = city_admin.get("/alerts/hearers/?severity=warning&at=23:00").text
    assert "with whatever else happens until then" in text
    assert "06:00" in text
    assert "it hears only of what nobody acknowledges in time" in text
    critical = city_admin.get("/alerts/hearers/?severity=critical&at=23:00&area=36.74.06&kind=nothing").text
    assert "with whatever else happens until then" not in critical
    assert messages(engine) == before


def test_who_would_hear_of_a_real_incident(city_admin: FlaskClient, told: Incidents, world: World) -> None:
    text = city_admin.get(f"/alerts/hearers/?incident={told.hostile}&at=nonsense").text
    assert "&lt;script&gt;alert(2)&lt;/script&gt;: down" in text  # as if it had just begun
    assert "<script>alert" not in text


def test_nobody_would_hear_where_no_route_is(city_admin: FlaskClient) -> None:
    assert "Nobody would hear of it" in city_admin.get("/alerts/hearers/").text
