"""How far a long copy is, on the terminal of whoever waits for it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from hotspot.store.archive import Told


@contextmanager
def progress() -> Iterator[Told]:
    """A line that is written over; nothing where no person looks."""
    if not sys.stderr.isatty():
        yield lambda _name, _rows: None
        return

    def told(name: str, rows: int) -> None:
        click.echo(f"\r{name}: {rows} rows\033[K", err=True, nl=False)

    try:
        yield told
    finally:
        click.echo("\r\033[K", err=True, nl=False)
