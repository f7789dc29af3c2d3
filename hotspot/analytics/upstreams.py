"""What access points hang on: the kinds of upstreams, and the tree that they make."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hotspot.analytics.import_row import N_, reject

SWITCH, FIBRE, PROVIDER_LINE, POWER_AREA, OTHER = "switch", "fibre", "provider_line", "power_area", "other"
KINDS: Mapping[str, str] = {
    SWITCH: N_("Switch"),
    FIBRE: N_("Fibre"),
    PROVIDER_LINE: N_("Provider's line"),
    POWER_AREA: N_("Power area"),
    OTHER: N_("Other"),
}
DEEPEST = 8  # levels from an access point's own upstream to the root, both counted

Parents = Mapping[int, int | None]
"""What each upstream hangs on itself."""


def ancestors(parents: Parents, upstream: int) -> tuple[int, ...]:
    """What it hangs on, the nearest first; a circle, which no page makes, is walked once."""
    found: list[int] = []
    above = parents.get(upstream)
    while above is not None and above != upstream and above not in found and len(found) < DEEPEST:
        found.append(above)
        above = parents.get(above)
    return tuple(found)


def all_above(parents: Parents, direct: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """By access point everything that it hangs on, the nearest first; `direct` are pairs of it and an upstream."""
    chains: dict[int, tuple[int, ...]] = {}
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for ap_id, upstream in direct:
        if upstream not in chains:
            chains[upstream] = (upstream, *ancestors(parents, upstream))
        levels = found[ap_id]
        for level, one in enumerate(chains[upstream]):
            levels[one] = max(level, levels.get(one, 0))
    return {ap_id: tuple(sorted(levels, key=lambda one: (levels[one], one))) for ap_id, levels in found.items()}


def children(parents: Parents) -> dict[int | None, list[int]]:
    """Of each upstream, and of none, those that hang on it directly."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for upstream, parent in parents.items():
        below[parent if parent in parents else None].append(upstream)
    return below


def branch(parents: Parents, root: int) -> tuple[int, ...]:
    """The upstream and all that hang on it."""
    below, found = children(parents), [root]
    for one in found:
        found += [child for child in below.get(one, ()) if child not in found]
    return tuple(found)


def all_below(parents: Parents, hanging: Mapping[int, Iterable[int]]) -> dict[int, set[int]]:
    """By upstream the access points that hang on it or on anything that does; `hanging` are those directly on it."""
    found: dict[int, set[int]] = {upstream: set() for upstream in parents}
    for upstream in parents:
        mine = set(hanging.get(upstream, ()))
        for one in (upstream, *ancestors(parents, upstream)) if mine else ():
            found[one] |= mine
    return found


def check_parent(parents: Parents, upstream: int | None, parent: int) -> None:
    """Raises RejectedError of "parent" for a circle or too many levels; `upstream` is None for a new one."""
    below = branch(parents, upstream) if upstream is not None else ()
    if parent in below:
        reject("parent", N_("that hangs on this one itself, so that both would hang on nothing"))
    above = 1 + len(ancestors(parents, parent))
    alone: dict[int, int | None] = {one: parents[one] if one != upstream else None for one in below}
    depth = max((1 + len(ancestors(alone, one)) for one in below), default=1)
    if above + depth > DEEPEST:
        reject("parent", N_("more than %(most)s levels above one another"), most=DEEPEST)
