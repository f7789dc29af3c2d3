"""Static files: WhiteNoise serves them, asset() names them with a hash so that browsers may keep them for a year."""

import hashlib
import logging
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


def harden(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
