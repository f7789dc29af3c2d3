"""Stand-ins for the outlines of areas: the city around its places, cut where two neighbours are equally near."""

from collections.abc import Sequence

Place = tuple[float, float]  # longitude, latitude: the order of GeoJSON
Ring = list[Place]


def cells(places: Sequence[Place], around: Sequence[Place] = (), margin: float = 0.06) -> list[Ring]:
    """A closed ring around each place (a Voronoi diagram); together they fill the hull of all and of `around`.

    The hull is widened by `margin`, a share of its size.
    """
    ground = widened(hull([*places, *around]), margin)
    return [closed(cell(i, places, ground)) for i in range(len(places))]


def cell(own: int, places: Sequence[Place], ground: Ring) -> Ring:
    ring = ground
    for other, place in enumerate(places):
        if other != own and place != places[own]:
            ring = nearer(ring, places[own], place)
    return ring


def nearer(ring: Ring, here: Place, there: Place) -> Ring:
    """The part of a convex ring that is nearer to `here` (Sutherland-Hodgman with one edge)."""
    kept: Ring = []
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        side_a, side_b = side(a, here, there), side(b, here, there)
        if side_a <= 0:
            kept.append(a)
        if (side_a < 0 < side_b) or (side_b < 0 < side_a):
            share = side_a / (side_a - side_b)
            kept.append((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
    return kept


def side(point: Place, here: Place, there: Place) -> float:
    """Negative when `point` is nearer to `here`."""
    (x, y), (hx, hy), (tx, ty) = point, here, there
    return (tx - hx) * (2 * x - hx - tx) + (ty - hy) * (2 * y - hy - ty)


def hull(places: Sequence[Place]) -> Ring:
    """The convex hull, counter-clockwise (Andrew's monotone chain)."""
    ordered = sorted(set(places))
    if len(ordered) < 3:
        return ordered
    lower, upper = half(ordered), half(ordered[::-1])
    return lower[:-1] + upper[:-1]


def half(ordered: Sequence[Place]) -> Ring:
    chain: Ring = []
    for place in ordered:
        while len(chain) > 1 and turn(chain[-2], chain[-1], place) <= 0:
            chain.pop()
        chain.append(place)
    return chain


def turn(a: Place, b: Place, c: Place) -> float:
    """Positive to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def widened(ring: Ring, margin: float) -> Ring:
    """A convex ring around `ring` with room on all sides; a box when there is next to nothing to go around."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    room = max(max(xs, default=0) - min(xs, default=0), max(ys, default=0) - min(ys, default=0), 0.01) * margin
    around = [(x + dx * room, y + dy * room) for x, y in ring for dx, dy in OCTAGON]
    return hull(around)


OCTAGON = ((1, 0.4), (0.4, 1), (-0.4, 1), (-1, 0.4), (-1, -0.4), (-0.4, -1), (0.4, -1), (1, -0.4))


def closed(ring: Ring) -> Ring:
    """As GeoJSON wants it: the first place again at the end."""
    return [*ring, ring[0]] if ring else []
