"""Accounts, sign-ins, one-time links, tokens and the throttle, on both engines."""

import hashlib

import pytest
from sqlalchemy import Engine, select

from hotspot.store import accounts, links, sign_ins, throttle, tokens
from hotspot.store.alerts.contacts import set_contact
from hotspot.store.audit import note
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import reading, writing
from hotspot.store.models import Account, AccountContact, ApiToken, OneTimeLink, SignIn

NOW = 1_800_000_000
PASSWORD = "nasi uduk pagi hari"


def make_admin(engine: Engine, name: str = "sari") -> int:
    with writing(engine) as session:
        return accounts.create_account(session, name, "owner", NOW, PASSWORD).id


def test_password_is_kept_as_argon2id_and_verified(engine: Engine) -> None:
    make_admin(engine)
    with reading(engine) as session:
        person = accounts.verify(session, " Sari ", PASSWORD)
        assert person is not None
        assert person.role == "owner"
        assert accounts.verify(session, "sari", PASSWORD + "!") is None
        assert accounts.verify(session, "budi", PASSWORD) is None
        row = session.get_one(Account, person.id)
        assert row.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize("password", ["short", "sari" * 2, "password1234", "aaaaaaaaaaaaaa", "x" * 300])
def test_weak_password_is_refused(engine: Engine, password: str) -> None:
    with writing(engine) as session, pytest.raises(accounts.AccountError) as caught:
        accounts.create_account(session, "sari", "owner", NOW, password)
    assert caught.value.key == "password"


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "<script>", "SARI"])
def test_bad_or_taken_name_is_refused(engine: Engine, name: str) -> None:
    make_admin(engine)
    with writing(engine) as session, pytest.raises(accounts.AccountError) as caught:
        accounts.create_account(session, name, "viewer", NOW)
    assert caught.value.key == "name"


def test_account_without_password_cannot_sign_in(engine: Engine) -> None:
    with writing(engine) as session:
        accounts.create_account(session, "budi", "viewer", NOW)
        assert accounts.verify(session, "budi", "") is None


def test_last_active_admin_stays(engine: Engine) -> None:
    first = make_admin(engine)
    with writing(engine) as session, pytest.raises(accounts.AccountError, match="last active owner"):
        accounts.set_active(session, first, False)
    with writing(engine) as session, pytest.raises(accounts.AccountError, match="last active owner"):
        accounts.set_role(session, first, "viewer")
    second = make_admin(engine, "budi")
    with writing(engine) as session:
        accounts.set_role(session, first, "viewer")
    with writing(engine) as session, pytest.raises(accounts.AccountError):
        accounts.set_active(session, second, False)


def test_sign_in_ends_when_signed_out_idle_or_disabled(engine: Engine) -> None:
    sari, budi = make_admin(engine), make_admin(engine, "budi")
    with writing(engine) as session:
        first, second = sign_ins.sign_in(session, sari, NOW), sign_ins.sign_in(session, budi, NOW)
    with writing(engine) as session:
        found = sign_ins.signed_in(session, first, NOW + 10, 3600)
        assert found is not None
        assert found.person.name == "sari"
        assert sign_ins.signed_in(session, first, NOW + 3600, 3600) is None
        sign_ins.touch(session, first, NOW + 100)
        assert sign_ins.signed_in(session, first, NOW + 3600, 3600) is not None
        assert sign_ins.signed_in(session, first, NOW + sign_ins.LONGEST_S, 10**9) is None
        accounts.set_active(session, budi, False)
        assert sign_ins.signed_in(session, second, NOW + 10, 3600) is None
        sign_ins.sign_out(session, first)
        assert sign_ins.signed_in(session, first, NOW + 10, 3600) is None


def test_addresses_of_a_disabled_account_are_forgotten(engine: Engine) -> None:
    sari, budi = make_admin(engine), make_admin(engine, "budi")
    with writing(engine) as session:
        for person in (sari, budi):
            set_contact(session, bytes(32), person, "email", "a@example.go.id", now=NOW, actor="sari")
        accounts.set_active(session, budi, False)
        assert session.scalars(select(AccountContact.account_id)).all() == [sari]


def test_new_password_signs_out_everywhere(engine: Engine) -> None:
    sari = make_admin(engine)
    with writing(engine) as session:
        secret = sign_ins.sign_in(session, sari, NOW)
        accounts.set_password(session, sari, "lontong sayur malam", NOW)
        assert sign_ins.signed_in(session, secret, NOW, 3600) is None
        assert accounts.verify(session, "sari", PASSWORD) is None


def test_old_sign_ins_are_forgotten(engine: Engine) -> None:
    sari = make_admin(engine)
    with writing(engine) as session:
        sign_ins.sign_in(session, sari, NOW)
        sign_ins.sign_in(session, sari, NOW + 5000)
        sign_ins.forget_old(session, NOW + 6000, 3600)
        assert len(session.scalars(select(SignIn)).all()) == 1


def test_link_works_once_and_keeps_only_its_digest(engine: Engine) -> None:
    sari = make_admin(engine)
    with writing(engine) as session:
        secret = links.make_link(session, links.LOGIN, NOW, sari)
        assert session.scalars(select(OneTimeLink.digest)).all() == [hashlib.sha256(secret.encode()).hexdigest()]
        assert links.look_at_link(session, secret, NOW) == links.Link("login", sari)
        assert links.use_link(session, secret, NOW + 1) == links.Link("login", sari)
        assert links.use_link(session, secret, NOW + 2) is None


def test_link_expires_and_is_replaced_by_a_newer_one(engine: Engine) -> None:
    with writing(engine) as session:
        old = links.make_link(session, links.FIRST_ADMIN, NOW)
        new = links.make_link(session, links.FIRST_ADMIN, NOW)
        assert links.look_at_link(session, old, NOW) is None
        assert links.look_at_link(session, new, NOW) == links.Link("first_admin", None)
        assert links.use_link(session, new, NOW + links.LIFETIMES_S["first_admin"]) is None


def test_link_of_a_disabled_account_opens_nothing(engine: Engine) -> None:
    sari, _ = make_admin(engine), make_admin(engine, "budi")
    with writing(engine) as session:
        secret = links.make_link(session, links.LOGIN, NOW, sari)
        accounts.set_active(session, sari, False)
        assert links.use_link(session, secret, NOW) is None


def test_guessing_is_slowed_and_ends(engine: Engine) -> None:
    with writing(engine) as session:
        for attempt in range(throttle.FREE):
            assert throttle.must_wait(session, "s1", "sari", NOW + attempt) == 0
            throttle.record_failure(session, "s1", "sari", NOW + attempt)
        assert throttle.must_wait(session, "s1", "SARI", NOW + 4) == throttle.FIRST_WAIT_S
        assert throttle.must_wait(session, "s1", "sari", NOW + 4 + throttle.FIRST_WAIT_S) == 0
        assert throttle.must_wait(session, "s2", "sari", NOW + 4) == 0
        throttle.forgive(session, "s1", "sari")
        assert throttle.must_wait(session, "s1", "sari", NOW + 4) == 0


def test_a_clock_that_ran_ahead_locks_nobody_out(engine: Engine) -> None:
    with writing(engine) as session:
        for attempt in range(2 * throttle.FREE_CODES):
            throttle.record_wrong_code(session, "s1", "sari", NOW + 86_400 + attempt)
        assert throttle.must_wait(session, "s1", "sari", NOW + 86_500) > 0
        assert throttle.must_wait_for_code(session, "sari", NOW + 86_500) > 0
        assert throttle.must_wait(session, "s1", "sari", NOW) == 0
        assert throttle.must_wait_for_code(session, "sari", NOW) == 0


def test_spraying_names_from_one_source_is_slowed(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(throttle.FREE_OF_SOURCE):
            throttle.record_failure(session, "s1", f"name{number}", NOW)
        assert throttle.must_wait(session, "s1", "another", NOW) > 0


def test_owner_is_not_locked_out_by_strangers(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(throttle.ATTACK):
            throttle.record_failure(session, f"stranger{number}", "sari", NOW)
        assert throttle.must_wait(session, "stranger1", "sari", NOW) > 0
        assert throttle.must_wait(session, "owner", "sari", NOW) == 0


def test_source_is_a_keyed_hash_and_one_for_an_ipv6_network() -> None:
    key = b"k" * 32
    assert throttle.source_of(key, "2001:db8::1") == throttle.source_of(key, "2001:db8::2")
    assert throttle.source_of(key, "192.0.2.1") != throttle.source_of(key, "192.0.2.2")
    assert throttle.source_of(key, "192.0.2.1") != throttle.source_of(b"x" * 32, "192.0.2.1")
    assert "192" not in throttle.source_of(key, "unix:")


def test_token_is_told_once_and_revoked(engine: Engine) -> None:
    with writing(engine) as session:
        secret = tokens.create_token(session, "grafana", NOW)
        assert session.scalar(select(ApiToken.digest)) == hashlib.sha256(secret.encode()).hexdigest()
        token = tokens.verify_token(session, secret, NOW)
        assert token is not None
        assert token.is_stale(NOW)
        tokens.touch_token(session, token.id, NOW)
        used = tokens.verify_token(session, secret, NOW)
        assert used is not None
        assert not used.is_stale(NOW + 59)
        assert used.is_stale(NOW + 60)
        assert tokens.verify_token(session, secret + "x", NOW) is None
        assert tokens.revoke_token(session, "grafana", NOW)
        assert not tokens.revoke_token(session, "grafana", NOW)
        assert tokens.verify_token(session, secret, NOW) is None


def test_a_token_ends(engine: Engine) -> None:
    with writing(engine) as session:
        secret = tokens.create_token(session, "grafana", NOW, days=1, by="ani")
        assert tokens.verify_token(session, secret, NOW + 86_399) is not None
        assert tokens.verify_token(session, secret, NOW + 86_400) is None
        told = tokens.tokens(session)[0]
        assert (told.expires_at, told.created_by, told.works(NOW + 86_400)) == (NOW + 86_400, "ani", False)
        for days in (0, -1, 3_661):
            with pytest.raises(tokens.TokenError, match="1 to 3660 days"):
                tokens.create_token(session, "other", NOW, days=days)


def test_token_name_is_unique(engine: Engine) -> None:
    with writing(engine) as session:
        tokens.create_token(session, "grafana", NOW)
        with pytest.raises(tokens.TokenError, match="already"):
            tokens.create_token(session, "grafana", NOW)


def test_audit_is_read_newest_first(engine: Engine) -> None:
    with writing(engine) as session:
        note(session, NOW, "sari", "create", "account budi")
        note(session, NOW + 1, "sari", "disable", "account budi")
        assert [entry.action for entry in audit_page(session, AuditFilter()).rows] == ["disable", "create"]
