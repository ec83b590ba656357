"""Where authorities spend on the same thing apart: what the optimiser says sharing would be worth.

Each authority's spending of one year stands for a requirement of that value, free to start within
a year, and the optimiser groups them as it groups requirements, under the category's policy.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.errors import Unacceptable
from marketplace.grouping.narrowing import Narrowed
from marketplace.grouping.snapshots import Frozen, freeze_these
from marketplace.grouping.translate import solve_category, worth_of
from marketplace.lots.models import Lot, LotStatus
from marketplace.requirements.models import Requirement
from marketplace.spend.models import Grain, SpendOpportunity, SpendTotal
from marketplace.spend.preparing import ALL_YEARS

LEAST_AUTHORITIES = 3
SECONDS = 2.0
"""How long the optimiser may look at one category; what it has by then is shown."""
LEAST_VALUE = Decimal(1_000)
"""Spending of less than this a year is not worth a place in a lot."""


@dataclass(frozen=True)
class Question:
    """A category to look at: who spends how much, and the problem as the optimiser reads it."""

    code: str
    year: int
    names: dict[str, str]
    amount: Decimal
    frozen: Frozen


def categories_in_lots(session: Session) -> Sequence[str]:
    """The categories for which there is a joint lot, in order."""
    query = select(Lot.category_code).where(Lot.status != LotStatus.CANCELLED).distinct()
    return session.scalars(query.order_by(Lot.category_code)).all()


def candidates(year: int) -> Select[SpendTotal]:
    """Categories in which three authorities or more spend and for which there is no joint lot."""
    in_lots = select(Lot.category_code).where(Lot.status != LotStatus.CANCELLED)
    return select(SpendTotal).where(
        SpendTotal.grain == Grain.CATEGORY,
        SpendTotal.year == year,
        SpendTotal.authority_id.is_(None),
        SpendTotal.authorities >= LEAST_AUTHORITIES,
        SpendTotal.category_code.is_not(None),
        SpendTotal.category_code.not_in(in_lots),
    )


def may_be_asked(session: Session, code: str) -> bool:
    """Whether so many authorities ever spent on the category that sharing is a question."""
    query = select(SpendTotal.authorities).where(
        SpendTotal.grain == Grain.CATEGORY,
        SpendTotal.category_code == code,
        SpendTotal.year == ALL_YEARS,
        SpendTotal.authority_id.is_(None),
    )
    return (session.scalar(query) or 0) >= LEAST_AUTHORITIES


def question(session: Session, code: str, year: int, today: date) -> Question:
    """What to ask the optimiser; raises Unacceptable where fewer than three authorities spend."""
    rows = session.execute(
        select(SpendTotal.amount, Organisation)
        .join(Organisation, Organisation.id == SpendTotal.authority_id)
        .where(
            SpendTotal.grain == Grain.CATEGORY,
            SpendTotal.category_code == code,
            SpendTotal.year == year,
            SpendTotal.amount >= LEAST_VALUE,
        )
        .order_by(Organisation.code)
    ).all()
    if len(rows) < LEAST_AUTHORITIES:
        raise Unacceptable("Fewer than three authorities spend on this in that year.")
    needs = [_need(code, amount, authority, today) for amount, authority in rows]
    return Question(
        code=code,
        year=year,
        names={str(authority.code): authority.name for _, authority in rows},
        amount=sum((amount for amount, _ in rows), Decimal(0)),
        frozen=freeze_these(session, needs),
    )


def _need(code: str, amount: Decimal, authority: Organisation, today: date) -> Requirement:
    """A requirement that is nowhere but in the question."""
    return Requirement(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{code} {authority.code}"),
        reference=authority.code,
        authority_id=authority.id,
        category_code=code,
        value=amount,
        earliest_start=today + timedelta(days=180),
        latest_start=today + timedelta(days=540),
        accepts={},
    )


@dataclass(frozen=True)
class Answer:
    """The joint lots that the optimiser found, as references, and what they are worth together."""

    lots: Sequence[Sequence[str]]
    low: Decimal
    likely: Decimal
    high: Decimal
    proven: bool


def ask(asked: Question) -> Answer:
    """Ask the optimiser, which takes up to two seconds and no database."""
    run = Narrowed(asked.frozen.snapshot)
    solved = solve_category(run, asked.code, time_limit=SECONDS)
    worths = [worth_of(run, lot) for lot in solved.lots]
    nothing = Decimal(0)
    return Answer(
        lots=solved.lots,
        low=sum((worth.net_benefit_low for worth in worths), nothing),
        likely=sum((worth.net_benefit_likely for worth in worths), nothing),
        high=sum((worth.net_benefit_high for worth in worths), nothing),
        proven=solved.proven_optimal,
    )


def keep_answer(
    session: Session, asked: Question, answer: Answer, *, by: Person | None, at: datetime
) -> SpendOpportunity:
    """Keep what sharing the category would be worth, in place of what was kept before."""
    lots = [sorted(asked.names[code] for code in lot) for lot in answer.lots]
    kept = session.merge(
        SpendOpportunity(
            category_code=asked.code,
            year=asked.year,
            authorities=len(asked.names),
            amount=asked.amount,
            sharing=sum(map(len, lots)),
            lots=lots,
            worth_low=answer.low,
            worth=answer.likely,
            worth_high=answer.high,
            note="" if answer.proven else "The best found in two seconds; there may be better.",
            worked_out_at=at,
        )
    )
    record(session, Action.SHARING_WORKED_OUT, kept, by=by, at=at, year=asked.year, lots=len(lots))
    return kept


def work_out(session: Session, code: str, year: int, at: datetime) -> SpendOpportunity:
    """Ask and keep in one go, where nobody waits for the database meanwhile."""
    asked = question(session, code, year, clock.london_day(at))
    return keep_answer(session, asked, ask(asked), by=None, at=at)


def answers(session: Session, codes: Sequence[str]) -> dict[str, SpendOpportunity]:
    """What sharing is worth in those of the categories that were looked at."""
    found = session.scalars(
        select(SpendOpportunity).where(SpendOpportunity.category_code.in_(codes))
    )
    return {each.category_code: each for each in found}
