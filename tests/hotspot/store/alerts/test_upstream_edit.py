"""What people say of upstreams and of what hangs on them, and that each step can be undone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.upstreams import DEEPEST
from hotspot.store.alerts.dependency_edit import Chosen, areas_on, chosen, hang, move_hanging, refuse_outside, unhang
from hotspot.store.alerts.upstream_edit import add_upstream, change_upstream, remove_upstream
from hotspot.store.alerts.upstreams import upstreams_of
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import writing
from hotspot.store.changes import places, undo
from hotspot.store.models import AccessPoint, City, Dependency, Upstream
from tests.hotspot.store.alerts.small_city import NOW, SmallCity, build

BY: dict[str, Any] = {"now": NOW, "actor": "Budi"}


@pytest.fixture
def made(engine: Engine) -> SmallCity:
    return build(engine)


@pytest.fixture
def session(engine: Engine, made: SmallCity) -> Iterator[Session]:
    with writing(engine) as session:
        yield session


@pytest.fixture
def city(session: Session) -> City:
    return session.query(City).one()


def held(session: Session) -> tuple[object, ...]:
    """All upstreams and dependencies as they stand."""
    ups = [(one.id, one.kind, one.name, one.parent_id, one.note) for one in session.query(Upstream).order_by("id")]
    hanging = session.query(Dependency).order_by("id")
    return ups, [(one.id, one.ap_id, one.upstream_id, one.why, one.since, one.by) for one in hanging]


def said(**more: object) -> dict[str, str]:
    return {"kind": "switch", "name": "SW 1"} | {name: str(value) for name, value in more.items()}


def test_an_upstream_is_made_on_another(session: Session, city: City, made: SmallCity) -> None:
    id_, _ = add_upstream(session, city, said(name=" SW  1 ", parent=made.fibre, note="in the box"), **BY)

    one = session.get_one(Upstream, id_)
    assert (one.kind, one.name, one.parent_id, one.note, one.created_by) == (
        "switch", "SW 1", made.fibre, "in the box", "Budi",
    )  # fmt: skip
    assert audit_page(session, AuditFilter()).rows[0].subject == "upstream switch SW 1"


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"kind": "moon"}, "kind"),
    ({"name": "  "}, "name"),
    ({"name": "=1+1"}, "name"),
    ({"name": "x" * 300}, "name"),
    ({"kind": "fibre", "name": "f1"}, "name"),
    ({"parent": "999"}, "parent"),
    ({"parent": "x"}, "parent"),
    ({"note": "a\x00b"}, "note"),
)


def test_what_is_wrong_is_refused_at_its_field(session: Session, city: City) -> None:
    for wrong, field in WRONG:
        with pytest.raises(RejectedError) as refused:
            add_upstream(session, city, said(**wrong), **BY)
        assert refused.value.column == field


def test_nothing_hangs_on_itself_and_no_tree_is_too_deep(session: Session, city: City, made: SmallCity) -> None:
    with pytest.raises(RejectedError, match="parent"):
        change_upstream(session, city, made.power, said(kind="power_area", parent=made.fibre), **BY)
    below = made.fibre
    for level in range(DEEPEST - 2):
        below, _ = add_upstream(session, city, said(name=f"SW {level}", parent=below), **BY)
    with pytest.raises(RejectedError, match="levels"):
        add_upstream(session, city, said(name="one more", parent=below), **BY)


Step = Callable[[Session, City, SmallCity], int | None]
STEPS: dict[str, Step] = {
    "add": lambda session, city, made: add_upstream(session, city, said(parent=made.power), **BY)[1],
    "change": lambda session, city, made: change_upstream(session, city, made.fibre, said(note="moved"), **BY),
    "remove one with another below": lambda session, city, made: remove_upstream(session, city, made.power, **BY),
    "remove one on another": lambda session, city, made: remove_upstream(session, city, made.fibre, **BY),
    "hang": lambda session, city, made: hang(session, city, made.fibre, made.aps, **BY)[1],
    "unhang": lambda session, city, made: unhang(session, city, made.fibre, made.aps[:2], **BY)[1],
}


def test_each_step_can_be_undone(session: Session, city: City, made: SmallCity) -> None:
    before = held(session)

    for name, step in STEPS.items():
        change_id = step(session, city, made)
        assert change_id is not None, name
        assert held(session) != before, name
        undo(session, city, change_id, **BY)
        assert held(session) == before, name


def test_what_hung_on_a_removed_one_hangs_on_what_it_hung_on(session: Session, city: City, made: SmallCity) -> None:
    hang(session, city, made.power, made.aps[:1], **BY)

    remove_upstream(session, city, made.fibre, **BY)

    assert upstreams_of(session, city) == dict.fromkeys(made.aps[:5], (made.power,))


def test_what_hung_on_a_removed_root_hangs_on_nothing(session: Session, city: City, made: SmallCity) -> None:
    remove_upstream(session, city, made.power, **BY)

    assert upstreams_of(session, city) == dict.fromkeys(made.aps[:4], (made.fibre,))


def test_what_changes_nothing_is_no_change(session: Session, city: City, made: SmallCity) -> None:
    same = {"kind": "fibre", "name": "F1", "parent": str(made.power)}

    assert change_upstream(session, city, made.fibre, same, **BY) is None
    assert hang(session, city, made.fibre, made.aps[:4], **BY) == (0, None)
    assert unhang(session, city, made.fibre, made.aps[5:], **BY) == (0, None)


def test_one_that_is_gone_is_refused(session: Session, city: City) -> None:
    with pytest.raises(RejectedError, match="no such upstream"):
        hang(session, city, 999, [], **BY)


def test_access_points_are_chosen_by_code_name_area_and_provider(session: Session, city: City, made: SmallCity) -> None:
    def names(**how: str) -> list[str]:
        return [one.name for one in chosen(session, city, **how)]

    assert names(points="TS-0, TS-2;\nTS-0") == ["ap-00", "ap-01", "ap-20", "ap-21"]
    assert names(names="ap-10\n ap-21 ") == ["ap-10", "ap-21"]
    assert names(area="36.74.01.1001") == ["ap-20", "ap-21"]
    assert len(names(area="36.74.01")) == len(names(provider="Nusa Link")) == 6
    assert names(area="36.74.01.1000", provider="Nusa Link") == ["ap-00", "ap-01", "ap-10", "ap-11"]
    assert names() == []


def test_what_nobody_knows_is_refused(session: Session, city: City) -> None:
    for field, text in {"points": "TS-0,TS-9", "names": "x", "area": "1", "provider": "x"}.items():
        with pytest.raises(RejectedError) as refused:
            chosen(session, city, **{field: text})
        assert refused.value.column == field


def test_accounts_hang_only_what_stands_in_their_areas(session: Session, city: City, made: SmallCity) -> None:
    found = [Chosen(1, "ap-1", "36.74.01.1000"), Chosen(2, "ap-2", "")]

    refuse_outside(found, frozenset())
    refuse_outside(found[:1], frozenset({"36.74.01"}))
    with pytest.raises(RejectedError, match="ap-2"):
        refuse_outside(found, frozenset({"36.74.01"}))
    assert areas_on(session, city, made.power) == {"36.74.01.1000", "36.74.01.1001"}
    _, change_id = hang(session, city, made.fibre, made.aps[4:], **BY)
    assert change_id
    assert places(session, change_id) == {"36.74.01.1001"}


def test_a_device_that_takes_a_place_hangs_where_the_old_one_hung(
    session: Session, city: City, made: SmallCity
) -> None:
    new = AccessPoint(city_id=city.id, name="new")
    session.add(new)
    session.flush()

    kept = move_hanging(session, made.aps[0], new.id)

    assert [(one.table, one.values) for one in kept] == [("dependency", {"ap_id": made.aps[0]})]
    assert upstreams_of(session, city)[new.id] == (made.fibre, made.power)
    assert made.aps[0] not in upstreams_of(session, city)
