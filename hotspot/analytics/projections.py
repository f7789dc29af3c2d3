"""From metres on a map back to latitude and longitude, for the grids that city inventories are published in.

Transverse Mercator after Krüger's series (Karney, Transverse Mercator with an accuracy of a few nanometers, 2011, to
the fourth power of n), Mercator and Lambert's conformal cone after Snyder (Map Projections, 1987). Parameters are
those of the EPSG registry. Where the ellipsoid is another than that of WGS 84, Helmert's seven parameters follow
(EPSG method 9606).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, atan2, atanh, cos, cosh, degrees, exp, hypot, log, pi, radians, sin, sinh, sqrt, tan

GRS80, BESSEL = (6378137.0, 298.257222101), (6377397.155, 299.1528128)  # major axis in metres, inverse flattening
AIRY, INTERNATIONAL = (6377563.396, 299.3249646), (6378388.0, 297.0)
Place = tuple[float, float]  # latitude, longitude
Shift = tuple[float, ...]  # metres, seconds of arc, parts in a million


@dataclass(frozen=True, slots=True)
class Grid:
    """A transverse Mercator grid: origin in degrees, false easting and northing in metres."""

    meridian: float
    scale: float
    east: float
    north: float
    origin: float = 0.0
    ellipsoid: tuple[float, float] = GRS80
    shift: Shift = ()


KOREA_1985: Shift = (-115.80, 474.99, 674.11, 1.16, -2.31, -1.63, 6.43)  # EPSG:1306 in its published signs
GRIDS = {
    5185: Grid(125, 1, 200_000, 600_000, 38),
    5186: Grid(127, 1, 200_000, 600_000, 38),
    5187: Grid(129, 1, 200_000, 600_000, 38),
    5188: Grid(131, 1, 200_000, 600_000, 38),
    5181: Grid(127, 1, 200_000, 500_000, 38),
    5179: Grid(127.5, 0.9996, 1_000_000, 2_000_000, 38),
    5174: Grid(127.0028902777778, 1, 200_000, 500_000, 38, BESSEL, KOREA_1985),
    2097: Grid(127, 1, 200_000, 500_000, 38, BESSEL, KOREA_1985),
    3826: Grid(121, 0.9999, 250_000, 0),
    3825: Grid(119, 0.9999, 250_000, 0),
    2326: Grid(114.178555556, 1, 836_694.05, 819_069.8, 22.312133333, INTERNATIONAL,
               (-162.619, -276.959, -161.764, 0.067753, -2.243648, -1.158828, -1.094246)),
    3414: Grid(103.833333333, 1, 28_001.642, 38_744.572, 1.366666667),
    27700: Grid(-2, 0.9996012717, 400_000, -100_000, 49, AIRY,
                (446.448, -125.157, 542.06, 0.15, 0.247, 0.842, -20.489)),
    2157: Grid(-8, 0.99982, 600_000, 750_000, 53.5),
    2180: Grid(19, 0.9993, 500_000, -5_300_000),
    3763: Grid(-8.133108333, 1, 0, 0, 39.668258333),
    2193: Grid(173, 0.9996, 1_600_000, 10_000_000),
    2039: Grid(35.204516944, 1.0000067, 219_529.584, 626_907.39, 31.734393611),
    3067: Grid(27, 0.9996, 500_000, 0),
    3006: Grid(15, 0.9996, 500_000, 0),
}  # fmt: skip


def utm(code: int) -> Grid | None:
    """WGS 84, ETRS89, NAD83, SIRGAS 2000 and GDA in zones of the Universal Transverse Mercator grid."""
    for first, last, zone, south in (
        (32601, 32660, 1, False), (32701, 32760, 1, True), (25828, 25838, 28, False), (26901, 26923, 1, False),
        (31965, 31976, 11, False), (31977, 31985, 17, True), (28348, 28358, 48, True), (7846, 7858, 46, True),
        (23946, 23953, 46, False), (23866, 23872, 46, False), (23877, 23884, 47, True),
    ):  # fmt: skip
        if first <= code <= last:
            return Grid((zone + code - first) * 6 - 183, 0.9996, 500_000, 10_000_000 if south else 0)
    return None


@cache
def back(system: str) -> Callable[[float, float], Place] | None:
    """The way from (east, north) to (latitude, longitude) of a system such as EPSG:25830; None: not known."""
    code = int(re.sub(r"\D", "", system) or 0)
    if code in (3857, 900913, 102100, 3785):
        return mercator
    if code == 2154:
        return lambert93
    if code == 2056:
        return swiss
    grid = GRIDS.get(code) or utm(code)
    return None if grid is None else (lambda east, north: from_grid(grid, east, north))


def mercator(east: float, north: float) -> Place:
    return degrees(atan(sinh(north / 6378137.0))), degrees(east / 6378137.0)


def from_grid(grid: Grid, east: float, north: float) -> Place:
    major, inverse = grid.ellipsoid
    n = 1 / (2 * inverse - 1)
    rectifying = major / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    b = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    xi = (north - grid.north) / (grid.scale * rectifying) + meridian_arc(radians(grid.origin), n)
    eta = (east - grid.east) / (grid.scale * rectifying)
    turn = xi - sum(one * sin(2 * k * xi) * cosh(2 * k * eta) for k, one in enumerate(b, start=1))
    away = eta - sum(one * cos(2 * k * xi) * sinh(2 * k * eta) for k, one in enumerate(b, start=1))
    conformal = atan2(sin(turn), hypot(sinh(away), cos(turn)))
    latitude = geodetic(conformal, inverse)
    longitude = radians(grid.meridian) + atan2(sinh(away), cos(turn))
    place = degrees(latitude), degrees(longitude)
    return shifted(place, grid) if grid.shift else place


def meridian_arc(latitude: float, n: float) -> float:
    """The rectifying latitude."""
    return (
        latitude
        - (3 * n / 2 - 9 * n**3 / 16) * sin(2 * latitude)
        + (15 * n**2 / 16 - 15 * n**4 / 32) * sin(4 * latitude)
        - 35 * n**3 / 48 * sin(6 * latitude)
        + 315 * n**4 / 512 * sin(8 * latitude)
    )


def geodetic(conformal: float, inverse: float) -> float:
    """Snyder 3-4, by repetition."""
    e = sqrt((2 - 1 / inverse) / inverse)
    latitude = conformal
    for _ in range(8):
        latitude = (
            2 * atan(tan(pi / 4 + conformal / 2) * ((1 + e * sin(latitude)) / (1 - e * sin(latitude))) ** (e / 2))
            - pi / 2
        )
    return latitude


def shifted(place: Place, grid: Grid) -> Place:
    """To WGS 84 through the centre of the earth, at sea level."""
    x, y, z = to_space(place, grid.ellipsoid)
    dx, dy, dz, rx, ry, rz, ppm = grid.shift
    rx, ry, rz = (radians(one / 3600) for one in (rx, ry, rz))
    m = 1 + ppm * 1e-6
    return to_ground(dx + m * (x - rz * y + ry * z), dy + m * (rz * x + y - rx * z), dz + m * (-ry * x + rx * y + z))


def to_space(place: Place, ellipsoid: tuple[float, float]) -> tuple[float, float, float]:
    major, inverse = ellipsoid
    e2 = (2 - 1 / inverse) / inverse
    latitude, longitude = radians(place[0]), radians(place[1])
    normal = major / sqrt(1 - e2 * sin(latitude) ** 2)
    flat = normal * cos(latitude)
    return flat * cos(longitude), flat * sin(longitude), normal * (1 - e2) * sin(latitude)


def to_ground(x: float, y: float, z: float) -> Place:
    """Bowring's formula."""
    major, inverse = GRS80
    minor = major * (1 - 1 / inverse)
    e2, second = 1 - minor**2 / major**2, major**2 / minor**2 - 1
    flat = hypot(x, y)
    angle = atan2(z * major, flat * minor)
    latitude = atan2(z + second * minor * sin(angle) ** 3, flat - e2 * major * cos(angle) ** 3)
    return degrees(latitude), degrees(atan2(y, x))


def lambert93(east: float, north: float) -> Place:
    """EPSG:2154: parallels 44 and 49 degrees, origin 46.5 N 3 E at (700000, 6600000)."""
    n, c, ys = 0.7256077650, 11754255.426, 12655612.050
    e = sqrt((2 - 1 / GRS80[1]) / GRS80[1])
    radius = hypot(east - 700_000, north - ys)
    longitude = radians(3) + atan((east - 700_000) / (ys - north)) / n
    isometric = -log(abs(radius / c)) / n
    latitude = 2 * atan(exp(isometric)) - pi / 2
    for _ in range(8):
        latitude = 2 * atan(exp(isometric + e * atanh(e * sin(latitude)))) - pi / 2
    return degrees(latitude), degrees(longitude)


def swiss(east: float, north: float) -> Place:
    """EPSG:2056 by the approximation of the Federal Office of Topography (2016), good to a metre."""
    y, x = (east - 2_600_000) / 1e6, (north - 1_200_000) / 1e6
    longitude = 2.6779094 + 4.728982 * y + 0.791484 * y * x + 0.1306 * y * x**2 - 0.0436 * y**3
    latitude = 16.9023892 + 3.238272 * x - 0.270978 * y**2 - 0.002528 * x**2 - 0.0447 * y**2 * x - 0.0140 * x**3
    return latitude * 100 / 36, longitude * 100 / 36


# What a grid's numbers look like in its country, and the script or language the file has to be in.
LIKELY: tuple[tuple[str, str, tuple[float, float, float, float]], ...] = (
    ("EPSG:5179", "hangul", (700_000, 1_400_000, 1_400_000, 2_100_000)),
    ("EPSG:5186", "hangul", (90_000, 350_000, 505_000, 700_000)),
    ("EPSG:5174", "hangul", (90_000, 350_000, 380_000, 505_000)),
    ("EPSG:3826", "han", (140_000, 360_000, 2_400_000, 2_830_000)),
    ("EPSG:2326", "han", (795_000, 865_000, 795_000, 850_000)),
    ("EPSG:2154", "latin", (90_000, 1_260_000, 6_030_000, 7_140_000)),
    ("EPSG:2056", "latin", (2_480_000, 2_840_000, 1_070_000, 1_300_000)),
)


def likely(east: Sequence[float], north: Sequence[float], script: str) -> str:
    """The grid that all numbers fit and whose country writes this script; empty where several or none do."""
    found = [
        system
        for system, writing, (west, far_east, south, far_north) in LIKELY
        if writing == script
        and all(west <= x <= far_east for x in east)
        and all(south <= y <= far_north for y in north)
    ]
    return found[0] if len(found) == 1 else ""


CODES = re.compile(r"(?:^|\D)(258[23]\d|32[67]\d\d|3857|27700|2154|5179|5186|5174|3826)(?!\d)")


def named(text: str) -> str:
    """The system that a column or a title names: EPSG:25830, "UTM 30N ETRS89", "TWD97", "Lambert 93"; or empty."""
    plain = text.casefold()
    if match := re.search(r"epsg\D{0,3}(\d{4,5})", plain) or CODES.search(plain):
        return f"EPSG:{match[1]}"
    if match := re.search(r"utm\D{0,12}?([1-6]?\d)\s?([ns])?\b", plain):
        zone = int(match[1])
        if 1 <= zone <= 60:
            return f"EPSG:{(32700 if match[2] == 's' else 32600) + zone}"
    for word, system in (("twd97", "3826"), ("lambert93", "2154"), ("lambert 93", "2154"), ("web mercator", "3857")):
        if word in plain:
            return f"EPSG:{system}"
    return ""
