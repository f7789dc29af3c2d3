"""What must hold when nothing more can be written: the disk is full, or the database is read-only."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate
from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import IS_LONG, saved
from tests.hotspot.polled_city import until

Build = Callable[[Engine], Town]
ROOM = 64 << 10  # bytes: enough for the log of the process, too little for the write-ahead log of the database


def holds_through(
    town: Town, fault: str, begin: Callable[[], object], end: Callable[[], object], **settings: str
) -> None:
    """Polls go on, wait, are all stored afterwards; reading works all the time; nobody had an outage."""
    town.start(**settings)
    first = until(town.newest_slot) + INTERVAL_S
    until(lambda: town.newest_slot() >= first)
    begin()
    until(lambda: town.said(0, "wait in memory"))
    stopped_at = town.newest_slot()
    assert town.value("SELECT count(*) FROM ap_state") == DEVICES
    end()
    until(lambda: town.newest_slot() > stopped_at + 4 * INTERVAL_S)
    assert town.said(0, "polls are stored again")
    last = town.newest_slot() - INTERVAL_S  # the newest may not be whole yet
    per_cycle = "SELECT count(*) FROM poll_hot WHERE slot >= :a AND slot < :b GROUP BY slot / :s"
    counts = [row[0] for row in town.rows(per_cycle, a=first, b=last, s=INTERVAL_S)]
    assert counts == [DEVICES] * ((last - first) // INTERVAL_S)
    assert town.rows("SELECT * FROM status_span WHERE state <> 1") == []
    saved(fault, cycles=len(counts), polls=sum(counts), lost=0, false_outages=0)


def test_polls_outlast_a_file_that_may_not_grow(sqlite_engine: Engine, build: Build) -> None:
    town = build(sqlite_engine)

    def limit(most: int) -> None:
        resource.prlimit(town.started[0].pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    holds_through(town, "file too large", lambda: limit(ROOM), lambda: limit(resource.RLIM_INFINITY))
    assert town.value("PRAGMA integrity_check") == "ok"


def test_polls_outlast_a_server_that_only_reads(postgres_engine: Engine, build: Build) -> None:
    town = build(postgres_engine)
    name = postgres_engine.url.database

    def read_only(how: str) -> None:
        with postgres_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {how}"))
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            connection.execute(text(f"{others} AND datname = '{name}'"))
        postgres_engine.dispose()

    holds_through(town, "read-only server", lambda: read_only("on"), lambda: read_only("off"))


# A kernel that finds a disk damaged lets nobody write to it any more, files that are open included; a mount can't be
# made read-only under a writer by hand, so the calls are made to fail as they do then.
READ_ONLY = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#define refused (access(getenv("READ_ONLY_WHILE"), F_OK) == 0 && (errno = EROFS))
#define wrap(call, arguments, values) \\
    ssize_t call arguments { ssize_t (*real) arguments = dlsym(RTLD_NEXT, #call); return refused ? -1 : real values; }
wrap(pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at))
wrap(pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at))
"""

if IS_LONG:  # needs the right to mount, and a C compiler

    @contextmanager
    def small_disk(folder: Path) -> Iterator[Path]:
        disk = folder / "small"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=True)
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", disk], check=True)

    def test_polls_outlast_a_full_disk(tmp_path: Path, build: Build) -> None:
        with small_disk(tmp_path) as disk:
            engine = make_engine(f"sqlite:///{disk / 'hotspot.sqlite'}")
            migrate(engine)
            town = build(engine)
            filler = disk / "filler"

            def fill() -> None:
                with filler.open("wb", buffering=0) as file:
                    for size in (1 << 16, 1 << 10, 1):
                        try:
                            while True:
                                file.write(bytes(size))
                        except OSError:
                            continue

            holds_through(town, "disk full", fill, filler.unlink)
            assert town.value("PRAGMA integrity_check") == "ok"
            for process in town.started:
                process.terminate()
                process.wait(20)
            engine.dispose()

    def test_polls_outlast_a_disk_that_only_reads(sqlite_engine: Engine, tmp_path: Path, build: Build) -> None:
        library, damaged = tmp_path / "readonly.so", tmp_path / "damaged"
        compiler = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library), "-ldl"]
        subprocess.run(compiler, input=READ_ONLY.encode(), check=True)
        town = build(sqlite_engine)
        settings = {"LD_PRELOAD": str(library), "READ_ONLY_WHILE": str(damaged)}
        holds_through(town, "read-only disk", damaged.touch, damaged.unlink, **settings)
        assert town.value("PRAGMA integrity_check") == "ok"
