"""Static files: WhiteNoise serves them, asset() names them with a hash so that browsers may keep them for a year."""

import gzip
import hashlib
import logging
import os
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, url_for
from whitenoise import WhiteNoise

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    if not (folder / "vendor").is_dir():
        log.warning("the browser libraries are missing, pages work without them; python -m hotspot.web.vendor")

    pack(folder)

    @cache
    def digest(name: str) -> str | None:
        path = folder / name
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else None

    def asset(name: str) -> str:
        """The address of a static file; it changes when the file does."""
        return url_for("static", filename=name, v=digest(name))

    app.add_template_global(asset)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=harden,
    )


def pack(folder: Path) -> None:
    """A .gz beside each text, which WhiteNoise sends: a quarter of the bytes. An installation that may not be written
    to keeps those that it came with.
    """
    for path in (*folder.glob("*.css"), *folder.glob("*.js"), *folder.glob("*.svg")):
        packed = path.with_name(path.name + ".gz")
        if packed.exists() and packed.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        part = packed.with_name(f"{packed.name}.{os.getpid()}")
        try:
            part.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
            part.replace(packed)  # several processes may do it at once
        except OSError:
            return


def harden(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
