"""Looking up business cases."""

import uuid

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.accounts.models import Person, Role
from marketplace.cases.models import BusinessCase, CaseRisk
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.lots.models import Lot, LotMember, LotStatus


@remembered
def cases(
    role: Role, organisation_id: uuid.UUID, words: str = "", status: LotStatus | None = None
) -> Select[BusinessCase]:
    """Cases, for a list: the Centre’s staff see all, an authority those of lots that it is in."""
    query = (
        select(BusinessCase)
        .join(Lot, Lot.id == BusinessCase.lot_id)
        .where(*each_word_in(words, BusinessCase.reference, Lot.reference, Lot.title))
    )
    if role == Role.COMMISSIONER:
        query = query.where(_has_part(organisation_id))
    return query if status is None else query.where(Lot.status == status)


def _has_part(authority_id: uuid.UUID) -> ColumnElement[bool]:
    return exists().where(
        LotMember.lot_id == BusinessCase.lot_id,
        LotMember.authority_id == authority_id,
        LotMember.active,
    )


def shown(query: Select[BusinessCase]) -> AnyColumns:
    """What a row of the list shows."""
    return query.join(Lot, Lot.id == BusinessCase.lot_id).with_only_columns(
        *(BusinessCase.id, BusinessCase.reference, BusinessCase.net_present_value),
        *(BusinessCase.frozen_at, Lot.title, Lot.reference.label("lot"), Lot.status),
    )


def case_of(session: Session, lot_id: uuid.UUID) -> BusinessCase | None:
    """The case of a lot, if it has one."""
    return session.scalar(select(BusinessCase).where(BusinessCase.lot_id == lot_id))


def case(session: Session, person: Person, case_id: uuid.UUID) -> BusinessCase:
    """One case that the person may see, with its lot and risks; raises NotFound."""
    found = session.scalar(
        cases(person.role, person.organisation_id)
        .where(BusinessCase.id == case_id)
        .options(joinedload(BusinessCase.lot), selectinload(BusinessCase.risks))
    )
    if found is None:
        raise NotFound()
    return found


def risk(session: Session, case_id: uuid.UUID, risk_id: uuid.UUID) -> CaseRisk:
    """A line of a case's risk register; raises NotFound."""
    found = session.scalar(
        select(CaseRisk).where(CaseRisk.id == risk_id, CaseRisk.case_id == case_id)
    )
    if found is None:
        raise NotFound()
    return found
