"""Rows of strange tables as rows of our own form, and the report over both."""

from datetime import date

from hotspot.analytics.foreign_rows import prepared
from hotspot.analytics.import_plan import make_plan
from hotspot.analytics.import_report import against, read_alone
from hotspot.analytics.import_row import N_, Reason, Row
from hotspot.analytics.sifted import ACCEPTED, MERGED, REJECTED, Remark, Sifted, Sifting
from hotspot.analytics.venue_words import venue_of
from tests.hotspot.analytics.test_import_plan import EMPTY

TODAY = date(2026, 11, 21)


def sifted(number: int, /, **cells: str) -> Sifted:
    base = {"point_code": f"W-{number}", "point_name": "Balai", "area_code": "36.74.01.1002"}
    return Sifted(number, ACCEPTED, base | cells, tuple(cells.values()))


def rows(*given: Sifted, own: bool = False) -> list[Row]:
    return prepared(Sifting(given, ()), own=own)


def test_our_own_rows_stay_as_they_are() -> None:
    assert rows(sifted(2, venue_kind="kapal"), own=True)[0].cells["venue_kind"] == "kapal"


def test_the_kind_is_told_by_its_word_or_by_the_name() -> None:
    kinds = [
        row.cells["venue_kind"]
        for row in rows(
            sifted(2, venue_kind="公車站"),
            sifted(3, point_name="Masjid Al Ikhlas"),
            sifted(4, venue_kind="xyz", point_name="Zzz"),
            sifted(5, venue_kind="Perpustakaan"),
        )
    ]
    assert kinds == ["terminal", "mosque", "other", "reading_garden"]
    assert venue_of("") == ""
    assert venue_of("Balai warga") == "community_hall"


def test_a_detail_is_part_of_the_name_and_the_site_is_the_whole() -> None:
    (row,) = rows(sifted(2, detail="Lantai 2"))
    assert (row.cells["point_name"], row.cells["site_name"]) == ("Balai, Lantai 2", "Balai")
    assert "detail" not in row.cells


def test_points_that_disagree_about_their_site_get_sites_of_their_own() -> None:
    given = [
        sifted(2, detail="Lantai 1", address="Jl. A"),
        sifted(3, detail="Lantai 2", address="Jl. B"),
        sifted(4, address="Jl. A"),
        sifted(5, address="Jl. C"),
    ]
    plan = make_plan(rows(*given), EMPTY, TODAY)
    assert plan.rejected == []
    assert len(plan.sites) == 4
    assert make_plan(rows(*given), EMPTY, TODAY).points == plan.points


def test_the_area_is_found_by_the_place() -> None:
    row = Sifted(2, ACCEPTED, {"point_name": "A", "latitude": "-6.3", "longitude": "106.6"}, ())
    known = prepared(Sifting((row,), ()), own=False, area_at=lambda _north, _east: "36.74.01.1002")
    assert known[0].cells["area_code"] == "36.74.01.1002"
    assert "area_code" not in prepared(Sifting((row,), ()), own=False, area_at=lambda _north, _east: "")[0].cells


def test_a_device_without_an_address_is_left_out() -> None:
    assert "ap_name" not in rows(sifted(2, ap_name="ap-1"))[0].cells
    assert "ap_name" in rows(sifted(2, ap_name="ap-1", ap_address="10.0.0.1"))[0].cells


def test_the_report_adds_up() -> None:
    remark = Remark("latitude", Reason(N_("x")), mended=True)
    doubt = Remark("", Reason(N_("w")))
    sifting = Sifting(
        (
            Sifted(2, ACCEPTED, sifted(2).cells, ("a",), remarks=(remark,)),
            Sifted(3, MERGED, {}, ("a",), into=2, reason=Reason(N_("y"))),
            Sifted(4, REJECTED, {}, ("b",), reason=Reason(N_("z"))),
            Sifted(5, ACCEPTED, {**sifted(5).cells, "area_code": "1"}, ("c",), remarks=(doubt,)),
        ),
        (),
    )
    plan = make_plan(prepared(sifting, own=False), EMPTY, TODAY)
    report = against(sifting, plan)
    assert [row.verdict for row in report.rows] == ["added", "merged", "rejected", "rejected"]
    assert (report.accepted, report.to_write, report.mended, report.doubted) == (1, 1, 1, 1)
    assert sum(report.counts.values()) == 4
    alone = read_alone(sifting)
    assert (alone.accepted, dict(alone.counts)) == (2, {"accepted": 2, "merged": 1, "rejected": 1})
