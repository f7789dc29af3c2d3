"""Other stores for the same polls: narrow rows in SQLite, DuckDB, VictoriaMetrics; each asked in its own language."""

import csv
import http.client
import importlib
import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from socket import SOCK_STREAM
from typing import Any
from urllib.parse import urlencode

from bench.city import free_port, wait_for
from bench.month import CLIENTS, METRICS, Cycle, Month, Values

HOUR = 3600
Pairs = list[tuple[int, float]]


class AbsentError(Exception):
    """The store is not installed; the text says how it would be."""


def by_access_point(cycles: Iterable[Cycle]) -> Iterator[tuple[int, list[int], list[Values]]]:
    """Of each its slots, and by metric the values."""
    found: dict[int, tuple[list[int], list[Values]]] = {}
    for slot, rows in cycles:
        for ap, values in rows:
            slots, polls = found.setdefault(ap, ([], []))
            slots.append(slot)
            polls.append(values)
    for ap, (slots, polls) in sorted(found.items()):
        yield ap, slots, list(zip(*polls, strict=True))


class Narrow:
    """A row a sample, (access point, metric, time) the key: what most people build first, at its smallest."""

    name = "narrow rows, SQLite"
    durable = "when committed"

    def __init__(self, folder: Path, month: Month) -> None:
        self.month, self.file = month, folder / "narrow.sqlite"
        self.database = sqlite3.connect(self.file, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.execute(
            "CREATE TABLE sample (ap INTEGER, metric INTEGER, time INTEGER, value INTEGER,"
            " PRIMARY KEY (ap, metric, time)) WITHOUT ROWID"
        )
        self.database.execute("CREATE TABLE access_point (ap INTEGER PRIMARY KEY)")
        self.database.executemany("INSERT INTO access_point VALUES (?)", ((ap,) for ap in month.aps))

    def prepared(self, cycles: Iterable[Cycle]) -> list[tuple[int, int, int, int]]:
        return [
            (ap, metric, slot, value)
            for ap, slots, columns in by_access_point(cycles)
            for metric, column in enumerate(columns)
            for slot, value in zip(slots, column, strict=True)
            if value is not None
        ]

    def ingest(self, rows: list[tuple[int, int, int, int]]) -> None:
        self.database.execute("BEGIN IMMEDIATE")
        self.database.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows)
        self.database.execute("COMMIT")

    load = ingest

    def settle(self) -> None:
        self.database.execute("VACUUM")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def octets(self) -> int:
        return self.file.stat().st_size

    def chart(self, ap: int, a: int, b: int) -> Pairs:
        query = "SELECT time, value FROM sample WHERE ap = ? AND metric = ? AND time >= ? AND time < ?"
        return self.database.execute(query, (ap, CLIENTS, a, b)).fetchall()

    def availability(self, ap: int, a: int, b: int) -> float:
        query = "SELECT avg(value) FROM sample WHERE ap = ? AND metric = 0 AND time >= ? AND time < ?"
        return float(self.database.execute(query, (ap, a, b)).fetchone()[0])

    def fleet(self, a: int, b: int) -> float:
        query = f"SELECT avg(value) FROM {self._of_all(0)}"
        return float(self.database.execute(query, (a, b)).fetchone()[0])

    def city(self, a: int, b: int, step: int) -> Pairs:
        query = f"""SELECT t, sum(mean) FROM (SELECT (time - ?) / ? * ? + ? AS t, avg(value) AS mean
                    FROM {self._of_all(CLIENTS)} GROUP BY access_point.ap, t) GROUP BY t ORDER BY t"""
        return self.database.execute(query, (a, step, step, a, a, b)).fetchall()

    def top(self, a: int, b: int) -> Pairs:
        query = f"""SELECT access_point.ap, avg(value) AS mean FROM {self._of_all(CLIENTS)}
                    GROUP BY access_point.ap ORDER BY mean DESC, access_point.ap LIMIT 20"""
        return self.database.execute(query, (a, b)).fetchall()

    def _of_all(self, metric: int) -> str:
        """Written so that each access point's samples are found by the key."""
        return f"""access_point CROSS JOIN sample
                   ON sample.ap = access_point.ap AND metric = {metric} AND time >= ? AND time < ?"""

    def close(self) -> None:
        self.database.close()


class Duck:
    """A wide row a poll in DuckDB's columns, in the order in which the polls came."""

    name = "DuckDB"
    durable = "when committed"

    def __init__(self, folder: Path, month: Month) -> None:
        try:
            duckdb: Any = importlib.import_module("duckdb")
        except ModuleNotFoundError:
            raise AbsentError("not installed: pip install duckdb, here or in a folder that PYTHONPATH names") from None
        self.month, self.file, self.text = month, folder / "polls.duckdb", folder / "polls.csv"
        self.database = duckdb.connect(str(self.file))
        columns = ", ".join(f"{metric} BIGINT" for metric in METRICS)
        self.database.execute(f"CREATE TABLE poll (ap INTEGER, time BIGINT, {columns})")

    def prepared(self, cycles: Iterable[Cycle]) -> str:
        """By file: its rows one by one from Python take a hundred times as long."""
        with self.text.open("w", newline="") as file:
            rows = csv.writer(file)
            for slot, answers in cycles:
                rows.writerows((ap, slot, *values) for ap, values in answers)
        return str(self.text)

    def ingest(self, file: str) -> None:
        self.database.execute(f"COPY poll FROM '{file}' (HEADER false)")

    load = ingest

    def settle(self) -> None:
        self.database.execute("CHECKPOINT")

    def octets(self) -> int:
        return self.file.stat().st_size

    def _ask(self, query: str, *values: int) -> Any:
        return self.database.execute(query, values).fetchall()

    def chart(self, ap: int, a: int, b: int) -> Pairs:
        query = """SELECT time, clients FROM poll WHERE ap = ? AND time >= ? AND time < ? AND clients IS NOT NULL
                   ORDER BY time"""
        return list(self._ask(query, ap, a, b))

    def availability(self, ap: int, a: int, b: int) -> float:
        return float(self._ask("SELECT avg(up) FROM poll WHERE ap = ? AND time >= ? AND time < ?", ap, a, b)[0][0])

    def fleet(self, a: int, b: int) -> float:
        return float(self._ask("SELECT avg(up) FROM poll WHERE time >= ? AND time < ?", a, b)[0][0])

    def city(self, a: int, b: int, step: int) -> Pairs:
        query = f"""SELECT t, sum(mean) FROM (SELECT (time - {a}) // {step} * {step} + {a} AS t, avg(clients) AS mean
                    FROM poll WHERE time >= ? AND time < ? GROUP BY ap, t) GROUP BY t ORDER BY t"""
        return list(self._ask(query, a, b))

    def top(self, a: int, b: int) -> Pairs:
        query = """SELECT ap, avg(clients) AS mean FROM poll WHERE time >= ? AND time < ?
                   GROUP BY ap ORDER BY mean DESC, ap LIMIT 20"""
        return list(self._ask(query, a, b))

    def close(self) -> None:
        self.database.close()


class Victoria:
    """VictoriaMetrics as a process of its own, a series an access point and metric, asked over HTTP."""

    name = "VictoriaMetrics"
    durable = "some seconds later"

    def __init__(self, folder: Path, month: Month) -> None:
        program = shutil.which("victoria-metrics")
        if program is None:
            raise AbsentError("not installed: apt-get install victoria-metrics")
        self.month, self.folder = month, folder / "victoria"
        address = f"127.0.0.1:{free_port(SOCK_STREAM)}"
        options = (f"-storageDataPath={self.folder}", f"-httpListenAddr={address}", "-retentionPeriod=100y")
        limits = ("-search.disableCache", "-search.maxUniqueTimeseries=10000000", "-loggerLevel=ERROR")
        patience = ("-http.connTimeout=24h", "-http.idleConnTimeout=24h")
        with (folder / "victoria.log").open("wb") as log:
            self.process = subprocess.Popen([program, *options, *limits, *patience], stdout=log, stderr=log)
        self.connection = http.client.HTTPConnection(address, timeout=600)
        wait_for(self._answers, 30, "VictoriaMetrics")

    def prepared(self, cycles: Iterable[Cycle]) -> bytes:
        """A line a series, as its own import wants them."""
        text = io.StringIO()
        for ap, slots, columns in by_access_point(cycles):
            for name, column in zip(METRICS, columns, strict=True):
                times = [slot * 1000 for slot, value in zip(slots, column, strict=True) if value is not None]
                numbers = [value for value in column if value is not None]
                if numbers:
                    label = f'{{"__name__":"{name}","ap":"{ap}"}}'
                    text.write(f'{{"metric":{label},"values":{numbers},"timestamps":{times}}}\n')
        return text.getvalue().encode()

    def ingest(self, lines: bytes) -> None:
        self._post("/api/v1/import", lines)

    load = ingest

    def settle(self) -> None:
        self._post("/internal/force_flush")
        self._post("/internal/force_merge")
        self._post("/internal/resetRollupResultCache")
        merging = b'vm_active_merges{type="storage/big"} 0'
        wait_for(lambda: merging in self._get("/metrics"), 300, "the end of the merge")

    def octets(self) -> int:
        kept = (self.folder / "data", self.folder / "indexdb")
        files = chain.from_iterable(part.rglob("*") for part in kept)
        return sum(file.stat().st_size for file in files if file.is_file())

    def chart(self, ap: int, a: int, b: int) -> Pairs:
        asked = urlencode({"match[]": f'clients{{ap="{ap}"}}', "start": a, "end": b - 1})
        lines = (json.loads(line) for line in self._get(f"/api/v1/export?{asked}").splitlines())
        return sorted((t // 1000, v) for line in lines for t, v in zip(line["timestamps"], line["values"], strict=True))

    def availability(self, ap: int, a: int, b: int) -> float:
        return float(self._at(f'avg_over_time(up{{ap="{ap}"}}[{b - a}s])', b)[0]["value"][1])

    def fleet(self, a: int, b: int) -> float:
        window = f"[{b - a}s]"
        query = f"sum(sum_over_time(up{window})) / sum(count_over_time(up{window}))"
        return float(self._at(query, b)[0]["value"][1])

    def city(self, a: int, b: int, step: int) -> Pairs:
        query = f"sum(avg_over_time(clients[{step}s]))"
        asked = {"query": query, "start": a + step - 1, "end": b - 1, "step": f"{step}s", "nocache": 1}
        found = json.loads(self._get(f"/api/v1/query_range?{urlencode(asked)}"))["data"]["result"]
        return [(int(t) + 1 - step, float(value)) for t, value in found[0]["values"]]

    def top(self, a: int, b: int) -> Pairs:
        found = self._at(f"topk(20, avg_over_time(clients[{b - a}s]))", b)
        return sorted(
            ((int(one["metric"]["ap"]), float(one["value"][1])) for one in found), key=lambda one: (-one[1], one[0])
        )

    def _at(self, query: str, b: int) -> Any:
        """Its windows are open at the beginning and closed at the end, ours the other way round."""
        asked = urlencode({"query": query, "time": b - 1, "nocache": 1})
        return json.loads(self._get(f"/api/v1/query?{asked}"))["data"]["result"]

    def _answers(self) -> bool:
        try:
            return self._get("/health") == b"OK"
        except OSError:
            self.connection.close()
            return False

    def _get(self, path: str) -> bytes:
        return self._ask("GET", path)

    def _post(self, path: str, body: bytes = b"") -> None:
        self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path[:60]} answered {answer.status}: {text[:200]!r}")
        return text

    def close(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(30)
