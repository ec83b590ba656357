"""Drafting, posting, editing, withdrawing and copying requirements."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.queries import policies_for, policy_for
from marketplace.clock import london_day
from marketplace.errors import StaleEdit, Unacceptable, WrongState
from marketplace.references import next_references
from marketplace.requirements import queries
from marketplace.requirements.models import (
    REQUIREMENT_MOVES,
    Requirement,
    RequirementRevision,
    RequirementStatus,
    SharingExclusion,
)
from marketplace.requirements.needs import Need as Need
from marketplace.requirements.needs import check
from marketplace.requirements.needs import need_of as need_of
from marketplace.status import move

EDITABLE = (RequirementStatus.DRAFT, RequirementStatus.POSTED)
PAST = "It is past the point where it can be changed or withdrawn."


def draft_requirement(
    session: Session, authority: Organisation, need: Need, *, by: Person | None, at: datetime
) -> Requirement:
    """Begin a requirement (→ draft); raises Unacceptable for what makes no sense."""
    return draft_requirements(session, [(authority, need)], by=by, at=at)[0]


def draft_requirements(
    session: Session,
    needs: Sequence[tuple[Organisation, Need]],
    *,
    by: Person | None,
    at: datetime,
) -> list[Requirement]:
    """Begin several at once (→ draft), for imports: all of them or, on a fault, none."""
    for _, need in needs:
        check(need)
    references = next_references(session, "REQ", at.year, len(needs)) if needs else []
    drafted = [
        Requirement(
            reference=reference,
            authority=authority,
            status=RequirementStatus.DRAFT,
            created_by_id=by.id if by else None,
            created_at=at,
            **_columns(need),
        )
        for reference, (authority, need) in zip(references, needs, strict=True)
    ]
    session.add_all(drafted)
    for requirement in drafted:
        record(session, Action.REQUIREMENT_DRAFTED, requirement, by=by, at=at)
    return drafted


def edit_requirement(
    session: Session,
    requirement: Requirement,
    need: Need,
    *,
    version: int | None,
    by: Person,
    at: datetime,
) -> Requirement:
    """Change what it says; a posted one keeps its history.

    Raises WrongState where it is no longer a draft or free, StaleEdit where somebody changed it
    since `version`, Unacceptable for what makes no sense.
    """
    _hold_free(session, requirement)
    if version is not None and requirement.version != version:
        raise StaleEdit("Somebody in your authority changed this since you opened it.")
    check(need)
    for name, value in _columns(need).items():
        setattr(requirement, name, value)
    if requirement.status == RequirementStatus.POSTED:
        _check_accepts(session, need)
        _keep_revisions(session, [requirement], by=by, at=at)
    record(session, Action.REQUIREMENT_EDITED, requirement, by=by, at=at)
    return requirement


def post_requirement(
    session: Session, requirement: Requirement, *, by: Person | None, at: datetime
) -> Requirement:
    """Put it before the next grouping run (draft → posted); raises Unacceptable or WrongState."""
    _hold(session, [requirement])
    if requirement.status != RequirementStatus.DRAFT:
        move(requirement, RequirementStatus.POSTED, REQUIREMENT_MOVES)
    (posted,) = post_requirements(session, [requirement], by=by, at=at)
    if posted.fault:
        raise Unacceptable(f"{requirement.reference}: {posted.fault}")
    return requirement


@dataclass(frozen=True)
class Posting:
    """A requirement, and why it was not posted; no fault: it was."""

    requirement: Requirement
    fault: str = ""


def post_requirements(
    session: Session, requirements: Sequence[Requirement], *, by: Person | None, at: datetime
) -> list[Posting]:
    """Post those that can be (draft → posted), and say of each other one why it cannot."""
    _hold(session, requirements)
    codes = [each.category_code for each in requirements]
    policies = policies_for(session, codes)
    postings = [
        Posting(each, fault_of(each, policies[each.category_code], london_day(at)))
        for each in requirements
    ]
    good = [posting.requirement for posting in postings if not posting.fault]
    for requirement in good:
        move(requirement, RequirementStatus.POSTED, REQUIREMENT_MOVES)
        requirement.posted_at = at
        record(session, Action.REQUIREMENT_POSTED, requirement, by=by, at=at)
    _keep_revisions(session, good, by=by, at=at)
    return postings


def fault_of(requirement: Requirement, policy: CategoryPolicy, today: date) -> str:
    """Why a draft cannot be posted as it is, and how to mend it; empty where it can."""
    if requirement.status != RequirementStatus.DRAFT:
        return f"It is {requirement.status.value.replace('_', ' ')} already."
    if requirement.latest_start < today:
        return "The latest start is in the past. Change when it starts."
    return _strange_accepts(Need.of(requirement), policy)


def withdraw_requirement(
    session: Session, requirement: Requirement, *, by: Person, at: datetime
) -> Requirement:
    """Take it back (draft or posted → withdrawn), unless a lot has it."""
    _hold_free(session, requirement)
    move(requirement, RequirementStatus.WITHDRAWN, REQUIREMENT_MOVES)
    record(session, Action.REQUIREMENT_WITHDRAWN, requirement, by=by, at=at)
    return requirement


def copy_requirement(
    session: Session, requirement: Requirement, *, by: Person, at: datetime
) -> Requirement:
    """A draft that says the same."""
    need = replace(Need.of(requirement), title=f"{requirement.title} (copy)"[:255])
    return draft_requirement(session, requirement.authority, need, by=by, at=at)


def set_exclusions(
    session: Session,
    authority: Organisation,
    category_code: str,
    others: Iterable[Organisation],
    *,
    by: Person | None,
    at: datetime,
) -> None:
    """Say with whom the authority will not share a lot of the category."""
    wanted = {other.id for other in others}
    if authority.id in wanted:
        raise Unacceptable("An authority cannot refuse to share with itself.")
    session.execute(
        delete(SharingExclusion).where(
            SharingExclusion.authority_id == authority.id,
            SharingExclusion.category_code == category_code,
        )
    )
    session.add_all(
        SharingExclusion(authority_id=authority.id, other_id=other, category_code=category_code)
        for other in sorted(wanted, key=uuid.UUID.__str__)
    )
    record(
        session,
        Action.EXCLUSIONS_CHANGED,
        authority,
        by=by,
        at=at,
        category=category_code,
        number=len(wanted),
    )


def move_requirements(
    session: Session,
    requirements: Iterable[Requirement],
    to: RequirementStatus,
    *,
    by: Person | None,
    at: datetime,
) -> None:
    """Move requirements along with their lot; raises WrongState where one cannot move so."""
    for requirement in requirements:
        move(requirement, to, REQUIREMENT_MOVES)


def _check_accepts(session: Session, need: Need) -> None:
    fault = _strange_accepts(need, policy_for(session, need.category_code))
    if fault:
        raise Unacceptable(fault)


def _strange_accepts(need: Need, policy: CategoryPolicy) -> str:
    """What it accepts must be values that its category's specification has."""
    known = {each.name: set(each.values) for each in policy.attributes}
    for name, values in need.accepts.items():
        strange = set(values) - known.get(name, set())
        if name not in known or strange:
            return (
                f"The category has no {name.replace('_', ' ')}"
                + (f" {', '.join(sorted(strange))}" if name in known else "")
                + ". Change what is accepted of the specification."
            )
    return ""


def _columns(need: Need) -> dict[str, Any]:
    columns = {name: getattr(need, name) for name in Need.__dataclass_fields__}
    # An attribute without a value named accepts any: it is left out.
    columns["accepts"] = {
        name: sorted(values) for name, values in sorted(need.accepts.items()) if values
    }
    return columns


def _hold_free(session: Session, requirement: Requirement) -> None:
    session.refresh(requirement, with_for_update={"of": Requirement})
    if requirement.status not in EDITABLE:
        raise WrongState(PAST)
    if queries.is_taken(session, requirement):
        raise WrongState(
            "A lot asks for this requirement. Decline the lot, or wait until its window is closed."
        )


def _hold(session: Session, requirements: Sequence[Requirement]) -> None:
    """Lock the rows, as they are now, in one order for everybody."""
    session.flush()
    session.scalars(
        select(Requirement)
        .where(Requirement.id.in_([each.id for each in requirements]))
        .order_by(Requirement.id)
        .with_for_update(of=Requirement)
        .execution_options(populate_existing=True)
    ).all()


def _keep_revisions(
    session: Session, requirements: Sequence[Requirement], *, by: Person | None, at: datetime
) -> None:
    """Write what each says into its history."""
    ids = [each.id for each in requirements]
    rows = session.execute(
        select(RequirementRevision.requirement_id, func.max(RequirementRevision.number))
        .where(RequirementRevision.requirement_id.in_(ids))
        .group_by(RequirementRevision.requirement_id)
    )
    last = {row[0]: row[1] for row in rows}
    session.add_all(
        RequirementRevision(
            requirement_id=each.id,
            number=last.get(each.id, 0) + 1,
            content=Need.of(each).plain(),
            saved_at=at,
            saved_by_id=by.id if by else None,
        )
        for each in requirements
    )
