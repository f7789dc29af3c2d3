import pytest
from flask import Flask

from hotspot.web.poll_errors import trouble


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ("no answer from 10.74.1.1", "The device did not answer."),
        ("cannot send to 10.74.1.1: Network is unreachable", "This server could not send to the device"),
        ("10.74.1.1: the device does not know the user reader", "The credential does not fit."),
        ("SNMPv3 user 'r': the privacy password is too short", "The credential does not fit."),
        ("no SNMP credential is stored for this access point", "The credential does not fit."),
        ("a stored secret can't be opened: was it written with another secret.key?", "The credential does not fit."),
        ("10.74.1.1 answered authorizationError", "The device refuses to show what is asked for."),
        ("IF-MIB: 10.74.1.1 answered genErr", "The device answered with an error."),
        ("10.74.1.1 was not asked before the deadline", "The poll was not finished in its time."),
        ("the round ended before the poll did", "The poll was not finished in its time."),
        ("there is no profile 'old'", "The profile set for this device does not exist."),
        ("internal error: KeyError('x')", "The service made a mistake of its own"),
        ("IF-MIB: no answer from 10.74.1.1", "The last poll was not complete."),
    ],
)
def test_a_sentence_of_the_collector_is_told_by_its_kind(app: Flask, error: str, what: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        told = trouble(error)

    assert told
    assert told.what.startswith(what)
    assert told.do
    assert told.detail == error


def test_a_poll_without_trouble_says_nothing() -> None:
    assert trouble("") is None
