"""The pages of upstreams and of those that are proposed."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.accounts import create_account
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import Account, AccountArea, Dependency, IgnoredUpstream, Upstream
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import NOW, World
from tests.hotspot.web.world_upstreams import HUNG, TOGETHER, Upstreams, upstreams

__all__ = ["upstreams"]


def hung_on(settings: Settings, upstream: int) -> set[int]:
    with reading(make_engine(settings.database)) as session:
        return set(session.scalars(select(Dependency.ap_id).where(Dependency.upstream_id == upstream)))


def named(settings: Settings, name: str) -> int | None:
    with reading(make_engine(settings.database)) as session:
        return session.scalar(select(Upstream.id).where(Upstream.name == name))


def undo_last(client: FlaskClient) -> None:
    """By the list of changes, the newest first."""
    found = re.search(r'action="(/changes/\d+/undo)"', client.get("/changes/").text)
    assert found, "no undo is offered"
    assert client.post(found[1], data={"csrf_token": token(client, "/changes/")}).status_code == 302


def test_the_tree_is_shown_with_what_is_up_and_down(city_viewer: FlaskClient, upstreams: Upstreams) -> None:
    page = city_viewer.get("/upstreams").text

    assert page.index("Penyulang Buaran") < page.index("FO-7")
    assert "on Penyulang Buaran" in page
    assert "&lt;script&gt;alert(3)" in page
    assert "nothing hangs on it" in page
    assert 'id="add"' not in page
    assert f'href="/upstreams/{upstreams.fibre}#hanging">4</a>' in page


def test_an_empty_tree_says_what_to_do(city_admin: FlaskClient) -> None:
    page = city_admin.get("/upstreams").text

    assert "No upstream is known yet" in page
    assert 'href="/upstreams/proposed/"' in page


def test_an_upstream_is_added_and_undone(city_admin: FlaskClient, upstreams: Upstreams, settings: Settings) -> None:
    fields = {"set_kind": "switch", "set_name": "SW <1>", "set_parent": str(upstreams.fibre), "set_note": ""}

    answer = send(city_admin, "/upstreams", **fields)

    new = named(settings, "SW <1>")
    assert answer.headers["Location"] == f"/upstreams/{new}"
    assert "SW &lt;1&gt;" in city_admin.get(f"/upstreams/{upstreams.feeder}").text
    undo_last(city_admin)
    assert named(settings, "SW <1>") is None


def test_what_is_wrong_is_said_at_its_field_and_kept(city_admin: FlaskClient, upstreams: Upstreams) -> None:
    answer = send(city_admin, "/upstreams", set_kind="fibre", set_name="fo-7", set_parent="", set_note="kept")

    assert answer.status_code == 422
    assert "There is one of this kind and name already." in answer.text
    assert 'value="kept"' in answer.text
    assert send(city_admin, "/upstreams", set_kind="moon", set_name="x", set_parent="").status_code == 422


def test_a_page_tells_what_hangs_on_it_and_what_happened(city_viewer: FlaskClient, upstreams: Upstreams) -> None:
    page = city_viewer.get(f"/upstreams/{upstreams.feeder}").text

    assert all(name in page for name in (*HUNG, "AP-007-1"))
    assert "joint outages" in page
    assert "Fell silent together" in page
    assert "Gardu B2" in page
    assert 'id="change"' not in page
    assert city_viewer.get("/upstreams/999").status_code == 404


def test_it_is_changed_moved_and_taken_out(city_admin: FlaskClient, upstreams: Upstreams, settings: Settings) -> None:
    page = f"/upstreams/{upstreams.fibre}"
    fields = {"set_kind": "switch", "set_name": "FO-8", "set_parent": "", "set_note": "x"}

    assert send(city_admin, page, **fields).status_code == 302
    assert named(settings, "FO-8") == upstreams.fibre
    assert send(city_admin, page, **fields).status_code == 302
    assert "Nothing was different." in city_admin.get(page).text
    undo_last(city_admin)
    assert named(settings, "FO-7") == upstreams.fibre
    wrong = send(city_admin, page, set_kind="fibre", set_name="", set_parent="")
    assert wrong.status_code == 422
    circle = f"/upstreams/{upstreams.feeder}"
    assert (
        send(city_admin, circle, set_kind="power_area", set_name="P", set_parent=str(upstreams.fibre)).status_code
        == 422
    )
    assert send(city_admin, page, f"{page}/remove").status_code == 302
    assert city_admin.get(page).status_code == 404
    assert len(hung_on(settings, upstreams.feeder)) == 5


def test_access_points_are_hung_on_it_in_bulk_and_taken_off(
    city_admin: FlaskClient, upstreams: Upstreams, settings: Settings, world: World
) -> None:
    page = f"/upstreams/hang?upstream={upstreams.hostile}&code=TS-0010&code=TS-0011&ap=AP-020-1"
    text = city_admin.get(page).text
    assert "TS-0010\nTS-0011" in text
    assert "AP-020-1" in text

    fields = {"upstream": str(upstreams.hostile), "points": "TS-0010, TS-0011", "names": "AP-020-1"}
    assert send(city_admin, page, "/upstreams/hang", **fields).status_code == 302
    aps = world.access_points
    assert hung_on(settings, upstreams.hostile) == {aps["AP-010-1"], aps["AP-011-1"], aps["AP-020-1"]}
    assert "3 access points hang on it now." in city_admin.get("/upstreams").text

    send(city_admin, page, "/upstreams/hang", **fields)
    assert "All of them hung on it already." in city_admin.get("/upstreams").text
    send(city_admin, page, "/upstreams/hang", upstream=str(upstreams.hostile))
    assert "No access point was named." in city_admin.get("/upstreams").text

    off = f"/upstreams/{upstreams.hostile}"
    send(city_admin, off, f"{off}/take-off", ap=[str(aps["AP-010-1"]), "x", "9" * 30])
    assert aps["AP-010-1"] not in hung_on(settings, upstreams.hostile)
    send(city_admin, off, f"{off}/take-off")
    assert "Tick access points" in city_admin.get(off).text


def test_names_that_nobody_knows_are_refused_and_kept(
    city_admin: FlaskClient, upstreams: Upstreams, settings: Settings
) -> None:
    fields = {"upstream": str(upstreams.hostile), "points": "TS-0010\nTS-<9>"}

    answer = send(city_admin, "/upstreams/hang", **fields)

    assert answer.status_code == 422
    assert "No access points are known of TS-&lt;9&gt;." in answer.text
    assert hung_on(settings, upstreams.hostile) == set()
    assert "Choose what they hang on." in send(city_admin, "/upstreams/hang", points="TS-0010").text


def test_the_tree_as_a_file(city_viewer: FlaskClient, upstreams: Upstreams) -> None:
    lines = city_viewer.get("/upstreams.csv").text.splitlines()

    assert lines[0].startswith("\ufeffkind") or lines[0].startswith("kind")
    assert sum("FO-7" in line and "Penyulang Buaran" in line for line in lines) == 4
    assert city_viewer.get("/upstreams.xlsx").data[:2] == b"PK"


def test_the_page_of_an_access_point_tells_what_it_hangs_on(city_viewer: FlaskClient, upstreams: Upstreams) -> None:
    page = city_viewer.get(f"/access-points/{HUNG[0]}").text

    assert page.index("FO-7") < page.index("Penyulang Buaran")
    assert "Nothing that is known." in city_viewer.get("/access-points/AP-012-1").text


def digest_of(client: FlaskClient, name: str) -> str:
    page = client.get("/upstreams/proposed/").text
    cards = re.findall(r'<section class="card proposed".*?</section>', page, re.DOTALL)
    card = next(card for card in cards if name in card)
    found = re.search(r'name="digest" value="(\w+)"', card)
    assert found
    return found[1]


def test_a_proposal_is_shown_with_its_evidence_and_taken(
    city_admin: FlaskClient, upstreams: Upstreams, settings: Settings, world: World
) -> None:
    page = city_admin.get("/upstreams/proposed/").text
    assert "3 fell silent together 14 times" in page
    assert "1 ignored" in page

    fields = {"digest": digest_of(city_admin, TOGETHER[0]), "kind": "switch", "name": "SW-9", "parent": ""}
    assert send(city_admin, "/upstreams/proposed/", "/upstreams/proposed/take", **fields).status_code == 302

    new = named(settings, "SW-9")
    assert new is not None
    assert hung_on(settings, new) == {world.access_points[name] for name in TOGETHER}
    again = send(city_admin, "/upstreams/proposed/", "/upstreams/proposed/take", **fields)
    assert again.status_code == 422
    assert "not proposed any more" in again.text


def test_a_proposal_with_a_name_that_is_taken_is_refused_with_what_was_typed(
    city_admin: FlaskClient, upstreams: Upstreams
) -> None:
    fields = {"digest": digest_of(city_admin, TOGETHER[0]), "kind": "fibre", "name": "FO-7", "parent": ""}

    answer = send(city_admin, "/upstreams/proposed/", "/upstreams/proposed/take", **fields)

    assert answer.status_code == 422
    assert "There is one of this kind and name already." in answer.text
    assert 'value="FO-7"' in answer.text


def test_a_proposal_is_ignored_and_looked_at_again(
    city_admin: FlaskClient, upstreams: Upstreams, settings: Settings
) -> None:
    digest = digest_of(city_admin, TOGETHER[0])

    send(city_admin, "/upstreams/proposed/", "/upstreams/proposed/ignore", digest=digest)

    page = city_admin.get("/upstreams/proposed/").text
    assert "2 ignored" in page
    assert "3 fell silent together" not in page
    assert send(city_admin, "/upstreams/proposed/", "/upstreams/proposed/ignore", digest=digest).status_code == 422
    send(city_admin, "/upstreams/proposed/", "/upstreams/proposed/notice", digest=digest)
    assert "3 fell silent together" in city_admin.get("/upstreams/proposed/").text
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(IgnoredUpstream.digest)).all() == ["d"]


def test_who_only_looks_changes_nothing(city_viewer: FlaskClient, upstreams: Upstreams) -> None:
    assert "Take it" not in city_viewer.get("/upstreams/proposed/").text
    for path in (
        "",
        "/hang",
        f"/{upstreams.fibre}",
        f"/{upstreams.fibre}/remove",
        "/proposed/take",
        "/proposed/ignore",
    ):
        assert city_viewer.post(f"/upstreams{path}").status_code in (400, 403), path


def test_an_account_of_an_area_changes_what_lies_in_it(
    city_app: Flask, settings: Settings, upstreams: Upstreams, world: World
) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        account = create_account(session, "serpong", "network_admin", NOW)
        session.add(AccountArea(account_id=account.id, area_id=world.areas["36.74.06"]))
        assert session.get(Account, account.id)
        id_ = account.id
    client = signed_in(city_app, settings, id_)

    refused = send(client, "/upstreams/hang", upstream=str(upstreams.hostile), points="TS-0003")

    assert refused.status_code == 422
    assert "outside the areas of your account" in refused.text
    page = f"/upstreams/{upstreams.fibre}"
    assert 'id="change"' not in client.get(page).text
    assert send(client, "/upstreams", f"{page}/remove").status_code == 403
    fields = {"digest": digest_of(client, TOGETHER[0]), "kind": "switch", "name": "SW-9", "parent": ""}
    assert send(client, "/upstreams/proposed/", "/upstreams/proposed/take", **fields).status_code == 422
    assert send(client, "/upstreams/proposed/", "/upstreams/proposed/ignore", **fields).status_code == 422
    send(client, "/upstreams", f"{page}/take-off", ap=str(world.access_points[HUNG[0]]))
    assert len(hung_on(settings, upstreams.fibre)) == 4
