"""The ledger: for each contract of ours what was projected, what is contracted, what is realised.

Each amount leaves here under its label, and no query adds two labels.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.awards.models import Award
from marketplace.contracts.models import Contract, ContractSource
from marketplace.db import AnyColumns, AnyRow, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.grouping.models import ProposalMember
from marketplace.labels import Label, Labelled
from marketplace.lots.models import Lot, LotMember
from marketplace.savings.models import SavingsPeriod

Ledger = Select[Contract]


class Reported(StrEnum):
    """Whether anything was reported of a contract."""

    SOME = "some"
    NONE = "none"


def _stands() -> Any:
    return exists().where(
        SavingsPeriod.contract_id == Contract.id, SavingsPeriod.taken_back_at.is_(None)
    )


@remembered
def ledger(
    role: Role, organisation_id: uuid.UUID, words: str = "", reported: Reported | None = None
) -> Select[Contract]:
    """Contracts from our own lots: an authority's own, the Centre's all."""
    query = (
        select(Contract)
        .join(Organisation, Organisation.id == Contract.authority_id)
        .where(
            Contract.source == ContractSource.AWARD,
            *each_word_in(
                words,
                *(Contract.title, Contract.reference, Contract.supplier_name, Organisation.name),
            ),
        )
    )
    if role == Role.COMMISSIONER:
        query = query.where(Contract.authority_id == organisation_id)
    if reported is not None:
        query = query.where(_stands() if reported == Reported.SOME else ~_stands())
    return query


def _its_own_part() -> ColumnElement[bool]:
    """The members of the awarded lot that are the contract's authority's."""
    return and_(
        Award.id == Contract.award_id,
        LotMember.authority_id == Contract.authority_id,
        LotMember.active,
    )


def _alone() -> ScalarSelect[Any]:
    """What its authority expected to pay alone."""
    return (
        select(func.sum(LotMember.value))
        .join(Award, Award.lot_id == LotMember.lot_id)
        .where(_its_own_part())
        .correlate(Contract)
        .scalar_subquery()
    )


def _projected() -> ScalarSelect[Any]:
    """What the proposal expected its authority to save on the price."""
    return _in_the_proposal(ProposalMember.price_saving)


def _in_the_proposal(amount: InstrumentedAttribute[Decimal]) -> ScalarSelect[Any]:
    """The sum of an amount over its authority’s members of the proposal."""
    return (
        select(func.sum(amount))
        .join(Lot, Lot.proposal_id == ProposalMember.proposal_id)
        .join(Award, Award.lot_id == Lot.id)
        .join(
            LotMember,
            (LotMember.lot_id == Lot.id)
            & (LotMember.requirement_id == ProposalMember.requirement_id),
        )
        .where(_its_own_part())
        .correlate(Contract)
        .scalar_subquery()
    )


def _price_effect() -> ScalarSelect[Any]:
    """The effect of prices in all that was reported."""
    return (
        select(func.sum(SavingsPeriod.price_effect))
        .where(SavingsPeriod.contract_id == Contract.id, SavingsPeriod.taken_back_at.is_(None))
        .correlate(Contract)
        .scalar_subquery()
    )


def shown(query: Select[Contract]) -> AnyColumns:
    """What a row of the ledger shows."""
    return query.join(Contract.authority).with_only_columns(
        *(Contract.id, Contract.reference, Contract.title, Contract.supplier_name),
        *(Contract.value, Contract.start_date, Organisation.name.label("authority")),
        _alone().label("alone"),
        _projected().label("projected"),
        _price_effect().label("price_effect"),
    )


def plain(keys: Select[Any]) -> Ledger:
    """The contracts with these keys, for `shown` to add its joins to."""
    return select(Contract).where(Contract.id.in_(keys))


def effects(session: Session, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, AnyRow]:
    """The sums of what was reported of each of these contracts, effect by effect."""
    names = ("volume_effect", "index_effect", "specification_effect", "price_effect")
    rows = session.execute(
        select(
            SavingsPeriod.contract_id,
            func.sum(SavingsPeriod.spent).label("spent"),
            func.sum(SavingsPeriod.expected).label("expected"),
            *(func.sum(getattr(SavingsPeriod, name)).label(name) for name in names),
        )
        .where(SavingsPeriod.contract_id.in_(keys), SavingsPeriod.taken_back_at.is_(None))
        .group_by(SavingsPeriod.contract_id)
    )
    return {row.contract_id: row for row in rows}


@dataclass(frozen=True)
class Figures:
    """The savings of one contract, each under its own label."""

    projected: Labelled
    contracted: Labelled
    realised: Labelled | None
    """None: nothing is reported yet."""


def figures_of(row: AnyRow) -> Figures:
    """The savings of a row of the ledger."""
    zero = Decimal(0)
    return Figures(
        Labelled(Label.PROJECTED, row.projected or zero),
        Labelled(Label.CONTRACTED, (row.alone or zero) - (row.value or zero)),
        None if row.price_effect is None else Labelled(Label.REALISED, -row.price_effect),
    )


def totals(session: Session, query: Select[Contract]) -> Figures:
    """The sums of a ledger, label by label."""
    rows = query.with_only_columns(
        _alone().label("alone"),
        _projected().label("projected"),
        Contract.value.label("value"),
        _price_effect().label("price_effect"),
    ).subquery()
    found = session.execute(
        select(*(func.sum(column).label(column.key) for column in rows.c))
    ).one()
    return figures_of(found)


def entry(session: Session, person: Person, contract_id: uuid.UUID) -> AnyRow:
    """One contract's row of the ledger; raises NotFound."""
    mine = ledger(person.role, person.organisation_id).where(Contract.id == contract_id)
    query = shown(plain(mine.with_only_columns(Contract.id)))
    planned = _in_the_proposal(ProposalMember.value).label("planned")
    found = session.execute(query.add_columns(planned)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def contract(session: Session, person: Person, contract_id: uuid.UUID) -> Contract:
    """The contract itself, to report on; raises NotFound."""
    mine = ledger(person.role, person.organisation_id).where(Contract.id == contract_id)
    found = session.scalar(mine.options(joinedload(Contract.authority)))
    if found is None:
        raise NotFound()
    return found


def periods(session: Session, contract_id: uuid.UUID) -> Sequence[SavingsPeriod]:
    """What was reported of a contract and stands, the first first."""
    return session.scalars(
        select(SavingsPeriod)
        .where(SavingsPeriod.contract_id == contract_id, SavingsPeriod.taken_back_at.is_(None))
        .order_by(SavingsPeriod.begins, SavingsPeriod.id)
    ).all()


def period(session: Session, contract_id: uuid.UUID, period_id: uuid.UUID) -> SavingsPeriod:
    """One of them; raises NotFound."""
    found = session.scalar(
        select(SavingsPeriod).where(
            SavingsPeriod.id == period_id,
            SavingsPeriod.contract_id == contract_id,
        )
    )
    if found is None:
        raise NotFound()
    return found


def unreported(
    session: Session, authority_id: uuid.UUID, since: date, most: int
) -> Sequence[AnyRow]:
    """Its contracts from lots that are not reported beyond `since`, unless to their end.

    Each with the day up to which it is reported, or that before its start.
    """
    last = (
        select(func.max(SavingsPeriod.ends))
        .where(SavingsPeriod.contract_id == Contract.id, SavingsPeriod.taken_back_at.is_(None))
        .correlate(Contract)
        .scalar_subquery()
    )
    reached = func.coalesce(last, Contract.start_date)
    query = (
        select(Contract.id, Contract.reference, Contract.title, reached.label("reached"))
        .where(
            Contract.source == ContractSource.AWARD,
            Contract.authority_id == authority_id,
            Contract.start_date <= since,
            reached <= since,
            or_(last.is_(None), Contract.end_date.is_(None), last < Contract.end_date),
        )
        .order_by(Contract.start_date, Contract.id)
        .limit(most)
    )
    return session.execute(query).all()
