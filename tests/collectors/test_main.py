import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors import recording
from collectors.__main__ import AUTH_PASSWORD, COMMUNITY, PRIV_PASSWORD, as_text, main
from collectors.agent import Agent, AgentHost
from collectors.profile_file import ProfileError
from collectors.result import ManagedAccessPoint, Ping, PollResult, Sample
from tests.collectors.conftest import Snmpd

UNIFI = Path(__file__).with_name("recordings") / "unifi.snmprec"


@pytest.fixture
def port() -> Iterator[int]:
    """An access point at 127.0.3.1, in a thread of its own: the command has an event loop, too."""
    loop, host = asyncio.new_event_loop(), AgentHost({"127.0.3.1": Agent(recording.read(UNIFI))}, 0)

    async def serve(ready: threading.Event) -> None:
        host.open()
        ready.set()

    ready = threading.Event()
    loop.create_task(serve(ready))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    ready.wait(5)
    yield host.port
    loop.call_soon_threadsafe(host.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


def test_a_device_is_shown_with_what_it_said(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["127.0.3.1", "--port", str(port), "--community", "public"]) == 0

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["profile", "unifi"] in lines
    assert ["model", "U6-Lite"] in lines
    assert ["clients", "32", "stations"] in lines
    assert ["ssid_clients", "WiFi", "Warga", "28", "stations"] in lines


def test_the_community_comes_from_the_environment(
    port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(COMMUNITY, "public")

    assert main(["127.0.3.1", "--port", str(port), "--version", "1", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["profile"], said["identity"]["firmware"]) == ("unifi", "6.5.62.14788")
    assert {"metric": "clients", "value": 32, "label": "", "bits": 0} in said["samples"]


def test_a_profile_may_be_given(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["127.0.3.1", "--port", str(port), "--community", "public", "--profile", "airmax"]) == 0

    assert capsys.readouterr().out.startswith("profile         airmax\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["192.0.2.1"], f"no community: set {COMMUNITY} in the environment or give --community"),
        (["192.0.2.1", "--community", "x", "--profile", "nix"], "there is no profile 'nix'; there are "),
        (["nowhere.invalid", "--community", "x"], "nowhere.invalid is no host that can be found: "),
        ([f"{'a' * 64}.id", "--community", "x"], f"{'a' * 64}.id is no host that can be found: "),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(COMMUNITY, raising=False)

    assert main(arguments) == 1

    assert capsys.readouterr().err.startswith(sentence)


@pytest.mark.parametrize(
    ("user", "code", "sentence"), [("bob", 0, "standard MIBs only"), ("mallory", 1, "does not know the user mallory")]
)
def test_a_device_is_asked_in_version_3(
    snmpd: Snmpd,
    user: str,
    code: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(AUTH_PASSWORD, "bob's auth words")
    monkeypatch.setenv(PRIV_PASSWORD, "bob's priv words")
    asked = ["--version", "3", "--user", user, "--auth", "SHA256", "--priv", "AES"]

    assert main(["127.0.0.1", "--port", str(snmpd.port), *asked]) == code

    assert sentence in "".join(capfd.readouterr())


def test_a_password_of_version_3_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(AUTH_PASSWORD, raising=False)

    assert main(["192.0.2.1", "--version", "3", "--user", "bob", "--auth", "SHA256"]) == 1

    assert "authentication password is too short" in capsys.readouterr().err


def test_silence_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async def silence(_: object) -> PollResult:
        return PollResult(0, 0.0, False, error="no answer from 192.0.2.1")

    monkeypatch.setattr("collectors.__main__.poll_once", silence)
    monkeypatch.setattr("collectors.__main__.refusal", lambda: "not allowed")

    assert main(["192.0.2.1", "--community", "x"]) == 1

    assert capsys.readouterr().err == "no answer from 192.0.2.1\n"


def test_who_answers_pings_alone_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async def silence(_: object) -> PollResult:
        return PollResult(0, 0.0, False, error="no answer from 192.0.2.1")

    async def answered(_: object, __: str) -> Ping:
        return Ping(3, 2, 0.0014)

    monkeypatch.setattr("collectors.__main__.poll_once", silence)
    monkeypatch.setattr("collectors.__main__.refusal", lambda: "")
    monkeypatch.setattr("collectors.__main__.Pinger.ping", answered)

    assert main(["192.0.2.1", "--community", "x"]) == 1

    assert capsys.readouterr().err == "no answer from 192.0.2.1; ping: 2 of 3 answered, 1.4 ms\n"


def test_a_broken_profile_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise ProfileError("acme.toml: vendor: must be a text")

    monkeypatch.setattr("collectors.__main__.load", broken)

    assert main(["192.0.2.1", "--community", "x", "--profile", "acme"]) == 1

    assert capsys.readouterr().err == "acme.toml: vendor: must be a text\n"


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    shown = as_text(PollResult(0, 0.0, True, error="acmeClients: no answer"))

    assert shown.splitlines() == [
        "profile         none: standard MIBs only",
        "up for          unknown",
        "round trip      unknown",
        "ping            not tried",
        "",
        "",
        "but: acmeClients: no answer",
    ]


def test_the_access_points_of_a_controller_are_a_line_each() -> None:
    samples = (Sample("clients", 12), Sample("radio_channel", 6, "2.4 GHz"))
    balai = ManagedAccessPoint("02:00:5e:00:00:01", "balai", True, "10.0.9.1", "A-1", "1.0", samples=samples)
    unknown = ManagedAccessPoint("7")

    shown = as_text(PollResult(0, 0.0, True, access_points=(balai, unknown)))

    assert shown.splitlines()[-2:] == ["02:00:5e:00:00:01  up  balai  A-1  1.0  10.0.9.1  clients 12", "7  unknown"]
