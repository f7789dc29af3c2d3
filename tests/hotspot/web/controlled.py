"""A controller beside the world, with access points that are followed through it and have no point."""

from sqlalchemy import Engine, select

from collectors.result import Identity, ManagedAccessPoint, PollResult, Sample
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import writing
from hotspot.store.models import AccessPoint, CollectorStatus

LISTED = (
    ManagedAccessPoint(
        "1", "TS-0006 lobi", up=True, address="10.3.3.1", model="R550", serial="S1", uptime_s=9000,
        samples=(Sample("clients", 11), Sample("radio_band", 5, "radio 1"), Sample("radio_channel", 36, "radio 1"),
                 Sample("radio_tx_rate", 866_000_000, "radio 1")),
    ),
    ManagedAccessPoint("2", "gudang", up=False, model="R350"),
    ManagedAccessPoint("3", '<b>"x"</b>', up=True),
    ManagedAccessPoint("4", "hilang", up=True),
)  # fmt: skip


def settle(engine: Engine, city_id: int, now: int) -> int:
    """The id of WLC-1, polled twice; the second time it did not list the last of its access points."""
    with writing(engine) as session:
        row = AccessPoint(city_id=city_id, name="WLC-1", kind="controller", address="10.9.9.9", vendor="Ruckus")
        session.add(row)
        session.flush()
        controller_id = row.id
        interval_s = session.scalars(select(CollectorStatus.interval_s)).first() or 60
    recorder = Recorder(engine, city_id, misses=3)
    for at, listed in ((now - 60, LISTED), (now - 5, LISTED[:3])):
        answer = PollResult(
            controller_id, at, reachable=True, profile="ruckus-smartzone", access_points=listed,
            identity=Identity(vendor="Ruckus", model="SZ100"), samples=(Sample("aps_known", 4),),
        )  # fmt: skip
        recorder.record([Poll(at, interval_s, answer)], fence=None)
    return controller_id
