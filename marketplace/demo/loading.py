"""Loading the demo's made-up London into an empty database: one seed, one transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Neighbours, Organisation
from marketplace.categories.services import add_cpv, set_policy
from marketplace.demo import cpv, london, postings, register, runs, shelves
from marketplace.demo.timeline import Timeline
from marketplace.demo.world import World, people


def is_loaded(session: Session) -> bool:
    """Whether the database has anybody in it."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def load(session: Session, at: datetime, *, secret: str) -> None:
    """Load it all, in the transaction under way, as it would have come about until `at`."""
    timeline = Timeline(at)
    world = people(session, timeline, secret)
    _add_neighbours(world)
    _add_categories(world)
    timeline.begin(
        postings.todays(world),
        postings.drafts(world),
        postings.exclusions(world),
        *register.registers(world),
        *runs.all_of_them(world),
    )
    timeline.play()


def _add_neighbours(world: World) -> None:
    ids = {short: person.organisation_id for short, person in world.commissioners.items()}
    pairs = (sorted((ids[one], ids[other])) for one, other in london.neighbours())
    world.session.add_all(
        Neighbours(authority_a_id=first, authority_b_id=second) for first, second in pairs
    )


def _add_categories(world: World) -> None:
    add_cpv(world.session, cpv.codes())
    at = world.timeline.day(-440, 10)
    wares = {code: ware.terms() for code, ware in shelves.WARES.items()}
    every = [(None, shelves.EVERYTHING_ELSE), *shelves.PARENTS.items(), *wares.items()]
    for code, terms in every:
        set_policy(world.session, None, terms, cpv_code=code, by=world.administrator, at=at)
