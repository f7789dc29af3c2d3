"""A strange file understood: its table, which column is which of ours, and a verdict on each row by itself."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from hotspot.analytics.column_guess import BY_NAME, REMEMBERED, Columns, Guess, Profile, chosen, guessed, profiles
from hotspot.analytics.column_names import words_of
from hotspot.analytics.column_words import KEPT
from hotspot.analytics.countries import Box
from hotspot.analytics.foreign_rows import prepared
from hotspot.analytics.geography import area_at
from hotspot.analytics.import_plan import Plan
from hotspot.analytics.import_report import Report, against
from hotspot.analytics.place_columns import places_of
from hotspot.analytics.projections import back, named
from hotspot.analytics.sift import sift
from hotspot.analytics.sifted import Sifting
from hotspot.inventory_file import COLUMNS, INVENTORY, plain
from hotspot.reading.table import FileError, Table
from hotspot.spreadsheet import unescaped
from hotspot.store.imports import FileFacts, outlines
from hotspot.store.inventory import plan_import
from hotspot.store.models import City

OURS = frozenset((*KEPT, *COLUMNS))
TELLING = frozenset(("point_name", "point_code", "address", "site_name", "ap_name"))  # of which one has to be known
SEALED = frozenset(name for name in COLUMNS if name.startswith("snmp_") and name != "snmp_version")
SECRET = frozenset((
    "community", "communities", "komunitas", "password", "passwords", "passwd", "pwd", "sandi", "secret", "secrets",
    "passphrase", "psk", "clave", "contrasena", "senha", "passwort", "rahasia",
))  # fmt: skip


def is_secret(name: str) -> bool:
    return INVENTORY.meaning.get(plain(name)) in SEALED or not SECRET.isdisjoint(words_of(name))


@dataclass(frozen=True, slots=True)
class Understood:
    """`own`: the file has our columns under names that only they have, as the template and exports do."""

    name: str
    table: Table
    columns: Columns
    profiles: Sequence[Profile]
    sifting: Sifting
    own: bool

    @property
    def unused(self) -> list[str]:
        """Names of columns that nothing is read from."""
        used = {at for ours in self.columns.guesses for at in self.columns.all_of(ours)}
        return [name for at, name in enumerate(self.table.header) if at not in used and self.profiles[at].filled]

    @property
    def secret(self) -> frozenset[int]:
        """Columns with communities, passwords and keys, whether they are read or not."""
        read = {one.column for ours, one in self.columns.guesses.items() if ours in SEALED}
        told = {at for at, name in enumerate(self.table.header) if is_secret(name)}
        return frozenset(read | told)


def understand(
    table: Table,
    name: str,
    today: date,
    *,
    wanted: Mapping[str, str | int] | None = None,
    remembered: Mapping[str, str] | None = None,
    system: str = "",
    home: Box | None = None,
    country: str = "",
) -> Understood:
    """Raises FileError where no column tells what the places are called.

    `wanted` is a mapping in place of the guess, `remembered` that of the last file with these columns.
    """
    header = table.header
    told_by = profiles(header, table.lines)
    own = is_ours(header) and not wanted
    if own:
        table = replace(table, lines=[replace(line, cells=tuple(map(unescaped, line.cells))) for line in table.lines])
        columns = ours_in(header)
        check_once(header, name)
    else:
        columns = guessed(header, told_by)
        if wanted:
            columns = chosen_in(header, wanted, name, columns)
        elif remembered and set(remembered.values()) <= set(header):
            columns = chosen(header, remembered, columns, REMEMBERED)
    if not TELLING & columns.guesses.keys():
        raise FileError(f"{name} has no column with the names of places; its columns: {', '.join(header)[:200]}")
    if system and back(named(system) or system) is None:
        raise FileError(f"{system} is no known coordinate system, such as EPSG:25830")
    places = places_of(
        header, table.lines, columns, system=named(system) or system or table.system, home=home, country=country
    )
    return Understood(name, table, columns, told_by, sift(header, table.lines, columns, places, today, own=own), own)


def is_ours(header: Sequence[str]) -> bool:
    found = {INVENTORY.meaning.get(plain(name), "") for name in header}
    whole = all(set(choice) & found for choice in INVENTORY.needed)
    return whole or ("point_code" not in found and found >= INVENTORY.enough and "ap_address" in found)


def ours_in(header: Sequence[str]) -> Columns:
    return Columns(
        {
            INVENTORY.meaning[plain(name)]: Guess(at, 1.0, BY_NAME)
            for at, name in reversed(list(enumerate(header)))
            if plain(name) in INVENTORY.meaning
        }
    )


def check_once(header: Sequence[str], name: str) -> None:
    found = [INVENTORY.meaning[plain(one)] for one in header if plain(one) in INVENTORY.meaning]
    if twice := sorted({ours for ours in found if found.count(ours) > 1}):
        raise FileError(f"{name} has more than one column for {', '.join(twice)}")


def chosen_in(header: Sequence[str], wanted: Mapping[str, str | int], name: str, guess: Columns) -> Columns:
    try:
        if strange := set(wanted) - OURS:
            raise KeyError(*sorted(strange)[:1])
        return chosen(header, wanted, guess)
    except KeyError as error:
        raise FileError(f"{error.args[0]} is neither a column of {name} nor one of ours") from error


def digest_of(header: Sequence[str]) -> str:
    """Of the names of the columns: by it a mapping is remembered for the next file of the same kind."""
    return hashlib.sha256("\x1f".join(" ".join(words_of(name)) or name for name in header).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    """A file against the inventory of a city: what would be written, and the verdict on each row."""

    understood: Understood
    plan: Plan
    report: Report

    @property
    def columns(self) -> dict[str, str]:
        """Ours with the names of the file's."""
        header = self.understood.table.header
        return {ours: header[guess.column] for ours, guess in self.understood.columns.guesses.items()}


def judged(
    session: Session,
    key: bytes,
    city: City,
    understood: Understood,
    today: date,
    bounds: frozenset[str] = frozenset(),
) -> Judged:
    """What importing the file would do; nothing is written. `bounds` are the areas that may be changed."""
    drawn = tuple(outlines(session, city)) if not understood.own else ()
    found: dict[tuple[float, float], str] = {}

    def area_of(latitude: float, longitude: float) -> str:
        place = latitude, longitude
        if place not in found:
            found[place] = area_at(drawn, place) or ""
        return found[place]

    rows = prepared(understood.sifting, own=understood.own, area_at=area_of if drawn else None)
    plan = plan_import(session, key, city, rows, today, bounds)
    return Judged(understood, plan, against(understood.sifting, plan))


def facts_of(judged_file: Judged, content_digest: str) -> FileFacts:
    understood = judged_file.understood
    header = digest_of(understood.table.header)
    return FileFacts(understood.name, content_digest, header, judged_file.columns, judged_file.report.counts)
