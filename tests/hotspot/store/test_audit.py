"""The audit log is one chain, whoever writes at once, and says when somebody else touched it."""

import threading
from dataclasses import asdict, replace
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, delete, insert, select, text, update

from hotspot.analytics.audit_chain import CHANGED, REMOVED, End, Fault, Link, digest
from hotspot.store.audit import note, seal_head, seal_key
from hotspot.store.audit_check import ADDED, CUT, OUTSIDE, REWRITTEN, UNSEALED, check
from hotspot.store.audit_list import AuditFilter, actors, audit_page, every, targets
from hotspot.store.base import reading, writing
from hotspot.store.migrate import FOLDER
from hotspot.store.models import AuditEntry, AuditHead, City
from tests.hotspot.web.world import World

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = 1_800_000_000


@pytest.fixture
def log(engine: Engine) -> Engine:
    """Five entries, written by a process that holds the key."""
    engine.update_execution_options(**seal_key(KEY))
    with writing(engine) as session:
        seal_head(session)
    for number in range(1, 6):
        write(engine, number)
    return engine


def write(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        note(session, NOW + number, "sari", "change", f"point TS-{number}", "what it was: 50%")


def fault(engine: Engine) -> Fault | None:
    return check(engine, KEY).fault


def test_what_the_service_wrote_is_whole(log: Engine) -> None:
    checked = check(log, KEY)
    assert (checked.fault, checked.count) == (None, 5)
    with reading(log) as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert newest is not None
        assert (newest.position, newest.digest) == (5, checked.head)


def test_an_empty_log_is_whole_once_it_is_sealed(engine: Engine) -> None:
    assert fault(engine) == Fault(UNSEALED, 0, 0)
    engine.update_execution_options(**seal_key(KEY))
    with writing(engine) as session:
        assert seal_head(session) == End(0, "")
    assert fault(engine) is None


def test_a_changed_and_a_removed_entry_are_named(log: Engine) -> None:
    with log.begin() as connection:
        connection.execute(delete(AuditEntry).where(AuditEntry.position == 4))
    assert fault(log) == Fault(REMOVED, 4, 4)
    with log.begin() as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.position == 2).values(actor="budi"))
    checked = check(log, KEY)
    assert checked.fault == Fault(CHANGED, 2, 2)
    assert checked.entry is not None
    assert checked.entry.actor == "budi"


def test_a_cut_tail_is_noticed_also_when_the_service_wrote_on(log: Engine) -> None:
    with log.begin() as connection:
        connection.execute(delete(AuditEntry).where(AuditEntry.position > 3))
    assert fault(log) == Fault(CUT, 4, 5)
    with log.begin() as connection:  # somebody without the key sets the end back as well
        last = connection.scalar(select(AuditEntry.digest).where(AuditEntry.position == 3))
        connection.execute(update(AuditHead).values(n=3, digest=last))
    assert fault(log) == Fault(UNSEALED, 3, 3)
    write(log, 6)
    assert fault(log) == Fault(UNSEALED, 4, 4)


def test_a_head_that_is_gone_is_not_made_good_by_the_next_entry(log: Engine) -> None:
    with log.begin() as connection:
        connection.execute(delete(AuditHead))
        connection.execute(delete(AuditEntry).where(AuditEntry.position == 5))
    write(log, 6)
    assert fault(log) == Fault(UNSEALED, 5, 5)
    with writing(log) as session:
        seal_head(session)
    assert fault(log) is None


def test_entries_past_the_chain_or_the_head_are_noticed(log: Engine) -> None:
    row = {"at": NOW, "actor": "sari", "action": "add", "subject": "point TS-9", "detail": ""}
    with log.begin() as connection:
        connection.execute(insert(AuditEntry).values(**row, digest=""))
    found = fault(log)
    assert found is not None
    assert found.kind == OUTSIDE


def test_a_chain_continued_or_made_anew_does_not_fit_the_sealed_head(log: Engine) -> None:
    with log.begin() as connection:
        before = connection.scalar(select(AuditEntry.digest).where(AuditEntry.position == 5)) or ""
        connection.execute(insert(AuditEntry).values(**forged(before, 6)))
    assert fault(log) == Fault(ADDED, 6, 6)
    with log.begin() as connection:
        connection.execute(delete(AuditEntry).where(AuditEntry.position > 4))
        before = connection.scalar(select(AuditEntry.digest).where(AuditEntry.position == 4)) or ""
        connection.execute(insert(AuditEntry).values(**forged(before, 5)))
    assert fault(log) == Fault(REWRITTEN, 1, 5)


def forged(before: str, position: int) -> dict[str, object]:
    """An entry by somebody who knows how the chain is made."""
    made = Link(position, NOW, "sari", "add", "point TS-9", "", "")
    return asdict(replace(made, digest=digest(before, position, made)))


def test_another_key_vouches_for_nothing(log: Engine) -> None:
    assert check(log, OTHER).fault == Fault(UNSEALED, 5, 5)


def test_what_is_rolled_back_leaves_no_gap(log: Engine) -> None:
    with reading(log) as session:
        note(session, NOW, "sari", "add", "point TS-6")
        session.rollback()
        session.commit()
    with writing(log) as session:
        note(session, NOW, "sari", "add", "point TS-7")
        part = session.begin_nested()
        note(session, NOW, "sari", "add", "point TS-8")
        part.rollback()
        with session.begin_nested():
            note(session, NOW, "sari", "add", "point TS-9")
    checked = check(log, KEY)
    assert (checked.fault, checked.count) == (None, 7)


def test_writers_at_once_make_one_chain(log: Engine) -> None:
    """Each holds its transaction open while the others note; the numbers of the rows are not their order then."""
    together = threading.Barrier(4)

    def some(number: int) -> None:
        if log.dialect.name == "sqlite":  # one writer at a time anyway
            together.wait()
            write(log, number)
            return
        with writing(log) as session:
            note(session, NOW, f"writer {number}", "add", f"point TS-{number}")
            together.wait()

    threads = [threading.Thread(target=some, args=(number,)) for number in range(10, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    checked = check(log, KEY)
    assert (checked.fault, checked.count) == (None, 9)


def test_a_writer_who_noted_early_holds_nobody_up(log: Engine) -> None:
    if log.dialect.name == "sqlite":
        return
    with writing(log) as slow:
        note(slow, NOW, "slow", "import", "inventory")
        write(log, 6)
    with reading(log) as session:
        order = session.scalars(select(AuditEntry.actor).order_by(AuditEntry.position)).all()
    assert order[-2:] == ["sari", "slow"]
    assert fault(log) is None


def test_the_list_is_filtered_and_each_entry_held_against_its_place(log: Engine) -> None:
    with log.begin() as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.position == 3).values(detail="nothing"))
    with reading(log) as session:
        assert [row.position for row in audit_page(session, AuditFilter(text="ts-2")).rows] == [2]
        assert audit_page(session, AuditFilter(text="0%")).total == 4
        assert audit_page(session, AuditFilter(text="_")).total == 0
        assert audit_page(session, AuditFilter(actor="budi")).rows == []
        assert audit_page(session, AuditFilter(action="change", since=NOW + 2, until=NOW + 4)).total == 2
        last = audit_page(session, AuditFilter(), page=99, per_page=2)
        assert (last.page, last.pages, [row.position for row in last.rows]) == (3, 3, [1])
        assert [row.sound for row in every(session, AuditFilter())] == [True, True, False, True, True]
        assert actors(session) == ["sari"]


def test_subjects_lead_to_what_still_exists(filled: tuple[Engine, World]) -> None:
    engine, world = filled
    with reading(engine) as session:
        found = targets(
            session,
            session.get_one(City, world.city),
            ["point TS-0001", "point gone", "access point AP-001-1", "audit log", "point"],
        )
    assert found == {"point TS-0001": ("point", "TS-0001"), "access point AP-001-1": ("access point", "AP-001-1")}


def test_entries_written_before_the_chain_are_chained_by_the_migration(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(3):
            note(session, NOW, "sari", "add", f'point {number} ☕ " \\ </script>')
        session.flush()
    with engine.connect() as connection:
        by_service = connection.execute(select(AuditEntry.position, AuditEntry.digest).order_by(AuditEntry.id)).all()
    spec = spec_from_file_location("chained", next(FOLDER.glob("versions/0005_*.py")))
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET position = NULL, digest = ''"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.chain()
        by_migration = connection.execute(select(AuditEntry.position, AuditEntry.digest).order_by(AuditEntry.id)).all()
    assert by_migration == by_service
    with reading(engine) as session:
        assert len(audit_page(session, AuditFilter()).rows) == 3
