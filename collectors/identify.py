"""Finds out what a device is: its profile, model, firmware and serial number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from collectors.decoders import part, text
from collectors.oids import SNMP_ENGINE_ID, SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from collectors.profile import FIELDS, STANDARD, Fact, Match, Profile, rooted
from collectors.result import Identity
from collectors.snmp.base import Missing, Session, SnmpError, Value

ROWS_MOST = 16  # of a column that says what a device is; the first rows do


def candidates(profiles: Mapping[str, Profile], sys_object_id: str, sys_descr: str) -> list[tuple[Profile, Match]]:
    """The profiles whose first stage fits, the most specific first; names decide between equals."""
    fitting = [
        (profile, match)
        for profile in profiles.values()
        for match in profile.matches
        if match.fits(sys_object_id, sys_descr)
    ]
    fitting = [(profile, rooted(match, sys_object_id)) for profile, match in fitting]
    return sorted(fitting, key=lambda pair: pair[1].rank, reverse=True)


async def find(session: Session, profiles: Mapping[str, Profile], sys_object_id: str, sys_descr: str) -> Profile | None:
    """The device's profile; asks for further objects only where the system group leaves more than one open.

    Where a column can't be read, nothing is concluded from the system group alone.
    """
    fitting = candidates(profiles, sys_object_id, sys_descr)
    objects = list(dict.fromkeys(match.object for _, match in fitting if match.object))
    answers = dict(zip(objects, await session.get(objects), strict=True)) if objects else {}
    in_doubt = False
    for profile, match in fitting:
        if match.column:
            rows = await _rows(session, match)
            in_doubt |= rows is None
            fits = any(_says(value, match) for value in rows or ())
        elif match.object:
            fits = _says(answers[match.object], match)
        else:
            fits = not in_doubt
        if fits:
            return profile
    return None


async def tailored(session: Session, profile: Profile, sys_object_id: str, sys_descr: str) -> Profile:
    """The profile as it holds for this device: OIDs complete, and nothing that is for other devices only."""
    if profile.own_arc:
        profile = rooted(profile, sys_object_id)
    conditions = {one.when for one in profile.sources if one.when} | {
        table.when for table in profile.access_points if table.when
    }
    unmet = {when for when in conditions if not await _holds(session, when, sys_object_id, sys_descr)}
    if not unmet:
        return profile
    return replace(
        profile,
        sources=tuple(source for source in profile.sources if source.when not in unmet),
        access_points=tuple(table for table in profile.access_points if table.when not in unmet),
    )


async def _holds(session: Session, when: Match, sys_object_id: str, sys_descr: str) -> bool:
    if not when.fits(sys_object_id, sys_descr):
        return False
    if when.object:
        return any(_says(value, when) for value in await session.get((when.object,)))
    return not when.column or any(_says(value, when) for value in await _rows(session, when) or ())


async def _rows(session: Session, match: Match) -> Sequence[Value] | None:
    """None when the device stumbles over the column."""
    try:
        return list((await session.walk(match.column, ROWS_MOST)).values())
    except SnmpError:
        return None


def _says(value: Value, match: Match) -> bool:
    return (
        match.pattern is not None and not isinstance(value, Missing) and match.pattern.search(text(value)) is not None
    )


async def identity(session: Session, profile: Profile | None, standard: Profile) -> Identity:
    """What the device says of itself; for each field the first place that says something."""
    *group, engine_id = await session.get((SYS_OBJECT_ID, SYS_DESCR, SYS_NAME, SNMP_ENGINE_ID))
    sys_object_id, sys_descr, sys_name = (text(value) for value in group)
    fields = {}
    for name in FIELDS:
        facts = (*(profile.facts.get(name, ()) if profile else ()), *standard.facts.get(name, ()))
        fields[name] = await _first(session, facts, sys_object_id, sys_descr)
    return Identity(
        sys_object_id,
        sys_descr,
        sys_name,
        profile.vendor if profile else "",
        engine_id=engine_id.hex() if isinstance(engine_id, bytes) else "",
        **fields,
    )


async def _first(session: Session, facts: Sequence[Fact], sys_object_id: str, sys_descr: str) -> str:
    for fact in facts:
        if fact.when and not await _is_for(session, fact.when, sys_object_id, sys_descr):
            continue
        for said in [sys_descr] if fact.sys_descr else await _said(session, fact):
            found = _part(fact, fact.values.get(said, said))
            if found:
                return fact.label.replace("{}", fact.values.get(found, found))
    return ""


async def _is_for(session: Session, when: Match, sys_object_id: str, sys_descr: str) -> bool:
    try:
        return await _holds(session, when, sys_object_id, sys_descr)
    except SnmpError:
        return False


def _part(fact: Fact, said: str) -> str:
    found = fact.pattern.search(said) if fact.pattern else None
    if found is None:
        return "" if fact.pattern else said
    return part(found).strip()


async def _said(session: Session, fact: Fact) -> list[str]:
    """The texts an object holds; none when the device doesn't know it or stumbles over it."""
    try:
        if fact.scalar:
            return [text(value) for value in await session.get((fact.scalar,))]
        return [text(value) for value in (await session.walk(fact.column, ROWS_MOST)).values()]
    except SnmpError:
        return []


def by_name(profiles: Mapping[str, Profile], name: str) -> Profile | None:
    """The profile the operator named; the standard one is nobody's own."""
    return profiles.get(name) if name != STANDARD else None
