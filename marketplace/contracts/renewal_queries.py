"""Contracts that end soon and that no requirement follows yet."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.categories.queries import named_codes
from marketplace.categories.suggesting import Suggester, Text, suggester
from marketplace.contracts.models import Contract, Succession
from marketplace.contracts.months import months_after
from marketplace.db import AnyColumns, remembered
from marketplace.requirements.models import Requirement, RequirementStatus
from marketplace.searching import has_words

MOST_EXAMPLES = 5_000
"""Titles of other contracts from which categories are suggested."""


@remembered
def ending(
    authority_id: uuid.UUID, today: date, within_months: int, words: str = ""
) -> Select[Contract]:
    """The authority's contracts that end from today within the months and are not followed."""
    query = select(Contract).where(
        Contract.authority_id == authority_id,
        Contract.end_date >= today,
        Contract.end_date <= months_after(today, within_months),
        ~followed(),
    )
    return query.where(*has_words(Contract.id, words))  # they are few as it is


def shown(contracts: Select[Contract]) -> AnyColumns:
    """What a row of the page shows, and what the requirement that follows is worked out from."""
    return contracts.with_only_columns(
        *(Contract.id, Contract.title, Contract.supplier_name, Contract.start_date),
        *(Contract.end_date, Contract.end_is_estimate, Contract.value, Contract.yearly_value),
        *(Contract.category_code, Contract.category_label),
    )


def named(query: Select[Contract], ids: Collection[uuid.UUID]) -> Select[Contract]:
    """Those of the query with these ids, the first to end first."""
    return query.where(Contract.id.in_(ids)).order_by(Contract.end_date, Contract.id)


def held_for_renewal(session: Session, query: Select[Contract]) -> Sequence[Contract]:
    """The contracts, locked, so that two people at once open one requirement and not two.

    They are asked for once more when the locks are there: what another has opened meanwhile is
    seen by a new statement only.
    """
    session.scalars(query.with_for_update(of=Contract)).all()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def without_end(session: Session, authority: Organisation) -> int:
    """How many of the authority's contracts have no known end, so that none can be listed."""
    return session.connection().scalar(ENDLESS, {"of": authority.id}) or 0


ENDLESS = (
    select(func.count())
    .select_from(Contract)
    .where(Contract.authority_id == bindparam("of"), Contract.end_date.is_(None))
)


def finder(session: Session) -> Suggester:
    """What suggests categories: names of codes, and titles of contracts that have a code."""
    examples = session.execute(
        select(Contract.category_code, Contract.title)
        .where(Contract.category_code.is_not(None))
        .order_by(Contract.created_at.desc(), Contract.reference)
        .limit(MOST_EXAMPLES)
    )
    return suggester((*named_codes(session), *(Text(str(code), title) for code, title in examples)))


def followed() -> ColumnElement[bool]:
    """A requirement that was withdrawn follows nothing: another can be opened."""
    return (
        exists()
        .where(
            Succession.contract_id == Contract.id,
            Succession.requirement_id == Requirement.id,
            Requirement.status != RequirementStatus.WITHDRAWN,
        )
        .correlate(Contract)
    )
