"""What every channel is: its fields, the check of what was typed into them, and how one message leaves by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotspot.alerts.guard import Guard

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

    Of one that `rotates` the old value is kept for a day, as old_<name> until old_<name>_until.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    rotates: bool = False
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
