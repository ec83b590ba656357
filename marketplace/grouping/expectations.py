"""How many join, category by category, and what that makes of the next run's proposals.

Every window that has ended says how many of the authorities asked committed. Where little is known
Denmark's joint agreements are: two thirds of the municipalities joined the first time. They count
as much as three authorities of our own, so that what happens here soon outweighs them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import DateTime, String, Uuid, case, column, func, or_, select, table
from sqlalchemy.orm import Session

from marketplace.grouping.translate import HasSnapshot, Worth, in_pounds, problem_of
from optimiser.expectation import expected_benefit

ASSUMED_ASKED, ASSUMED_JOINED = 3, 2

# Lots come after grouping, so their models are not imported here.
LOT = table(
    "lot",
    column("id", Uuid),
    column("category_code", String),
    column("joining_closed_at", DateTime),
    column("joining_closes_at", DateTime),
    column("cancelled_at", DateTime),
)
LOT_MEMBER = table(
    "lot_member",
    column("lot_id", Uuid),
    column("authority_id", Uuid),
    column("answer", String),
)


@dataclass(frozen=True)
class Joining:
    """How many of the authorities asked in a category's windows so far have joined."""

    asked: int = 0
    joined: int = 0

    @property
    def rate(self) -> Decimal:
        """The share to expect next time."""
        return Decimal(self.joined + ASSUMED_JOINED) / (self.asked + ASSUMED_ASKED)


def joining_so_far(session: Session, codes: Collection[str]) -> Mapping[str, Joining]:
    """What the windows that have ended say of each of these categories."""
    ended = or_(LOT.c.joining_closed_at.is_not(None), LOT.c.cancelled_at >= LOT.c.joining_closes_at)
    answers = (
        select(
            LOT.c.category_code,
            func.max(case((LOT_MEMBER.c.answer == "committed", 1), else_=0)).label("joined"),
        )
        .join(LOT_MEMBER, LOT_MEMBER.c.lot_id == LOT.c.id)
        .where(ended, LOT.c.category_code.in_(sorted(codes)))
        .group_by(LOT.c.id, LOT.c.category_code, LOT_MEMBER.c.authority_id)
        .subquery()
    )
    rows = session.execute(
        select(answers.c.category_code, func.count(), func.sum(answers.c.joined)).group_by(
            answers.c.category_code
        )
    )
    found = {code: Joining(asked, int(joined)) for code, asked, joined in rows}
    return {code: found.get(code, Joining()) for code in codes}


def with_expectation(run: HasSnapshot, lot: Worth, rate: Decimal | None) -> Worth:
    """The lot with what is to be expected of it if its members join at that rate."""
    if rate is None:
        return lot
    references = [member.reference for member in lot.members]
    expected = expected_benefit(problem_of(run), references, float(rate))
    return replace(lot, net_benefit_expected=in_pounds(expected))
