"""What the city says of itself to the public: whether it shows its points, under which licence, whom to write to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.licences import LICENCES
from hotspot.store.audit import note
from hotspot.store.models import City


@dataclass(frozen=True, slots=True)
class PublicFace:
    """`licence` is a key of analytics.licences.LICENCES; `contact` is a text as citizens read it."""

    public: bool
    licence: str
    contact: str


def face(city: City) -> PublicFace:
    return PublicFace(city.public, city.licence, city.contact)


def change_face(session: Session, city_id: int, new: PublicFace, *, now: int, actor: str) -> bool:
    """False when nothing differs; raises RejectedError for `licence` or `contact`."""
    row = session.get_one(City, city_id, with_for_update=True)
    if new.licence not in LICENCES and new.licence != row.licence:
        reject("licence", N_("%(value)s is not one of the known values"), value=new.licence[:60])
    contact = cleaned("contact", new.contact)
    was, will = face(row), PublicFace(new.public, new.licence, contact)
    if was == will:
        return False
    row.public, row.licence, row.contact = will.public, will.licence, will.contact
    note(session, now, actor, "change", f"public site of {row.name}", f"was {words(was)}; now {words(will)}")
    return True


def words(shown: PublicFace) -> str:
    return f"{'shown' if shown.public else 'not shown'}, {shown.licence}, contact {shown.contact!r}"
