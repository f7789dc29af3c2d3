"""hotspot demo: an invented city whose simulated access points are really polled, with one command."""

import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import click

from hotspot import logs
from hotspot.commands.listening import check_address
from hotspot.settings import PREFIX, Settings
from hotspot.supervisor import Child, supervise

HOTSPOT = (sys.executable, "-m", "hotspot")
READY_S = 60.0
LOOK_S = 0.2


@click.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Run the demonstration city, kept in the folder `demo` of the data folder.

    The first time it takes some seconds to invent a year of history.
    """
    settings = replace(settings, data_dir=str(settings.folder / "demo"))
    os.environ[f"{PREFIX}DATA_DIR"] = settings.data_dir  # for the children
    logs.set_up(settings.log_level)
    check_address(settings)
    made = subprocess.run(  # a process of its own, so that this one stays small
        (sys.executable, "-m", "hotspot.demo"), stdout=subprocess.PIPE, text=True, check=False
    )
    if made.returncode:
        sys.exit(made.returncode)
    threading.Thread(target=tell, args=(settings, *made.stdout.split()), daemon=True).start()
    children = [
        Child("agents", (sys.executable, "-m", "hotspot.demo.agents")),
        Child("collector", (*HOTSPOT, "collector")),
        Child("web", (*HOTSPOT, "web")),
    ]
    sys.exit(supervise(children))


def tell(settings: Settings, link: str, wall: str) -> None:
    """Where to look, as soon as there is something to see; not lost among the first lines of the log."""
    host, _, port = settings.bind.rpartition(":")
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
            break
        except OSError:
            time.sleep(LOOK_S)
    lines = (
        "",
        "  The demonstration city runs; its access points are simulated and really polled.",
        f"  Pages:            {settings.address}",
        f"  Sign in (once):   {link}",
        f"  Public site:      {settings.address}/public",
        f"  Wallboard:        {wall}",
        "  Another link:     start it again",
        "  End:              Ctrl-C",
        "",
    )
    click.echo("\n".join(lines))
