"""Mutated answers by the million: nothing may raise, take long or stay in memory.

    python -m bench.fuzz [--messages 5000000] [--seed 1] [--json]

Well-formed answers of SNMP v1, v2c and v3 are mutated in all the ways below and read as if they had come from the
device that was asked: the id is found, the question reads the datagram, and what it takes for an answer goes through
the decoders of every profile. Ends with 1 when anything raised, took 50 ms of CPU or more, or memory grew by 50 MiB.
"""

import argparse
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from collectors.decoders import text
from collectors.plan import joined
from collectors.profile import Source
from collectors.profile_file import load
from collectors.snmp import question, usm
from collectors.snmp.base import Missing, Value
from collectors.snmp.codec import (
    V1,
    V2C,
    DecodeError,
    Message,
    Pdu,
    Tag,
    decode_parts,
    encode_binding,
    encode_element,
    encode_message,
    encode_oid,
    encode_value,
    message_id,
)
from collectors.snmp.question import CommunityQuestion
from collectors.snmp.transport import Question
from collectors.snmp.v3 import NO_CLOCKS, Secured, encode_around_digest, encode_scoped, encode_secured
from collectors.snmp.v3_authority import Authority, terms_of
from collectors.snmp.v3_question import Discovery, Report, SecuredQuestion
from collectors.target import Credential

NUMBER = 0x12345678
ENGINE_ID = bytes.fromhex("80001f8880e9630000d61ff449")
SLOW_S, GROWTH_BYTES = 0.05, 50 << 20
SETTLED = 20_000  # messages until caches are as full as they get
LENGTHS = (0, 1, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x85, 0x88, 0xFF)
TAGS = (0, 1, 2, 4, 5, 6, 0x30, 0x40, 0x41, 0x43, 0x46, 0x47, 0x80, 0x82, 0xA0, 0xA2, 0xA5, 0xA8, 0xFF)


class Case(NamedTuple):
    """A question that was asked, and an honest answer to it, sealed after its mutation where a hostile device could."""

    name: str
    question: Question
    answer: bytes
    seal: Callable[[bytes], bytes] = bytes


@dataclass
class Outcome:
    """What became of the messages; `reached` counts those that were taken for an answer."""

    messages: int = 0
    seconds: float = 0.0
    slowest_ms: float = 0.0
    growth_kib: int = 0
    reached: int = 0
    raised: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return not self.raised and self.slowest_ms < SLOW_S * 1000 and self.growth_kib << 10 < GROWTH_BYTES


def values(chance: random.Random) -> list[tuple[Tag, int | bytes | str]]:
    """One of each type, with the corners that devices send."""
    return [
        (Tag.INTEGER, chance.choice([0, -1, -(2**31), 2**31 - 1, 255, chance.randrange(100)])),
        (Tag.OCTET_STRING, chance.choice([b"", b"\x00" * 40, b"\xff\xfe\x00caf\xe9", b"116E", chance.randbytes(60)])),
        (Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.41112.1.6"),
        (Tag.IP_ADDRESS, "192.0.2.7"),
        (Tag.COUNTER32, chance.choice([0, 2**32 - 1, chance.randrange(2**32)])),
        (Tag.GAUGE32, chance.randrange(2**32)),
        (Tag.TIME_TICKS, chance.choice([0, 2**32 - 1])),
        (Tag.COUNTER64, chance.choice([0, 2**64 - 1, chance.randrange(2**64)])),
        (Tag.NULL, b""),
        (Tag.NO_SUCH_OBJECT, b""),
        (Tag.NO_SUCH_INSTANCE, b""),
        (Tag.END_OF_MIB_VIEW, b""),
    ]


def cases(chance: random.Random) -> list[Case]:
    """Answers to a GET and to a GETBULK in every version, an error, and Reports."""
    found = []
    said = values(chance)
    oids = [encode_oid(f"1.3.6.1.4.1.41112.1.6.1.2.1.{column}.1") for column in range(1, len(said) + 1)]
    bindings = [encode_binding(oid, encode_value(*value)) for oid, value in zip(oids, said, strict=True)]
    for version, number in (("1", V1), ("2c", V2C)):
        credential = Credential(version, community="public")
        get = question.get(credential, tuple(oids))
        found.append(Case(f"v{version} get", get, answer(number, bindings)))
        found.append(Case(f"v{version} error", get, answer(number, bindings, status=5)))
    bulk = question.following(Credential("2c", community="public"), Pdu.GETBULK, tuple(oids[:4]), 10)
    found.append(Case("v2c bulk", bulk, answer(V2C, bindings * 3)))
    inner = question.get(Credential("2c"), tuple(oids))
    plain = Credential("3", user="reader")
    asked = asked_of(plain, inner)
    found.append(Case("v3 without proof", asked, secured(plain.user, response(bindings))))
    proved = asked_of(Credential("3", user="reader", auth_protocol="SHA256", auth_password="a long password"), inner)
    found.append(Case("v3 with a wrong proof", proved, secured(plain.user, response(bindings))))
    scoped = encode_scoped(ENGINE_ID, b"", response(bindings))
    found.append(Case("v3 proved", proved, scoped, partial(signed, proved.authority)))
    usm_stats = encode_binding(encode_oid(f"{Report.UNKNOWN_ENGINE_ID.value}.0"), encode_value(Tag.COUNTER32, 7))
    found.append(Case("v3 discovery", Discovery(), secured("", response([usm_stats], Pdu.REPORT))))
    return found


def asked_of(credential: Credential, inner: CommunityQuestion) -> SecuredQuestion:
    authority = Authority(terms_of(credential))
    authority.learn(credential, ENGINE_ID, NO_CLOCKS, time.monotonic())
    asked = SecuredQuestion(authority, inner, authority.terms.level)
    asked.filled(NUMBER)
    return asked


def signed(authority: Authority, scoped: bytes) -> bytes:
    """A device that knows the password may say what it likes."""
    terms, now = authority.terms, authority.clocks_now(time.monotonic())
    digest = bytes(terms.digest_size)
    message = Secured(NUMBER, terms.level, ENGINE_ID, now, terms.user, 0, digest, b"", scoped)
    head, tail = encode_around_digest(message)
    return head + usm.digest(terms.auth_protocol, authority.keys.authentication, head + digest + tail) + tail


def answer(version: int, bindings: Sequence[bytes], status: int = 0) -> bytes:
    return encode_message(version, b"public", Pdu.RESPONSE, NUMBER, status, 0, bindings)


def response(bindings: Sequence[bytes], pdu: Pdu = Pdu.RESPONSE) -> bytes:
    whole = encode_message(V2C, b"", pdu, NUMBER, 0, 0, bindings)
    return whole[whole.index(bytes((pdu,))) :]


def secured(user: str, pdu: bytes) -> bytes:
    inside = encode_scoped(ENGINE_ID, b"", pdu)
    return encode_secured(Secured(NUMBER, 0, ENGINE_ID, NO_CLOCKS, user.encode(), 0, b"", b"", inside))


Mutation = Callable[[bytes, random.Random], bytes]


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def set_octet(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes((chance.choice((*LENGTHS, *TAGS)),)) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def leave_out(data: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(data))
    return data[:a] + data[a + chance.randrange(1, 12) :]


def repeat(data: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(data))
    b = chance.randrange(a, min(len(data), a + 200)) + 1
    return data[:b] + data[a:b] * chance.choice((1, 2, 30)) + data[b:]


def insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randrange(1, 20)) + data[at:]


def lie_about_length(data: bytes, chance: random.Random) -> bytes:
    """A long form of a length, up to 2**32 - 1, wherever a length may stand."""
    at = chance.randrange(1, len(data))
    return data[:at] + bytes((0x80 | chance.choice((1, 2, 3, 4, 5, 8, 126)),)) + chance.randbytes(4) + data[at + 1 :]


def nest(data: bytes, chance: random.Random) -> bytes:
    """Sequences in sequences, or just their beginnings."""
    for _ in range(chance.choice((1, 3, 200))):
        data = encode_element(chance.choice((0x30, 0xA2)), data)
    return data if chance.random() < 0.5 else b"\x30\x80" * 4000 + data


def absurd_number(data: bytes, chance: random.Random) -> bytes:
    """An integer of a length that none has."""
    tag = chance.choice((2, 0x41, 0x42, 0x43, 0x46))
    at = data.find(bytes((tag,)), chance.randrange(len(data)))
    if at < 0:
        return flip_bits(data, chance)
    return data[:at] + encode_element(tag, chance.randbytes(chance.choice((0, 5, 8, 9, 10, 200)))) + data[at + 6 :]


def absurd_oid(data: bytes, chance: random.Random) -> bytes:
    """Sub-identifiers without an end, or more of them than there may be."""
    at = data.find(b"\x06", chance.randrange(len(data)))
    if at < 0:
        return flip_bits(data, chance)
    parts = chance.choice((b"\xff" * 40, b"\x81" * 700 + b"\x01", b"\x01" * 400, b"", b"\x2b\x80"))
    return data[:at] + encode_element(6, parts) + data[at + 2 + data[min(at + 1, len(data) - 1)] :]


def grow(data: bytes, chance: random.Random) -> bytes:
    """As large as a datagram gets."""
    return data + chance.choice((bytes(60_000), data * (60_000 // len(data)), b"\x30\x00" * 30_000))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, set_octet, cut, leave_out, repeat, insert, lie_about_length, nest, absurd_number, absurd_oid, grow,
)  # fmt: skip
WEIGHTS = (30, 25, 8, 8, 6, 8, 8, 1, 4, 4, 0.02)


def sources() -> list[Source]:
    return [source for profile in load().values() for source in profile.sources]


def receive(case: Case, data: bytes, readers: Sequence[Source], chance: random.Random) -> str:
    """What the collector does with a datagram from a device it asked."""
    try:
        if message_id(data) != NUMBER:
            return "stray"
        found = case.question.read(data)
    except DecodeError:
        return "malformed"
    if isinstance(found, str):
        return found
    use(found, readers, chance)
    return "answer"


def use(message: Message, readers: Sequence[Source], chance: random.Random) -> None:
    for oid in message.oids[:4]:
        try:
            decode_parts(oid)
        except DecodeError:
            continue
    for value in message.values[:40]:
        text(value)
    source = chance.choice(readers)
    inputs = [chance.choice(message.values or [Missing.NULL]) for _ in range(1 + len(source.others))]
    rows: list[tuple[str, Sequence[Value]]] = [("label", inputs), ("other", inputs[::-1])]
    try:
        joined(source, rows)
    except ValueError:  # counted as rejected, and not stored
        return


def run(messages: int, seed: int) -> Outcome:
    chance = random.Random(seed)
    outcome, readers = Outcome(), sources()
    begun, memory = time.perf_counter(), 0
    known = cases(chance)
    for number in range(messages):
        if number % 10_000 == 0:
            known = cases(chance)
        if number == SETTLED:
            memory = resident()
        case = chance.choice(known)
        data = case.seal(chance.choices(MUTATIONS, WEIGHTS)[0](case.answer, chance))
        started = time.thread_time()  # of CPU: others on the machine must not count
        try:
            kind = receive(case, data, readers, chance)
        except Exception:  # noqa: BLE001 # what it is for
            outcome.raised.append(f"{case.name}, message {number}: {data[:80].hex()}\n{traceback.format_exc()}")
            kind = "raised"
        outcome.slowest_ms = max(outcome.slowest_ms, (time.thread_time() - started) * 1000)
        outcome.outcomes[kind] += 1
    outcome.messages, outcome.seconds = messages, time.perf_counter() - begun
    outcome.reached = outcome.outcomes["answer"]
    outcome.growth_kib = max(0, resident() - memory) >> 10 if messages > SETTLED else 0
    return outcome


def resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    outcome = run(words.messages, words.seed)
    if words.json:
        print(json.dumps(asdict(outcome)))
    else:
        print(f"{outcome.messages} messages in {outcome.seconds:.0f} s, {outcome.reached} taken for an answer")
        print(f"slowest {outcome.slowest_ms:.2f} ms, memory grown by {outcome.growth_kib} KiB")
        print(", ".join(f"{kind} {count}" for kind, count in outcome.outcomes.most_common()))
        print("\n".join(outcome.raised[:5]) or "nothing raised")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
