"""hotspot web: the pages and the API, by gunicorn."""

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from hotspot import cities, clock, logs
from hotspot.commands.listening import check_address
from hotspot.settings import SettingError, Settings
from hotspot.supervisor import when_parent_ends

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)
APP_LOAD_ERROR = 4  # a worker that ends so ends gunicorn, which would start it again and again otherwise


@click.command()
@click.pass_obj
def web(settings: Settings) -> None:
    """Serve the pages and the API."""
    logs.set_up(settings.log_level)
    check_address(settings)
    when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    Pages(settings).run()


class Log(Logger):
    """Gunicorn's messages through our log; no line per request."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002  # gunicorn's signature
        self.error_log = logging.getLogger("gunicorn.error")
        self.access_log = logging.getLogger("gunicorn.access")
        self.access_log.disabled = True


class Pages(BaseApplication):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self.settings.bind,
            "workers": self.settings.web_workers,
            "threads": self.settings.web_threads,
            "worker_class": "gthread",
            "graceful_timeout": 8,
            "logger_class": Log,
            "control_socket_disable": True,
            "proc_name": "hotspot web",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """In a worker, so that the parent stays small."""
        if cities.slugs(self.settings):
            from hotspot.front import create_front

            return create_front(self.settings)
        from hotspot import create_app
        from hotspot.commands.opening import open_database
        from hotspot.secrets import master_key
        from hotspot.web.sign_in import first_admin_link

        try:
            engine = open_database(self.settings)
            master_key(self.settings)
        except click.ClickException as error:
            log.error("%s", error.message)
            sys.exit(APP_LOAD_ERROR)
        except SettingError as error:
            log.error("%s", error)
            sys.exit(APP_LOAD_ERROR)
        link = first_admin_link(engine, self.settings, clock.now())
        engine.dispose()
        if link:
            log.warning("there is no account yet; the first admin is made, once, at %s", link)
        return create_app(self.settings)
