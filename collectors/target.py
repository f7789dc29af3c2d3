"""What a collector needs to know before it can ask."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credential:
    """How a device is asked; `version` is 1, 2c or 3. Secrets stay out of the representation, and so of every log."""

    version: str = "2c"
    community: str = field(default="", repr=False)
    user: str = ""
    auth_protocol: str = ""  # MD5, SHA, SHA224, SHA256, SHA384, SHA512; empty: no authentication
    auth_password: str = field(default="", repr=False)
    priv_protocol: str = ""  # DES, AES, AES192, AES256 (as net-snmp), AES192C, AES256C (as Cisco); empty: no privacy
    priv_password: str = field(default="", repr=False)
    context: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One access point to poll. `key` is the caller's own id and comes back untouched in the result."""

    key: int
    address: str
    credential: Credential
    port: int = 161
    profile: str = ""  # named by hand; empty: found by identification
    expected_down: bool = False  # silent so far: one small probe a try until it answers
    phase: float = 0.0  # share of the interval, 0 to 1, at which it is asked
    others: tuple[Credential, ...] = ()  # tried in this order at first contact when `credential` is not answered
    any_source: bool = False  # it answers from another address than it is asked at
    short_ids: bool = False  # its firmware gives back only the low 16 bits of a request-id
