"""`python -m collectors.vendors docs/vendors.md`: writes what is read of each vendor into the document."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from collectors.controllers import IDENTITY, column_of
from collectors.profile import STANDARD, AccessPoints, Match, Profile, Source
from collectors.profile_file import load

BEGIN, END = "<!-- begin: written by python -m collectors.vendors -->", "<!-- end -->"


def updated(document: str, profiles: Iterable[Profile]) -> str:
    """The document with the tables of these profiles between its two marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    ordered = sorted(profiles, key=lambda profile: (profile.name == STANDARD, profile.vendor, profile.name))
    sections = "".join(f"{section(profile)}\n\n" for profile in ordered)
    return f"{before}{BEGIN}\n\n{sections}{END}{after}"


def section(profile: Profile) -> str:
    facts = [(name, fact.mib, fact.scalar or fact.column) for name in profile.facts for fact in profile.facts[name]]
    samples = [(source.metric.name, _object(source), source.oid) for source in profile.sources]
    controlled = [row for table in profile.access_points for row in _access_points(table)]
    rows = [f"| {what} | {mib} | {_code(oid)} |" for what, mib, oid in (*facts, *samples, *controlled)]
    known_by = "; ".join(_recognised(match) for match in profile.matches) or "nothing: read of every device"
    title = f"### {profile.vendor}: {profile.devices} (`{profile.name}`)".replace("### any: ", "### ")
    return "\n".join([title, "", f"Recognised by {known_by}.", "", "| value | object | OID |", "|---|---|---|", *rows])


def _access_points(table: AccessPoints) -> Iterator[tuple[str, str, str]]:
    for name in ("state", *IDENTITY, "uptime_s", "uptime_ticks"):
        if column := column_of(table, name):
            yield f"access points: {name.partition('_')[0]}", table.mib, column
    for source in table.sources:
        yield f"access points: {source.metric.name}", _object(source), source.oid


def _object(source: Source) -> str:
    return f"rows of {source.mib}, counted" if source.count_rows else source.mib.replace("<", "&lt;")


def _recognised(match: Match) -> str:
    parts = []
    if match.sys_object_id:
        parts.append(f"sysObjectID `{match.sys_object_id}`")
    if match.sys_descr:
        parts.append(f"sysDescr {_code(match.sys_descr.pattern)}")
    if match.pattern:
        parts.append(f"`{match.object or match.column}` {_code(match.pattern.pattern)}")
    return " and ".join(parts)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def main() -> int:
    path = Path(sys.argv[1])
    path.write_text(updated(path.read_text("utf-8"), load().values()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
