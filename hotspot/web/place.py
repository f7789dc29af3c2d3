"""The city of this request, the clock on its wall, and how fresh its data are: each asked once a request."""

from zoneinfo import ZoneInfo

from flask import g

from hotspot.clock import now
from hotspot.store.city import Freshness, current_city, freshness
from hotspot.store.db import db
from hotspot.store.models import City


def here() -> City | None:
    """None before the city is set up."""
    if "city" not in g:
        g.city = current_city(db.session())
    city: City | None = g.city
    return city


def zone() -> ZoneInfo:
    """Days and times on pages are those of the city."""
    city = here()
    return ZoneInfo(city.time_zone if city else "Asia/Jakarta")


def data_age() -> Freshness:
    if "freshness" not in g:
        g.freshness = freshness(db.session(), now())
    fresh: Freshness = g.freshness
    return fresh
