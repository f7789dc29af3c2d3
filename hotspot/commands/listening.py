"""The address of the pages: one sentence when it can't be had."""

import socket

import click

from hotspot.settings import Settings


def check_address(settings: Settings) -> None:
    """Instead of gunicorn's five attempts."""
    host, _, port = settings.bind.rpartition(":")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(f"HOTSPOT_BIND {settings.bind} can't be used: {error.strerror}") from error
