"""Commands of the demo: `marketplace demo serve` and `marketplace demo reset`."""

import sys
from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.db import db
from marketplace.demo.loading import PASSWORD, SIGN_INS, is_loaded, load
from marketplace.errors import NotAllowed
from marketplace.serving import migrate
from marketplace.serving import serve as start


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
    with site.app.app_context():
        if not is_loaded(db.session):
            click.echo("Loading a made-up London…")
            load(db.session, clock.now())
            db.session.commit()

    def tell() -> None:
        click.echo(f"\nhttp://127.0.0.1:{port}   (Ctrl-C stops it)\n")
        for role, email in SIGN_INS.items():
            click.echo(f"  {role.value:14} {email:28} {PASSWORD}")

    sys.exit(start(site.settings, host="127.0.0.1", port=port, when_ready=tell))


@demo.command()
@click.pass_obj
def reset(site: Any) -> None:
    """Forget the demo's data."""
    base = Path(site.settings.database_url.removeprefix("sqlite:///"))
    for path in base.parent.glob("*.sqlite*"):
        path.unlink()
    click.echo("The demo’s data is gone. `make run` starts over.")


COMMANDS = (demo,)
