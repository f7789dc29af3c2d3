"""The delivery log: when, to whom, why, with which answers; filtered, and as a file."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import AccountContact, AlertChannel, City, DeliveryAttempt, OutboxMessage
from tests.hotspot.web.world import ADMIN, NOW, World

PAGE = "/alerts/deliveries/"


@pytest.fixture
def log(world: World, settings: Settings) -> Iterator[None]:
    """Three messages: one that was given up, one that waits, one in the pages."""
    engine = make_engine(settings.database)
    with writing(engine) as session:
        city = session.query(City).one().id
        made = {"config": b"", "created_at": NOW, "created_by": ADMIN}
        channel = AlertChannel(city_id=city, kind="email", name="Surel <kota>", **made)
        rina = world.accounts[ADMIN]
        contact = AccountContact(account_id=rina, kind="email", address=b"", hint="r…@example.go.id", changed_at=NOW)
        session.add_all([channel, contact])
        session.flush()
        common = {"city_id": city, "event": "opened", "severity": "critical", "body": "", "next_at": NOW + 60}
        session.add_all(
            OutboxMessage(key=str(number), subject=subject, created_at=NOW - number, **common, **more)
            for number, (subject, more) in enumerate(
                [
                    ("=1+1 down", {"why": "Semua", "channel_id": channel.id, "account_id": rina, "state": "given_up"}),
                    ("<script>", {"why": "Semua", "channel_id": channel.id}),
                    ("in pages", {"why": "Pemilik", "account_id": rina, "state": "sent", "sent_at": NOW}),
                ]
            )
        )
        session.flush()
        session.add_all(
            DeliveryAttempt(message_id=1, at=NOW - 9 + n, ok=False, duration_ms=5, answer=f"answer {n}")
            for n in range(5)
        )
    yield
    engine.dispose()


def test_empty_log_tells_what_will_stand_there(city_viewer: FlaskClient) -> None:
    assert "Nothing was sent yet" in city_viewer.get(PAGE).text


@pytest.mark.usefixtures("log")
def test_log_tells_whom_why_and_the_last_answers(city_admin: FlaskClient) -> None:
    page = city_admin.get(PAGE).text
    assert "3 messages" in page
    assert all(words in page for words in ("Semua", "r…@example.go.id", "answer 2", "answer 4", "5 tries", "next try"))
    assert "answer 1" not in page
    assert "&lt;script&gt;" in page
    assert "Surel &lt;kota&gt;" in page


FILTERS = {
    "?state=given_up": {"=1+1 down"},
    "?channel=1": {"=1+1 down", "&lt;script&gt;"},
    "?channel=pages": {"in pages"},
    f"?who={ADMIN}": {"=1+1 down", "in pages"},
    "?incident=7": set(),
    "?from=2020-01-01&to=2020-01-02": set(),
    "?state=x&channel=x&incident=x&from=x&page=-1": {"=1+1 down", "&lt;script&gt;", "in pages"},
    "?channel=99999999999999999999&incident=²": {"=1+1 down", "&lt;script&gt;", "in pages"},
}


@pytest.mark.usefixtures("log")
def test_filter(city_admin: FlaskClient) -> None:
    for query, subjects in FILTERS.items():
        results = city_admin.get(PAGE + query).text.partition('id="results"')[2]
        assert {one for one in ("=1+1 down", "&lt;script&gt;", "in pages") if one in results} == subjects, query


@pytest.mark.usefixtures("log")
def test_file_has_no_formula_and_addresses_only_for_who_keeps_accounts(
    city_admin: FlaskClient, city_viewer: FlaskClient
) -> None:
    lines = city_admin.get(f"{PAGE}log.csv?state=given_up").text.splitlines()
    assert len(lines) == 2
    assert "'=1+1 down" in lines[1]
    assert "r…@example.go.id" in lines[1]
    assert lines[1].rstrip().endswith("5,answer 4,invented data") or lines[1].rstrip().endswith("5,answer 4")
    for page in (PAGE, f"{PAGE}log.csv"):
        assert "r…@" not in city_viewer.get(page).text
    assert city_viewer.get(f"{PAGE}log.xlsx").data[:2] == b"PK"
