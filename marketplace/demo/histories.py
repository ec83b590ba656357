"""The history of a proposal: approved or rejected, and as far to market as its plan says."""

from dataclasses import dataclass

from marketplace.demo import words
from marketplace.demo.judging import Judging, judged
from marketplace.demo.market import Market, bid_for, published
from marketplace.demo.timeline import History
from marketplace.demo.windows import Window, closed, opened
from marketplace.demo.world import World
from marketplace.grouping.models import Barrier, Proposal
from marketplace.grouping.services import reject_proposal
from marketplace.lots.closing import cancel_lot


@dataclass(frozen=True)
class Plan:
    """How far a proposal goes; what is None never happens."""

    window: Window | None = None
    market: Market | None = None
    judging: Judging | None = None
    rejected: int | None = None
    cancelled: int | None = None


def history_of(world: World, proposal: Proposal, plan: Plan) -> History[None]:
    """Everything that happens to a proposal."""
    if plan.rejected is not None:
        yield from _rejected(world, proposal, plan.rejected)
    if plan.window is None:
        return
    lot = yield from opened(world, proposal, plan.window)
    if plan.window.closed is None:
        return
    goes_on = yield from closed(world, lot, plan.window)
    if not goes_on or plan.market is None:
        return
    yield from published(world, lot, plan.market)
    yield from bid_for(world, lot, plan.market)
    if plan.cancelled is not None:
        yield world.timeline.day(plan.cancelled, 16, 30)
        by = world.reviewers[0]
        cancel_lot(
            world.session,
            lot,
            reason=words.LOT_CANCELLED,
            barrier=Barrier.LACK_OF_TRUST,
            by=by,
            at=world.now,
        )
    if plan.judging is not None:
        yield from judged(world, lot, plan.judging)


def _rejected(world: World, proposal: Proposal, day: int) -> History[None]:
    yield world.timeline.day(day, 15, 10)
    reject(world, proposal, day)


def reject(world: World, proposal: Proposal, number: int) -> None:
    """Turn a proposal down now, with one reason or another."""
    reject_proposal(
        world.session,
        proposal,
        reason=words.REJECTED[number % len(words.REJECTED)],
        barrier=Barrier.REAL_SAVINGS if number % 2 else Barrier.BEING_PRECIOUS,
        by=world.reviewers[1],
        at=world.now,
    )
