"""Commands of the demo: `marketplace demo serve` and `marketplace demo reset`."""

import sys
from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.db import db
from marketplace.demo.keys import forget_keys, ready_keys
from marketplace.demo.loading import is_loaded, load
from marketplace.demo.sign_ins import PASSWORD, SIGN_INS
from marketplace.errors import NotAllowed, Unacceptable
from marketplace.openers.queries import keys_in_use
from marketplace.serving import migrate
from marketplace.serving import serve as start

EMBEDDED = "sqlite:///"


@click.group("demo")
@click.pass_obj
def demo(site: Any) -> None:
    """A made-up London to try the site on."""
    if not site.settings.demo:
        raise NotAllowed("Set MARKETPLACE_DEMO=1: the demo’s sign-ins are for the demo only.")


@demo.command()
@click.option("--port", default=8000, show_default=True)
@click.pass_obj
def serve(site: Any, port: int) -> None:
    """Load the demo if it is not there, and serve it."""
    migrate(site.settings)
    _load_once(site)
    sys.exit(start(site.settings, host="127.0.0.1", port=port, when_ready=lambda: _tell(port)))


@demo.command("load")
@click.pass_obj
def load_only(site: Any) -> None:
    """Load the demo if it is not there, without serving it."""
    migrate(site.settings)
    _load_once(site)


@demo.command()
@click.pass_obj
def reset(site: Any) -> None:
    """Forget the demo's data."""
    address = site.settings.database_url
    if not address.startswith(EMBEDDED):
        raise Unacceptable(f"{address} is not an embedded database. Empty it with its own tools.")
    base = Path(address.removeprefix(EMBEDDED))
    for path in base.parent.glob(f"{base.stem}*.sqlite*"):
        path.unlink()
    forget_keys(site.settings.keys_folder)
    click.echo("The demo’s data is gone. `make run` starts over.")


def _load_once(site: Any) -> None:
    """All in one transaction: cut short, nothing of it is there and the next run loads it anew."""
    keys = ready_keys(site.settings.keys_folder)
    with site.app.app_context():
        if is_loaded(db.session):
            if not keys_in_use(db.session):
                click.echo(
                    "This demo’s data is from an earlier version: its bids were sealed otherwise, "
                    "and lots that wait to be opened cannot be. `make reset` starts over."
                )
            return
        click.echo("Loading a made-up London (once, under half a minute)…")
        load(db.session, clock.now(), keys=keys)
        db.session.commit()


def _tell(port: int) -> None:
    click.echo(f"\nhttp://127.0.0.1:{port}   (Ctrl-C stops it)\n")
    for each in SIGN_INS:
        click.echo(f"  {each.role.value:14} {each.email:28} {PASSWORD}")
    click.echo("\n  The sign-in page has more people to try.")


COMMANDS = (demo,)
