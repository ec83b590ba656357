"""Commands for organisations: `marketplace authorities add CODE NAME`."""

from typing import Any

import click

from marketplace import clock
from marketplace.accounts.queries import authorities as all_authorities
from marketplace.accounts.services import add_authority
from marketplace.db import db


@click.group("authorities")
def authorities() -> None:
    """The authorities that may buy together."""


@authorities.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--subregion", help="The sub-region whose authorities it may share with.")
@click.pass_obj
def add(site: Any, code: str, name: str, subregion: str | None) -> None:
    """Register an authority under its GSS code, like E07000117."""
    with site.app.app_context():
        added = add_authority(
            db.session, code=code, name=name, subregion=subregion, by=None, at=clock.now()
        )
        db.session.commit()
        click.echo(f"{added.name} ({added.code}) is registered.")


@authorities.command("list")
@click.pass_obj
def list_(site: Any) -> None:
    """Each authority's code, name and sub-region."""
    with site.app.app_context():
        for authority in all_authorities(db.session):
            click.echo(f"{authority.code}\t{authority.name}\t{authority.subregion or ''}")


COMMANDS = (authorities,)
