"""Steps of many points, acceptances without proof, a point that moves."""

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import (
    AccessPoint,
    Attachment,
    AuditEntry,
    LifecycleChange,
    PastPlacement,
    Point,
    PointPhoto,
    Site,
)
from tests.hotspot.analytics.pictures import PDF_FILE, png
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import World

PAGES = ("/lifecycle/", "/lifecycle/overrides", "/lifecycle/many/", "/lifecycle/relocate/TS-0020")
PLACE = {
    "since": "2026-11-20",
    "point_code": "TS-0100",
    "point_name": "Taman Baru",
    "area_code": "36.74.06.1002",
    "venue_kind": "park",
    "latitude": "-6,31",
    "longitude": "106.70",
    "document": "ND 4",
}


def stages(settings: Settings, *codes: str) -> list[str]:
    with reading(make_engine(settings.database)) as session:
        return [session.scalars(select(Point.lifecycle).where(Point.code == code)).one() for code in codes]


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_are_there(city_admin: FlaskClient, page: str) -> None:
    assert city_admin.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES[2:])
def test_a_viewer_changes_nothing(city_viewer: FlaskClient, page: str) -> None:
    assert city_viewer.get(page).status_code == 403


def fields_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', page))


def test_the_filter_of_the_table_chooses_the_points(city_admin: FlaskClient) -> None:
    page = city_admin.get("/lifecycle/many/?lifecycle=funded").text

    assert "TS-0045\nTS-0046</textarea>" in page.replace("\r\n", "\n")
    assert "/lifecycle/many/?lifecycle=funded" in city_admin.get("/points?lifecycle=funded").text


def test_many_points_are_looked_at_changed_and_brought_back(city_admin: FlaskClient, settings: Settings) -> None:
    fields: dict[str, Any] = {"codes": "TS-0020, TS-0021\nTS-0041;nope", "stage": "suspended", "since": "2026-11-20"}
    fields |= {"document": "ND 9", "file": (io.BytesIO(PDF_FILE), "surat.pdf")}

    page = send(city_admin, "/lifecycle/many/", **fields).text

    assert "There is no point of this code" in page or "there is no point of this code" in page
    assert stages(settings, "TS-0020", "TS-0021") == ["active", "active"]
    answer = city_admin.post("/lifecycle/many/yes", data=fields_of(page))
    assert answer.status_code == 302
    assert stages(settings, "TS-0020", "TS-0021") == ["suspended", "suspended"]
    listing = city_admin.get("/lifecycle/").text
    assert "ND 9" in listing
    assert "surat.pdf" in listing

    undo = re.findall(r'action="(/lifecycle/batches/\d+/withdraw)"', listing)[0]
    assert send(city_admin, "/lifecycle/", undo).status_code == 302
    assert stages(settings, "TS-0020", "TS-0021") == ["active", "active"]


def test_what_changed_meanwhile_is_looked_at_again(city_admin: FlaskClient, settings: Settings) -> None:
    fields = {"codes": "TS-0020\nTS-0021", "stage": "suspended", "since": "2026-11-20"}
    page = send(city_admin, "/lifecycle/many/", **fields).text
    send(city_admin, "/points/TS-0020", stage="retired", since="2026-11-19")

    answer = city_admin.post("/lifecycle/many/yes", data=fields_of(page))

    assert "Something has changed meanwhile" in answer.text
    assert stages(settings, "TS-0020", "TS-0021") == ["retired", "active"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"codes": ""}, "This field is needed"),
        ({"since": ""}, "This field is needed"),
        ({"stage": "relocated"}, "Not a valid choice"),
        ({"document": "=1"}, "A formula, not a value."),
        ({"codes": "\n".join(map(str, range(5001)))}, "More than 5000 points at once."),
        ({"file": b"MZ"}, "The file is neither a PDF"),
    ],
)
def test_a_wrong_choice_names_its_field(city_admin: FlaskClient, fields: dict[str, Any], said: str) -> None:
    given = {"codes": "TS-0020", "stage": "suspended", "since": "2026-11-20"} | fields
    if "file" in fields:
        given["file"] = (io.BytesIO(fields["file"]), "x.pdf")

    answer = send(city_admin, "/lifecycle/many/", **given)

    assert answer.status_code == 422
    assert said in answer.text


def test_a_document_that_waited_too_long_is_asked_for_again(city_admin: FlaskClient, settings: Settings) -> None:
    fields: dict[str, Any] = {"codes": "TS-0020", "stage": "suspended", "since": "2026-11-20"}
    page = send(city_admin, "/lifecycle/many/", **fields, file=(io.BytesIO(PDF_FILE), "x.pdf")).text
    for file in (settings.folder / "uploads").iterdir():
        file.unlink()

    answer = city_admin.post("/lifecycle/many/yes", data=fields_of(page))

    assert "The document waited too long" in answer.text
    assert stages(settings, "TS-0020") == ["active"]


def test_acceptances_without_proof_are_listed_and_exported(city_admin: FlaskClient) -> None:
    assert "Nothing was accepted without proof" in city_admin.get("/lifecycle/overrides").text
    reasons = {"override_photo": "no <camera>", "override_place": "seen"}
    send(city_admin, "/points/TS-0040", stage="accepted", since="2026-11-20", document="BAST 7", **reasons)

    page = city_admin.get("/lifecycle/overrides").text
    table = city_admin.get("/lifecycle/overrides.csv").get_data(as_text=True)

    assert "no &lt;camera&gt;" in page
    assert [line.split(",")[3:7] for line in table.splitlines()[1:]] == [
        ["photo", "no <camera>", "BAST 7", "admin"],
        ["place", "seen", "BAST 7", "admin"],
    ]
    assert city_admin.get("/lifecycle/overrides.xlsx").data[:2] == b"PK"


def test_steps_of_a_filter_are_a_file(city_viewer: FlaskClient) -> None:
    table = city_viewer.get("/lifecycle/steps.csv?lifecycle=suspended").get_data(as_text=True)

    lines = table.lstrip("\ufeff").splitlines()
    assert lines[0].split(",")[:6] == ["point_code", "stage", "since", "document", "actor", "note"]
    assert [line.split(",")[1] for line in lines[1:]] == ["installed", "accepted", "suspended"]


def test_a_point_moves_with_its_devices_and_comes_back(
    city_admin: FlaskClient, settings: Settings, world: World
) -> None:
    answer = send(city_admin, "/lifecycle/relocate/TS-0020", **PLACE)

    assert answer.location == "/points/TS-0100"
    assert stages(settings, "TS-0020", "TS-0100") == ["relocated", "installed"]
    new, old = city_admin.get("/points/TS-0100").text, city_admin.get("/points/TS-0020").text
    assert 'href="/points/TS-0020"' in new
    assert 'href="/points/TS-0100"' in old
    assert "AP-020-1" in new
    assert "AP-020-1" in city_admin.get("/points/TS-0020?on=2026-11-19").text
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(PastPlacement.point_id)).all() == [world.points["TS-0020"]]
        assert session.scalars(select(Site.latitude).where(Site.name == "Taman Baru")).one() == -6.31

    assert send(city_admin, "/points/TS-0100", "/lifecycle/relocate/undo/TS-0100").location == "/points/TS-0020"

    assert stages(settings, "TS-0020") == ["active"]
    assert city_admin.get("/points/TS-0100").status_code == 404
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(PastPlacement.point_id)).all() == []
        assert session.scalars(select(Site.id).where(Site.name == "Taman Baru")).all() == []
        ap = session.scalars(select(AccessPoint).where(AccessPoint.name == "AP-020-1")).one()
        assert (ap.point_id, ap.placed_since) == (world.points["TS-0020"], 0)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"point_code": "TS-0021"}, "There is a point of this code already."),
        ({"point_code": ""}, "This field is needed"),
        ({"since": "2027-01-01"}, "This day has not come yet."),
        ({"since": "2020-01-01"}, "can&#39;t come after"),
        ({"latitude": "40", "longitude": "3"}, "lies outside Indonesia"),
        ({"area_code": "11.01.01.2001"}, "Not a valid choice"),
    ],
)
def test_a_wrong_place_names_its_field_and_leaves_nothing(
    city_admin: FlaskClient, settings: Settings, fields: dict[str, str], said: str
) -> None:
    answer = send(city_admin, "/lifecycle/relocate/TS-0020", **PLACE | fields)

    assert answer.status_code == 422
    assert said in answer.text
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(Point.id).where(Point.code == "TS-0100")).all() == []
        assert session.scalars(select(Attachment.id)).all() == []


def test_a_moved_point_in_use_does_not_come_back(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/lifecycle/relocate/TS-0020", **PLACE)
    send(city_admin, "/points/TS-0100", stage="active", since="2026-11-21")

    page = city_admin.get(send(city_admin, "/points/TS-0100", "/lifecycle/relocate/undo/TS-0100").location).text

    assert "in use already" in page
    withdrawn = re.findall(r'action="(/lifecycle/steps/\d+/withdraw)"', city_admin.get("/points/TS-0020").text)[0]
    assert "goes on at another point" in city_admin.get(send(city_admin, "/points/TS-0020", withdrawn).location).text
    with reading(make_engine(settings.database)) as session:
        assert session.scalars(select(LifecycleChange.id).where(LifecycleChange.stage == "relocated")).all()


TEXTS = ("\0", "<script>", "-1", "9" * 5_000, "x" * 200_000, "\u202e", "2026-11-20")
FORMS = {
    "/points/TS-0040": ("stage", "since", "document", "note", "override_record", "photo", "file"),
    "/lifecycle/many/": ("codes", "stage", "since", "document", "note", "why", "waiting"),
    "/lifecycle/relocate/TS-0020": tuple(PLACE),
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:9]))
def test_forms_of_nonsense_are_no_error(city_admin: FlaskClient, settings: Settings, text: str) -> None:
    csrf = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', city_admin.get("/lifecycle/many/").text)[0]
    good = {"stage": "suspended", "since": "2026-11-20", "codes": "TS-0020", "csrf_token": csrf}
    for address, names in FORMS.items():
        for filled in (dict.fromkeys(names, text), {names[0]: text}, {names[2]: text}):
            answer = city_admin.post(address, data=good | PLACE | filled)
            assert answer.status_code in (200, 302, 422), (address, filled)
    for query in (f"/points/TS-0040?on={text[:99]}", f"/lifecycle/?stage={text[:99]}&page={text[:99]}"):
        assert city_admin.get(query).status_code == 200


def test_a_photograph_given_twice_is_there_once_and_noted(
    city_admin: FlaskClient, world: World, settings: Settings
) -> None:
    page, to = "/points/TS-0020", "/lifecycle/photos/TS-0020"
    for said in ("The photograph is added.", "The point has this photograph already."):
        picture = (io.BytesIO(png()), "hall.png", "image/png")
        answer = send(city_admin, page, to, picture=picture, taken_on="2026-11-20")
        assert said in (answer.text if answer.status_code == 422 else city_admin.get(page).text)
    with reading(make_engine(settings.database)) as session:
        noted = session.execute(
            select(AuditEntry.actor, AuditEntry.subject).where(AuditEntry.action == "photograph")
        ).all()
        assert session.scalar(select(func.count()).select_from(PointPhoto)) == 1
    assert [tuple(one) for one in noted] == [("admin", "point TS-0020")]


def test_a_step_withdrawn_in_another_tab_is_told(city_admin: FlaskClient, settings: Settings) -> None:
    page = "/points/TS-0020"
    send(city_admin, page, stage="suspended", since="2026-11-20")
    with reading(make_engine(settings.database)) as session:
        step = session.scalar(select(func.max(LifecycleChange.id)))
    for said in ("The step is withdrawn", "somebody else was quicker"):
        send(city_admin, page, f"/lifecycle/steps/{step}/withdraw")
        assert said in city_admin.get(page).text
