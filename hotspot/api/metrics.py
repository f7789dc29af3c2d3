"""/metrics: figures of the service for Prometheus, read from the database.

A token is needed as everywhere: behind a reverse proxy every peer looks like loopback.
"""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from hotspot.api import problem
from hotspot.api.layer import authenticate
from hotspot.clock import now
from hotspot.store.alerts.channels import channel_counts
from hotspot.store.alerts.incident_pages import open_by_severity
from hotspot.store.city import current_city, cycles, freshness
from hotspot.store.collector_status import engine_counts
from hotspot.store.db import db
from hotspot.store.fleet import counts, pings
from hotspot.store.models import City
from hotspot.store.standing import STATUSES

blueprint = Blueprint("metrics", __name__)
problem.register(blueprint)


@blueprint.get("/metrics")
def metrics() -> Response:
    authenticate()
    registry = CollectorRegistry()
    registry.register(FromDatabase(db.session(), now()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class FromDatabase(Collector):
    """Made for one scrape; a figure that nobody knows is left out."""

    def __init__(self, session: Session, now: int) -> None:
        self.session, self.now = session, now

    def describe(self) -> list[Metric]:
        return []  # else registering would ask the database once more

    def collect(self) -> Iterator[Metric]:
        yield from self.city()
        fresh = freshness(self.session, self.now)
        if fresh.age_s is not None:
            name = "hotspot_collector_heartbeat_age_seconds"
            yield GaugeMetricFamily(name, "Age of the collector's last proof of life.", fresh.age_s)
        yield from self.cycles()
        counted = CounterMetricFamily(
            "hotspot_snmp", "What the polling engine counted since its start.", labels=["kind"]
        )
        for kind, value in engine_counts(self.session).items():
            counted.add_metric([kind], value)
        yield counted

    def city(self) -> Iterator[Metric]:
        city = current_city(self.session)
        if city is None:
            return
        found = counts(self.session, city, self.now)
        states = {
            "up": found.access_points_up,
            "down": found.access_points_down,
            "monitoring_broken": found.access_points_monitoring_broken,
        }
        states["unknown"] = found.access_points - sum(states.values())
        yield labelled(
            "hotspot_points", "Points by status.", "status", {word: getattr(found, word) for word in STATUSES}
        )
        yield labelled("hotspot_access_points", "Access points by state.", "state", states)
        sent, received = pings(self.session, city, self.now)
        incidents = open_by_severity(self.session, city)
        yield labelled("hotspot_incidents", "Open incidents by severity.", "severity", incidents)
        yield GaugeMetricFamily("hotspot_ping_requests", "Echo requests of the newest polls.", sent)
        yield GaugeMetricFamily("hotspot_ping_answers", "Answers to them.", received)
        if found.clients is not None:
            yield GaugeMetricFamily("hotspot_clients", "Clients associated now.", found.clients)
        yield from self.messages(city)

    def messages(self, city: City) -> Iterator[Metric]:
        rows = channel_counts(self.session, city)
        waiting = {row.name: row.waiting for row in rows}
        yield labelled("hotspot_messages_waiting", "Messages that wait for their channel.", "channel", waiting)
        failing = {row.name: 0 if row.failing_since is None else self.now - row.failing_since for row in rows}
        told = "For how long every try by the channel failed; 0 where it works."
        yield labelled("hotspot_channel_failing_seconds", told, "channel", failing)
        for name, explanation, values in (
            ("sent", "Messages that were sent.", [row.sent for row in rows]),
            ("given_up", "Messages that were refused, or could not be sent for a day.", [row.given_up for row in rows]),
        ):
            family = CounterMetricFamily(f"hotspot_messages_{name}", explanation, labels=["channel"])
            for row, value in zip(rows, values, strict=True):
                family.add_metric([row.name], value)
            yield family

    def cycles(self) -> Iterator[Metric]:
        gauges = {
            "duration_seconds": "Length of the last whole cycle.",
            "polled": "Access points asked in the last whole cycle.",
            "answered": "Access points that answered in it.",
            "cpu_seconds_per_poll": "CPU time of one poll in it.",
        }
        rows = cycles(self.session)
        for name, explanation in gauges.items():
            values = {str(row.interval_s): getattr(row, name) for row in rows}
            yield labelled(f"hotspot_cycle_{name}", explanation, "interval", values)
        for name, explanation in (
            ("cycles", "Whole cycles."),
            ("skipped_cycles", "Cycles that could not start in time."),
        ):
            family = CounterMetricFamily(f"hotspot_{name}", explanation, labels=["interval"])
            for row in rows:
                family.add_metric([str(row.interval_s)], getattr(row, name))
            yield family


def labelled(name: str, explanation: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, explanation, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family
