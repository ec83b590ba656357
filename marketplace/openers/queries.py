"""Looking up the keys of openers."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.codes import ALSO_NEEDED_BY
from marketplace.accounts.models import Organisation, Person
from marketplace.openers.models import OpenerKey


def keys_in_use(session: Session) -> Sequence[OpenerKey]:
    """The keys that a lot may name, by organisation and person."""
    return session.scalars(
        select(OpenerKey)
        .join(Person, Person.id == OpenerKey.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(OpenerKey.retired_at.is_(None), Person.active)
        .options(joinedload(OpenerKey.person).joinedload(Person.organisation))
        .order_by(Organisation.name, Person.name, Person.id)
    ).all()


def chosen(session: Session, keys: Sequence[uuid.UUID]) -> list[OpenerKey]:
    """These keys, in this order, without those that no lot may name."""
    known = {key.id: key for key in keys_in_use(session)}
    return [known[key] for key in keys if key in known]


def own_key(session: Session, person: Person) -> OpenerKey | None:
    """The key under which the person opens bids."""
    return session.scalar(
        select(OpenerKey).where(OpenerKey.person_id == person.id, OpenerKey.retired_at.is_(None))
    )


def is_opener(session: Session, person: Person) -> bool:
    """Whether some lot may name the person, or did."""
    key = select(OpenerKey.id).where(OpenerKey.person_id == person.id).limit(1)
    return session.scalar(key) is not None


ALSO_NEEDED_BY.append(is_opener)
