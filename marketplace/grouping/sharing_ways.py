"""Which of the six ways to share a proposal takes, and what others of its kind came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CategoryPolicy
from marketplace.errors import Unacceptable, WrongState
from marketplace.grouping.models import Proposal, ProposalStatus, ProposalWay
from marketplace.precedents.queries import for_purchase
from marketplace.precedents.relevance import Relevant, Sought
from marketplace.precedents.ways import WAYS, Way, WayWords

USUAL = Way.BOROUGHS_COMMISSION


@dataclass(frozen=True)
class Sharing:
    """The way of a proposal, why, and the precedents that speak to it."""

    way: Way
    words: WayWords
    reason: str
    """Empty where nobody has chosen, and it is the usual way."""
    precedents: Sequence[Relevant]


def sharing(session: Session, proposal: Proposal, policy: CategoryPolicy) -> Sharing:
    """Look at a proposal whose members are loaded."""
    chosen = session.get(ProposalWay, proposal.id)
    way = chosen.way if chosen else USUAL
    authorities = {member.requirement.authority_id for member in proposal.members}
    sought = Sought(proposal.category_code, policy.tier, way, len(authorities))
    return Sharing(way, WAYS[way], chosen.reason if chosen else "", for_purchase(session, sought))


def choose_way(
    session: Session, proposal: Proposal, way: Way, *, reason: str, by: Person, at: datetime
) -> ProposalWay:
    """Say which way of sharing an undecided proposal takes, and why; the last choice holds."""
    if proposal.status != ProposalStatus.PROPOSED:
        raise WrongState("This proposal is decided, so its way of sharing stays as it is.")
    if not reason.strip():
        raise Unacceptable("Say why this way of sharing fits.")
    chosen = session.get(ProposalWay, proposal.id)
    if chosen is None:
        chosen = ProposalWay(proposal_id=proposal.id)
        session.add(chosen)
    chosen.way, chosen.reason = way, reason.strip()
    chosen.chosen_at, chosen.chosen_by_id = at, by.id
    record(session, Action.PROPOSAL_WAY_CHOSEN, proposal, by=by, at=at, way=way.value)
    return chosen
