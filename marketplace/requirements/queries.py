"""Looking up requirements. Whose a person sees is decided here, inside the query."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Row,
    Select,
    String,
    Uuid,
    column,
    exists,
    func,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.categories.models import CALLED
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound
from marketplace.requirements.filters import RequirementFilters
from marketplace.requirements.models import (
    Requirement,
    RequirementRevision,
    RequirementStatus,
    SharingExclusion,
)
from marketplace.searching import has_words

# Lots come after requirements, so their models are not imported here; but a requirement that is
# asked to join a lot is still posted, and only its row in this table says that it is taken.
LOT_MEMBER = table("lot_member", column("requirement_id", Uuid), column("active", Boolean))
# Nor are those of contracts; but a requirement can follow one, and its page says which.
CONTRACT = table(
    "contract",
    column("id", Uuid),
    column("reference", String),
    column("title", String),
    column("end_date", Date),
)
SUCCESSION = table("succession", column("contract_id", Uuid), column("requirement_id", Uuid))


def visible_requirements(person: Person) -> Select[Requirement]:
    """A commissioner sees its authority's; the centre's staff all that are not drafts."""
    return _seen_by(person.role, person.organisation_id).options(
        joinedload(Requirement.authority), joinedload(Requirement.category)
    )


def _seen_by(role: Role, organisation_id: uuid.UUID) -> Select[Requirement]:
    if role == Role.COMMISSIONER:
        return select(Requirement).where(Requirement.authority_id == organisation_id)
    return select(Requirement).where(Requirement.status != RequirementStatus.DRAFT)


@remembered
def listed(
    role: Role, organisation_id: uuid.UUID, wanted: RequirementFilters
) -> Select[Requirement]:
    """Those that somebody of the role and organisation sees and asked for, whatever the words."""
    return wanted.apply(_seen_by(role, organisation_id))


def shown(query: Select[Requirement]) -> AnyColumns:
    """What a row of the list shows, and no more."""
    return (
        query.join(Requirement.authority)
        .join(Requirement.category)
        .with_only_columns(
            *(Requirement.id, Requirement.reference, Requirement.title, Requirement.value),
            *(Requirement.earliest_start, Requirement.status),
            Organisation.name.label("authority"),
            CALLED.label("category"),
        )
    )


def visible_requirement(session: Session, requirement_id: uuid.UUID, person: Person) -> Requirement:
    """One requirement that the person may see; raises NotFound."""
    found = session.scalar(visible_requirements(person).where(Requirement.id == requirement_id))
    if found is None:
        raise NotFound()
    return found


def drafts_of(person: Person, words: str = "") -> Select[Requirement]:
    """The drafts of the person's authority (with the words)."""
    return visible_requirements(person).where(
        Requirement.authority_id == person.organisation_id,
        Requirement.status == RequirementStatus.DRAFT,
        *has_words(Requirement.id, words),
    )


def followed_contracts(session: Session, requirement: Requirement) -> Sequence[Row[Any]]:
    """Id, reference, title and end of the contracts that it follows."""
    return session.execute(
        select(CONTRACT)
        .join(SUCCESSION, SUCCESSION.c.contract_id == CONTRACT.c.id)
        .where(SUCCESSION.c.requirement_id == requirement.id)
        .order_by(CONTRACT.c.reference)
    ).all()


def is_taken(session: Session, requirement: Requirement) -> bool:
    """Whether a lot has asked for it, or has it."""
    asked = exists().where(
        LOT_MEMBER.c.requirement_id == requirement.id, LOT_MEMBER.c.active.is_(true())
    )
    return bool(session.scalar(select(asked)))


def revisions(session: Session, requirement: Requirement) -> Sequence[RequirementRevision]:
    """What it said each time it was posted or edited, oldest first."""
    return session.scalars(
        select(RequirementRevision)
        .where(RequirementRevision.requirement_id == requirement.id)
        .order_by(RequirementRevision.number)
    ).all()


def excluded_by(
    session: Session, authority_id: uuid.UUID, category_code: str
) -> Sequence[Organisation]:
    """With whom the authority will not share a lot of this very category."""
    return session.scalars(
        select(Organisation)
        .join(SharingExclusion, SharingExclusion.other_id == Organisation.id)
        .where(
            SharingExclusion.authority_id == authority_id,
            SharingExclusion.category_code == category_code,
        )
        .order_by(Organisation.name, Organisation.id)
    ).all()


def count_of(session: Session, person: Person, status: RequirementStatus) -> int:
    """How many of the person's authority's requirements are in a status."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Requirement)
            .where(Requirement.authority_id == person.organisation_id, Requirement.status == status)
        )
        or 0
    )
