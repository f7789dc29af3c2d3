from typing import Any

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.import_row import RejectedError
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.exclusions import exclude, exclusions, withdraw
from hotspot.store.models import City, Exclusion
from tests.hotspot.sla_city import NOW, A, B, at, build

GIVEN: dict[str, Any] = {
    "point_codes": ["P-1", "P-2"], "start": at("2026-10-10"), "end": at("2026-10-11"), "reason": "power",
    "note": "surat PLN", "now": NOW, "actor": "budi",
}  # fmt: skip


def city_of(session: Any) -> City:
    city = current_city(session)
    assert city is not None
    return city


def test_exclusion_of_many_points_at_once_is_listed_and_noted(engine: Engine) -> None:
    build(engine)
    with writing(engine) as session:
        assert exclude(session, city_of(session), **GIVEN) == 2
    with reading(engine) as session:
        rows = exclusions(session, city_of(session), ["P-1", "P-2"], A, B)
        assert [(row.point_code, row.reason, row.note, row.decided_by) for row in rows] == [
            ("P-2", "power", "surat PLN", "budi"), ("P-1", "power", "surat PLN", "budi"),
        ]  # fmt: skip
        assert exclusions(session, city_of(session), ["P-1"], B, B + 5) == []
        entry = audit_page(session, AuditFilter()).rows[0]
        assert (entry.actor, entry.action) == ("budi", "exclude")
        assert "P-1, P-2" in entry.detail


def test_withdrawn_exclusion_stays_listed_and_is_withdrawn_once(engine: Engine) -> None:
    build(engine)
    with writing(engine) as session:
        city = city_of(session)
        exclude(session, city, **GIVEN | {"point_codes": ["P-1"]})
        number = session.scalars(select(Exclusion.id)).one()
        assert withdraw(session, city, number, NOW, "sari")
        assert not withdraw(session, city, number, NOW, "sari")
        assert not withdraw(session, city, number + 1, NOW, "sari")
        [row] = exclusions(session, city, ["P-1"], A, B)
        assert (row.withdrawn_at, row.withdrawn_by) == (NOW, "sari")


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("points", {"point_codes": ["P-1", "P-9"]}),
        ("points", {"point_codes": []}),
        ("points", {"point_codes": [""]}),
        ("points", {"point_codes": [f"P-{n}" for n in range(6_000)]}),
        ("reason", {"reason": "because"}),
        ("end", {"end": GIVEN["start"]}),
        ("end", {"end": GIVEN["start"] + 32 * 86_400}),
        ("start", {"start": NOW, "end": NOW + 60}),
        ("note", {"note": "x" * 501}),
        ("note", {"note": "=cmd"}),
    ],
)
def test_exclusion_that_makes_no_sense_is_refused_and_nothing_kept(
    engine: Engine, field: str, changed: dict[str, Any]
) -> None:
    build(engine)
    with pytest.raises(RejectedError) as refused, writing(engine) as session:
        exclude(session, city_of(session), **GIVEN | changed)

    assert refused.value.column == field
    with reading(engine) as session:
        assert session.scalars(select(Exclusion)).all() == []


def test_time_that_is_excluded_is_not_excluded_again(engine: Engine) -> None:
    """A form sent twice is one decision; more of the time, or after a withdrawal, is another one."""
    build(engine)
    with writing(engine) as session:
        city = city_of(session)
        exclude(session, city, **GIVEN | {"point_codes": ["P-1", " P-1 "]})
        for again in (GIVEN, GIVEN | {"end": at("2026-10-10") + 60, "reason": "vandalism"}):
            with pytest.raises(RejectedError, match="all of this time of P-1 is excluded already") as refused:
                exclude(session, city, **again)
            assert refused.value.column == "points"
        assert exclude(session, city, **GIVEN | {"end": at("2026-10-12")}) == 2
        numbers = session.scalars(select(Exclusion.id).order_by(Exclusion.id)).all()
        for number in numbers:
            withdraw(session, city, number, NOW, "budi")
        assert (len(numbers), exclude(session, city, **GIVEN)) == (3, 2)
