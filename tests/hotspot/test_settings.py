"""What is shown of the settings, and which variables are none."""

import pytest

from hotspot.settings import MASK, SettingError, Settings, load, shown


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("", ""),
        ("sqlite:////var/lib/hotspot.sqlite", "sqlite:////var/lib/hotspot.sqlite"),
        ("postgresql://hotspot@db/hotspot", "postgresql://hotspot@db/hotspot"),
        ("postgresql://hotspot:terri:b@le@db/hotspot", f"postgresql://hotspot:{MASK}@db/hotspot"),
        (
            "postgresql:///hotspot?user=a&password=terrible&host=db",
            f"postgresql:///hotspot?user=a&password={MASK}&host=db",
        ),
    ],
)
def test_password_of_the_database_is_never_shown(address: str, seen: str) -> None:
    assert shown(Settings(database_url=address))["database_url"] == seen


def test_secret_key_is_never_shown() -> None:
    assert shown(Settings(secret_key="k" * 40))["secret_key"] == MASK


def test_community_for_trying_a_device_is_no_setting() -> None:
    assert load(environ={"HOTSPOT_COMMUNITY": "public"}) == load(environ={})


def test_ping_is_on_or_off() -> None:
    with pytest.raises(SettingError, match="HOTSPOT_PING is 'yes', not on or off"):
        load(environ={"HOTSPOT_PING": "yes"})
