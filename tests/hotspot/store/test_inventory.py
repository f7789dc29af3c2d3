"""Imports are written whole or not at all, and an export is read back without a change, on both engines."""

import csv
import io
import json
import time
from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from hotspot import secrets
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED, Plan
from hotspot.analytics.import_row import Row
from hotspot.inventory_file import read
from hotspot.spreadsheet import csv_lines, xlsx_bytes
from hotspot.store.areas import create_city, official
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.inventory import apply_import, plan_import
from hotspot.store.inventory_export import export_columns, export_rows
from hotspot.store.models import AccessPoint, AuditEntry, City, Fund, LifecycleChange, Point, Site
from tests.conftest import SHARED

KEY = b"k" * 32
TODAY = date(2026, 11, 21)
NOW = 1_795_240_000

HEADER = (
    "point_code,point_name,site_name,venue_kind,area_code,address,latitude,longitude,lifecycle,installed_on,accepted_on,"
    "fund,provider,auth_mode,ap_name,ap_address,ap_port,snmp_version,snmp_community,profile"
)
LINES = (
    'TS-1,Balai RW 01,Balai RW 01,Balai warga,36.74.01.1002,"Jl. Melati 1, RW 01",-6.3123,106.6787,active,2021-03-04,'
    "2021-04-01,APBD,Contoh Net,open,ts-1-a,10.0.0.1,161,2c,rahasia,",
    "TS-1,Balai RW 01,Balai RW 01,Balai warga,36.74.01.1002,,,,,,,,,,ts-1-b,10.0.0.2,1161,1,rahasia,unifi",
    "TS-2,'@taman,Taman,Taman,36.74.06.1001,,,,planned,,,,,,,,,,,",
    "TS-3,Masjid,Masjid,Masjid,36.74.06.1001,,,,installed,2022-01-01,,CSR,,portal,ts-3-a,2001:db8::1,161,3,,",
)


def rows_of(*lines: str) -> tuple[Row, ...]:
    return read("\n".join([HEADER, *lines]).encode(), "points.csv").rows


@pytest.fixture
def engine(engine: Engine) -> Engine:
    with writing(engine) as session:
        create_city(session, official("36.74"), poll_interval_s=60)
    return engine


def run(engine: Engine, rows: tuple[Row, ...], key: bytes = KEY) -> Plan:
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        plan = plan_import(session, key, city, rows, TODAY)
        apply_import(session, key, city, plan, "sari", NOW)
    return plan


def test_import_writes_everything_a_row_says(engine: Engine) -> None:
    plan = run(engine, rows_of(*LINES))
    assert plan.counts == {ADDED: 3, CHANGED: 0, UNCHANGED: 0, REJECTED: 1}
    with reading(engine) as session:
        aps = session.scalars(select(AccessPoint).order_by(AccessPoint.name)).all()
        assert [(ap.name, ap.address, ap.port, ap.snmp_version, ap.profile) for ap in aps] == [
            ("ts-1-a", "10.0.0.1", 161, "2c", None),
            ("ts-1-b", "10.0.0.2", 1161, "1", "unifi"),
        ]
        sealed = aps[0].credential
        assert sealed is not None
        city_id = aps[0].city_id
        opened = secrets.unseal(KEY, sealed, f"{city_id}/access_point/ts-1-a")
        assert json.loads(opened) == {"community": "rahasia"}
        point = session.scalars(select(Point).where(Point.code == "TS-1")).one()
        assert (point.installed_on, point.accepted_on, point.lifecycle) == (
            date(2021, 3, 4),
            date(2021, 4, 1),
            "active",
        )
        stages = session.execute(
            select(LifecycleChange.stage, LifecycleChange.since)
            .where(LifecycleChange.point_id == point.id)
            .order_by(LifecycleChange.id)
        ).all()
        assert [tuple(row) for row in stages] == [
            ("installed", date(2021, 3, 4)),
            ("accepted", date(2021, 4, 1)),
            ("active", date(2021, 4, 1)),
        ]
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.detail) == ("sari", "3 added, 0 changed, 0 unchanged, 1 rejected")


def test_second_import_changes_nothing(engine: Engine) -> None:
    run(engine, rows_of(*LINES))
    assert run(engine, rows_of(*LINES)).counts == {ADDED: 0, CHANGED: 0, UNCHANGED: 3, REJECTED: 1}
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(LifecycleChange)) == 4


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_is_read_back_without_a_change(engine: Engine, kind: str) -> None:
    run(engine, rows_of(*LINES))
    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        columns, rows = export_columns(city), list(export_rows(session, city))
    content = "".join(csv_lines(columns, rows)).encode() if kind == "csv" else xlsx_bytes("points", columns, rows)
    assert b"rahasia" not in content
    sheet = read(content, f"points.{kind}")
    assert sheet.unknown == ()
    assert run(engine, sheet.rows).counts == {ADDED: 0, CHANGED: 0, UNCHANGED: 3, REJECTED: 0}


def test_demonstration_is_marked_in_the_export(engine: Engine) -> None:
    run(engine, rows_of(*LINES))
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        city.demonstration = True
        assert export_columns(city)[-1] == "demonstration"
        assert {row[-1] for row in export_rows(session, city)} == {"demonstration data"}


def test_swapped_addresses_are_written(engine: Engine) -> None:
    run(engine, rows_of(*LINES))
    swapped = (
        LINES[0].replace("10.0.0.1", "10.0.0.2").replace(",161,", ",1161,"),
        LINES[1].replace("10.0.0.2", "10.0.0.1").replace(",1161,", ",161,"),
    )
    assert run(engine, rows_of(*swapped)).counts[CHANGED] == 2
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.address).order_by(AccessPoint.name)).all() == ["10.0.0.2", "10.0.0.1"]


def test_renamed_site_leaves_no_empty_one(engine: Engine) -> None:
    run(engine, rows_of(*LINES))
    renamed = [line.replace("Balai RW 01,Balai RW 01,", "Balai RW 01,Balai Warga Mawar,") for line in LINES[:2]]
    assert run(engine, rows_of(*renamed)).counts[CHANGED] == 2
    with reading(engine) as session:
        sites = session.execute(select(Site.name, Site.address).order_by(Site.name)).all()
        assert [tuple(site) for site in sites] == [("Balai Warga Mawar", "Jl. Melati 1, RW 01"), ("Taman", "")]


def test_nothing_is_half_written(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(secrets, "seal", fail)
    with pytest.raises(OSError, match="disk full"):
        run(engine, rows_of(*LINES))
    with reading(engine) as session:
        for table in (Point, Site, Fund, LifecycleChange, AuditEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_credential_of_another_key_is_kept_until_it_is_given_anew(engine: Engine) -> None:
    run(engine, rows_of(LINES[0]))
    with reading(engine) as session:
        before = session.scalars(select(AccessPoint.credential)).one()
    quiet = LINES[0].replace("rahasia", "").replace("10.0.0.1", "10.0.0.9")
    assert run(engine, rows_of(quiet), key=b"x" * 32).counts[CHANGED] == 1
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.credential)).one() == before


def many(count: int) -> tuple[Row, ...]:
    return rows_of(
        *(
            f"TS-{n:05},Balai RW {n},Balai RW {n},Balai warga,36.74.01.1002,Jl. A {n},-6.3,106.7,active,2021-03-04,"
            f"2021-04-01,APBD,Contoh Net,open,ap-{n},10.{n >> 16}.{n >> 8 & 255}.{n & 255},161,2c,rahasia,"
            for n in range(1, count + 1)
        )
    )


def test_a_thousand_rows_take_less_than_two_seconds(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        create_city(session, official("36.74"), poll_interval_s=60)
    rows = many(1000)
    start = time.process_time()
    assert run(sqlite_engine, rows).counts[ADDED] == 1000
    assert time.process_time() - start < 2


def test_search_is_by_any_spelling_of_the_name(engine: Engine) -> None:
    named = [
        LINES[2].replace("TS-2", f"TS-{n}").replace("36.74.06.1001", area)
        for n, area in enumerate(["Rawa Buntu", "PERIGI BARU", "kel. setu"])
    ]
    rows = read("\n".join([HEADER.replace("area_code", "area_name"), *named]).encode(), "points.csv").rows
    assert run(engine, rows).counts[ADDED] == 3


def moved(text: str, by: float) -> str:
    """A coordinate shifted into Indonesia, dirt left as it is."""
    try:
        return str(round(float(text) + by, 6))
    except ValueError:
        return text


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "encoding", "columns", "shift"),  # columns: name, latitude, longitude, date
    [
        ("korea_national_free_wifi_standard.csv", "cp949", (0, 12, 13, 7), (-43.0, -20.0)),
        ("gangnam_wifi_2018.csv", "utf-8", (4, 0, 1, 99), (-43.8, -20.3)),
        ("taipei_free_ap_20251218.csv", "utf-8-sig", (5, 12, 13, 99), (-31.4, -14.8)),
    ],
)
def test_real_dirt_is_accounted_for_row_by_row(
    sqlite_engine: Engine, file: str, encoding: str, columns: tuple[int, ...], shift: tuple[float, float]
) -> None:
    path = SHARED / "data" / "inventories" / file
    with writing(sqlite_engine) as session:
        create_city(session, official("36.74"), poll_interval_s=60)
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding, errors="replace"))))[1:]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["kode_titik", "nama_titik", "lintang", "bujur", "tanggal_pasang", "jenis_lokasi", "kelurahan"])
    for number, cells in enumerate(lines):
        name, latitude, longitude, day = (cells[at] if at < len(cells) else "" for at in columns)
        writer.writerow([number, name, moved(latitude, shift[0]), moved(longitude, shift[1]), day, "taman", "Setu"])
    rows = read(buffer.getvalue().encode(), "dirty.csv").rows
    plan = run(sqlite_engine, rows)
    assert sum(plan.counts.values()) == len(rows) == len(lines)
    assert plan.accepted
    assert plan.rejected
    again = run(sqlite_engine, rows)
    assert again.counts[ADDED] == again.counts[CHANGED] == 0
    assert again.counts[UNCHANGED] == plan.accepted


DEVICES = (
    "kind,ap_name,ap_address,snmp_version,snmp_community,controller",
    "Pengendali,WLC-1,10.9.0.1,2c,rahasia,",
    "access_point,lobi-1,,,,WLC-1",
)


def of_devices(*lines: str) -> tuple[Row, ...]:
    return read("\n".join(lines).encode(), "devices.csv").rows


def device(engine: Engine, name: str) -> AccessPoint:
    with reading(engine) as session:
        return session.scalars(select(AccessPoint).where(AccessPoint.name == name)).one()


def test_controllers_and_what_they_follow_belong_to_no_point(engine: Engine) -> None:
    assert run(engine, of_devices(*DEVICES)).counts[ADDED] == 2
    controller, followed = device(engine, "WLC-1"), device(engine, "lobi-1")
    assert (controller.kind, controller.point_id, controller.address) == ("controller", None, "10.9.0.1")
    assert (followed.kind, followed.point_id, followed.address) == ("access_point", None, None)
    assert (followed.controller_id, followed.controller_key) == (controller.id, None)
    assert run(engine, of_devices(*DEVICES)).counts[UNCHANGED] == 2


def test_import_places_what_is_followed_and_keeps_its_key(engine: Engine) -> None:
    run(engine, of_devices(*DEVICES))
    with writing(engine) as session:
        session.scalars(select(AccessPoint).where(AccessPoint.name == "lobi-1")).one().controller_key = "0.1.2"
    row = "TS-9,Lobi,,Taman,36.74.06.1001,,,,active,2022-01-01,,,,,lobi-1,,,,,"
    (outcome,) = run(engine, rows_of(row)).outcomes
    assert (outcome.verdict, [str(change) for change in outcome.changes]) == (CHANGED, ["point_code: - -> TS-9"])
    followed = device(engine, "lobi-1")
    assert (followed.controller_key, followed.controller_id) == ("0.1.2", device(engine, "WLC-1").id)
    assert followed.point_id is not None


def test_access_point_leaves_its_controller_for_an_address(engine: Engine) -> None:
    run(engine, of_devices(*DEVICES))
    row = "access_point,lobi-1,{},2c,rahasia,-"
    assert run(engine, of_devices(DEVICES[0], row.format(""))).rejected[0].column == "ap_address"
    assert run(engine, of_devices(DEVICES[0], row.format("10.9.0.7"))).counts[CHANGED] == 1
    assert (device(engine, "lobi-1").controller_id, device(engine, "lobi-1").address) == (None, "10.9.0.7")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("access_point,lobi-2,,,,WLC-9", "controller"),
        ("access_point,lobi-2,,,,lobi-1", "controller"),
        ("controller,WLC-2,10.9.0.2,2c,x,WLC-1", "controller"),
        ("controller,WLC-2,,2c,x,", "ap_address"),
        ("controller,,10.9.0.2,2c,x,", "ap_name"),
        ("access_point,WLC-1,10.9.0.1,2c,x,", "kind"),
        ("kulkas,WLC-2,10.9.0.2,2c,x,", "kind"),
        (",WLC-2,10.9.0.2,2c,x,", "point_code"),
    ],
)
def test_device_that_can_not_be_is_rejected(engine: Engine, line: str, column: str) -> None:
    run(engine, of_devices(*DEVICES))
    (outcome,) = run(engine, of_devices(DEVICES[0], line)).outcomes
    assert (outcome.verdict, outcome.column) == (REJECTED, column)


@pytest.mark.parametrize("kind", ["controller", ""])
def test_controller_never_gets_a_point(engine: Engine, kind: str) -> None:
    run(engine, of_devices(*DEVICES))
    line = f"TS-9,Lobi,,Taman,36.74.06.1001,,,,active,2022-01-01,,,,,WLC-1,,,,,,{kind}"
    rows = read(f"{HEADER},kind\n{line}".encode(), "points.csv").rows
    assert run(engine, rows).rejected[0].column == "point_code"


def test_export_of_controllers_is_read_back_without_a_change(engine: Engine) -> None:
    run(engine, of_devices(*DEVICES))
    run(engine, rows_of(*LINES, "TS-9,Lobi,,Taman,36.74.06.1001,,,,active,2022-01-01,,,,,lobi-1,,,,,"))
    run(engine, of_devices(DEVICES[0], "access_point,lobi-2,,,,WLC-1"))
    with reading(engine) as session:
        city = session.scalars(select(City)).one()
        text = "".join(csv_lines(export_columns(city), export_rows(session, city)))
    assert [line["ap_name"] for line in csv.DictReader(io.StringIO(text))][-2:] == ["WLC-1", "lobi-2"]
    again = run(engine, read(text.encode(), "points.csv").rows)
    assert again.counts[UNCHANGED] == len(again.outcomes) == 6
