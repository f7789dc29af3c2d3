"""/areas: the boundaries of the city's districts and villages as GeoJSON."""

import json

from hotspot.api import shapes
from hotspot.api.layer import Ask
from hotspot.api.query import AreasQuery
from hotspot.store.boundaries import AreaRow, boundaries


def index(ask: Ask[AreasQuery]) -> shapes.Areas:
    """Kecamatan and kelurahan by their Kemendagri codes."""
    rows = boundaries(ask.session, ask.city, ask.query.level or "")
    return shapes.Areas(**ask.head(), features=[feature(row) for row in rows])


def feature(row: AreaRow) -> shapes.AreaFeature:
    return shapes.AreaFeature(
        id=row.code,
        geometry=None if row.boundary is None else shapes.Geometry.model_validate(json.loads(row.boundary)),
        properties=shapes.AreaProperties(
            code=row.code, name=row.name, level=row.level, district_code=row.district_code
        ),
    )
