"""The people of the demo and its clock: what every history needs at hand."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.accounts.passwords import hasher
from marketplace.accounts.services import add_organisation, add_person
from marketplace.demo.firms import firms
from marketplace.demo.london import authorities
from marketplace.demo.sign_ins import PASSWORD, email_of
from marketplace.demo.timeline import Timeline

SEED = 2006


@dataclass
class World:
    """Who is there, by short code, number or sign-in name."""

    session: Session
    timeline: Timeline
    secret: str
    """What bids are sealed with."""
    administrator: Person
    reviewers: list[Person]
    commissioners: dict[str, Person] = field(default_factory=dict)
    suppliers: dict[str, Person] = field(default_factory=dict)
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - the same London each time

    @property
    def now(self) -> datetime:
        return self.timeline.now

    def authority(self, short: str) -> Organisation:
        return self.commissioners[short].organisation

    def commissioner_of(self, authority: Organisation) -> Person:
        return self.commissioners[str(authority.short_code)]


def people(session: Session, timeline: Timeline, secret: str) -> World:
    """The centre, the 33 authorities and the suppliers, with somebody to sign in for each."""
    hashed = hasher().hash(PASSWORD)
    at = timeline.day(-450, 9)

    def person(slug: str, name: str, role: Role, of: Organisation) -> Person:
        return add_person(
            session,
            email=email_of(slug),
            name=name,
            role=role,
            organisation=of,
            password=PASSWORD,
            password_hash=hashed,
            by=None,
            at=at,
        )

    def organisation(kind: OrganisationKind, name: str, **facts: object) -> Organisation:
        return add_organisation(session, kind=kind, name=name, at=at, **facts)

    centre = organisation(OrganisationKind.CENTRE, "London Centre of Excellence")
    world = World(
        session,
        timeline,
        secret,
        administrator=person("administrator", "Administrator", Role.ADMINISTRATOR, centre),
        reviewers=[
            person(f"reviewer{n}", f"Reviewer {word}", Role.REVIEWER, centre)
            for n, word in enumerate(("one", "two", "three"), start=1)
        ],
    )
    for each in authorities():
        authority = organisation(
            OrganisationKind.AUTHORITY,
            each.name,
            code=each.code,
            short_code=each.short,
            subregion=each.subregion,
            tile_column=each.column,
            tile_row=each.row,
        )
        slug = each.name.lower().replace(" ", "-")
        world.commissioners[each.short] = person(
            slug, f"Commissioner, {each.name}", Role.COMMISSIONER, authority
        )
    for firm in firms():
        supplier = organisation(OrganisationKind.SUPPLIER, firm.name)
        team = person(firm.slug, f"Bids team, {firm.name}", Role.SUPPLIER, supplier)
        world.suppliers[firm.slug] = team
    return world
