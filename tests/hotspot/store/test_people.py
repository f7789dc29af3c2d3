import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import Act
from hotspot.store import accounts, links, people, sign_ins
from hotspot.store.accounts import AccountError
from hotspot.store.base import reading, writing
from hotspot.store.bounds import areas_of, outside
from hotspot.store.city import current_city
from hotspot.store.hand_over import hand_over
from hotspot.store.models import Area, City, Point, Site

NOW = 1_795_244_400
SERPONG, BUARAN, PAMULANG = "36.74.01", "36.74.01.1001", "36.74.06"


def found_city(session: Session) -> City:
    """With a point in Buaran and one in Pamulang."""
    city = City(code="36.74", name="Kota Tangerang Selatan")
    session.add(city)
    session.flush()
    for number, (code, name) in enumerate({SERPONG: "Serpong", BUARAN: "Buaran", PAMULANG: "Pamulang"}.items()):
        area = Area(city_id=city.id, code=code, name=name, level="village" if len(code) > 8 else "district")
        session.add(area)
        session.flush()
        site = Site(city_id=city.id, area_id=area.id, name=name, venue_kind="park")
        session.add(site)
        session.flush()
        session.add(Point(city_id=city.id, site_id=site.id, code=f"TS-{number}", name=name, lifecycle="active"))
    session.flush()
    return city


def test_a_person_comes_with_role_and_areas(engine: Engine) -> None:
    with writing(engine) as session:
        city = found_city(session)
        budi = accounts.create_account(session, "budi", "planner", NOW)
        people.set_standing(session, city, budi.id, "planner", [PAMULANG, BUARAN, SERPONG])
        secret = sign_ins.sign_in(session, budi.id, NOW)
    with reading(engine) as session:
        signed = sign_ins.signed_in(session, secret, NOW, 3600)
        assert signed
        assert signed.person.areas == {SERPONG, PAMULANG}
        assert signed.person.may(Act.PLAN, BUARAN)
        assert not signed.person.may(Act.NETWORK, BUARAN)
        assert accounts.person_by_name(session, "budi") == accounts.person_by_id(session, budi.id)


def test_points_outside_are_named(engine: Engine) -> None:
    with writing(engine) as session:
        city = found_city(session)
        assert outside(session, city, frozenset()) == frozenset()
        assert outside(session, city, frozenset({SERPONG})) == {"TS-2"}
        assert areas_of(session, city, ["TS-1", "TS-2", "none"]) == {BUARAN, PAMULANG}


@pytest.mark.parametrize(("role", "areas", "field"), [("owner", [SERPONG], "areas"), ("viewer", ["1.2"], "areas")])
def test_a_standing_that_can_not_be_is_refused(engine: Engine, role: str, areas: list[str], field: str) -> None:
    with writing(engine) as session:
        city = found_city(session)
        budi = accounts.create_account(session, "budi", "viewer", NOW)
        with pytest.raises(AccountError) as refused:
            people.set_standing(session, city, budi.id, role, areas)
    assert refused.value.key == field


def test_members_tell_when_they_were_seen_and_what_waits(engine: Engine) -> None:
    with writing(engine) as session:
        found_city(session)
        ani, budi = (accounts.create_account(session, name, "owner", NOW) for name in ("ani", "budi"))
        sign_ins.sign_in(session, ani.id, NOW - 50)
        sign_ins.sign_in(session, ani.id, NOW - 10)
        links.make_link(session, links.SET_PASSWORD, NOW, budi.id)
    with reading(engine) as session:
        first, second = people.members(session, current_city(session), NOW)
        assert (first.last_seen, first.browsers, first.invited_until) == (NOW - 10, 2, None)
        assert (second.last_seen, second.browsers, second.invited_until) == (None, 0, NOW + 3 * 86_400)
        later = people.member(session, current_city(session), budi.id, NOW + 4 * 86_400)
        assert later
        assert later.invited_until is None
        assert people.member(session, current_city(session), 999, NOW) is None
    with writing(engine) as session:
        links.revoke(session, links.SET_PASSWORD, budi.id)
        assert people.members(session, current_city(session), NOW)[1].invited_until is None


def test_a_hand_over_is_whole_or_not_at_all(engine: Engine) -> None:
    with writing(engine) as session:
        city = found_city(session)
        ani = accounts.create_account(session, "ani", "owner", NOW)
        budi = accounts.create_account(session, "budi", "planner", NOW)
        people.set_standing(session, city, budi.id, "planner", [SERPONG])
    for giver, taker, role in ((ani, ani, "viewer"), (budi, ani, "viewer"), (ani, budi, "god")):
        with pytest.raises(AccountError), writing(engine) as session:
            hand_over(session, current_city(session), giver.id, taker.id, role, now=NOW, actor="ani")
    with writing(engine) as session:
        hand_over(session, current_city(session), ani.id, budi.id, "planner", now=NOW, actor="ani")
    with reading(engine) as session:
        told = {one.name: (one.role, one.areas) for one in accounts.people(session)}
        assert told == {"ani": ("planner", frozenset()), "budi": ("owner", frozenset())}
