"""Disasters replayed through the real recorder and the real watch: how often a person is told of each."""

import random

import pytest
from sqlalchemy import Engine

from bench import alerts
from bench.alerts import Disaster, replay
from bench.virtual_city import INTERVAL_S, VirtualCity

ONE = ["opened", "recovered"]


@pytest.mark.parametrize(
    ("disaster", "shared", "told"),
    [
        (alerts.uplink, "city", ONE),
        (alerts.own_uplink, "", []),
        (alerts.fibre, "upstream", ONE),
        (alerts.power, "area", ONE),
        (alerts.flapping, "point", ["flapping", "recovered"]),
    ],
)
def test_a_disaster_is_one_incident_and_its_end(
    sqlite_engine: Engine, disaster: Disaster, shared: str, told: list[str]
) -> None:
    messages = replay(VirtualCity(sqlite_engine, aps=75, a_fibre=10, look_s=30), disaster)

    assert [one.event for one in messages] == told
    assert {one.shared for one in messages} <= {shared}


def test_a_collector_that_was_away_begins_nothing_anew(sqlite_engine: Engine) -> None:
    messages = replay(VirtualCity(sqlite_engine, aps=20, look_s=30), alerts.restart)

    assert [one.event for one in messages if one.kind == "outage"] == ONE
    assert len(messages) <= 3


def test_thirty_percent_loss_is_nobodys_outage(sqlite_engine: Engine) -> None:
    chance = random.Random(3)
    city = VirtualCity(sqlite_engine, aps=60, look_s=30)
    city.run(15 * INTERVAL_S, answers=lambda _, __: chance.random() >= alerts.LOSS**alerts.TRIES)

    assert city.messages() == []
