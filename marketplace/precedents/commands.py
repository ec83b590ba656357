"""Commands of the library: `marketplace precedents load`."""

from typing import Any

import click

from marketplace import clock
from marketplace.db import db
from marketplace.precedents.services import load_report


@click.group("precedents")
def precedents() -> None:
    """Who shared what, how, with what result."""


@precedents.command("load")
@click.pass_obj
def load(site: Any) -> None:
    """Add what the June 2006 report tells; what is there already stays as it is."""
    with site.app.app_context():
        added = load_report(db.session, by=None, at=clock.now())
        db.session.commit()
    click.echo(f"{added} precedents added.")


COMMANDS = (precedents,)
