"""What every channel is: its fields, the check of what was typed into them, and how one message leaves by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

ROTATION_S = 86_400
Config = Mapping[str, str]
Checked = dict[str, str]


class ChannelError(Exception):
    """A message did not leave; the text is one sentence without addresses and secrets.

    `retry`: later may be better (nobody answered, too busy). Otherwise it is refused for good. `sick`: it was the
    channel that failed, so that its other messages need not be tried now; otherwise this message alone.
    """

    def __init__(self, text: str, *, retry: bool, sick: bool = True) -> None:
        super().__init__(text)
        self.retry, self.sick = retry, sick


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `choices` are values and their labels; a `secret` is never shown again.

    Of one that `rotates` the old value is kept for a day, as old_<name> until old_<name>_until. A field that `leads`
    says where secrets are sent: where it changes they are typed anew, or who may change it could read them elsewhere.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    rotates: bool = False
    leads: bool = False
    required: bool = False
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it leaves. `to` is a person's address; empty: where the channel's own configuration says.

    `key` is the same each time that it is sent, `thread` that of all messages of one incident. `url` is the page of it,
    `payload` JSON for channels that send data.
    """

    key: str
    to: str
    subject: str
    body: str
    url: str
    severity: str
    event: str
    payload: str
    language: str
    thread: str = ""
    at: int = 0  # when it was put into the outbox


@dataclass(frozen=True, slots=True)
class Channel:
    """A kind of channel, an entry of CHANNELS.

    `check` returns the configuration as it is stored and raises RejectedError for a field. `hint` is what may be shown
    of it. `address` checks and tidies the address of a person, with RejectedError for "address"; a channel without it
    reaches no person, only what its configuration names. `send` returns what the other side said, raises ChannelError.
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    check: Callable[[Config, Guard], Checked]
    hint: Callable[[Config], str]
    send: Callable[[Config, Outgoing, Guard], str]
    address: Callable[[str], str] | None = None
    address_help: str = ""


def merged(channel: Channel, stored: Config, typed: Config, now: int) -> Checked:
    """What was typed over what is stored: an empty secret stays as it is. Raises RejectedError."""
    config = {field.name: typed.get(field.name, "") for field in channel.fields}
    moved = any(field.leads and stored and config[field.name] != stored.get(field.name) for field in channel.fields)
    for field in channel.fields:
        old = stored.get(field.name, "")
        if not field.secret or not old:
            continue
        if config[field.name] and field.rotates and config[field.name] != old:
            config |= {f"old_{field.name}": old, f"old_{field.name}_until": str(now + ROTATION_S)}
        elif not config[field.name]:
            if moved:
                reject(field.name, N_("type it again: it was for another address"))
            config[field.name] = old
            config |= {name: stored[name] for name in stored if name.startswith(f"old_{field.name}")}
    return config
