"""About where the countries lie, to tell which one a list of places is of, and which of its places can't be there."""

from collections.abc import Sequence

Box = tuple[float, float, float, float]  # south, north, west, east

# Rough boxes in whole and half degrees, without far dependencies.
COUNTRIES: dict[str, Box] = {
    "Indonesia": (-11.5, 6.5, 94.5, 141.5),
    "South Korea": (33.0, 38.65, 124.5, 132.0),
    "Taiwan": (21.8, 26.5, 118.0, 122.2),
    "Japan": (24.0, 45.7, 122.8, 146.0),
    "Hong Kong": (22.1, 22.6, 113.8, 114.5),
    "Singapore": (1.15, 1.5, 103.55, 104.15),
    "Malaysia": (0.8, 7.5, 99.5, 119.4),
    "Thailand": (5.5, 20.6, 97.3, 105.7),
    "Vietnam": (8.3, 23.5, 102.0, 109.6),
    "Philippines": (4.5, 21.2, 116.5, 127.0),
    "China": (18.0, 53.7, 73.5, 135.2),
    "Macao": (22.0, 22.3, 113.5, 113.7),
    "India": (6.5, 35.7, 68.0, 97.5),
    "Pakistan": (23.5, 37.2, 60.8, 77.9),
    "Bangladesh": (20.5, 26.7, 88.0, 92.8),
    "Sri Lanka": (5.8, 9.9, 79.5, 82.0),
    "Nepal": (26.3, 30.5, 80.0, 88.3),
    "Cambodia": (9.9, 14.7, 102.3, 107.7),
    "Kazakhstan": (40.5, 55.5, 46.4, 87.4),
    "Uzbekistan": (37.1, 45.6, 55.9, 73.2),
    "Mongolia": (41.5, 52.2, 87.7, 120.0),
    "Russia": (41.1, 78.0, 19.6, 180.0),
    "Ukraine": (44.3, 52.4, 22.1, 40.3),
    "Turkey": (35.8, 42.2, 25.6, 44.9),
    "Israel": (29.4, 33.4, 34.2, 35.9),
    "Saudi Arabia": (16.3, 32.2, 34.5, 55.7),
    "United Arab Emirates": (22.6, 26.4, 51.0, 56.5),
    "Qatar": (24.4, 26.3, 50.7, 51.7),
    "Kuwait": (28.5, 30.2, 46.5, 48.5),
    "Jordan": (29.1, 33.4, 34.9, 39.4),
    "Iran": (25.0, 39.8, 44.0, 63.4),
    "Egypt": (21.9, 31.8, 24.6, 37.0),
    "Morocco": (27.6, 36.0, -13.3, -0.9),
    "Tunisia": (30.2, 37.6, 7.5, 11.7),
    "Nigeria": (4.2, 14.0, 2.6, 14.8),
    "Ghana": (4.7, 11.2, -3.3, 1.3),
    "Kenya": (-4.8, 5.1, 33.9, 42.0),
    "Tanzania": (-11.8, -0.9, 29.3, 40.6),
    "Uganda": (-1.5, 4.3, 29.5, 35.1),
    "Rwanda": (-2.9, -1.0, 28.8, 30.9),
    "South Africa": (-35.0, -22.1, 16.4, 33.0),
    "Ethiopia": (3.4, 14.9, 32.9, 48.0),
    "Spain": (35.8, 43.9, -9.4, 4.4),
    "Portugal": (36.9, 42.2, -9.6, -6.1),
    "France": (41.3, 51.2, -5.2, 9.6),
    "Italy": (35.4, 47.1, 6.6, 18.6),
    "Germany": (47.2, 55.1, 5.8, 15.1),
    "Austria": (46.3, 49.1, 9.5, 17.2),
    "Switzerland": (45.8, 47.9, 5.9, 10.5),
    "Belgium": (49.4, 51.6, 2.5, 6.5),
    "Netherlands": (50.7, 53.7, 3.3, 7.3),
    "Luxembourg": (49.4, 50.2, 5.7, 6.6),
    "United Kingdom": (49.8, 60.9, -8.7, 1.8),
    "Ireland": (51.4, 55.5, -10.7, -5.9),
    "Denmark": (54.5, 57.8, 8.0, 15.3),
    "Norway": (57.9, 71.3, 4.4, 31.3),
    "Sweden": (55.2, 69.1, 10.9, 24.2),
    "Finland": (59.6, 70.1, 20.5, 31.6),
    "Estonia": (57.5, 59.8, 21.7, 28.3),
    "Latvia": (55.6, 58.1, 20.9, 28.3),
    "Lithuania": (53.8, 56.5, 20.9, 26.9),
    "Poland": (49.0, 54.9, 14.1, 24.2),
    "Czechia": (48.5, 51.1, 12.0, 18.9),
    "Slovakia": (47.7, 49.7, 16.8, 22.6),
    "Hungary": (45.7, 48.6, 16.1, 22.9),
    "Romania": (43.6, 48.3, 20.2, 29.8),
    "Bulgaria": (41.2, 44.3, 22.3, 28.7),
    "Greece": (34.7, 41.8, 19.3, 28.3),
    "Croatia": (42.3, 46.6, 13.4, 19.5),
    "Slovenia": (45.4, 46.9, 13.3, 16.7),
    "Serbia": (42.2, 46.2, 18.8, 23.1),
    "Iceland": (63.2, 66.6, -24.6, -13.4),
    "United States": (24.4, 49.4, -125.0, -66.9),
    "Alaska": (51.0, 71.5, -180.0, -129.9),
    "Hawaii": (18.8, 22.3, -160.3, -154.7),
    "Puerto Rico": (17.8, 18.6, -67.4, -65.2),
    "Canada": (41.6, 83.2, -141.1, -52.5),
    "Mexico": (14.5, 32.8, -118.5, -86.7),
    "Guatemala": (13.7, 17.9, -92.3, -88.2),
    "Costa Rica": (8.0, 11.3, -86.0, -82.5),
    "Panama": (7.1, 9.7, -83.1, -77.1),
    "Cuba": (19.7, 23.4, -85.0, -74.1),
    "Dominican Republic": (17.4, 20.0, -72.1, -68.3),
    "Jamaica": (17.6, 18.6, -78.4, -76.1),
    "Colombia": (-4.3, 13.5, -81.8, -66.8),
    "Venezuela": (0.6, 12.3, -73.4, -59.7),
    "Ecuador": (-5.1, 1.5, -81.1, -75.1),
    "Peru": (-18.4, 0.0, -81.4, -68.6),
    "Bolivia": (-22.9, -9.6, -69.7, -57.4),
    "Brazil": (-33.8, 5.3, -74.1, -34.7),
    "Chile": (-56.0, -17.4, -75.8, -66.4),
    "Argentina": (-55.1, -21.7, -73.6, -53.6),
    "Uruguay": (-35.1, -30.0, -58.5, -53.0),
    "Paraguay": (-27.7, -19.2, -62.7, -54.2),
    "Australia": (-43.8, -10.0, 112.9, 153.8),
    "New Zealand": (-47.4, -34.3, 166.3, 178.7),
}
MOST = 0.9  # of the places that lie in a country for it to be theirs


def inside(latitude: float, longitude: float, box: Box) -> bool:
    return box[0] <= latitude <= box[1] and box[2] <= longitude <= box[3]


def country_of(places: Sequence[tuple[float, float]]) -> str:
    """The smallest country with nearly all places in its box; empty where there is none."""
    step = max(1, len(places) // 500)
    sample = places[::step]
    found = [
        (size(box), name)
        for name, box in COUNTRIES.items()
        if sum(inside(*place, box) for place in sample) >= MOST * len(sample) > 0
    ]
    return min(found)[1] if found else ""


def size(box: Box) -> float:
    return (box[1] - box[0]) * (box[3] - box[2])
