"""The `hotspot` command. A command is one module in hotspot/commands and one line in COMMANDS."""

import sys
from importlib import import_module

import click

from hotspot import __version__, cities
from hotspot.settings import EX_CONFIG, SettingError, Settings, load

COMMANDS = {
    name: f"hotspot.commands.{name}:{name}"
    for name in (
        "init",
        "city",
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
        "audit",
        "demo",
    )
} | {"import": "hotspot.commands.import_:import_", "export": "hotspot.commands.export:export"}

FOR_ALL = frozenset({"city", "run", "web", "demo"})
ASKS_HELP = "hotspot.asks_help"  # of a command, which needs no choice of a city
FOR_ALL_OR_ONE = frozenset({"collector", "migrate", "doctor", "config"})


class LazyGroup(click.Group):
    """Imports a command only when it is called, so that every command starts at once."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[ASKS_HELP] = not {"-h", "--help"}.isdisjoint(args)
        return super().parse_args(ctx, args)

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
@click.option("--city", metavar="SLUG", help="Of several cities the one to work on; or HOTSPOT_CITY.")
@click.pass_context
def cli(ctx: click.Context, city: str | None) -> None:
    """Hotspot: the free public Wi-Fi of a city, measured."""
    settings = load({"city": city} if city is not None else None)
    ctx.obj = settings if ctx.meta[ASKS_HELP] else of_command(settings, ctx.invoked_subcommand or "")


def of_command(settings: Settings, command: str) -> Settings:
    """A command works on one city, but for those that keep all of them running."""
    if command in FOR_ALL and settings.city:
        raise SettingError(f"`hotspot {command}` is for all cities at once; leave out --city and HOTSPOT_CITY")
    if command in FOR_ALL or (command in FOR_ALL_OR_ONE and not settings.city):
        return settings
    return cities.chosen(settings)


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
