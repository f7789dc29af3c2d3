"""Credential sets: sealed, in order, named by the audit log, and never taken from under an access point."""

import pytest
from sqlalchemy import Engine, select

from collectors.target import Credential
from hotspot.analytics.import_row import RejectedError
from hotspot.secrets import seal
from hotspot.store.base import reading, writing
from hotspot.store.credential_sets import (
    InUseError,
    SetRow,
    add_set,
    change_set,
    move_set,
    remove_set,
    set_rows,
)
from hotspot.store.models import AccessPoint, AuditEntry, CredentialSet
from hotspot.store.opened_sets import opened_sets
from tests.hotspot import small_city

KEY, NOW = b"k" * 32, 1_795_244_400
COMMUNITY = {"name": "field", "snmp_version": "2c", "snmp_community": "not for eyes"}
USER = {
    "name": "modern",
    "snmp_version": "3",
    "snmp_user": "hotspot",
    "snmp_auth_protocol": "sha-256",
    "snmp_auth_password": "first not for eyes",
    "snmp_priv_protocol": "AES",
    "snmp_priv_password": "second not for eyes",
}


@pytest.fixture
def city(engine: Engine) -> int:
    return small_city.build(engine)


def add(engine: Engine, city: int, **cells: str) -> int:
    with writing(engine) as session:
        return add_set(session, KEY, city, cells, NOW, "ana")


def rows(engine: Engine, city: int, key: bytes = KEY) -> list[SetRow]:
    with reading(engine) as session:
        return set_rows(session, key, city)


def told(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        entries = session.execute(
            select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail).order_by(AuditEntry.id)
        )
        return [(action, subject, detail) for action, subject, detail in entries]


def test_sets_are_opened_in_their_order(engine: Engine, city: int) -> None:
    add(engine, city, **COMMUNITY)
    second = add(engine, city, **USER)
    with writing(engine) as session:
        move_set(session, city, second, True, NOW, "ana")

    with reading(engine) as session:
        found = opened_sets(session, KEY, city)

    assert [one.name for one in found] == ["modern", "field"]
    assert found[0].credential == Credential(
        "3", "", "hotspot", "SHA256", "first not for eyes", "AES", "second not for eyes"
    )
    assert found[1].credential == Credential("2c", "not for eyes")


def test_no_secret_lies_open_in_the_database_or_the_audit_log(engine: Engine, city: int) -> None:
    first = add(engine, city, **COMMUNITY)
    add(engine, city, **USER)
    with writing(engine) as session:
        change_set(session, KEY, city, first, COMMUNITY | {"snmp_community": "also not for eyes"}, NOW, "ana")

    with reading(engine) as session:
        sealed = session.scalars(select(CredentialSet.credential)).all()
    assert not any(b"not for eyes" in secret for secret in sealed)
    assert told(engine) == [
        ("add", "credential set field", "SNMP version 2c"),
        ("add", "credential set modern", "SNMP version 3"),
        ("change", "credential set field", "secret replaced"),
    ]


@pytest.mark.parametrize(
    ("cells", "protection", "warning"),
    [
        (COMMUNITY, "", "clear"),
        (USER, "SHA256 + AES", ""),
        (USER | {"snmp_auth_protocol": "MD5"}, "MD5 + AES", "weak"),
        (USER | {"snmp_priv_protocol": "DES"}, "SHA256 + DES", "weak"),
        (USER | {"snmp_priv_protocol": "", "snmp_priv_password": ""}, "SHA256", "open"),
        ({"name": "x", "snmp_version": "3", "snmp_user": "guest"}, "", "open"),
    ],
)
def test_a_row_warns_of_what_protects_little(
    engine: Engine, city: int, cells: dict[str, str], protection: str, warning: str
) -> None:
    add(engine, city, **cells)
    (row,) = rows(engine, city)
    assert (row.protection, row.warning) == (protection, warning)


def test_another_key_opens_nothing_and_says_so(engine: Engine, city: int) -> None:
    set_id = add(engine, city, **COMMUNITY)
    with reading(engine) as session:
        (found,) = opened_sets(session, b"o" * 32, city)
    assert found.credential is None
    assert "credential set field" in found.error
    assert rows(engine, city, b"o" * 32)[0].warning == "sealed"
    with writing(engine) as session:
        change_set(session, b"o" * 32, city, set_id, COMMUNITY, NOW, "ana")
    assert rows(engine, city, b"o" * 32)[0].warning == "clear"


def test_fields_of_a_later_version_are_told(engine: Engine, city: int) -> None:
    set_id = add(engine, city, **COMMUNITY)
    with writing(engine) as session:
        row = session.get_one(CredentialSet, set_id)
        row.credential = seal(KEY, '{"hologram": "x"}', f"{city}/credential_set/field")
    with reading(engine) as session:
        assert "fields this version does not know" in opened_sets(session, KEY, city)[0].error


def test_a_renamed_set_still_opens_and_empty_secrets_stay(engine: Engine, city: int) -> None:
    set_id = add(engine, city, **USER)
    empty = {"snmp_auth_password": "", "snmp_priv_password": "", "snmp_user": ""}
    with writing(engine) as session:
        assert change_set(session, KEY, city, set_id, USER | empty | {"name": "renamed"}, NOW, "ana")
        assert not change_set(session, KEY, city, set_id, USER | empty | {"name": "renamed"}, NOW, "ana")
    with reading(engine) as session:
        (found,) = opened_sets(session, KEY, city)
    assert found.credential is not None
    assert (found.name, found.credential.auth_password) == ("renamed", "first not for eyes")
    assert told(engine)[-1] == ("change", "credential set modern", "name: modern -> renamed")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (COMMUNITY | {"name": ""}, "name"),
        (COMMUNITY | {"name": "taken"}, "name"),
        (COMMUNITY | {"name": "x" * 65}, "name"),
        (COMMUNITY | {"snmp_community": ""}, "snmp_community"),
        (COMMUNITY | {"snmp_version": "4"}, "snmp_version"),
        (USER | {"snmp_user": ""}, "snmp_user"),
        (USER | {"snmp_auth_password": "short"}, "snmp_auth_password"),
        (USER | {"snmp_priv_password": ""}, "snmp_priv_password"),
        (USER | {"snmp_auth_protocol": "ROT13"}, "snmp_auth_protocol"),
    ],
)
def test_a_refused_set_names_the_column(engine: Engine, city: int, cells: dict[str, str], column: str) -> None:
    add(engine, city, **COMMUNITY | {"name": "taken"})
    with pytest.raises(RejectedError) as refused:
        add(engine, city, **cells)
    assert refused.value.column == column
    assert len(rows(engine, city)) == 1


def test_the_order_changes_by_one_place_and_ends_at_the_ends(engine: Engine, city: int) -> None:
    ids = [add(engine, city, **COMMUNITY | {"name": name}) for name in "abc"]
    for set_id, up in ((ids[2], True), (ids[2], True), (ids[2], True), (ids[1], False), (0, True)):
        with writing(engine) as session:
            move_set(session, city, set_id, up, NOW, "ana")
    assert [row.name for row in rows(engine, city)] == ["c", "a", "b"]
    assert told(engine)[-1] == ("change", "credential set c", "position: 2 -> 1")


def test_a_set_in_use_stays(engine: Engine, city: int) -> None:
    set_id = add(engine, city, **COMMUNITY)
    with writing(engine) as session:
        for number in (1, 2):
            session.get_one(AccessPoint, number).credential_set_id = set_id
    assert rows(engine, city)[0].used_by == 2
    with pytest.raises(InUseError, match="2 access points"), writing(engine) as session:
        remove_set(session, city, set_id, NOW, "ana")
    with writing(engine) as session:
        for number in (1, 2):
            session.get_one(AccessPoint, number).credential_set_id = None
    with writing(engine) as session:
        remove_set(session, city, set_id, NOW, "ana")
    assert rows(engine, city) == []
    assert told(engine)[-1] == ("remove", "credential set field", "")
