"""From the opening to the award in the demo: scores apart, scores agreed, low prices, contracts."""

from dataclasses import dataclass

from marketplace.awards.scoring import Cell, Evaluation
from marketplace.awards.services import (
    agree_quality,
    ask_to_award,
    explain_price,
    score_quality,
)
from marketplace.bids.playing import play_opening
from marketplace.contracts.awarding import award_and_register
from marketplace.demo import words
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.lots import queries
from marketplace.lots.models import Lot


@dataclass(frozen=True)
class Judging:
    """How far the evaluation of a lot has come, in days from today; None: not so far."""

    opened: int
    scored: tuple[int, ...] = ()
    """One day for each reviewer who has scored."""
    explained: int | None = None
    accepted: bool = True
    agreed: int | None = None
    awarded: int | None = None


def judged(world: World, lot: Lot, judging: Judging) -> History[None]:
    """Open the bids, and go as far as the plan says."""
    day = world.timeline.day
    yield day(judging.opened, 13, 10)
    lot = _read_anew(world, lot)
    first = world.reviewers[0]
    keys = world.keys
    play_opening(world.session, lot, keys.played, by=first, at=world.now, gate=keys.site.gate)
    marks: list[dict[Cell, int]] = []
    for number, scored in enumerate(judging.scored):
        yield day(scored, 11 + number, 20)
        marks.append(_score(world, lot, number))
    if judging.explained is not None:
        yield day(judging.explained, 14)
        _explain(world, lot, judging)
    if judging.agreed is not None:
        yield day(judging.agreed, 15)
        _agree(world, lot, marks)
    if judging.awarded is not None:
        yield day(judging.awarded, 15, 45)
        asked = ask_to_award(world.session, lot, reason=_reason(world, lot), by=first, at=world.now)
        yield day(judging.awarded, 16, 20)
        award_and_register(world.session, lot, asked.id, by=world.reviewers[1], at=world.now)


def evaluation_of(world: World, lot: Lot) -> Evaluation:
    """Where the evaluation of the lot stands."""
    return Evaluation.of(world.session, lot)


def _read_anew(world: World, lot: Lot) -> Lot:
    """The lot as a page would load it: with its questions, which the verbs below rely on."""
    world.session.flush()
    world.session.expunge(lot)
    return queries.visible_lot(world.session, lot.id, world.reviewers[0])


def _score(world: World, lot: Lot, reviewer: int) -> dict[Cell, int]:
    evaluation = evaluation_of(world, lot)
    scores = {
        (bid.id, question.id): world.rng.randint(2, 5)
        # Bids come in the order of their references, which are drawn anew each time.
        for bid in sorted(evaluation.bids, key=lambda bid: bid.supplier.name)
        for question in evaluation.lot.criteria
    }
    given = {cell: (score, words.SCORED[score]) for cell, score in scores.items()}
    by = world.reviewers[reviewer]
    score_quality(world.session, lot, given, by=by, at=world.now)
    return scores


def _agree(world: World, lot: Lot, marks: list[dict[Cell, int]]) -> None:
    one, other = marks
    agreed = {cell: (one[cell] + other[cell] + 1) // 2 for cell in one}
    given = {cell: (score, words.SCORED[score]) for cell, score in agreed.items()}
    agree_quality(world.session, lot, given, by=world.reviewers[0], at=world.now)


def _explain(world: World, lot: Lot, judging: Judging) -> None:
    for bid in evaluation_of(world, lot).unexplained:
        explain_price(
            world.session,
            lot,
            bid,
            explanation=words.EXPLAINED if judging.accepted else words.NOT_EXPLAINED,
            accepted=judging.accepted,
            by=world.reviewers[0],
            at=world.now,
        )


def _reason(world: World, lot: Lot) -> str:
    ranking = evaluation_of(world, lot).ranking()
    cheapest = min(place.entry.price for place in ranking)
    return words.AWARDED_CHEAPEST if ranking[0].entry.price == cheapest else words.AWARDED
