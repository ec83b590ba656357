"""What people are told of proposals: that they await a decision, a question, its answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.grouping.models import GroupingRun, Proposal, ProposalQuestion
from marketplace.messages.models import MessageKind
from marketplace.messages.queries import commissioners_of, reviewers
from marketplace.messages.services import Words, tell
from marketplace.readiness.queries import readiness_of
from marketplace.web.formatting import counted, in_a_sentence


def tell_proposals_await(session: Session, run: GroupingRun, count: int, *, at: datetime) -> None:
    """Tell the reviewers that a run has ended with something to decide on."""
    words = Words(
        f"{run.reference}: {counted(count, 'proposal')} {'awaits' if count == 1 else 'await'} you",
        "Look at each, then approve it, reject it, or send it back with a question. A later run in "
        "the same categories replaces what nobody has decided on.",
        f"/grouping/{run.id}",
    )
    tell(session, reviewers(session), MessageKind.PROPOSALS_AWAIT, run.id, words, at=at)


def ask_how_ready(session: Session, proposal: Proposal, *, by: Person, at: datetime) -> int:
    """Ask the members that have not said how ready they are; how many authorities that is."""
    authorities = {
        member.requirement.authority_id: member.requirement.authority for member in proposal.members
    }
    found = readiness_of(session, proposal.category_code, list(authorities.values()))
    silent = [member.authority.id for member in found.members if member.missing]
    words = Words(
        f"How ready are you to share {in_a_sentence(proposal.category.called)}",
        "A reviewer weighs a joint lot and asks what is there of the five things on which sharing "
        "rests: political commitment, leadership, culture, skills and trust. Answer what you can.",
        f"/readiness/{proposal.category_code}",
    )
    people = commissioners_of(session, silent)
    tell(session, people, MessageKind.READINESS_ASKED, proposal.id, words, at=at)
    record(session, Action.READINESS_ASKED, proposal, by=by, at=at, authorities=len(silent))
    return len(silent)


def tell_question(session: Session, proposal: Proposal, asked: ProposalQuestion) -> None:
    """Tell the authority that it was asked."""
    words = Words(
        "The Centre has a question about a joint lot",
        "A reviewer weighs a lot that would have requirements of yours in it, and waits for your "
        f"answer:\n\n{asked.question}",
        f"/questions/{asked.id}",
    )
    people = commissioners_of(session, [asked.authority_id])
    tell(session, people, MessageKind.QUESTION_ASKED, asked.id, words, at=asked.asked_at)


def tell_answer(
    session: Session, proposal: Proposal, asked: ProposalQuestion, *, at: datetime
) -> None:
    """Tell the reviewers that the proposal is theirs again."""
    words = Words(
        f"{proposal.reference}: your question is answered",
        f"The proposal awaits your decision again.\n\n{asked.answer}",
        f"/proposals/{proposal.id}",
    )
    tell(session, reviewers(session), MessageKind.QUESTION_ANSWERED, asked.id, words, at=at)
