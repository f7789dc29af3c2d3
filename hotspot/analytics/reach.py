"""How far it is to the next point from everywhere in the city, and what more points would do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, hypot, inf, sqrt

from hotspot.analytics.geography import STEP_M, Grid, Place

NEAR_M, WALK_M = 300, 500
LEAF = 8  # places in a leaf of the tree
# A place a quarter of a cell off a middle has no other middle at just 300 m, which roundings would move in or out.
OFF = 0.25
AROUND = [(dx, dy) for dx in range(-2, 4) for dy in range(-2, 4) if hypot(dx - OFF, dy - OFF) * STEP_M <= NEAR_M]
Flat = tuple[float, float]
Tree = list[Flat] | tuple[int, float, "Tree", "Tree"]  # a leaf, or the axis and value that part two trees


@dataclass(frozen=True, slots=True)
class AreaReach:
    """Of an area's `cells` those within 300 m and 500 m of a point; `mean_m` is the mean distance, None: no points."""

    cells: int
    near: int
    walk: int
    mean_m: float | None

    @property
    def near_share(self) -> float:
        return self.near / self.cells

    @property
    def walk_share(self) -> float:
        return self.walk / self.cells


@dataclass(frozen=True, eq=False)
class Reach:
    """Squared distances to the nearest point by area, in the order of the grid's cells, and their sums."""

    squares: Mapping[str, tuple[float, ...]]
    areas: Mapping[str, AreaReach]

    @property
    def city(self) -> AreaReach | None:
        return summed(self.areas.values())


@lru_cache(maxsize=16)
def reach(ground: Grid, points: tuple[Place, ...]) -> Reach:
    """Kept by its inputs: two questions about the same city cost one."""
    places = [ground.flat.xy(point) for point in points]
    tree = plant(places)
    squares = {code: tuple(nearest(tree, cells)) for code, cells in ground.cells.items()}
    return made(squares)


def with_more(ground: Grid, before: Reach, points: Sequence[Place]) -> Reach:
    """After more points: no cell is ever farther from a point than before."""
    places = [ground.flat.xy(point) for point in points]
    if not places:
        return before
    squares = {}
    for code, old in before.squares.items():
        new = list(old)
        for px, py in places:
            new = [
                min(square, (x - px) ** 2 + (y - py) ** 2)
                for square, (x, y) in zip(new, ground.cells[code], strict=True)
            ]
        squares[code] = tuple(new)
    return made(squares)


def made(squares: Mapping[str, tuple[float, ...]]) -> Reach:
    return Reach(squares, {code: area_reach(found) for code, found in squares.items()})


def area_reach(squares: Sequence[float]) -> AreaReach:
    known = bool(squares) and squares[0] < inf
    return AreaReach(
        len(squares),
        sum(square <= NEAR_M**2 for square in squares),
        sum(square <= WALK_M**2 for square in squares),
        sum(map(sqrt, squares)) / len(squares) if known else None,
    )


def summed(areas: Iterable[AreaReach]) -> AreaReach | None:
    """Of the city: cells are of one size, so that sums of cells are sums of ground."""
    found = list(areas)
    cells = sum(one.cells for one in found)
    if not cells:
        return None
    far = [one.mean_m * one.cells for one in found if one.mean_m is not None]
    return AreaReach(
        cells, sum(one.near for one in found), sum(one.walk for one in found), sum(far) / cells if far else None
    )


def gaps(ground: Grid, before: Reach, code: str, number: int) -> list[Place]:
    """Where `number` points in an area bring most new ground within 300 m, one after the other (greedy).

    Equal gains go to the cell farthest from a point. Fewer where the area has fewer cells; empty without an outline.
    """
    cells, squares = ground.cells.get(code, ()), list(before.squares.get(code, ()))
    lattice = [(floor(x / STEP_M), floor(y / STEP_M)) for x, y in cells]
    area = frozenset(lattice)
    inward = [towards(cell, area) for cell in lattice]
    found: list[Place] = []
    while len(found) < min(number, len(cells)):
        beyond = {own for own, square in zip(lattice, squares, strict=True) if square > NEAR_M**2}
        gains = [
            sum((column + dx * east, row + dy * north) in beyond for dx, dy in AROUND)
            for (column, row), (east, north) in zip(lattice, inward, strict=True)
        ]
        _, _, n = max(zip(gains, squares, range(0, -len(cells), -1), strict=True))
        x, y = (at + side * OFF * STEP_M for at, side in zip(cells[-n], inward[-n], strict=True))
        squares = [min(square, (x - a) ** 2 + (y - b) ** 2) for square, (a, b) in zip(squares, cells, strict=True)]
        latitude, longitude = ground.flat.place(x, y)
        found.append((round(latitude, 5), round(longitude, 5)))
    return found


def towards(cell: tuple[int, int], area: frozenset[tuple[int, int]]) -> tuple[int, int]:
    """The corner of the cell, 1 or -1 to the east and north, beyond which the area goes on."""
    column, row = cell

    def neighbours(side: tuple[int, int]) -> int:
        east, north = column + side[0], row + side[1]
        return ((east, row) in area) + ((column, north) in area) + ((east, north) in area)

    return max(((1, 1), (1, -1), (-1, 1), (-1, -1)), key=neighbours)


def newly_reached(ground: Grid, before: Reach, place: Place) -> dict[str, int]:
    """By area the cells within 300 m of a place that no point reaches yet."""
    px, py = ground.flat.xy(place)
    found = {}
    for code, cells in ground.cells.items():
        west, south, east, north = ground.boxes[code]
        if west - NEAR_M <= px <= east + NEAR_M and south - NEAR_M <= py <= north + NEAR_M:
            number = sum(
                square > NEAR_M**2 and (x - px) ** 2 + (y - py) ** 2 <= NEAR_M**2
                for square, (x, y) in zip(before.squares[code], cells, strict=True)
            )
            if number:
                found[code] = number
    return found


def plant(places: list[Flat], axis: int = 0) -> Tree:
    """A k-d tree: halves along x and y in turn."""
    if len(places) <= LEAF:
        return places
    ordered = sorted(places, key=lambda place: place[axis])
    half = len(ordered) // 2
    return axis, ordered[half][axis], plant(ordered[:half], 1 - axis), plant(ordered[half:], 1 - axis)


def nearest(tree: Tree, cells: Sequence[Flat]) -> Iterator[float]:
    """The squared distance from each cell to its nearest place; what the cell before found bounds the search."""
    best, before = inf, (0.0, 0.0)
    for cell in cells:
        bound = (sqrt(best) + hypot(cell[0] - before[0], cell[1] - before[1]) + 1e-3) ** 2
        best, before = search(tree, *cell, bound), cell
        yield best


def search(tree: Tree, x: float, y: float, best: float) -> float:
    waiting: list[tuple[float, Tree]] = [(0.0, tree)]
    while waiting:
        gap, node = waiting.pop()
        if gap > best:
            continue
        if isinstance(node, list):
            for a, b in node:
                square = (x - a) * (x - a) + (y - b) * (y - b)
                if square < best:
                    best = square
            continue
        axis, value, low, high = node
        off = (y if axis else x) - value
        waiting.append((off * off, high if off < 0 else low))
        waiting.append((gap, low if off < 0 else high))
    return best
