"""The second factor in the database, on both engines: sealed, once, and gone when it is taken away."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import Engine, select

from hotspot.secrets import seal
from hotspot.store import accounts, second_factor, sign_ins, throttle
from hotspot.store.base import reading, writing
from hotspot.store.models import Account, RecoveryCode

KEY = b"k" * 32
NOW = 1_800_000_015


@pytest.fixture
def sari(engine: Engine) -> int:
    with writing(engine) as session:
        return accounts.create_account(session, "sari", "owner", NOW).id


def code_at(secret: str, now: int) -> str:
    return pyotp.TOTP(secret).at(now)


def set_up(engine: Engine, account_id: int) -> tuple[str, list[str]]:
    with writing(engine) as session:
        secret = second_factor.begin(session, KEY, account_id)
        codes = second_factor.confirm(session, KEY, account_id, code_at(secret, NOW), NOW)
    assert len(codes) == 10
    return secret, codes


def accepts(engine: Engine, account_id: int, code: str, now: int = NOW) -> bool:
    with writing(engine) as session:
        return second_factor.accepts(session, KEY, account_id, code, now)


def test_a_code_works_once_and_the_one_that_set_it_up_not_again(engine: Engine, sari: int) -> None:
    secret, _ = set_up(engine, sari)
    assert not accepts(engine, sari, code_at(secret, NOW))
    assert accepts(engine, sari, code_at(secret, NOW + 30), NOW + 30)
    assert not accepts(engine, sari, code_at(secret, NOW + 30), NOW + 31)
    assert not accepts(engine, sari, "000000", NOW + 60)


def test_of_two_who_send_one_code_at_once_one_gets_in(engine: Engine, sari: int) -> None:
    secret, codes = set_up(engine, sari)
    for code in (code_at(secret, NOW + 30), codes[0]):
        with ThreadPoolExecutor(4) as pool:
            tries = [pool.submit(accepts, engine, sari, code, NOW + 30) for _ in range(4)]
        assert sorted(one.result() for one in tries) == [False, False, False, True]


def test_what_is_stored_tells_neither_secret_nor_codes(engine: Engine, sari: int) -> None:
    secret, codes = set_up(engine, sari)
    with reading(engine) as session:
        account = session.get_one(Account, sari)
        assert account.totp_secret is not None
        assert secret.encode() not in account.totp_secret
        digests = " ".join(session.scalars(select(RecoveryCode.digest)))
        assert not any(code.replace("-", "") in digests for code in codes)
        person = accounts.person_by_id(session, sari)
    assert person is not None
    assert person.second_factor


def test_recovery_codes_work_once_and_new_ones_end_the_old(engine: Engine, sari: int) -> None:
    _, codes = set_up(engine, sari)
    assert accepts(engine, sari, codes[3].upper())
    assert not accepts(engine, sari, codes[3])
    with writing(engine) as session:
        assert second_factor.codes_left(session, sari) == 9
        fresh = second_factor.renew_codes(session, sari)
    assert not accepts(engine, sari, codes[4])
    assert accepts(engine, sari, fresh[0])


def test_two_tabs_that_begin_leave_the_last_key_in_force(engine: Engine, sari: int) -> None:
    with writing(engine) as session:
        first = second_factor.begin(session, KEY, sari)
        last = second_factor.begin(session, KEY, sari)
        assert second_factor.confirm(session, KEY, sari, code_at(first, NOW), NOW) == []
        assert second_factor.confirm(session, KEY, sari, code_at(last, NOW), NOW)
        assert second_factor.begin(session, KEY, sari) == ""
        assert second_factor.confirm(session, KEY, sari, code_at(last, NOW + 30), NOW + 30) == []


def test_a_begun_one_asks_nobody_and_a_removed_one_no_longer(engine: Engine, sari: int) -> None:
    with writing(engine) as session:
        begun = second_factor.begin(session, KEY, sari)
    assert not accepts(engine, sari, code_at(begun, NOW))
    _, codes = set_up(engine, sari)
    with writing(engine) as session:
        second_factor.remove(session, sari)
        assert second_factor.codes_left(session, sari) == 0
    assert not accepts(engine, sari, codes[0])


def test_setting_it_up_signs_every_browser_out(engine: Engine, sari: int) -> None:
    with writing(engine) as session:
        secret = sign_ins.sign_in(session, sari, NOW)
    set_up(engine, sari)
    with reading(engine) as session:
        assert sign_ins.signed_in(session, secret, NOW, 3600) is None


def test_a_secret_of_another_account_or_key_opens_nothing(engine: Engine, sari: int) -> None:
    secret, codes = set_up(engine, sari)
    for sealed in (seal(KEY, secret, "account 999 second factor"), seal(b"o" * 32, secret, second_factor.place(sari))):
        with writing(engine) as session:
            session.get_one(Account, sari).totp_secret = sealed
        assert not accepts(engine, sari, code_at(secret, NOW + 60), NOW + 60)
    assert accepts(engine, sari, codes[0])


def test_a_disabled_or_missing_account_has_no_codes(engine: Engine, sari: int) -> None:
    _, codes = set_up(engine, sari)
    with writing(engine) as session:
        accounts.create_account(session, "budi", "owner", NOW)
        accounts.set_active(session, sari, False)
    assert not accepts(engine, sari, codes[0])
    assert not accepts(engine, 999, codes[0])


def test_guessing_codes_is_slowed_from_wherever_and_ends_with_a_good_sign_in(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(throttle.FREE_CODES):
            assert throttle.must_wait_for_code(session, "sari", NOW) == 0
            throttle.record_wrong_code(session, f"source{number}", "sari", NOW)
        assert throttle.must_wait_for_code(session, "sari", NOW) == throttle.FIRST_WAIT_S
        assert throttle.must_wait_for_code(session, "budi", NOW) == 0
        for _ in range(30):
            throttle.record_wrong_code(session, "source", "sari", NOW)
        assert throttle.must_wait_for_code(session, "sari", NOW + 3600) == 0
        assert throttle.must_wait_for_code(session, "sari", NOW) == throttle.LONGEST_WAIT_S
        throttle.forgive(session, "source", "sari")
        assert throttle.must_wait_for_code(session, "sari", NOW) == 0


def test_browsers_are_listed_and_ended(engine: Engine, sari: int) -> None:
    with writing(engine) as session:
        other = accounts.create_account(session, "budi", "viewer", NOW).id
        mine = sign_ins.sign_in(session, sari, NOW, "Firefox, Linux")
        phone = sign_ins.sign_in(session, sari, NOW + 5, "Chrome, Android")
        theirs = sign_ins.sign_in(session, other, NOW, "Safari, iPhone")
        sign_ins.sign_in(session, sari, NOW - 10_000, "long gone")
        found = sign_ins.browsers(session, sari, mine, NOW + 10, 3600)
        assert [(row.browser, row.this) for row in found] == [("Chrome, Android", False), ("Firefox, Linux", True)]
        [foreign] = sign_ins.browsers(session, other, "", NOW + 10, 3600)
        assert not sign_ins.sign_out_one(session, sari, foreign.handle)
        assert not sign_ins.sign_out_one(session, sari, "")
        assert sign_ins.sign_out_one(session, sari, found[0].handle)
        assert sign_ins.signed_in(session, phone, NOW + 10, 3600) is None
        assert sign_ins.sign_out_others(session, sari, mine) == 1
        assert sign_ins.signed_in(session, mine, NOW + 10, 3600) is not None
        assert sign_ins.signed_in(session, theirs, NOW + 10, 3600) is not None
