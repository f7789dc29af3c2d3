"""hotspot import FILE: the inventory, from a file of any form; and how an import is looked at and taken back."""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hotspot import secrets
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.analytics.import_report import Report, Told, read_alone
from hotspot.analytics.import_row import INDONESIA, RejectedError
from hotspot.analytics.sifted import ACCEPTED, MERGED
from hotspot.clock import now
from hotspot.commands.opening import open_database, the_city
from hotspot.incoming import SEALED, Understood, digest_of, facts_of, judged, understand
from hotspot.reading.read import read_table
from hotspot.reading.table import LARGEST, FileError, Table
from hotspot.settings import Settings
from hotspot.store import imports
from hotspot.store.base import reading, writing
from hotspot.store.changes import undo

ACTOR = "command line"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Read and judge the rows by themselves, without a city and its areas.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--map", "mapped", multiple=True, metavar="OURS=THEIRS", help="Read our column from theirs; many times.")
@click.option("--crs", default="", metavar="EPSG:CODE", help="The coordinate system of positions in metres.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_obj
def points(
    settings: Settings, file: Path, *, check: bool, dry_run: bool, mapped: Sequence[str], crs: str, as_json: bool
) -> None:
    """Points and access points from FILE, of any form: CSV, XLSX, JSON, GeoJSON, KML, XML; a row an access point.

    Columns are found by name and content, in many languages; --map says it yourself. Exit code 1: nothing was accepted.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"reading {file.name}", total=None)
        try:
            content, table = opened(file)
            asked = Asked(file.name, hashlib.sha256(content).hexdigest(), table, wanted(mapped), crs)
            progress.update(
                task, description=f"{'checking' if check or dry_run else 'importing'} {len(table.lines)} rows"
            )
            understood, report = by_itself(asked) if check else in_the_city(asked, settings, dry_run=dry_run)
        except FileError as error:
            raise click.ClickException(str(error)) from error
    click.echo(json.dumps(as_dict(understood, report), ensure_ascii=False) if as_json else as_text(understood, report))
    if not as_json:
        click.echo("check: nothing was written" if check else "dry run: nothing was written" if dry_run else "done")
    if report.rows and not report.accepted:
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A file and how it is to be read."""

    name: str
    digest: str
    table: Table
    wanted: Mapping[str, str | int]
    system: str


def by_itself(asked: Asked) -> tuple[Understood, Report]:
    today = datetime.fromtimestamp(now(), UTC).date()
    understood = understand(asked.table, asked.name, today, wanted=asked.wanted, system=asked.system)
    return understood, read_alone(understood.sifting)


def in_the_city(asked: Asked, settings: Settings, *, dry_run: bool) -> tuple[Understood, Report]:
    engine, key = open_database(settings), secrets.master_key(settings)
    with (reading if dry_run else writing)(engine) as session:
        city = the_city(session)
        today = day_of(city.time_zone, now())
        understood = understand(
            asked.table,
            asked.name,
            today,
            wanted=asked.wanted,
            remembered=imports.remembered(session, city, digest_of(asked.table.header)),
            system=asked.system,
            home=INDONESIA,
            country="Indonesia",
        )
        found = judged(session, key, city, understood, today)
        if not dry_run and found.report.to_write:
            facts = facts_of(found, asked.digest)
            imports.import_file(session, key, city, found.plan, facts, now=now(), actor=ACTOR)
        return understood, found.report


def opened(file: Path) -> tuple[bytes, Table]:
    try:
        if file.stat().st_size > LARGEST:
            raise FileError(f"{file.name} is larger than {LARGEST // 2**20} MiB")
        content = file.read_bytes()
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}") from error
    return content, read_table(content, file.name)


def wanted(mapped: Sequence[str]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for one in mapped:
        ours, sign, theirs = one.partition("=")
        if not sign or not ours.strip() or not theirs.strip():
            raise FileError(f"--map {one}: say it as OURS=THEIRS, such as point_name=Nombre")
        found[ours.strip()] = theirs.strip()
    return found


@click.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """The last imports, with the number by which each is undone."""
    with reading(open_database(settings)) as session:
        for one in imports.imports(session, the_city(session)):
            at = datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%d %H:%M UTC")
            counts = ", ".join(f"{count} {verdict}" for verdict, count in one.counts.items() if count)
            state = f"; undone by {one.undone_by}" if one.undone_at else "" if one.change_id else "; changed nothing"
            click.echo(f"{one.id:5}  {at}  {one.actor}  {one.name}: {counts}{state}")


@click.command("undo")
@click.argument("number", type=int)
@click.pass_obj
def undo_(settings: Settings, number: int) -> None:
    """Takes import NUMBER back; refused, with their names, where its rows were changed since."""
    with writing(open_database(settings)) as session:
        city = the_city(session)
        one = imports.import_of(session, city, number)
        if one is None or one.change_id is None:
            raise click.ClickException(f"there is no import {number} that changed anything; see hotspot import list")
        try:
            rows = undo(session, city, one.change_id, now=now(), actor=ACTOR)
        except RejectedError as error:
            session.rollback()
            raise click.ClickException(str(error.reason)) from error
    click.echo(f"undone: {rows} rows are as they were before {one.name}")


def as_text(understood: Understood, report: Report) -> str:
    table = understood.table
    how = [table.form, table.encoding, f"separator {table.separator!r}" if table.separator else ""]
    how.append(f"header in line {table.header_line}" if table.header_line else "")
    lines = [f"read as {', '.join(filter(None, how))}"]
    if not understood.own:
        lines += [
            f"  {ours} <- {table.header[guess.column]} ({guess.confidence:.0%}, by {guess.why})"
            for ours, guess in understood.columns.guesses.items()
        ]
    lines.append(f"{len(report.rows)} rows read")
    if not understood.own and ACCEPTED not in report.counts:
        alone = ", ".join(f"{count} {verdict}" for verdict, count in understood.sifting.counts.items())
        lines.append(f"        by themselves {alone}; in this city:")
    for verdict, count in report.counts.items():
        numbers = [row.number for row in report.rows if row.verdict == verdict]
        listed = f"  rows {ranges(numbers)}" if count and verdict in (ADDED, UNCHANGED, ACCEPTED, MERGED) else ""
        lines.append(f"{count:7} {verdict}{listed}")
    for row in report.rows:
        lines += told(row)
    lines += [f"note: {text}" for text in notes(understood, report)]
    return "\n".join(lines)


def told(row: Told) -> Iterable[str]:
    name = " ".join(part for part in (row.point_code, row.ap_name) if part)
    if row.verdict == REJECTED:
        column = f"{row.column}: " if row.column else ""
        yield f"row {row.number} rejected ({name}): {column}{row.reason}"
    elif row.verdict == CHANGED:
        yield f"row {row.number} changed ({name}): {'; '.join(map(str, row.changes))}"


def notes(understood: Understood, report: Report) -> list[str]:
    unused = understood.unused
    found = [f"unknown columns, not read: {', '.join(unused)[:400]}"] if unused else []
    told_once: dict[tuple[str, str, str], list[int]] = {}
    for row in report.rows:
        for remark in row.remarks:
            what = str(remark.reason.values.get("what", ""))
            told_once.setdefault((remark.column, remark.reason.text, what), []).append(row.number)
    for (column, text, what), numbers in told_once.items():
        sentence = text.replace("%(what)s", what).replace("%(value)s", "the value").replace("%(day)s", "a day")
        where = f"{column}: " if column else ""
        found.append(f"{where}{sentence} ({len(numbers)} rows: {ranges(numbers)})")
    table_notes = [*understood.table.notes, *map(str, report.notes)]
    return [*found, *dict.fromkeys(table_notes)]


def ranges(numbers: Sequence[int]) -> str:
    """2, 3, 4, 7 as "2-4, 7"; at most twenty of them."""
    runs: list[list[int]] = [
        [number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    ]
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return ", ".join(texts[:20]) + (" ..." if len(texts) > 20 else "")


def as_dict(understood: Understood, report: Report) -> dict[str, object]:
    """rows = accepted + merged + rejected, whatever the file holds; an outcome for each row."""
    table = understood.table
    return {
        "file": understood.name,
        "format": table.form,
        "encoding": table.encoding,
        "separator": table.separator,
        "header_line": table.header_line,
        "columns": {
            ours: {"column": table.header[guess.column], "confidence": guess.confidence, "by": guess.why}
            for ours, guess in understood.columns.guesses.items()
        },
        "rows": len(report.rows),
        "accepted": report.accepted,
        **report.counts,
        "read": dict(understood.sifting.counts),
        "mended": report.mended,
        "doubted": report.doubted,
        "notes": notes(understood, report),
        "outcomes": [outcome(row, understood.secret) for row in report.rows],
    }


def outcome(row: Told, secret: frozenset[int]) -> dict[str, object]:
    found: dict[str, object] = {
        "row": row.number,
        "verdict": row.verdict,
        "point": row.point_code,
        "access_point": row.ap_name,
        "changes": [{"column": change.column, "old": change.old, "new": change.new} for change in row.changes],
        "column": row.column,
        "reason": str(row.reason) if row.reason else "",
        "values": {ours: text for ours, text in row.cells.items() if ours not in SEALED},
        "remarks": [{"column": one.column, "reason": str(one.reason), "mended": one.mended} for one in row.remarks],
    }
    if row.verdict == REJECTED:
        found["row_text"] = ["" if at in secret else cell[:200] for at, cell in enumerate(row.raw)]
    return found
