"""`marketplace people add EMAIL`: the first administrator of a new site, and others after."""

from typing import Any

import click

from marketplace import clock
from marketplace.accounts.models import Organisation, OrganisationKind, Role
from marketplace.accounts.queries import organisation_named
from marketplace.accounts.services import add_organisation, add_person
from marketplace.db import db
from marketplace.errors import NotFound, Unacceptable

SHORTEST_PASSWORD = 12


@click.group("people")
def people() -> None:
    """The people who sign in."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name or post, as others see it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--organisation", "of", required=True, help="Its name; a new centre is added.")
@click.password_option(help="Asked for where it is not given.")
@click.pass_obj
def add(site: Any, email: str, name: str, role: str, of: str, password: str) -> None:
    """Add somebody to an organisation; of the centre this may be its first."""
    if len(password) < SHORTEST_PASSWORD:
        raise Unacceptable(f"Give a password of {SHORTEST_PASSWORD} characters or more.")
    if "@" not in email:
        raise Unacceptable(f"{email} is no e-mail address.")
    with site.app.app_context():
        now = clock.now()
        person = add_person(
            db.session,
            email=email,
            name=name,
            role=Role(role),
            organisation=_organisation(of, Role(role)),
            password=password,
            by=None,
            at=now,
        )
        db.session.commit()
        click.echo(f"{person.email} can sign in as {role} of {of}.")


def _organisation(name: str, role: Role) -> Organisation:
    """The organisation of that name; a centre that is not there yet is added for its staff."""
    found = organisation_named(db.session, name)
    if found:
        return found
    if role not in (Role.ADMINISTRATOR, Role.REVIEWER):
        raise NotFound(f"No organisation is called {name}.")
    return add_organisation(db.session, kind=OrganisationKind.CENTRE, name=name, at=clock.now())


COMMANDS = (people,)
