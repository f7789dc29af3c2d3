"""hotspot evidence: packs of a contract's month are made, listed, checked, and held against the record."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from hotspot import clock
from hotspot.analytics.import_row import RejectedError
from hotspot.commands.opening import open_database, the_city
from hotspot.evidence.__main__ import content, told
from hotspot.evidence.columns import printable
from hotspot.evidence.manifest import fingerprint
from hotspot.evidence.verify import Checked, chained, verify
from hotspot.handover import hand_over, held_against
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.contracts import contract_id_of
from hotspot.store.evidence import PackRow, new_key, pack_bytes, packs
from hotspot.store.models import City

ACTOR = "command line"
FILES = click.argument(
    "files", nargs=-1, required=True, metavar="PACK...", type=click.Path(path_type=Path, dir_okay=False)
)


@click.group()
def evidence() -> None:
    """Evidence of a contract's month, which anybody can check."""


@evidence.command()
@click.argument("contract")
@click.argument("month")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write the pack here, too.")
@click.pass_obj
def make(settings: Settings, contract: str, month: str, folder: Path | None) -> None:
    """Make and keep the pack of CONTRACT (its number) and MONTH (2026-10)."""
    engine = open_database(settings)
    with reading(engine) as session:
        city = the_city(session)
        contract_id = known(session, city, contract)
    try:
        pack_id = hand_over(engine, master_key(settings), city, contract_id, month, clock.now(), ACTOR)
    except RejectedError as error:
        raise click.ClickException(str(error)) from error
    with reading(engine) as session:
        row = next(each for each in packs(session, city, contract_id) if each.id == pack_id)
        data = pack_bytes(session, city, pack_id) or b""
    click.echo(line(row))
    if folder is not None:
        write(folder / row.file_name, data)


@evidence.command("list")
@click.argument("contract", default="")
@click.pass_obj
def list_(settings: Settings, contract: str) -> None:
    """List the packs, the newest month first: of all contracts, or of CONTRACT."""
    with reading(open_database(settings)) as session:
        city = the_city(session)
        for row in packs(session, city, known(session, city, contract) if contract else None):
            click.echo(line(row))


@evidence.command("verify")
@FILES
@click.option("--fingerprint", "expected", default="", help="Of the key that must have signed, as the city tells it.")
def verify_(files: tuple[Path, ...], expected: str) -> None:
    """Check packs with nothing but the packs; of several, the chain from month to month, too."""
    checked = [verify(read(path)) for path in files]
    whole = True
    for path, one, links in zip(files, checked, chained(checked), strict=True):
        faults = [*one.faults, *links]
        click.echo("\n".join(told(path.name, one, faults)))
        if not faults and not signed_by(one, expected):
            click.echo("  BUT signed by another key than the one expected")
            whole = False
        whole = whole and not faults
    if not whole:
        raise SystemExit(1)


@evidence.command()
@FILES
@click.pass_obj
def compare(settings: Settings, files: tuple[Path, ...]) -> None:
    """Hold packs against the record of now: what was edited, what came late, what was decided since."""
    same = True
    with reading(open_database(settings)) as session:
        city = the_city(session)
        for path in files:
            one = verify(read(path))
            faults = list(one.faults) or held_against(session, city, one, clock.now())
            click.echo(f"{path.name}: {'the record of now says something else' if faults else 'as the record of now'}")
            for each in faults:
                click.echo(printable(f"  {each}"))
            same = same and not faults
    if not same:
        raise SystemExit(1)


@evidence.command("new-key")
@click.confirmation_option(prompt="Packs from now on will be signed by another key. Make one?")
@click.pass_obj
def new_key_(settings: Settings) -> None:
    """Make a new signing key, where secret.key was lost; tell its fingerprint to everybody who checks packs."""
    with writing(open_database(settings)) as session:
        public = new_key(session, the_city(session), master_key(settings), clock.now(), ACTOR).public
    click.echo(fingerprint(public))


def known(session: Session, city: City, number: str) -> int:
    found = contract_id_of(session, city, number)
    if found is None:
        raise click.ClickException(f"there is no contract {number!r}")
    return found


def signed_by(checked: Checked, expected: str) -> bool:
    return not expected or (checked.manifest is not None and plain(checked.manifest.fingerprint) == plain(expected))


def plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()


def read(path: Path) -> bytes:
    try:
        return content(path)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error


def write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    click.echo(f"{path}: {len(data) >> 10} KiB")


def line(row: PackRow) -> str:
    replaced = "  replaced by a newer one" if row.replaced else ""
    return f"{row.month}  {row.contract:24} Rp{row.amount_rp:>15,}  manifest {row.manifest_sha256}{replaced}"
