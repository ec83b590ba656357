"""Reading the register: a commissioner sees its own authority's contracts, the centre all.

Besides, everybody sees what is public.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.awards.models import Award
from marketplace.categories.codes import beginning
from marketplace.categories.models import CALLED, CpvCode
from marketplace.contracts.models import Contract, ContractSource, Succession
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound


class State(StrEnum):
    """Which contracts of the register to show."""

    CURRENT = "current"
    ENDED = "ended"
    ALL = "all"


END_OR_NEVER = func.coalesce(Contract.end_date, literal_column("'9999-12-31'"))
"""Where a contract stands when they are sorted by their end; as its index has it, to the letter."""


@dataclass(frozen=True)
class RegisterFilter:
    """What a reader of the register asks for; an empty part asks for nothing."""

    words: str = ""
    category: str = ""
    ends_from: date | None = None
    ends_to: date | None = None
    state: State = State.CURRENT
    source: ContractSource | None = None
    authority_id: uuid.UUID | None = None
    import_id: uuid.UUID | None = None
    joinable: bool = False
    """Only those that others may join."""

    @property
    def anything(self) -> bool:
        return self != RegisterFilter()


def contracts_of(person: Person) -> Select[Contract]:
    """The contracts that the person may see."""
    return _seen_by(person.role, person.organisation_id)


def _seen_by(role: Role | None, organisation_id: uuid.UUID | None) -> Select[Contract]:
    """The centre sees all, a commissioner its own; without a role, it is what everybody sees."""
    query = select(Contract)
    if role is None:
        return query.where(Contract.is_public)
    if role == Role.COMMISSIONER:
        query = query.where(Contract.authority_id == organisation_id)
    return query


def shown(contracts: Select[Contract]) -> AnyColumns:
    """What a row of the list shows, and no more."""
    return (
        contracts.join(Contract.authority)
        .outerjoin(Contract.category)
        .with_only_columns(
            *(Contract.id, Contract.title, Contract.supplier_name, Contract.source),
            *(Contract.end_date, Contract.end_is_estimate, Contract.value),
            *(Contract.category_label, Contract.yearly_value, Contract.others_may_join),
            Organisation.name.label("authority"),
            CALLED.label("category"),
        )
    )


IN_FULL = (
    joinedload(Contract.authority),
    joinedload(Contract.category),
    joinedload(Contract.contract_import),
)
"""What the file of a list shows besides."""


@remembered
def register(
    role: Role | None,
    organisation_id: uuid.UUID | None,
    asked: RegisterFilter,
    today: date,
) -> Select[Contract]:
    """The contracts that somebody may see and asked for, whatever the words."""
    query = _seen_by(role, organisation_id)
    if asked.category:
        query = query.where(in_category(asked.category))
    if asked.ends_from:
        query = query.where(Contract.end_date >= asked.ends_from)
    if asked.ends_to:
        query = query.where(Contract.end_date <= asked.ends_to)
    if asked.state == State.CURRENT:
        query = query.where(today <= END_OR_NEVER)
    if asked.state == State.ENDED:
        query = query.where(Contract.end_date < today)
    if asked.source:
        query = query.where(Contract.source == asked.source)
    if asked.authority_id:
        query = query.where(Contract.authority_id == asked.authority_id)
    if asked.import_id:
        query = query.where(Contract.import_id == asked.import_id)
    if asked.joinable:
        query = query.where(Contract.others_may_join.is_(True))
    return query


def in_category(text: str) -> ColumnElement[bool]:
    """A code stands for itself and all below it; words are looked for in the names."""
    if text.isdigit():
        return Contract.category_code.startswith(beginning(text))
    like = f"%{plain(text)}%"
    named = select(CpvCode.code).where(
        or_(
            func.lower(CpvCode.name).like(like, escape="\\"),
            func.lower(CpvCode.own_title).like(like, escape="\\"),
        )
    )
    return or_(
        Contract.category_code.in_(named),
        func.lower(Contract.category_label).like(like, escape="\\"),
    )


def contract(session: Session, person: Person, contract_id: uuid.UUID) -> Contract:
    """One contract with all that its page shows; raises NotFound for what is another's."""
    found = session.scalar(
        contracts_of(person)
        .where(Contract.id == contract_id)
        .options(
            joinedload(Contract.authority),
            joinedload(Contract.category),
            joinedload(Contract.contract_import),
            joinedload(Contract.award).joinedload(Award.lot),
            selectinload(Contract.successions).joinedload(Succession.requirement),
        )
    )
    if found is None:
        raise NotFound()
    return found


def public_contract(session: Session, contract_id: uuid.UUID) -> Contract:
    """One contract as everybody may see it; raises NotFound for what is not public."""
    found = session.scalar(
        select(Contract)
        .where(Contract.id == contract_id, Contract.is_public)
        .options(joinedload(Contract.authority), joinedload(Contract.category))
    )
    if found is None:
        raise NotFound()
    return found


def plain(words: str) -> str:
    """Words to look for, in which % and _ mean themselves."""
    return words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
