"""What an installation of several cities asks of each one's database, none of which may hold up the others."""

from dataclasses import dataclass

from sqlalchemy import Engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, trouble
from hotspot.store.city import Freshness, current_city, freshness
from hotspot.store.migrate import SchemaError, own_revisions
from hotspot.store.models import AccessPoint


@dataclass(frozen=True, slots=True)
class Seen:
    """A city from outside; `trouble` is the sentence why its pages can't be served, empty when they can."""

    slug: str
    name: str = ""
    code: str = ""
    public: bool = False
    collected: bool = False  # whether its collector is alive, or has nothing to poll
    trouble: str = ""


def look_at(settings: Settings, now: int) -> Seen:
    """Makes no database where there is none."""
    lacking = no_file(settings)
    if lacking:
        return Seen(settings.city, trouble=lacking)
    engine = make_engine(settings.database)
    try:
        return look_into(engine, settings.city, now)
    except SchemaError as error:
        return Seen(settings.city, trouble=str(error))
    except SQLAlchemyError as error:
        return Seen(settings.city, trouble=trouble(engine, error)[0])
    finally:
        engine.dispose()


def look_into(engine: Engine, slug: str, now: int) -> Seen:
    found, newest = own_revisions(engine)
    if found is None:
        return Seen(slug, trouble="the database is empty; run `hotspot init`")
    if found != newest:
        return Seen(slug, trouble="the database has an older schema; run `hotspot migrate`")
    with reading(engine) as session:
        city = current_city(session)
        if city is None:
            return Seen(slug, trouble="there is no city in the database yet; run `hotspot init`")
        fresh = freshness(session, now)
        return Seen(slug, city.name, city.code, city.public, collected=not misses_collector(session, fresh))


def no_file(settings: Settings) -> str:
    """Why there is nothing to open; SQLite would make an empty file."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database or settings.folder.joinpath(url.database).is_file():
        return ""
    return "there is no database yet; run `hotspot init`"


def misses_collector(session: Session, fresh: Freshness) -> bool:
    """The collector counts only where there is an access point to poll."""
    return fresh.stale and session.scalar(select(AccessPoint.id).where(AccessPoint.polling).limit(1)) is not None
