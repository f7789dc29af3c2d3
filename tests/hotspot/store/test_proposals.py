"""Proposals written and decided on both engines; the contact leaves the database for admins alone."""

from collections.abc import Callable
from datetime import date
from threading import Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError, Row
from hotspot.analytics.verdicts import counts
from hotspot.store.attachments import add_attachment
from hotspot.store.base import reading, writing
from hotspot.store.models import Area, AuditEntry, City, LifecycleChange, Point, Proposal, Site
from hotspot.store.proposal_convert import convert, next_code, take_back
from hotspot.store.proposal_edit import (
    add_proposal,
    apply_proposals,
    change_proposal,
    decline,
    merge,
    plan_proposals,
    reopen,
)
from hotspot.store.proposals import (
    ProposalFilter,
    contact_of,
    detail,
    every,
    known_places,
    proposals,
    public,
)
from tests.hotspot.small_city import build
from tests.hotspot.store.test_siting import square
from tests.hotspot.web.world import NOW

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TODAY = date(2026, 11, 21)
A, B = "36.74.01.1001", "36.74.01.1002"
HALL = {
    "place": "Balai Warga RW 05", "area_code": A, "venue_kind": "community_hall", "reason": "Anak belajar di sini",
    "source": "citizen", "latitude": "-6.300", "longitude": "106.710", "contact": "Ibu Sari 0812-555",
    "received_on": "2026-10-01",
}  # fmt: skip


@pytest.fixture
def city(engine: Engine) -> City:
    build(engine)
    with writing(engine) as session:
        for area, south in zip(session.scalars(select(Area).order_by(Area.code)), (-6.31, -6.29), strict=True):
            area.boundary = square(south, 106.70)
        for site in session.scalars(select(Site)):
            site.latitude, site.longitude = -6.301, 106.710
        session.flush()
        found = session.scalars(select(City)).one()
        session.expunge(found)
    return found


def add(engine: Engine, city: City, **cells: str) -> str:
    with writing(engine) as session:
        return add_proposal(session, KEY, city, HALL | cells, today=TODAY, now=NOW, actor="sari")


def act(engine: Engine, step: Callable[..., object], city: City, *words: str) -> None:
    with writing(engine) as session:
        step(session, city, *words, now=NOW, actor="sari")


def told(session: Session) -> str:
    return "\n".join(
        f"{row.action} {row.subject} {row.detail}"
        for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    )


def to_point(engine: Engine, city: City, number: str, code: str) -> str:
    with writing(engine) as session:
        return convert(
            session, KEY, city, number, point_code=code, point_name="", document="", answer="", today=TODAY, now=NOW,
            actor="sari",
        )  # fmt: skip


def test_a_contact_is_sealed_and_in_no_list_and_no_log(engine: Engine, city: City) -> None:
    number = add(engine, city)
    with reading(engine) as session:
        row = session.scalars(select(Proposal)).one()
        assert row.contact is not None
        assert b"Sari" not in row.contact
        assert contact_of(session, KEY, city, number) == "Ibu Sari 0812-555"
        assert contact_of(session, OTHER_KEY, city, number) is None
        seen = repr(proposals(session, city, ProposalFilter(), NOW)) + repr(public(session, city, number))
        assert "Sari" not in seen + told(session)
        assert "0812" not in seen + told(session)
        assert every(session, city)[0].has_contact


def test_a_change_keeps_the_contact_unless_another_is_given(engine: Engine, city: City) -> None:
    number = add(engine, city)

    def change(**cells: str) -> bool:
        with writing(engine) as session:
            given = HALL | {"contact": ""} | cells
            return change_proposal(session, KEY, city, number, given, today=TODAY, now=NOW, actor="sari")

    assert change() is False
    assert change(place="Balai RW 05", area_code=A) is True
    with reading(engine) as session:
        assert contact_of(session, KEY, city, number) == "Ibu Sari 0812-555"
        assert every(session, city)[0].asked.place == "Balai RW 05"
    assert change(place="Balai RW 05", contact="Pak Budi") is True
    with reading(engine) as session:
        assert contact_of(session, KEY, city, number) == "Pak Budi"
        assert "Budi" not in told(session)
        assert f"change proposal {number} contact" in told(session)
    change(place="Balai RW 05", contact="-")
    with reading(engine) as session:
        assert contact_of(session, KEY, city, number) is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"latitude": "-6.28"}, "latitude"),  # in the other area
        ({"latitude": "-6.1"}, "latitude"),  # outside
        ({"longitude": ""}, "longitude"),
        ({"area_code": "36.74.99.1001"}, "area_code"),
        ({"place": ""}, "place"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(engine: Engine, city: City, cells: dict[str, str], column: str) -> None:
    with pytest.raises(RejectedError) as error:
        add(engine, city, **cells)
    assert error.value.column == column
    with reading(engine) as session:
        assert every(session, city) == []


def test_the_same_place_is_named_and_joined_and_parted(engine: Engine, city: City) -> None:
    first = add(engine, city)
    second = add(engine, city, place="Depan balai", latitude="-6.3005")
    third = add(engine, city, place="Balai warga RW 05", latitude="", longitude="")
    far = add(engine, city, place="Taman", latitude="-6.305")
    with reading(engine) as session:
        twins = {
            one.row.number: {t.number for t in one.twins} for one in proposals(session, city, ProposalFilter(), NOW)
        }
    assert twins == {first: {second, third}, second: {first}, third: {first}, far: set()}
    act(engine, merge, city, second, first)
    act(engine, merge, city, third, first)
    with reading(engine) as session:
        found = detail(session, city, first, NOW)
        assert found is not None
        assert found.judged.row.supporters == 3
        assert {one.number for one in found.merged} == {second, third}
        assert found.judged.score.parts["supporters"] == 0.6
    act(engine, merge, city, first, far)
    with reading(engine) as session:
        assert {row.number: row.supporters for row in every(session, city)} == {first: 0, second: 0, third: 0, far: 4}
    act(engine, reopen, city, first)
    act(engine, reopen, city, third)
    with reading(engine) as session:
        assert {row.number: row.supporters for row in every(session, city)} == {first: 2, second: 0, third: 1, far: 1}


def test_only_open_ones_are_joined_and_none_with_itself(engine: Engine, city: City) -> None:
    first, second = add(engine, city), add(engine, city)
    act(engine, merge, city, second, first)
    for one, into in ((first, first), (first, second), (second, first), (first, "7KQ2-M9XB"), ("nobody", first)):
        with pytest.raises(RejectedError):
            act(engine, merge, city, one, into)
    with pytest.raises(RejectedError) as error:
        act(engine, merge, city, first, "")
    assert error.value.column == "into"


def test_two_who_join_a_pair_both_ways_at_once_make_no_circle(engine: Engine, city: City) -> None:
    first, second = add(engine, city), add(engine, city)
    refused: list[RejectedError] = []

    def other_way() -> None:
        try:
            act(engine, merge, city, second, first)
        except RejectedError as error:
            refused.append(error)

    other = Thread(target=other_way)
    with writing(engine) as session:
        merge(session, city, first, second, now=NOW, actor="sari")
        other.start()
        other.join(0.3)
    other.join()
    assert len(refused) == 1
    with reading(engine) as session:
        assert {row.number: row.state for row in every(session, city)} == {first: "merged", second: "open"}


def test_a_refusal_has_an_answer_that_the_public_reads(engine: Engine, city: City) -> None:
    number = add(engine, city)
    with pytest.raises(RejectedError) as error:
        act(engine, decline, city, number, "  ")
    assert error.value.column == "answer"
    act(engine, decline, city, number, "Sudah ada titik di dekatnya.")
    with reading(engine) as session:
        found = public(session, city, number)
    assert found is not None
    assert (found.state, found.answer, found.joined) == ("declined", "Sudah ada titik di dekatnya.", False)
    act(engine, reopen, city, number)
    with reading(engine) as session:
        again = public(session, city, number)
    assert again is not None
    assert (again.state, again.answer, again.decided_at) == ("open", "", None)


def test_who_was_joined_follows_the_first(engine: Engine, city: City) -> None:
    first, second, third = add(engine, city), add(engine, city), add(engine, city)
    act(engine, merge, city, third, second)
    act(engine, merge, city, second, first)
    act(engine, decline, city, first, "Tidak.")
    with reading(engine) as session:
        found = public(session, city, third)
        assert public(session, city, "7KQ2-M9XB") is None
    assert found is not None
    assert (found.state, found.answer, found.joined, found.number) == ("declined", "Tidak.", True, third)


def test_it_becomes_a_planned_point_with_its_document(engine: Engine, city: City) -> None:
    number = add(engine, city)
    with writing(engine) as session:
        pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
        kept = add_attachment(
            session, city.id, kind="document", name="ba.pdf", media_type="application/pdf", data=pdf, now=NOW, actor="a"
        )
    with writing(engine) as session:
        assert next_code(session, city) == "P-3"
        code = convert(
            session, KEY, city, number, point_code="P-3", point_name="Balai RW 05 Wi-Fi", document="BA 12/2026",
            answer="Masuk rencana.", attachment_id=kept, today=TODAY, now=NOW, actor="sari",
        )  # fmt: skip
    with reading(engine) as session:
        point = session.scalars(select(Point).where(Point.code == code)).one()
        site = session.get_one(Site, point.site_id)
        (step,) = session.scalars(select(LifecycleChange).where(LifecycleChange.point_id == point.id))
        assert (point.lifecycle, point.name, site.name) == ("planned", "Balai RW 05 Wi-Fi", "Balai Warga RW 05")
        assert (site.latitude, site.longitude, site.venue_kind) == (-6.3, 106.71, "community_hall")
        assert (step.stage, step.since, step.document, step.attachment_id) == ("planned", TODAY, "BA 12/2026", kept)
        found = public(session, city, number)
        assert found is not None
        assert (found.state, found.answer, found.stage) == ("converted", "Masuk rencana.", "planned")


def test_a_code_that_is_taken_makes_no_point(engine: Engine, city: City) -> None:
    number = add(engine, city)
    for code in ("P-1", "", "=1+1"):
        with pytest.raises(RejectedError) as error:
            to_point(engine, city, number, code)
        assert error.value.column == "point_code"
    to_point(engine, city, number, "P-3")
    with pytest.raises(RejectedError):
        to_point(engine, city, number, "P-4")
    with reading(engine) as session:
        assert sorted(session.scalars(select(Point.code))) == ["P-1", "P-2", "P-3"]


def test_a_planned_point_is_taken_back_until_something_happens_to_it(engine: Engine, city: City) -> None:
    number, other = add(engine, city), add(engine, city, place="Taman")
    with reading(engine) as session:
        before = sorted(session.scalars(select(Site.name)))
    to_point(engine, city, number, "P-3")
    act(engine, take_back, city, number)
    with reading(engine) as session:
        assert sorted(session.scalars(select(Site.name))) == before
        assert sorted(session.scalars(select(Point.code))) == ["P-1", "P-2"]
        assert {row.state for row in every(session, city)} == {"open"}
    to_point(engine, city, other, "P-4")
    with writing(engine) as session:
        point = session.scalars(select(Point).where(Point.code == "P-4")).one()
        point.lifecycle = "surveyed"
    with pytest.raises(RejectedError):
        act(engine, take_back, city, other)
    with reading(engine) as session:
        assert "P-4" in session.scalars(select(Point.code)).all()


def test_two_at_one_place_get_sites_of_their_own(engine: Engine, city: City) -> None:
    first, second = add(engine, city), add(engine, city, latitude="-6.302")
    to_point(engine, city, first, "P-3")
    to_point(engine, city, second, "P-4")
    with reading(engine) as session:
        sites = dict(session.execute(select(Point.code, Site.name).join(Site, Point.site_id == Site.id)).all())
    assert sites["P-3"] == "Balai Warga RW 05"
    assert sites["P-4"] == f"Balai Warga RW 05 ({second})"


def test_a_file_is_taken_in_once(engine: Engine, city: City) -> None:
    rows = [Row(2, HALL), Row(3, HALL | {"place": "Taman", "contact": ""}), Row(4, HALL), Row(5, HALL | {"reason": ""})]
    for expected in ((2, 1, 1), (0, 3, 1)):
        with writing(engine) as session:
            plan = plan_proposals(session, city, rows, TODAY)
            apply_proposals(session, KEY, city, plan, now=NOW, actor="sari")
        found = counts(plan.verdicts)
        assert (found["added"], found["unchanged"], found["rejected"]) == expected
        assert "Sari" not in repr(plan.verdicts)
    with reading(engine) as session:
        assert len(every(session, city)) == 2
        assert "Sari" not in told(session)


def test_scores_and_filters(engine: Engine, city: City) -> None:
    hall = add(engine, city)
    nowhere = add(engine, city, place="Taman", latitude="", longitude="", venue_kind="park", source="RW")
    below = add(engine, city, place="Pasar", area_code=B, latitude="-6.28", source="village")
    with reading(engine) as session:
        found = {one.row.number: one for one in proposals(session, city, ProposalFilter(), NOW)}
        assert found[hall].away_m is None  # no point runs: nobody polled one
        assert found[nowhere].score.parts["distance"] is None
        assert found[nowhere].score.most > found[nowhere].score.total
        for chosen, numbers in (
            (ProposalFilter(q="pasar"), {below}),
            (ProposalFilter(source="neighbourhood"), {nowhere}),
            (ProposalFilter(area=B), {below}),
            (ProposalFilter(area="36.74.01"), {hall, nowhere, below}),
            (ProposalFilter(state="declined"), set()),
            (ProposalFilter(q=hall.lower()), {hall}),
        ):
            assert {one.row.number for one in proposals(session, city, chosen, NOW)} == numbers
        assert known_places(session, city, [hall, nowhere, "x" * 900]) == {hall: ((-6.3, 106.71), "Balai Warga RW 05")}
        assert detail(session, city, "7KQ2-M9XB", NOW) is None
