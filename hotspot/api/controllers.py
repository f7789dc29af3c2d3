"""/controllers."""

from hotspot.api import shapes
from hotspot.api.access_points import access_point
from hotspot.api.layer import Ask
from hotspot.api.query import Query
from hotspot.store.controllers import controllers


def index(ask: Ask[Query]) -> shapes.Controllers:
    """Every controller with the access points that are followed through it, in order of the names."""
    items = [
        shapes.Controller(
            device=access_point(ask, row.device),
            access_points=row.team.known,
            access_points_up=row.team.up,
            access_points_down=row.team.down,
            access_points_unknown=row.team.unknown,
            access_points_unplaced=row.team.unplaced,
            clients=row.team.clients,
        )
        for row in controllers(ask.session, ask.city, ask.now)
    ]
    return shapes.Controllers(**ask.head(), items=items)
