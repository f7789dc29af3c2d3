"""What a search of address ranges found; nothing of it is in the inventory until somebody adds it."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class Search(Base):
    """A search of address ranges that somebody asked for; the figures tell how far it is.

    `asked` addresses, from the first on, are done with. Whoever does it proves by `alive_at` that it goes on; of one
    that died another goes on from there.
    """

    __tablename__ = "search"

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)
    ranges: Mapped[str]  # as analytics.address_ranges writes them
    port: Mapped[int] = mapped_column(default=161)
    rate: Mapped[int]  # addresses a second
    credential_sets: Mapped[str]  # their ids in the order they are tried, separated by spaces
    requested_at: Mapped[int]
    requested_by: Mapped[str]
    holder: Mapped[str] = mapped_column(default="")  # the process that does it
    alive_at: Mapped[int | None]
    started_at: Mapped[int | None]
    finished_at: Mapped[int | None]
    cancelled_at: Mapped[int | None]
    addresses: Mapped[int]
    asked: Mapped[int] = mapped_column(default=0)
    pinged: Mapped[int] = mapped_column(default=0)  # answered an echo request
    answered: Mapped[int] = mapped_column(default=0)  # answered SNMP
    error: Mapped[str] = mapped_column(default="")


class FoundDevice(Base):
    """A device at an address, as last seen by a search. `decision` is empty, added or ignored."""

    __tablename__ = "found_device"
    __table_args__ = (UniqueConstraint("city_id", "address", "port"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    search_id: Mapped[int] = mapped_column(ForeignKey("search.id"), index=True)  # the last that saw it
    address: Mapped[str]
    port: Mapped[int]
    credential_set_id: Mapped[int | None] = mapped_column(ForeignKey("credential_set.id"))  # empty: no SNMP answer
    rtt_us: Mapped[int | None]  # of the echo; empty: no answer to a ping
    profile: Mapped[str] = mapped_column(default="")
    vendor: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    firmware: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    engine_id: Mapped[str] = mapped_column(default="")
    sys_name: Mapped[str] = mapped_column(default="")
    sys_object_id: Mapped[str] = mapped_column(default="")
    sys_descr: Mapped[str] = mapped_column(default="")
    neighbour: Mapped[str] = mapped_column(default="")  # the switch and port that LLDP names
    error: Mapped[str] = mapped_column(default="")
    managed: Mapped[int | None]  # a controller's access points
    first_seen: Mapped[int]
    last_seen: Mapped[int]
    decision: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[int | None]
    decided_by: Mapped[str] = mapped_column(default="")
    ap_id: Mapped[int | None] = mapped_column(ForeignKey("access_point.id"))  # once added
