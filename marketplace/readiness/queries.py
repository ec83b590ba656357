"""Looking up how ready authorities say that they are."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CALLED, CpvCode
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.readiness.models import Degree, Factor, ReadinessAnswer
from marketplace.requirements.models import Requirement, RequirementStatus

ASKED_ABOUT = (RequirementStatus.POSTED, RequirementStatus.JOINED)


@dataclass(frozen=True)
class Member:
    """One authority and what it said of each factor; None: nothing yet."""

    authority: Organisation
    answers: Mapping[Factor, ReadinessAnswer | None]

    @property
    def missing(self) -> list[Factor]:
        return [factor for factor, answer in self.answers.items() if answer is None]


@dataclass(frozen=True)
class Readiness:
    """How ready the members of a lot are, by name."""

    members: Sequence[Member]

    @property
    def missing(self) -> int:
        """How many answers are not given."""
        return sum(len(member.missing) for member in self.members)

    @property
    def not_yet(self) -> int:
        """How many answers say that something is not there yet, or only in part."""
        given = (answer for member in self.members for answer in member.answers.values())
        return sum(answer is not None and answer.degree != Degree.YES for answer in given)


def readiness_of(session: Session, code: str, authorities: Collection[Organisation]) -> Readiness:
    """What these authorities say of a category."""
    rows = session.scalars(
        select(ReadinessAnswer).where(
            ReadinessAnswer.category_code == code,
            ReadinessAnswer.authority_id.in_([each.id for each in authorities]),
        )
    )
    given = {(row.authority_id, row.factor): row for row in rows}
    return Readiness(
        [
            Member(each, {factor: given.get((each.id, factor)) for factor in Factor})
            for each in sorted(authorities, key=lambda one: one.name)
        ]
    )


def categories_asked_about(authority: Organisation, words: str = "") -> Select[CpvCode]:
    """The categories in which the authority has something posted or joined, for a list."""
    codes = select(Requirement.category_code).where(
        Requirement.authority_id == authority.id, Requirement.status.in_(ASKED_ABOUT)
    )
    return select(CpvCode).where(CpvCode.code.in_(codes), *each_word_in(words, CALLED))


def category_asked_about(session: Session, authority: Organisation, code: str) -> CpvCode:
    """One of these categories; raises NotFound."""
    found = session.scalar(categories_asked_about(authority).where(CpvCode.code == code))
    if found is None:
        raise NotFound()
    return found


def answered(session: Session, authority: Organisation, codes: Sequence[str]) -> Mapping[str, int]:
    """How many factors the authority has answered for, by category."""
    rows = session.execute(
        select(ReadinessAnswer.category_code, func.count())
        .where(
            ReadinessAnswer.authority_id == authority.id, ReadinessAnswer.category_code.in_(codes)
        )
        .group_by(ReadinessAnswer.category_code)
    )
    return {code: count for code, count in rows}  # noqa: C416 - dict() does not type-check on rows


def own_answers(
    session: Session, authority_id: uuid.UUID, code: str
) -> Mapping[Factor, ReadinessAnswer]:
    """What the authority has said of a category."""
    rows = session.scalars(
        select(ReadinessAnswer).where(
            ReadinessAnswer.authority_id == authority_id, ReadinessAnswer.category_code == code
        )
    )
    return {row.factor: row for row in rows}
