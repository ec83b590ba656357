"""The people of the demo and its clock: what every history needs at hand."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.accounts.passwords import hasher
from marketplace.accounts.services import add_organisation, add_person
from marketplace.demo.firms import firms
from marketplace.demo.keys import DemoKeys
from marketplace.demo.london import Borough, authorities
from marketplace.demo.sign_ins import PASSWORD, email_of
from marketplace.demo.timeline import Timeline
from marketplace.openers.models import OpenerKey
from marketplace.openers.services import register_key

SEED = 2006


@dataclass
class World:
    """Who is there, by short code, number or sign-in name."""

    session: Session
    timeline: Timeline
    keys: DemoKeys
    """What bids are sealed with, and opened."""
    administrator: Person
    reviewers: list[Person]
    openers: list[OpenerKey] = field(default_factory=list)
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


@dataclass(frozen=True)
class Door:
    """Lets organisations and people in, all with the same password."""

    session: Session
    at: datetime
    hashed: str

    def organisation(self, kind: OrganisationKind, name: str, **facts: object) -> Organisation:
        return add_organisation(self.session, kind=kind, name=name, at=self.at, **facts)

    def person(self, slug: str, name: str, role: Role, of: Organisation) -> Person:
        return add_person(
            self.session,
            email=email_of(slug),
            name=name,
            role=role,
            organisation=of,
            password_hash=self.hashed,
            by=None,
            at=self.at,
        )


def people(session: Session, timeline: Timeline, keys: DemoKeys) -> World:
    """The centre, the 33 authorities and the suppliers, with somebody to sign in for each."""
    door = Door(session, timeline.day(-450, 9), hasher().hash(PASSWORD))
    centre = door.organisation(OrganisationKind.CENTRE, "London Centre of Excellence")
    reviewers = [
        door.person(f"reviewer{number}", f"Reviewer {word}", Role.REVIEWER, centre)
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]
    boss = door.person("administrator", "Administrator", Role.ADMINISTRATOR, centre)
    world = World(session, timeline, keys, boss, reviewers)
    for each in authorities():
        world.commissioners[each.short] = _commissioner(door, each)
    for firm in firms():
        supplier = door.organisation(OrganisationKind.SUPPLIER, firm.name)
        world.suppliers[firm.slug] = door.person(firm.slug, "Bids team", Role.SUPPLIER, supplier)
    world.openers = _openers(world, door.at)
    return world


def _openers(world: World, at: datetime) -> list[OpenerKey]:
    """Three of at least two organisations, as each lot names them."""
    people = (world.reviewers[1], world.commissioners["CAM"], world.commissioners["HCK"])
    return [
        register_key(world.session, line, by=person, at=at)
        for person, line in zip(people, world.keys.played, strict=True)
    ]


def _commissioner(door: Door, each: Borough) -> Person:
    authority = door.organisation(
        OrganisationKind.AUTHORITY,
        each.name,
        code=each.code,
        short_code=each.short,
        subregion=each.subregion,
        tile_column=each.column,
        tile_row=each.row,
    )
    slug = each.name.lower().replace(" ", "-")
    return door.person(slug, "Commissioner", Role.COMMISSIONER, authority)
