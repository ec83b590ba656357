"""`marketplace people add EMAIL`: the first administrator of a new site, and others after.

`marketplace people forget-codes EMAIL` helps an administrator whose phone is lost, and
`marketplace people sign-out EMAIL` ends all sign-ins of somebody, or of everybody.
"""

from typing import Any

import click

from marketplace import clock
from marketplace.accounts import codes
from marketplace.accounts.models import Organisation, OrganisationKind, Role
from marketplace.accounts.queries import organisation_named, person_called, signed_in_people
from marketplace.accounts.services import add_organisation, add_person, sign_out_everywhere
from marketplace.db import db
from marketplace.errors import NotFound, Unacceptable


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


@people.command("sign-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="End the sign-ins of all people.")
@click.pass_obj
def sign_out(site: Any, email: str | None, everybody: bool) -> None:
    """End all sign-ins of somebody, or of everybody; their access stays."""
    if everybody == bool(email):
        raise Unacceptable("Give an e-mail address, or --everybody.")
    with site.app.app_context():
        found = [person_called(db.session, email)] if email else signed_in_people(db.session)
        for person in found:
            if person is None:
                raise NotFound(f"Nobody is called {email}.")
            sign_out_everywhere(db.session, person, by=None, at=clock.now())
        db.session.commit()
    click.echo(f"The sign-ins of {len(found)} people are ended.")


@people.command("forget-codes")
@click.argument("email")
@click.pass_obj
def forget_codes(site: Any, email: str) -> None:
    """Take away the one-time codes of somebody whose phone is lost."""
    with site.app.app_context():
        person = person_called(db.session, email)
        if person is None or not codes.has_codes(db.session, person):
            raise NotFound(f"Nobody called {email} has one-time codes.")
        codes.forget_codes(db.session, person, by=None, at=clock.now())
        db.session.commit()
    click.echo(f"{email} can sign in without a code, and set up new ones.")


def _organisation(name: str, role: Role) -> Organisation:
    """The organisation of that name; a centre that is not there yet is added for its staff."""
    found = organisation_named(db.session, name)
    if found:
        return found
    if role not in (Role.ADMINISTRATOR, Role.REVIEWER):
        raise NotFound(f"No organisation is called {name}.")
    return add_organisation(db.session, kind=OrganisationKind.CENTRE, name=name, at=clock.now())


COMMANDS = (people,)
