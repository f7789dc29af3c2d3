"""Asks a controller for its access points: one column after the other, so that one that fails costs only itself."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from collectors.controllers import (
    IDENTITY,
    Found,
    Roster,
    cell,
    collect,
    column_of,
    labels_of,
    listed,
    text_of_index,
    totals,
)
from collectors.learn import ROWS_MOST
from collectors.profile import IN_INDEX, AccessPoints, Profile
from collectors.result import ManagedAccessPoint, Sample
from collectors.snmp.base import Missing, Rows, Session, SnmpError

ASKED_ONE_BY_ONE = 48  # of more access points the columns are walked

Tables = dict[str, Rows]  # by column: what was walked in this poll


async def find(session: Session, profile: Profile | None) -> Roster | None:
    """The first table of the profile that has rows; None of a device that lists no access points.

    Of some only a part can be seen (an access list, a conductor that shows radios alone): that is better than nothing.
    """
    for table in profile.access_points if profile else ():
        for column, of_radios in table.places:
            if await session.walk(column, 1):
                return Roster(table, column, of_radios)
    return None


async def ask(
    session: Session, roster: Roster, tables: Tables, found: Iterable[Sample]
) -> tuple[tuple[ManagedAccessPoint, ...] | None, list[Sample], list[str], int]:
    """The access points, totals that are not `found` already, what failed, and how many values were rejected."""
    table, errors = roster.table, []
    try:
        rows = await _walked(session, roster.rows, tables, ROWS_MOST)
        if table.key:
            roster.rename(await _walked(session, table.key, tables, ROWS_MOST))
            rows = {index: value for index, value in rows.items() if roster.keys.get(index)}
    except SnmpError as error:
        return None, [], [f"{table.mib}: {error}"], 0
    states = roster.states(rows)
    errors += await _learn(session, roster, states)
    if table.down:
        try:
            states |= roster.listed_as_down(await _walked(session, table.down, tables, ROWS_MOST), states)
        except SnmpError as error:
            errors.append(f"{table.mib}: {error}")
    columns = [column for source in table.sources for column in (source.column, *source.others)]
    for column in dict.fromkeys((*columns, *filter(None, (table.uptime_s, table.uptime_ticks)))):
        try:
            await _walked(session, column, tables, ROWS_MOST)
        except SnmpError as error:
            errors.append(f"{_mib(table, column)}: {error}")
    samples, rejected = await _collected(roster, states, tables)
    return listed(roster, states, tables, samples), totals(states, found), errors, rejected


async def _collected(roster: Roster, states: Mapping[str, bool | None], tables: Tables) -> tuple[Found, int]:
    """What the columns say of each access point; a column that could not be read says nothing."""
    samples: Found = {index: {} for index in states}
    rejected = 0
    for source, labels in zip(roster.table.sources, roster.labels, strict=True):
        if all(column in tables for column in (source.column, *source.others)):
            rejected += collect(source, labels, tables, samples)
            await asyncio.sleep(0)  # 6,000 access points take half a second, and others are answering
    return samples, rejected


async def _walked(session: Session, column: str, tables: Tables, most: int) -> Rows:
    if column not in tables:
        tables[column] = await session.walk(column, most)
    return tables[column]


async def _learn(session: Session, roster: Roster, states: Mapping[str, bool | None]) -> list[str]:
    """Who the new and the returned ones are; when that fails they are asked again in the next poll."""
    doubtful = roster.doubtful(states)
    errors = []
    try:
        if doubtful:
            await _learn_cells(session, roster, doubtful)
        if any(index not in roster.up for index in doubtful):
            await _learn_labels(session, roster, states)
        roster.up.update(states)
    except SnmpError as error:
        errors.append(f"{roster.table.mib}: {error}")
        roster.up.update({index: up for index, up in states.items() if index in roster.up and index not in doubtful})
    return errors


async def _learn_cells(session: Session, roster: Roster, indices: Sequence[str]) -> None:
    if roster.table.serial == IN_INDEX:
        roster.cells["serial"] |= {index: text_of_index(index) for index in indices}
    columns = {name: column for name in IDENTITY if (column := column_of(roster.table, name)) not in ("", IN_INDEX)}
    if len(indices) > ASKED_ONE_BY_ONE:
        for name, column in columns.items():
            rows = await session.walk(column, ROWS_MOST)
            roster.cells[name] |= {index: cell(name, value) for index, value in rows.items()}
        return
    asked = [(name, index) for index in indices for name in columns]
    values = await session.get([f"{columns[name]}.{index}" for name, index in asked])
    for (name, index), value in zip(asked, values, strict=True):
        if not isinstance(value, Missing):
            roster.cells[name][index] = cell(name, value)


async def _learn_labels(session: Session, roster: Roster, states: Mapping[str, bool | None]) -> None:
    tables: Tables = {}
    for number, source in enumerate(roster.table.sources):
        if not source.label_column:
            continue
        names = await _walked(session, source.label_column, tables, ROWS_MOST)
        labels = labels_of(source, names, states)
        roster.labels[number] = next((known for known in roster.labels[:number] if known == labels), labels)


def _mib(table: AccessPoints, column: str) -> str:
    reading = (source.mib for source in table.sources if column in (source.column, *source.others))
    return next(reading, table.mib)
