"""Copies the browser libraries from node_modules into the static folder: `python -m hotspot.web.vendor`."""

import gzip
import shutil
import sys
from pathlib import Path

from hotspot.web.assets import pack

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "node_modules"
TARGET = PROJECT / "hotspot" / "static" / "vendor"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "supercluster/dist/supercluster.min.js": "supercluster.min.js",
    "uplot/dist/uPlot.iife.min.js": "uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css": "uPlot.min.css",
}


def copy(source: Path = SOURCE, target: Path = TARGET) -> list[Path]:
    """The files written, each with a .gz beside it that WhiteNoise sends; FileNotFoundError names a missing one."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for original, name in FILES.items():
        path = Path(shutil.copyfile(source / original, target / name))
        path.with_name(name + ".gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        written.append(path)
    return written


def main() -> int:
    try:
        written = copy()
        pack(TARGET.parent)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename} is missing; run `npm ci` first\n")
        return 1
    sys.stdout.write(f"{len(written)} browser libraries copied to {TARGET}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
