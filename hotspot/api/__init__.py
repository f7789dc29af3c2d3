"""The machine side: /api/v1, /openapi.json, /healthz, /readyz, /metrics."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the blueprints of the API."""
