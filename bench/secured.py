"""What SNMPv3 costs by itself: CPU of a question with its answer in each combination, memory of many credentials."""

import argparse
import asyncio
import gc
import time
from collections.abc import Callable
from pathlib import Path
from timeit import repeat

from collectors.snmp import usm
from collectors.snmp.codec import V2C, Pdu, Tag, encode_binding, encode_message, encode_oid, encode_value
from collectors.snmp.engine import Engine
from collectors.snmp.pysnmp_session import PysnmpEngine
from collectors.snmp.question import Repeated, get
from collectors.snmp.transport import resolve
from collectors.snmp.v3 import Clocks, Secured, encode_around_digest, encode_scoped
from collectors.snmp.v3_authority import Authority, terms_of
from collectors.snmp.v3_question import SecuredQuestion
from collectors.snmp.v3_session import INSIDE
from collectors.target import Credential

OBJECTS = tuple(encode_oid(f"1.3.6.1.2.1.31.1.1.1.6.{row}") for row in range(1, 21))
ENGINE_ID, CLOCKS, NUMBER = b"\x80\0\x1f\x88\x80engine", Clocks(3, 100_000), 0x12345678


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--credentials", type=int, default=1_000)
    parser.add_argument("--pysnmp-credentials", type=int, default=50)
    options = parser.parse_args()
    for auth, priv in (("MD5", "DES"), ("SHA", "AES"), ("SHA256", "AES"), ("SHA512", "AES256"), ("SHA256", "")):
        fill, read = cpu_us(auth, priv)
        print(f"{auth:<7}{priv or '-':<7} question {fill:5.1f} us, answer of 20 objects {read:5.1f} us")
    number = options.credentials
    begun = time.process_time()
    used = memory_mb(lambda: ours(number))
    cpu_ms = (time.process_time() - begun) / number * 1e3
    print(f"ours: {number} credentials and devices {used:.1f} MB, {cpu_ms:.1f} ms of CPU for the keys of each")
    number = options.pysnmp_credentials
    used = memory_mb(lambda: asyncio.run(pysnmps(number)))
    print(f"pysnmp: {used / number:.2f} MB a credential before the first device, measured with {number}")


def cpu_us(auth: str, priv: str) -> tuple[float, float]:
    question = question_of(user(0, auth, priv))
    question.filled(NUMBER)
    data = answer(question)
    if isinstance(question.read(data), str):
        raise SystemExit(f"{auth} {priv}: the answer is not taken")

    def us(work: Callable[[], object]) -> float:
        return min(repeat(work, number=2_000, repeat=5)) / 2_000 * 1e6

    return us(lambda: question.filled(NUMBER)), us(lambda: question.read(data))


def user(number: int, auth: str = "SHA256", priv: str = "AES") -> Credential:
    return Credential("3", "", f"user{number}", auth, f"auth words {number}", priv, f"priv words {number}")


def question_of(credential: Credential) -> SecuredQuestion:
    authority = Authority(terms_of(credential))
    authority.learn(credential, ENGINE_ID, CLOCKS, time.monotonic())
    return SecuredQuestion(authority, Repeated(get(INSIDE, OBJECTS)), authority.terms.level)


def answer(question: SecuredQuestion) -> bytes:
    authority, terms = question.authority, question.authority.terms
    bindings = [encode_binding(oid, encode_value(Tag.COUNTER64, 2**40)) for oid in OBJECTS]
    whole = encode_message(V2C, b"", Pdu.RESPONSE, NUMBER, 0, 0, bindings)
    data = encode_scoped(ENGINE_ID, b"", whole[9:])  # behind a long length, the version and an empty community
    salt = usm.new_salt() if terms.priv_protocol else b""
    if salt:
        data = usm.encrypted(terms.priv_protocol, authority.keys.privacy, CLOCKS, salt, data)
    digest = bytes(terms.digest_size)
    head, tail = encode_around_digest(
        Secured(NUMBER, terms.level, ENGINE_ID, CLOCKS, terms.user, 0, digest, salt, data)
    )
    return head + usm.digest(terms.auth_protocol, authority.keys.authentication, head + digest + tail) + tail


def ours(number: int) -> object:
    """What is kept of as many devices as credentials: what was learned, and a question ready to be sent to each."""
    engine, kept = Engine(), []
    for place in range(number):
        credential, peer = user(place), resolve(f"10.0.{place >> 8}.{place & 255}", 161)
        authority = engine._authorities.of(peer, credential)  # noqa: SLF001 # no device is asked here
        authority.learn(credential, ENGINE_ID + place.to_bytes(4, "big"), CLOCKS, time.monotonic())
        asked = SecuredQuestion(authority, Repeated(get(INSIDE, OBJECTS)), authority.terms.level)
        kept.append((credential, asked))
    return engine, kept


async def pysnmps(number: int) -> object:
    return [PysnmpEngine(user(place), (1.0,)) for place in range(number)]


def memory_mb(make: Callable[[], object]) -> float:
    gc.collect()
    before = pss_mb()
    kept = make()
    gc.collect()
    used = pss_mb() - before
    del kept
    return used


def pss_mb() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
