"""Files that wait in the data folder between the look at them and the yes; few, small and not for long."""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from hotspot.clock import now

LASTING_S = 3600
MOST = 20  # files waiting at once; the oldest goes
NAME = re.compile(r"[A-Za-z0-9_-]{20,60}")


@dataclass(frozen=True, slots=True)
class Waiting:
    key: str
    name: str
    content: bytes


def folder(data_dir: Path) -> Path:
    return data_dir / "uploads"


def keep(data_dir: Path, name: str, content: bytes) -> str:
    """The key under which the file waits; the name is kept beside it, never used as a path."""
    place = folder(data_dir)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    clear(place, MOST - 1)
    key = secrets.token_urlsafe(24)
    (place / f"{key}.name").write_text(name[-120:], encoding="utf-8")
    path = place / f"{key}.data"
    path.touch(mode=0o600)
    path.write_bytes(content)
    return key


def waiting(data_dir: Path, key: str) -> Waiting | None:
    """None when it was imported, given up, or has waited too long.

    Whoever asks takes away what waits no longer: a list of proposals has people's telephone numbers in clear.
    """
    clear(folder(data_dir))
    if not NAME.fullmatch(key):
        return None
    path = folder(data_dir) / f"{key}.data"
    try:
        if path.stat().st_mtime < now() - LASTING_S:
            return None
        return Waiting(key, path.with_suffix(".name").read_text(encoding="utf-8"), path.read_bytes())
    except FileNotFoundError:
        return None


def forget(data_dir: Path, key: str) -> None:
    if NAME.fullmatch(key):
        for suffix in (".data", ".name"):
            (folder(data_dir) / f"{key}{suffix}").unlink(missing_ok=True)
    clear(folder(data_dir))


def clear(place: Path, most: int = MOST) -> None:
    """Takes away what has waited too long, and the oldest beyond the number that may wait."""
    since = {path: at for path in place.glob("*.data") if (at := written(path)) is not None}
    for position, path in enumerate(sorted(since, key=since.__getitem__, reverse=True)):
        if position >= most or since[path] < now() - LASTING_S:
            path.with_suffix(".name").unlink(missing_ok=True)
            path.unlink(missing_ok=True)


def written(path: Path) -> float | None:
    """None where another process has taken it away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None
