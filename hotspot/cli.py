"""The `hotspot` command. A command is one module in hotspot/commands and one line in COMMANDS."""

import sys
from importlib import import_module

import click

from hotspot import __version__
from hotspot.settings import EX_CONFIG, SettingError, load

COMMANDS = {
    name: f"hotspot.commands.{name}:{name}"
    for name in (
        "init",
        "run",
        "web",
        "collector",
        "poll",
        "availability",
        "evidence",
        "rollout",
        "discover",
        "credentials",
        "migrate",
        "backup",
        "restore",
        "move",
        "doctor",
        "config",
        "report",
        "user",
        "token",
        "demo",
    )
} | {"import": "hotspot.commands.import_:import_", "export": "hotspot.commands.export:export"}


class LazyGroup(click.Group):
    """Imports a command only when it is called, so that every command starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101  # a mistake in COMMANDS, found by the tests
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Hotspot: the free public Wi-Fi of a city, measured."""
    ctx.obj = load()


def main() -> None:
    """Run; a mistake of configuration is one sentence and exit code 78."""
    try:
        cli()
    except SettingError as error:
        click.echo(f"hotspot: {error}", err=True)
        sys.exit(EX_CONFIG)
    except Exception as error:
        if not is_of_database(error):
            raise
        click.echo(f"hotspot: the database refused: {getattr(error, 'orig', error)}", err=True)
        sys.exit(1)


def is_of_database(error: Exception) -> bool:
    """Locked, full, read-only, gone; asked without an import that commands without a database would pay for."""
    sqlalchemy = sys.modules.get("sqlalchemy.exc")
    return sqlalchemy is not None and isinstance(error, sqlalchemy.OperationalError)


if __name__ == "__main__":
    main()
