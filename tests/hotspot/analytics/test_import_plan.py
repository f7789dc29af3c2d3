"""Every row of a file gets one verdict, and nothing but what the file says changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analytics.areanames import DISTRICT, VILLAGE, AreaName, Gazetteer
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED, Outcome, Plan, make_plan
from hotspot.analytics.import_row import Row
from hotspot.analytics.inventory_facts import Inventory
from hotspot.analytics.lifecycle import Step

TODAY = date(2026, 11, 21)
AREAS = Gazetteer(
    (
        AreaName("36.74.01", "Serpong", DISTRICT),
        AreaName("36.74.01.1002", "Rawabuntu", VILLAGE, "36.74.01"),
        AreaName("36.74.06.1001", "Pamulang Barat", VILLAGE, "36.74.06"),
    )
)
EMPTY = Inventory(AREAS)
BASE = {
    "point_code": "TS-1",
    "point_name": "Masjid Al Ikhlas",
    "venue_kind": "Masjid",
    "area_code": "36.74.01.1002",
    "installed_on": "2021-03-04",
    "ap_name": "ts-1-a",
    "ap_address": "10.0.0.1",
    "snmp_community": "rahasia",
}


def row(number: int = 2, /, **cells: str) -> Row:
    return Row(number, BASE | cells)


def after(inventory: Inventory, plan: Plan) -> Inventory:
    """The inventory as it is when the plan has been applied."""
    return replace(
        inventory,
        sites={**inventory.sites, **plan.sites},
        points={**inventory.points, **plan.points},
        access_points={**inventory.access_points, **plan.access_points},
        lives={**inventory.lives, **plan.lives},
    )


def steps(plan: Plan, before: Inventory = EMPTY) -> list[tuple[str, date]]:
    """Those of TS-1 that are new."""
    return [(one.stage, one.since) for one in plan.lives["TS-1"] if one not in before.lives.get("TS-1", ())]


def imported(*rows: Row) -> Inventory:
    plan = make_plan(rows, EMPTY, TODAY)
    assert not plan.rejected
    return after(EMPTY, plan)


def only(plan: Plan) -> Outcome:
    (outcome,) = plan.outcomes
    return outcome


def changes(plan: Plan, at: int = 0) -> list[str]:
    return [str(change) for change in plan.outcomes[at].changes]


def test_new_row_is_added_with_defaults() -> None:
    plan = make_plan([row()], EMPTY, TODAY)
    assert plan.counts == {ADDED: 1, CHANGED: 0, UNCHANGED: 0, REJECTED: 0}
    point, ap = plan.points["TS-1"], plan.access_points["ts-1-a"]
    assert (point.site_name, point.lifecycle, point.auth_mode) == ("Masjid Al Ikhlas", "installed", "open")
    assert (ap.port, ap.snmp_version, ap.secret) == (161, "2c", {"community": "rahasia"})
    assert plan.sites["36.74.01.1002", "Masjid Al Ikhlas"].venue_kind == "mosque"


def test_same_file_again_changes_nothing() -> None:
    plan = make_plan([row()], imported(row()), TODAY)
    assert only(plan).verdict == UNCHANGED
    assert not plan.points
    assert not plan.access_points
    assert not plan.sites


def test_change_names_old_and_new_but_no_secret() -> None:
    changed = row(ap_address="10.0.0.2", fund="APBD", snmp_community="lain", point_name="Masjid Raya", address="Jl. A")
    plan = make_plan([changed], imported(row()), TODAY)
    assert changes(plan) == [
        "point_name: Masjid Al Ikhlas -> Masjid Raya",
        "fund: - -> APBD",
        "address: - -> Jl. A",
        "ap_address: 10.0.0.1 -> 10.0.0.2",
        "snmp_community replaced",
    ]
    assert "rahasia" not in repr(plan)
    assert "lain" not in repr(plan)


@pytest.mark.parametrize("column", ["snmp_community", "fund", "address", "installed_on", "ap_port", "auth_mode"])
def test_empty_cell_keeps_what_is_stored(column: str) -> None:
    full = row(fund="APBD", address="Jl. A", ap_port="1161", auth_mode="portal")
    plan = make_plan([Row(2, {**full.cells, column: ""})], imported(full), TODAY)
    assert only(plan).verdict == UNCHANGED


def test_lone_hyphen_takes_away() -> None:
    full = row(fund="APBD", address="Jl. A", latitude="-6,3", longitude="106,7", profile="unifi")
    away = row(fund="-", address="-", latitude="-", longitude="-", profile="-")
    assert len(changes(make_plan([away], imported(full), TODAY))) == 5


REJECTIONS: list[tuple[Mapping[str, str], str, str]] = [
    ({"point_code": "../TS-1"}, "point_code", "can't stand in an address"),
    ({"point_code": "TS//1"}, "point_code", "can't stand in an address"),
    ({"point_code": ""}, "point_code", "empty"),
    ({"point_name": "=cmd|' /C calc'!A0"}, "point_name", "formula"),
    ({"point_name": "Masjid\x07"}, "point_name", "control character"),
    ({"point_name": "x" * 201}, "point_name", "longer than 200"),
    ({"venue_kind": "kapal"}, "venue_kind", "kapal is not one of"),
    ({"venue_kind": ""}, "venue_kind", "empty"),
    ({"area_code": "36.74.09.1001"}, "area_code", "no area of this city"),
    ({"area_code": "36.74.01"}, "area_code", "is a kecamatan"),
    ({"area_code": "", "area_name": "Rawa Bintu"}, "area_name", "no kelurahan"),
    ({"area_code": "", "area_name": ""}, "area_code", "neither"),
    ({"latitude": "106.7", "longitude": "-6.3"}, "latitude", "swapped"),
    ({"latitude": "40.4", "longitude": "-3.7"}, "latitude", "outside Indonesia"),
    ({"latitude": "-6.3"}, "longitude", "empty"),
    ({"latitude": "nan", "longitude": "106.7"}, "latitude", "not a number"),
    ({"latitude": "1e400", "longitude": "106.7"}, "latitude", "not a number"),
    ({"installed_on": "2027-01-01"}, "installed_on", "future"),
    ({"installed_on": "1970-01-01"}, "installed_on", "before"),
    ({"installed_on": "31-02-2021"}, "installed_on", "not a date"),
    ({"installed_on": "Dec-12"}, "installed_on", "not a date"),
    ({"accepted_on": "2020-01-01"}, "accepted_on", "accepted before"),
    ({"installed_on": "", "accepted_on": "2020-01-01"}, "accepted_on", "without a date"),
    ({"lifecycle": "rencana"}, "installed_on", "stage is planned"),
    ({"lifecycle": "installed", "accepted_on": "2022-01-01"}, "accepted_on", "stage is installed"),
    ({"ap_address": "wifi.example"}, "ap_address", "not an IP address"),
    ({"ap_address": "224.0.0.1"}, "ap_address", "one device"),
    ({"ap_address": "fe80::1%eth0"}, "ap_address", "one device"),
    ({"ap_address": ""}, "ap_address", "empty"),
    ({"ap_name": ""}, "ap_name", "needs a name"),
    ({"ap_port": "99999"}, "ap_port", "not a port"),
    ({"snmp_version": "4"}, "snmp_version", "not 1, 2c or 3"),
    ({"snmp_version": "3"}, "snmp_user", "needs a user"),
    ({"snmp_version": "3", "snmp_user": "u", "snmp_auth_protocol": "ROT13"}, "snmp_auth_protocol", "not one of"),
    ({"snmp_version": "3", "snmp_user": "u", "snmp_auth_password": "abc"}, "snmp_auth_password", "shorter"),
    ({"snmp_version": "3", "snmp_user": "u", "snmp_auth_protocol": "SHA"}, "snmp_auth_password", "belong together"),
    (
        {"snmp_version": "3", "snmp_user": "u", "snmp_priv_protocol": "AES", "snmp_priv_password": "a long secret"},
        "snmp_priv_protocol",
        "needs authentication",
    ),
    ({"demonstration": "demonstration data"}, "demonstration", "real city"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), REJECTIONS)
def test_bad_row_is_rejected_with_column_and_reason(cells: Mapping[str, str], column: str, reason: str) -> None:
    good = row(3, point_code="TS-2", ap_name="ts-2-a", ap_address="10.0.0.2")
    plan = make_plan([row(**cells), good], EMPTY, TODAY)
    assert [outcome.verdict for outcome in plan.outcomes] == [REJECTED, ADDED]
    assert plan.outcomes[0].column == column
    assert reason in str(plan.outcomes[0].reason)


@pytest.mark.parametrize(
    "text", ["2021-12-31", "31/12/2021", "31-12-2021", "31.12.2021", "31 Desember 2021", "44561", "2021-12-31 00:00:00"]
)
def test_dates_are_read_as_indonesians_write_them(text: str) -> None:
    plan = make_plan([row(installed_on=text)], EMPTY, TODAY)
    assert plan.points["TS-1"].installed_on == date(2021, 12, 31)


@pytest.mark.parametrize(
    ("column", "text", "key"),
    [
        ("venue_kind", "BALAI WARGA", "community_hall"),
        ("venue_kind", "Mushola", "prayer_room"),
        ("venue_kind", "health-post", "health_post"),
        ("lifecycle", "Aktif", "active"),
        ("lifecycle", "Dihentikan Sementara", "suspended"),
        ("auth_mode", "Captive portal", "portal"),
    ],
)
def test_values_are_understood_in_both_languages(column: str, text: str, key: str) -> None:
    plan = make_plan([row(**{column: text})], EMPTY, TODAY)
    site = plan.sites["36.74.01.1002", "Masjid Al Ikhlas"]
    assert key in (site.venue_kind, plan.points["TS-1"].lifecycle, plan.points["TS-1"].auth_mode)


def test_decimal_comma_is_a_point() -> None:
    plan = make_plan([row(latitude="-6,312387", longitude="106,678753")], EMPTY, TODAY)
    assert plan.sites["36.74.01.1002", "Masjid Al Ikhlas"].latitude == -6.312387


def test_second_access_point_joins_its_point() -> None:
    plan = make_plan([row(), row(3, ap_name="ts-1-b", ap_address="10.0.0.2")], EMPTY, TODAY)
    assert plan.counts[ADDED] == 2
    assert len(plan.points) == 1


def test_rows_of_one_point_must_agree() -> None:
    other = row(3, ap_name="ts-1-b", ap_address="10.0.0.2", installed_on="2022-03-04")
    plan = make_plan([row(), other], EMPTY, TODAY)
    assert plan.outcomes[1].column == "installed_on"
    assert str(plan.outcomes[1].reason) == "2022-03-04, but row 2 says 2021-03-04 of the same point"


def test_rows_of_one_site_must_agree() -> None:
    hall = {"site_name": "Balai", "address": "Jl. A"}
    other = row(3, **hall | {"point_code": "TS-2", "ap_name": "b", "ap_address": "10.0.0.2", "address": "Jl. B"})
    plan = make_plan([row(**hall), other], EMPTY, TODAY)
    assert "same site" in str(plan.outcomes[1].reason)


def test_double_names_and_addresses_are_rejected() -> None:
    rows = [
        row(),
        row(3, ap_address="10.0.0.9"),
        row(4, ap_name="ts-1-b"),
        row(5, ap_name="ts-1-c", ap_port="1161"),
    ]
    plan = make_plan(rows, EMPTY, TODAY)
    assert [str(outcome.reason or "") for outcome in plan.outcomes] == [
        "",
        "row 2 has this access point already",
        "row 2 has this address already",
        "",
    ]


def test_address_of_a_stored_access_point_is_taken() -> None:
    plan = make_plan([row(ap_name="another")], imported(row()), TODAY)
    assert str(only(plan).reason) == "ts-1-a has this address already"


def test_row_with_more_cells_than_columns_is_rejected() -> None:
    plan = make_plan([replace(row(), shifted=True)], EMPTY, TODAY)
    assert "more cells" in str(only(plan).reason)


def test_ambiguous_name_needs_its_kecamatan() -> None:
    twins = Gazetteer((*AREAS.areas, AreaName("36.74.06.1009", "Rawabuntu", VILLAGE, "36.74.06")))
    plan = make_plan([row(area_code="", area_name="Rawa Buntu")], Inventory(twins), TODAY)
    assert "add its kecamatan" in str(only(plan).reason)


def test_date_that_contradicts_a_stored_one_is_rejected() -> None:
    plan = make_plan([row(installed_on="", accepted_on="2020-01-01")], imported(row()), TODAY)
    assert (only(plan).column, str(only(plan).reason)) == ("accepted_on", "accepted before it was installed")


def test_access_point_may_move_to_a_new_point() -> None:
    moved = row(point_code="TS-2", point_name="Taman", venue_kind="taman")
    plan = make_plan([moved], imported(row()), TODAY)
    assert changes(plan) == ["point_code: TS-1 -> TS-2"]


def test_point_that_becomes_installed_is_dated_by_its_column() -> None:
    planned = {"ap_name": "", "ap_address": "", "snmp_community": "", "installed_on": ""}
    stored = imported(row(**planned))
    plan = make_plan([row(lifecycle="installed")], stored, TODAY)
    assert plan.lives["TS-1"] == (Step("installed", date(2021, 3, 4)),)  # the day of the import was no day of planning
    known = replace(stored, lives={"TS-1": (Step("planned", date(2021, 1, 1)),)})
    assert steps(make_plan([row(lifecycle="installed")], known, TODAY), known) == [("installed", date(2021, 3, 4))]


def test_no_step_leads_back() -> None:
    plan = make_plan([row(lifecycle="installed", installed_on="")], imported(row(lifecycle="suspended")), TODAY)
    assert only(plan).column == "lifecycle"
    assert "no step leads from suspended to installed" in str(only(plan).reason)


def test_two_access_points_may_swap_addresses() -> None:
    stored = imported(row(), row(3, ap_name="ts-1-b", ap_address="10.0.0.2"))
    swapped = [row(ap_address="10.0.0.2"), row(3, ap_name="ts-1-b")]
    plan = make_plan(swapped, stored, TODAY)
    assert plan.counts[CHANGED] == 2
    assert make_plan(swapped, after(stored, plan), TODAY).counts[UNCHANGED] == 2


def test_address_is_not_free_when_the_row_that_frees_it_is_rejected() -> None:
    stored = imported(row(), row(3, ap_name="ts-1-b", ap_address="10.0.0.2"))
    rows = [row(4, ap_name="new", ap_address="10.0.0.2"), row(3, ap_name="ts-1-b")]  # 10.0.0.1 is held by ts-1-a
    plan = make_plan(rows, stored, TODAY)
    assert [outcome.verdict for outcome in plan.outcomes] == [REJECTED, REJECTED]
    assert not plan.access_points


def test_wrong_dates_of_one_row_do_not_stop_its_sister() -> None:
    wrong = row(accepted_on="2020-01-01")
    plan = make_plan([wrong, row(3, ap_name="ts-1-b", ap_address="10.0.0.2", accepted_on="2021-05-01")], EMPTY, TODAY)
    assert [outcome.verdict for outcome in plan.outcomes] == [REJECTED, ADDED]


def test_rejected_row_leaves_no_trace() -> None:
    wrong = row(2, ap_address="x", fund="Dana Aneh")
    plan = make_plan([wrong, row(3)], EMPTY, TODAY)
    assert plan.points["TS-1"].fund == ""
    assert plan.outcomes[1].verdict == ADDED


def test_fund_takes_the_spelling_that_is_known() -> None:
    rows = [row(fund="apbd"), row(3, point_code="TS-2", ap_name="b", ap_address="10.0.0.2", fund="Apbd")]
    plan = make_plan(rows, imported(row(9, point_code="TS-9", ap_name="z", ap_address="10.0.0.9", fund="APBD")), TODAY)
    assert {point.fund for point in plan.points.values()} == {"APBD"}
    assert not plan.rejected


def test_planned_point_needs_no_access_point_and_comes_once() -> None:
    planned = {"ap_name": "", "ap_address": "", "snmp_community": "", "installed_on": ""}
    plan = make_plan([row(**planned), row(3, **planned)], EMPTY, TODAY)
    assert plan.points["TS-1"].lifecycle == "planned"
    assert str(plan.outcomes[1].reason) == "row 2 has this point already"


def test_new_active_point_gets_its_dated_steps() -> None:
    plan = make_plan([row(accepted_on="2021-04-01", lifecycle="active")], EMPTY, TODAY)
    assert steps(plan) == [
        ("installed", date(2021, 3, 4)),
        ("accepted", date(2021, 4, 1)),
        ("active", date(2021, 4, 1)),
    ]


def test_new_stage_is_dated_by_its_column_or_today() -> None:
    stored = imported(row())
    accepted = make_plan([row(accepted_on="2021-04-01", lifecycle="accepted")], stored, TODAY)
    assert steps(accepted, stored) == [("accepted", date(2021, 4, 1))]
    assert steps(make_plan([row(lifecycle="suspended")], stored, TODAY), stored) == [("suspended", TODAY)]
    assert steps(make_plan([row(provider="Contoh Net")], stored, TODAY), stored) == []


def test_version_3_keeps_its_own_words() -> None:
    v3 = row(
        snmp_version="v3",
        snmp_user="poller",
        snmp_auth_protocol="sha-256",
        snmp_auth_password="a long secret",
        snmp_priv_protocol="aes",
        snmp_priv_password="another secret",
    )
    stored = imported(v3)
    assert dict(stored.access_points["ts-1-a"].secret) == {
        "user": "poller",
        "auth_protocol": "SHA256",
        "auth_password": "a long secret",
        "priv_protocol": "AES",
        "priv_password": "another secret",
    }
    assert only(make_plan([row(snmp_version="3", snmp_community="")], stored, TODAY)).verdict == UNCHANGED


def test_notes_tell_what_will_not_work() -> None:
    plan = make_plan([row(snmp_community="", installed_on="", lifecycle="active")], EMPTY, TODAY)
    assert [str(note) for note in plan.notes] == [
        "1 built points have no date of installation and are in no count",
        "1 access points have no community of their own: only the credential sets are tried",
    ]


CELLS = st.fixed_dictionaries(
    {
        "point_code": st.sampled_from(["TS-1", "TS-2", "TS-3", "", "=x"]),
        "point_name": st.sampled_from(["A", "B", "\x00"]),
        "venue_kind": st.sampled_from(["mosque", "taman", "", "?"]),
        "area_code": st.sampled_from(["36.74.01.1002", "36.74.06.1001", "36.74.01", ""]),
    },
    optional={
        "site_name": st.sampled_from(["", "Balai", "A"]),
        "address": st.sampled_from(["", "-", "Jl. A"]),
        "lifecycle": st.sampled_from(["", "planned", "active", "accepted", "suspended"]),
        "installed_on": st.sampled_from(["", "-", "2021-01-02", "2020-05-05", "2099-01-01"]),
        "accepted_on": st.sampled_from(["", "2021-02-02", "2020-01-01"]),
        "fund": st.sampled_from(["", "APBD", "apbd", "CSR"]),
        "ap_name": st.sampled_from(["", "a", "b", "c"]),
        "ap_address": st.sampled_from(["", "10.0.0.1", "10.0.0.2", "10.0.0.3", "x"]),
        "snmp_community": st.sampled_from(["", "x", "y"]),
        "kind": st.sampled_from(["", "access_point", "controller"]),
        "controller": st.sampled_from(["", "-", "a", "b"]),
        "latitude": st.sampled_from(["", "-6.3", "106.7"]),
        "longitude": st.sampled_from(["", "106.7", "-6.3"]),
    },
)
FILES = st.lists(CELLS, max_size=8).map(lambda rows: [Row(number, cells) for number, cells in enumerate(rows, 2)])


@settings(max_examples=400, deadline=None)
@given(FILES, FILES)
def test_every_row_is_accounted_for_and_a_second_import_adds_nothing(first: list[Row], second: list[Row]) -> None:
    inventory = after(EMPTY, make_plan(first, EMPTY, TODAY))
    plan = make_plan(second, inventory, TODAY)
    assert sum(plan.counts.values()) == len(second)
    assert [outcome.number for outcome in plan.outcomes] == [item.number for item in second]
    assert all((outcome.verdict == REJECTED) == (outcome.reason is not None) for outcome in plan.outcomes)
    result = after(inventory, plan)
    addresses = [(ap.address, ap.port) for ap in result.access_points.values() if ap.address]
    assert len(addresses) == len(set(addresses))
    assert all(point.site in result.sites for point in result.points.values())
    assert all(ap.point_code in result.points for ap in result.access_points.values() if ap.point_code)
    assert all(ap.address or ap.controller for ap in result.access_points.values())
    controllers = [name for name, ap in result.access_points.items() if ap.kind == "controller"]
    assert not any(result.access_points[name].point_code for name in controllers)
    assert all(ap.controller in ("", *controllers) for ap in result.access_points.values())
    again = make_plan(second, result, TODAY)
    assert again.counts[ADDED] == again.counts[CHANGED] == 0
    assert [item.number for item in again.rejected] == [item.number for item in plan.rejected]


def test_unchanged_rows_stay_unchanged_beside_any_number_of_bad_ones() -> None:
    plan = make_plan([row(2), *(row(number, ap_port="x") for number in range(3, 50))], imported(row()), TODAY)
    assert plan.counts == {ADDED: 0, CHANGED: 0, UNCHANGED: 1, REJECTED: 47}
