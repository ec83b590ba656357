"""The command line: `marketplace --help`."""

import sys
from importlib import import_module
from pathlib import Path

import click
from flask import Flask

from marketplace.app import create_app
from marketplace.errors import MarketplaceError
from marketplace.settings import Settings, SettingsFault

COMMAND_FILES = (
    "contracts.commands",
    "spend.commands",
    "contracts.renewal_commands",
    "waves.commands",
    "categories.commands",
    "requirements.commands",
    "precedents.commands",
    "accounts.commands",
    "audit.commands",
    "backups.commands",
    "accounts.people_commands",
    "openers.commands",
    "bids.commands",
    "demo.commands",
)


class Site:
    """The application, made when a command first needs it."""

    def __init__(self) -> None:
        self._app: Flask | None = None

    @property
    def settings(self) -> Settings:
        return Settings.from_environment()

    @property
    def app(self) -> Flask:
        if self._app is None:
            self._app = create_app(self.settings)
        return self._app


@click.group()
@click.pass_context
def commands(context: click.Context) -> None:
    """Shared commissioning for London's authorities."""
    context.obj = Site()


@commands.command()
@click.pass_obj
def migrate(site: Site) -> None:
    """Bring the database's tables up to date."""
    from marketplace.serving import migrate as bring_up_to_date

    bring_up_to_date(site.settings)
    click.echo("The database is up to date.")


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.pass_obj
def serve(site: Site, host: str, port: int) -> None:
    """Serve the site, with one worker for long jobs beside it."""
    from marketplace.serving import serve as start

    sys.exit(start(site.settings, host=host, port=port))


@commands.command()
@click.pass_obj
def worker(site: Site) -> None:
    """Do the long jobs, until stopped."""
    from marketplace.jobs.worker import run_worker

    run_worker(site.settings)


def _register_groups() -> None:
    for name in COMMAND_FILES:
        # A noun without commands has no such file.
        if (Path(__file__).parent / f"{name.replace('.', '/')}.py").exists():
            for group in import_module(f"marketplace.{name}").COMMANDS:
                commands.add_command(group)


def main() -> None:
    """Run a command; a fault that a person can mend is one clear line and exit 2."""
    _register_groups()
    try:
        commands(standalone_mode=True)
    except (MarketplaceError, SettingsFault) as fault:
        click.echo(f"marketplace: {fault}", err=True)
        sys.exit(2)
