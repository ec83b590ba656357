"""The barrier log: every rejection, decline and cancellation, and what stood in the way.

Nothing is written twice: the log is read from the decisions themselves.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Text,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.barriers import Barrier
from marketplace.categories.models import CALLED, CpvCode
from marketplace.db import AnyColumns, AnyRow, Base, UtcDateTime, remembered
from marketplace.finding import each_word_in
from marketplace.grouping.models import Proposal, ProposalStatus
from marketplace.lessons.quarters import Quarter
from marketplace.lots.models import Answer, Lot, LotMember, LotStatus


class Kind(StrEnum):
    """How buying together ended."""

    REJECTION = "rejection"
    DECLINE = "decline"
    CANCELLATION = "cancellation"


NOT_SAID = "not_said"
"""Stands for no barrier: decisions from before it was asked for."""


@dataclass(frozen=True)
class LogFilter:
    """Which rows of the log somebody wants."""

    quarter: Quarter | None = None
    kind: Kind | None = None
    barrier: str = ""
    """The value of a barrier, or NOT_SAID."""
    category: str = ""
    words: str = ""


def _proposals() -> AnyColumns:
    return select(
        literal(Kind.REJECTION.value, String(20)).label("kind"),
        Proposal.decided_at.label("at"),
        type_coerce(Proposal.barrier, String(30)).label("barrier"),
        Proposal.category_code.label("code"),
        Proposal.reference.label("reference"),
        Proposal.title.label("title"),
        Proposal.reason.label("reason"),
        type_coerce(null(), String(255)).label("authority"),
        Proposal.id.label("thing_id"),
    ).where(Proposal.status == ProposalStatus.REJECTED)


def _declines() -> AnyColumns:
    """Once for each authority, however many of its requirements were asked for."""
    return (
        select(
            literal(Kind.DECLINE.value, String(20)),
            func.max(LotMember.answered_at, type_=UtcDateTime()),
            func.max(type_coerce(LotMember.barrier, String(30))),
            Lot.category_code,
            Lot.reference,
            Lot.title,
            func.max(LotMember.reason, type_=Text()),
            Organisation.name,
            Lot.id,
        )
        .join(Lot, Lot.id == LotMember.lot_id)
        .join(Organisation, Organisation.id == LotMember.authority_id)
        .where(LotMember.answer == Answer.DECLINED)
        .group_by(Lot.category_code, Lot.reference, Lot.title, Organisation.name, Lot.id)
    )


def _cancellations() -> AnyColumns:
    return select(
        literal(Kind.CANCELLATION.value, String(20)),
        Lot.cancelled_at,
        type_coerce(Lot.cancelled_barrier, String(30)),
        Lot.category_code,
        Lot.reference,
        Lot.title,
        Lot.cancelled_reason,
        type_coerce(null(), String(255)),
        Lot.id,
    ).where(Lot.status == LotStatus.CANCELLED)


_ALL = union_all(_proposals(), _declines(), _cancellations()).subquery("decisions")
LOG: FromClause = (
    select(
        *_ALL.c,
        func.coalesce(_ALL.c.barrier, NOT_SAID).label("said"),
        CALLED.label("category"),
    )
    .join(CpvCode, CpvCode.code == _ALL.c.code)
    .subquery("barrier_log")
)


class Decision:
    """One row of the log."""

    kind: str
    at: datetime
    said: str
    """The barrier, or NOT_SAID."""
    code: str
    category: str
    reference: str
    title: str
    reason: str | None
    authority: str | None
    thing_id: uuid.UUID
    """The proposal's key or the lot's."""


Base.registry.map_imperatively(
    Decision, LOG, primary_key=[LOG.c.kind, LOG.c.thing_id, LOG.c.authority]
)


@remembered
def log(asked: LogFilter) -> Select[Decision]:
    """The rows of the log, for a list."""
    return select(Decision).where(*_tests(asked))


def _tests(asked: LogFilter) -> Iterable[ColumnElement[bool]]:
    if asked.quarter:
        yield LOG.c.at >= asked.quarter.begins
        yield LOG.c.at < asked.quarter.ends
    if asked.kind:
        yield LOG.c.kind == asked.kind.value
    if asked.barrier:
        yield LOG.c.said == asked.barrier
    if asked.category:
        yield LOG.c.code == asked.category
    columns = (LOG.c.title, LOG.c.reference, LOG.c.reason, LOG.c.authority, LOG.c.category)
    yield from each_word_in(asked.words, *columns)


@dataclass(frozen=True)
class Counts:
    """How often each barrier stood in the way in a quarter, by kind; and each category."""

    by_kind: Mapping[tuple[str, str], int]
    """By barrier (or NOT_SAID) and kind."""
    categories: Sequence[AnyRow]
    """Code, name, and how many of all kinds, most first."""

    @property
    def barriers(self) -> list[str]:
        """Those that there are, in the report's order, what was not said last."""
        there = {barrier for barrier, _ in self.by_kind}
        return [each for each in (*(b.value for b in Barrier), NOT_SAID) if each in there]

    def of(self, barrier: str | None = None, kind: str | None = None) -> int:
        """How many of a barrier, of a kind, of both, or in all."""
        return sum(
            count
            for (one, other), count in self.by_kind.items()
            if barrier in (None, one) and kind in (None, other)
        )


def counts(session: Session, quarter: Quarter) -> Counts:
    """Count the log of one quarter."""
    tests = list(_tests(LogFilter(quarter)))
    kinds = session.execute(
        select(LOG.c.said, LOG.c.kind, func.count()).where(*tests).group_by(LOG.c.said, LOG.c.kind)
    )
    categories = session.execute(
        select(LOG.c.code, LOG.c.category, func.count().label("number"))
        .where(*tests)
        .group_by(LOG.c.code, LOG.c.category)
        .order_by(func.count().desc(), LOG.c.category, LOG.c.code)
    ).all()
    return Counts({(barrier, kind): number for barrier, kind, number in kinds}, categories)


def over_time(session: Session, last: Quarter, count: int) -> list[tuple[Quarter, dict[str, int]]]:
    """How many of each kind in each of so many quarters up to the last."""
    quarters = [last.after(-back) for back in reversed(range(count))]
    columns = [
        func.count().filter(LOG.c.at >= each.begins, LOG.c.at < each.ends) for each in quarters
    ]
    rows = session.execute(select(LOG.c.kind, *columns).group_by(LOG.c.kind))
    found = {row[0]: row[1:] for row in rows}
    return [
        (each, {kind.value: found.get(kind.value, [0] * count)[place] for kind in Kind})
        for place, each in enumerate(quarters)
    ]
