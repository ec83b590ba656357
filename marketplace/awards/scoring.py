"""Where the evaluation of a lot stands: who has scored, what is agreed, what is missing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.awards import queries
from marketplace.awards.models import AgreedScore, PriceExplanation, QualityScore
from marketplace.awards.ranking import Entry, Ranked, far_under, rank
from marketplace.bids import queries as bids
from marketplace.bids.models import Bid
from marketplace.lots.models import Lot

Cell = tuple[uuid.UUID, uuid.UUID]
"""A bid and a question."""


@dataclass(frozen=True)
class Evaluation:
    """Everything that the evaluation of a lot rests on, loaded in a fixed number of queries."""

    lot: Lot
    bids: Sequence[Bid]
    scores: Sequence[QualityScore]
    agreed: dict[Cell, AgreedScore]
    explanations: dict[uuid.UUID, PriceExplanation]
    flags: dict[uuid.UUID, str]

    @classmethod
    def of(cls, session: Session, lot: Lot) -> "Evaluation":
        everything = bids.opened_bids(session, lot)
        readable = [bid for bid in everything if not bid.unreadable]
        return cls(
            lot=lot,
            bids=readable,
            scores=queries.scores(session, lot),
            agreed=queries.agreed(session, lot),
            explanations=queries.explanations(session, readable),
            flags=far_under({bid.id: bid.total for bid in readable}),
        )

    @property
    def cells(self) -> list[Cell]:
        """Each answer that needs a score."""
        return [(bid.id, question.id) for bid in self.bids for question in self.lot.criteria]

    def scores_of(self, reviewer_id: uuid.UUID) -> dict[Cell, QualityScore]:
        return {
            (score.bid_id, score.question_id): score
            for score in self.scores
            if score.reviewer_id == reviewer_id
        }

    @property
    def finished_reviewers(self) -> list[Person]:
        """Those who have scored every answer, in the order in which they began."""
        people = {score.reviewer_id: score.reviewer for score in self.scores}
        return [
            person
            for reviewer_id, person in people.items()
            if set(self.cells) <= set(self.scores_of(reviewer_id))
        ]

    @property
    def ready_to_agree(self) -> bool:
        return len(self.finished_reviewers) >= queries.REVIEWERS_NEEDED

    @property
    def all_agreed(self) -> bool:
        return set(self.cells) <= set(self.agreed)

    @property
    def unexplained(self) -> list[Bid]:
        """Bids whose price is far under the others and has not been dealt with."""
        return [b for b in self.bids if b.id in self.flags and b.id not in self.explanations]

    @property
    def excluded(self) -> list[Bid]:
        """Bids whose explanation was not accepted."""
        return [
            bid
            for bid in self.bids
            if bid.id in self.explanations and not self.explanations[bid.id].accepted
        ]

    @property
    def missing(self) -> str:
        """What is still to do before the award; empty when nothing is."""
        if not self.bids:
            return "There is no readable bid to award the lot to."
        if not self.all_agreed:
            return "Quality scores are not agreed for every answer."
        if self.unexplained:
            return "A price far under the others has not been explained."
        if len(self.excluded) == len(self.bids):
            return "Every bid is excluded."
        return ""

    def ranking(self) -> list[Ranked]:
        """The bids that are not excluded, best first; needs every score agreed."""
        out = {bid.id for bid in self.excluded}
        return rank(
            [self.entry(bid) for bid in self.bids if bid.id not in out],
            self.lot.pounds_per_point,
            self.lot.tie_rule,
        )

    def entry(self, bid: Bid) -> Entry:
        """A bid as the ranking sees it."""
        return Entry(
            key=bid.id,
            price=bid.total,
            scores=tuple(
                (question.weight, self.agreed[bid.id, question.id].score)
                for question in self.lot.criteria
            ),
            received_at=bid.revisions[-1].received_at,
        )
