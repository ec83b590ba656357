"""Scoring quality apart, agreeing on it, dealing with low prices, and awarding the lot."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.awards.models import (
    AgreedScore,
    Award,
    PriceExplanation,
    QualityScore,
    RankedBid,
)
from marketplace.awards.scoring import Cell, Evaluation
from marketplace.bids.models import BID_MOVES, Bid, BidStatus
from marketplace.errors import NotAllowed, Unacceptable, WrongState
from marketplace.lots.models import LOT_MOVES, Lot, LotStatus
from marketplace.references import next_reference
from marketplace.security import two_people
from marketplace.security.two_people import PendingStep, Step
from marketplace.status import move

SCORED_APART = "Two reviewers have scored apart, so their scores stand. Compare them and agree."

Marks = Mapping[Cell, tuple[int, str]]
"""A score from 0 to 5 and the words to it, for each answer."""


def score_quality(session: Session, lot: Lot, marks: Marks, *, by: Person, at: datetime) -> None:
    """One reviewer scores every answer, apart from the other; may be done again meanwhile.

    Raises WrongState once two have scored, for then each can see what the other gave;
    Unacceptable where an answer has no score.
    """
    evaluation = _hold(session, lot)
    if evaluation.ready_to_agree or evaluation.agreed:
        raise WrongState(SCORED_APART)
    _check_marks(evaluation, marks)
    session.execute(
        delete(QualityScore).where(QualityScore.lot_id == lot.id, QualityScore.reviewer_id == by.id)
    )
    session.add_all(
        QualityScore(
            lot_id=lot.id,
            bid_id=bid_id,
            question_id=question_id,
            reviewer_id=by.id,
            score=score,
            comment=comment,
            scored_at=at,
        )
        for (bid_id, question_id), (score, comment) in marks.items()
    )
    record(session, Action.QUALITY_SCORED, lot, by=by, at=at)


def agree_quality(session: Session, lot: Lot, marks: Marks, *, by: Person, at: datetime) -> None:
    """Keep the scores that two reviewers agree on, with the words each bidder will read.

    Raises WrongState before two have scored everything or once it is done, NotAllowed for somebody
    who did not score.
    """
    evaluation = _hold(session, lot)
    if not evaluation.ready_to_agree:
        raise WrongState("Two reviewers must have scored every answer first.")
    if evaluation.agreed:
        raise WrongState("The scores are agreed already.")
    if by.id not in {person.id for person in evaluation.finished_reviewers}:
        raise NotAllowed("Only a reviewer who scored the answers can record what was agreed.")
    _check_marks(evaluation, marks)
    if not all(reason.strip() for _, reason in marks.values()):
        raise Unacceptable("Give a reason for each agreed score. The bidder will read it.")
    session.add_all(
        AgreedScore(
            lot_id=lot.id,
            bid_id=bid_id,
            question_id=question_id,
            score=score,
            reason=reason,
            agreed_by_id=by.id,
            agreed_at=at,
        )
        for (bid_id, question_id), (score, reason) in marks.items()
    )
    record(session, Action.QUALITY_AGREED, lot, by=by, at=at)


def explain_price(
    session: Session,
    lot: Lot,
    bid: Bid,
    *,
    explanation: str,
    accepted: bool,
    by: Person,
    at: datetime,
) -> None:
    """Record how a bidder explained a low price; if that is not accepted, the bid is out."""
    evaluation = _hold(session, lot)
    if bid.id not in evaluation.flags:
        raise WrongState("This bid’s price needs no explanation.")
    if bid.id in evaluation.explanations:
        raise WrongState("This price was dealt with already.")
    if not explanation.strip():
        raise Unacceptable("Write down how the bidder explained the price.")
    session.add(
        PriceExplanation(
            bid_id=bid.id,
            explanation=explanation,
            accepted=accepted,
            decided_by_id=by.id,
            decided_at=at,
        )
    )
    record(session, Action.PRICE_EXPLAINED, bid, by=by, at=at, accepted=accepted)


def ask_to_award(
    session: Session, lot: Lot, *, reason: str, by: Person, at: datetime
) -> PendingStep:
    """Recommend the award to the first in the ranking, for another reviewer to confirm.

    Raises WrongState where something is missing or it was awarded already.
    """
    evaluation = _ready(session, lot)
    if not reason.strip():
        raise Unacceptable("Give the reason for the award. Every bidder will read it.")
    answers = {"reason": reason, "bid": str(evaluation.ranking()[0].entry.key)}
    return two_people.ask(session, Step.AWARD, lot, answers, by=by, at=at)


def award_lot(
    session: Session, lot: Lot, asked_id: uuid.UUID, *, by: Person, at: datetime
) -> Award:
    """Confirm the award that another asked for (lot: opened → awarded; bids: opened → ranked).

    Raises WrongState where it no longer waits or another bid is first by now, NotAllowed for the
    person who asked.
    """
    evaluation = _ready(session, lot)
    asked = two_people.confirm(session, Step.AWARD, lot, asked_id, by=by, at=at)
    ranking = evaluation.ranking()
    if str(ranking[0].entry.key) != asked.answers["bid"]:
        raise WrongState("Another bid is first by now. Turn this down and ask anew.")
    award = Award(
        reference=next_reference(session, "AWD", at.year),
        lot_id=lot.id,
        bid_id=ranking[0].entry.key,
        reason=asked.answers["reason"],
        awarded_by_id=by.id,
        awarded_at=at,
    )
    session.add(award)
    move(lot, LotStatus.AWARDED, LOT_MOVES)
    session.flush()
    _keep_ranking(session, award, evaluation)
    record(
        session,
        Action.LOT_AWARDED,
        award,
        by=by,
        at=at,
        lot=lot.reference,
        asked_by=str(asked.asked_by_id),
    )
    return award


def _keep_ranking(session: Session, award: Award, evaluation: Evaluation) -> None:
    ranking = evaluation.ranking()
    for place in ranking:
        session.add(
            RankedBid(
                award_id=award.id,
                bid_id=place.entry.key,
                rank=place.rank,
                price=place.entry.price,
                quality_points=place.points,
                quality_worth=place.quality_worth,
                evaluated_price=place.evaluated_price,
            )
        )
    for number, bid in enumerate(evaluation.excluded, start=len(ranking) + 1):
        session.add(
            RankedBid(
                award_id=award.id,
                bid_id=bid.id,
                rank=number,
                price=bid.total,
                quality_points=evaluation.entry(bid).points,
                quality_worth=Decimal(0),
                evaluated_price=bid.total,
                excluded_reason="The explanation of its low price was not accepted.",
            )
        )
    for bid in evaluation.bids:
        move(bid, BidStatus.RANKED, BID_MOVES)


def _hold(session: Session, lot: Lot) -> Evaluation:
    """Lock the lot and load its evaluation; raises WrongState unless its bids are opened."""
    session.refresh(lot, with_for_update={"of": Lot})
    if lot.status != LotStatus.OPENED:
        raise WrongState(
            "This lot is awarded already."
            if lot.status == LotStatus.AWARDED
            else "The bids of this lot are not opened."
        )
    return Evaluation.of(session, lot)


def _ready(session: Session, lot: Lot) -> Evaluation:
    """Lock the lot with nothing missing before its award; raises WrongState."""
    evaluation = _hold(session, lot)
    if evaluation.missing:
        raise WrongState(evaluation.missing)
    return evaluation


def _check_marks(evaluation: Evaluation, marks: Marks) -> None:
    if set(marks) != set(evaluation.cells):
        raise Unacceptable("Score each answer of each bid, and nothing else.")
    if not all(0 <= score <= 5 for score, _ in marks.values()):
        raise Unacceptable("Give each answer a score from 0 to 5.")
