"""All that a reviewer judges a proposal by, put together for its page."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.grouping.beside import given_to, lots_beside, titles
from marketplace.grouping.dividing import Division, division
from marketplace.grouping.models import InsistenceStudy, Proposal
from marketplace.grouping.near_misses import Whys, whys
from marketplace.grouping.splitting import Split, Splits, reason_not_to_split, splits
from marketplace.grouping.studies import Findings, findings
from marketplace.grouping.surroundings import Surroundings, surroundings
from marketplace.readiness.queries import Readiness, readiness_of
from marketplace.suppliers.queries import Bidders, bidders_for_each


@dataclass(frozen=True)
class SplitChoice:
    """A way to split, with who could bid for its larger part."""

    name: str
    split: Split
    bidders: Bidders


@dataclass(frozen=True)
class Judgement:
    """What the optimiser, the market and the law say of one proposal."""

    around: Surroundings
    readiness: Readiness
    division: Division | None
    whys: Whys
    titles: Mapping[str, tuple[uuid.UUID, str]]
    """Key and title of each near miss and each member, by reference."""
    splits: Splits | None
    choices: tuple[SplitChoice, ...]
    not_to_split: str
    """The reason for not splitting, ready to be published."""
    study: InsistenceStudy | None
    findings: Findings | None


def judgement(session: Session, proposal: Proposal) -> Judgement:
    """Look at a proposal whose run, members and authorities are loaded."""
    references = sorted(member.requirement.reference for member in proposal.members)
    authorities = {
        member.requirement.authority_id: member.requirement.authority for member in proposal.members
    }
    around = surroundings(session, proposal)
    reasons = whys(given_to(proposal), lots_beside(session, proposal), references)
    found = splits(proposal.run, references)
    study = session.get(InsistenceStudy, proposal.id)
    return Judgement(
        around=around,
        readiness=readiness_of(session, proposal.category_code, list(authorities.values())),
        division=division(proposal.run, references) if len(references) > 1 else None,
        whys=reasons,
        titles=titles(session, [*references, *(each.reference for each in reasons.near)]),
        splits=found,
        choices=_choices(session, proposal, found),
        not_to_split=reason_not_to_split(found, proposal.net_benefit_likely, around.bidders),
        study=study,
        findings=findings(study) if study else None,
    )


def _choices(session: Session, proposal: Proposal, found: Splits | None) -> tuple[SplitChoice, ...]:
    if found is None:
        return ()
    named = [("The least costly split", found.cheapest)]
    if found.differ:
        named.append(("The most even split", found.even))
    places = {member.requirement.authority.name for member in proposal.members}
    values = {split.parts[0].value for _, split in named}
    bidders = bidders_for_each(session, proposal.category_code, values, places)
    return tuple(SplitChoice(name, split, bidders[split.parts[0].value]) for name, split in named)
