"""A finished run looked at from afar: who would gain, and what changed from another run."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind
from marketplace.categories.models import CALLED, CpvCode, Tier
from marketplace.categories.queries import policies_for
from marketplace.grouping.models import (
    GroupingRun,
    Proposal,
    ProposalMember,
    RunCategory,
    RunStatus,
)
from marketplace.requirements.models import Requirement

NOTHING = Decimal(0)


@dataclass(frozen=True)
class AuthorityGain:
    """What a run's proposals would bring one authority, before costs."""

    authority: Organisation
    requirements: int
    value: Decimal
    price_saving: Decimal


def gains(session: Session, run: GroupingRun) -> list[AuthorityGain]:
    """Each authority in the run's proposals and those in none, most gain first."""
    inside = (
        select(
            Requirement.authority_id,
            func.count().label("requirements"),
            func.sum(ProposalMember.value).label("value"),
            func.sum(ProposalMember.price_saving).label("price_saving"),
        )
        .join(ProposalMember, ProposalMember.requirement_id == Requirement.id)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .where(Proposal.run_id == run.id)
        .group_by(Requirement.authority_id)
        .subquery()
    )
    rows = session.execute(
        select(Organisation, inside.c.requirements, inside.c.value, inside.c.price_saving)
        .outerjoin(inside, inside.c.authority_id == Organisation.id)
        .where(Organisation.kind == OrganisationKind.AUTHORITY)
        .order_by(Organisation.name, Organisation.id)
    )
    found = [
        AuthorityGain(authority, count or 0, value or NOTHING, saving or NOTHING)
        for authority, count, value, saving in rows
    ]
    return sorted(found, key=lambda gain: (-gain.price_saving, gain.authority.name))


@dataclass(frozen=True)
class CategoryLots:
    """The lots that a run proposes in one category."""

    tier: Tier
    code: str
    name: str
    lots: int
    value: Decimal
    likely: Decimal


@dataclass(frozen=True)
class TierLots:
    """The lots that a run proposes in the categories of one tier."""

    tier: Tier
    categories: Sequence[CategoryLots]

    @property
    def lots(self) -> int:
        return sum(each.lots for each in self.categories)

    @property
    def value(self) -> Decimal:
        return sum((each.value for each in self.categories), NOTHING)

    @property
    def likely(self) -> Decimal:
        return sum((each.likely for each in self.categories), NOTHING)


def lots_by_category(session: Session, run: GroupingRun) -> list[CategoryLots]:
    """The run's own proposals by category: the least sensitive tier first, then the most gain."""
    rows = session.execute(
        select(
            Proposal.category_code,
            CALLED,
            func.count(),
            func.sum(Proposal.value),
            func.sum(Proposal.net_benefit_likely),
        )
        .join(CpvCode, CpvCode.code == Proposal.category_code)
        .where(Proposal.run_id == run.id, Proposal.scenario_id.is_(None))
        .group_by(CpvCode.code, Proposal.category_code)
    ).all()
    policies = policies_for(session, [row[0] for row in rows])
    found = [
        CategoryLots(policies[code].tier, code, name, lots, value, likely)
        for code, name, lots, value, likely in rows
    ]
    return sorted(found, key=lambda each: (list(Tier).index(each.tier), -each.likely, each.name))


def lots_by_tier(session: Session, run: GroupingRun) -> list[TierLots]:
    """The same, tier by tier."""
    every = lots_by_category(session, run)
    return [TierLots(tier, list(rows)) for tier, rows in groupby(every, key=lambda one: one.tier)]


@dataclass(frozen=True)
class CategoryChange:
    """One category in two runs; None where a run left it out."""

    code: str
    name: str
    before: RunCategory | None
    after: RunCategory | None

    @property
    def benefit_before(self) -> Decimal:
        return _benefit(self.before)

    @property
    def benefit_after(self) -> Decimal:
        return _benefit(self.after)

    @property
    def change(self) -> Decimal:
        return self.benefit_after - self.benefit_before

    @property
    def lots_kept(self) -> int:
        """Joint lots with the same members in both."""
        return len(_lots(self.before) & _lots(self.after))

    @property
    def lots_gone(self) -> int:
        return len(_lots(self.before) - _lots(self.after))

    @property
    def lots_new(self) -> int:
        return len(_lots(self.after) - _lots(self.before))


def compare(session: Session, before: GroupingRun, after: GroupingRun) -> list[CategoryChange]:
    """Each category of either run, the largest change first."""
    mine, theirs = _categories(session, before.id), _categories(session, after.id)
    codes = sorted(mine.keys() | theirs.keys())
    rows = session.execute(select(CpvCode.code, CALLED).where(CpvCode.code.in_(codes)))
    names = {code: name for code, name in rows}  # noqa: C416 - dict() does not type-check on rows
    changes = [CategoryChange(c, names[c], mine.get(c), theirs.get(c)) for c in codes]
    return sorted(changes, key=lambda each: (-abs(each.change), each.name))


def as_table(
    changes: Sequence[CategoryChange], before: GroupingRun, after: GroupingRun
) -> tuple[list[str], list[list[object]]]:
    """The changes as columns and rows."""
    columns = ["Category", "Code", before.reference, after.reference, "Change"]
    rows: list[list[object]] = [
        [
            *(each.name, each.code, each.benefit_before, each.benefit_after, each.change),
            *(each.lots_kept, each.lots_new, each.lots_gone),
        ]
        for each in changes
    ]
    return [*columns, "Lots the same", "Lots new", "Lots gone"], rows


def comparable(session: Session, run: GroupingRun, most: int = 20) -> Sequence[GroupingRun]:
    """The latest other runs that came to an end."""
    return session.scalars(
        select(GroupingRun)
        .where(GroupingRun.status == RunStatus.DONE, GroupingRun.id != run.id)
        .order_by(GroupingRun.created_at.desc(), GroupingRun.id)
        .limit(most)
    ).all()


def _categories(session: Session, run_id: uuid.UUID) -> dict[str, RunCategory]:
    rows = session.scalars(select(RunCategory).where(RunCategory.run_id == run_id))
    return {row.category_code: row for row in rows}


def _benefit(category: RunCategory | None) -> Decimal:
    return (category.net_benefit if category else None) or NOTHING


def _lots(category: RunCategory | None) -> set[frozenset[str]]:
    return {frozenset(lot) for lot in (category.lots if category else None) or []}
