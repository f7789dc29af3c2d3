"""The first entry that is not what was written is named, and what was done to it."""

from dataclasses import replace

import pytest

from hotspot.analytics.audit_chain import CHANGED, INSERTED, REMOVED, End, Fault, Link, digest, follow


def written(count: int) -> list[Link]:
    made: list[Link] = []
    for position in range(1, count + 1):
        link = Link(position, 1_800_000_000 + position, "sari", "change", f"point TS-{position}", "ümlaut \ud83d", "")
        made.append(replace(link, digest=digest(made[-1].digest if made else "", position, link)))
    return made


def renumbered(links: list[Link]) -> list[Link]:
    return [replace(link, position=position) for position, link in enumerate(links, start=1)]


def test_a_log_as_it_was_written_holds() -> None:
    links = written(5)
    assert follow(links) == End(5, links[-1].digest)
    assert follow([]) == End(0, "")


def test_the_digest_is_what_anybody_can_compute() -> None:
    link = Link(1, 7, "a", "b", "c", "é", "")
    # printf '["",1,7,"a","b","c","\\\\u00e9"]' | sha256sum
    assert digest("", 1, link) == "622b39be08f7b906d08c87a680cfeaffec3208864ff2600aeb0528305588ac91"


@pytest.mark.parametrize("field", ["at", "actor", "action", "subject", "detail"])
@pytest.mark.parametrize("place", [1, 3, 5])
def test_a_changed_entry_is_named(field: str, place: int) -> None:
    links = written(5)
    changed: dict[str, object] = {field: 1 if field == "at" else "mallory"}
    links[place - 1] = replace(links[place - 1], **changed)  # type: ignore[arg-type]
    assert follow(links) == Fault(CHANGED, place, place)


def test_a_changed_entry_with_its_digest_made_anew_shows_at_the_next() -> None:
    links = written(5)
    changed = replace(links[2], detail="nothing happened")
    links[2] = replace(changed, digest=digest(links[1].digest, 3, changed))
    assert follow(links) == Fault(CHANGED, 4, 4)


@pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 2), (2, 4), (1, 4)])
def test_removed_entries_are_named(first: int, last: int) -> None:
    links = written(5)
    del links[first - 1 : last]
    assert follow(links) == Fault(REMOVED, first, last)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_removed_entry_is_named_where_the_others_moved_up(place: int) -> None:
    links = written(5)
    del links[place - 1]
    assert follow(renumbered(links)) == Fault(REMOVED, place, place)


@pytest.mark.parametrize("place", [1, 3, 5])
def test_an_inserted_entry_is_named(place: int) -> None:
    links = written(5)
    links.insert(place - 1, replace(links[0], subject="point TS-99", digest="f" * 64))
    assert follow(renumbered(links)) == Fault(INSERTED, place, place)


def test_two_entries_of_one_place() -> None:
    links = written(3)
    assert follow([*links[:2], links[1], links[2]]) == Fault(INSERTED, 2, 2)
