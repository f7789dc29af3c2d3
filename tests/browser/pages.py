"""Every page that people look at, in one place; a route without a line here fails test_pages.py."""

from collections.abc import Mapping

# name of the picture: address on the world of tests/hotspot/web/world.py
PAGES: Mapping[str, str] = {
    "overview": "/",
    "points": "/points",
    "points-filtered": "/points?status=down&status=degraded&sort=-availability",
    "point": "/points/TS-0006",
    "access-point": "/access-points/AP-006-1",
    "controllers": "/controllers",
    "controller": "/controllers/WLC-1",
    "followed": "/access-points/hilang",
    "unplaced": "/unplaced/",
    "outages": "/outages",
    "usage": "/usage?period=30d",
    "rollout": "/rollout",
    "siting": "/siting",
    "siting-what-if": "/siting?put=36.74.01.1001*2&w_poor=60",
    "siting-relocation": "/siting/relocation",
    "siting-capacity": "/siting/capacity?limit=5",
    "siting-figures": "/siting/figures/",
    "map": "/map",
    "maintenance": "/maintenance",
    "methods": "/methods",
    "import": "/import/",
    "discover": "/discover/",
    "discover-ignored": "/discover/?show=ignored",
    "credentials": "/credentials/",
    "credential": "/credentials/1",
    "users": "/users/",
    "password": "/password",
    "not-found": "/no-such-page",
}
DOORS: Mapping[str, str] = {"sign-in": "/sign-in"}  # pages before the sign-in

# Endpoints that answer GET but are no page of their own: parts, files, data, steps of a form.
NO_PAGES = {
    "static",
    "attachments.one",
    "overview.age",
    "map.areas",
    "map.points",
    "points.file",
    "outages.file",
    "usage.file",
    "siting.layer",
    "siting.file",
    "siting_use.relocation_file",
    "siting_use.capacity_file",
    "denominators.file",
    "denominators.template",
    "denominators.look",
    "import.template",
    "import.look",
    "found.points",
    "found.file",
    "sign_in.first_steps",
    "sign_in.link",
}
