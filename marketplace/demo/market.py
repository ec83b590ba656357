"""Lots on the market in the demo: published with documents, asked about and bid for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.accounts.models import Person
from marketplace.bids.services import submit_bid, withdraw_bid
from marketplace.demo.documents import documents_of, method_of
from marketplace.demo.firms import serving
from marketplace.demo.shelves import WARES
from marketplace.demo.timeline import History
from marketplace.demo.words import ANSWERS, QUESTIONS, UNDIVIDED, description_of, terms_of
from marketplace.demo.world import World
from marketplace.lots import queries
from marketplace.lots.extending import Extension, ask_to_extend, extend_deadline
from marketplace.lots.models import Lot, TieRule
from marketplace.lots.publishing import Terms, ask_to_publish, publish_lot
from marketplace.lots.services import (
    add_document,
    answer_question,
    ask_question,
)
from marketplace.lots.undivided import ready_reason


@dataclass(frozen=True)
class Market:
    """The days of a tender, counted from today, and who takes part."""

    published: int
    deadline: int
    bidders: tuple[str, ...] = ()
    """Sign-in names; none named: everybody who serves the category."""
    withdrawn: tuple[str, ...] = ()
    """Those who take their bid back."""
    far_under: str = ""
    """Somebody whose price is far under the others."""
    questions: int = 2
    unanswered: bool = False
    extended: bool = False
    """Whether the deadline was moved to where it is now."""


def published(world: World, lot: Lot, market: Market) -> History[None]:
    """Put the lot on the market with its documents, and let suppliers ask."""
    day, ware = world.timeline.day, WARES[lot.category_code]
    yield day(market.published, 10, 40)
    parts = queries.parts(world.session, lot)
    points = len(ware.questions) * 20
    terms = Terms(
        deadline=day(market.deadline - (6 if market.extended else 0), 12),
        description=description_of(ware, parts),
        terms=terms_of(parts),
        questions=[(question, 20) for question in ware.questions],
        # All the points together are worth a tenth of the lot.
        pounds_per_point=round(lot.value / 10 / points, -2) + 100,
        openers=[key.id for key in world.openers],
        tie_rule=TieRule.QUALITY_THEN_PRICE,
        undivided_because=ready_reason(world.session, lot) or UNDIVIDED,
    )
    first, second = world.reviewers[:2]
    for upload in documents_of(ware, lot, parts):
        add_document(world.session, lot, upload, by=first, at=world.now)
    asked = ask_to_publish(world.session, lot, terms, by=first, at=world.now)
    yield day(market.published, 11, 5)
    publish_lot(world.session, lot, asked.id, by=second, at=world.now)
    yield from _questions(world, lot, market)


def _questions(world: World, lot: Lot, market: Market) -> History[None]:
    day = world.timeline.day
    askers = bidders_of(world, lot, market)
    for number in range(market.questions):
        yield day(market.published + 3 + number, 14, number)
        asked = ask_question(
            world.session,
            lot,
            text=QUESTIONS[(number + len(askers)) % len(QUESTIONS)],
            by=askers[number % len(askers)],
            at=world.now,
        )
        if market.unanswered and number == market.questions - 1:
            continue
        yield day(market.published + 3 + number, 15, 30 + number)
        answer = ANSWERS[(number + len(askers)) % len(ANSWERS)]
        answer_question(world.session, asked, answer=answer, by=world.reviewers[1], at=world.now)
    if market.extended:
        yield day(market.published + 3 + market.questions, 16)
        reason = "A question brought a change to the volumes, so bidders get more time."
        later = Extension(day(market.deadline, 12), reason)
        first, second = world.reviewers[:2]
        step = ask_to_extend(world.session, lot, later, by=first, at=world.now)
        yield day(market.published + 3 + market.questions, 16, 40)
        extend_deadline(world.session, lot, step.id, by=second, at=world.now)


def bid_for(world: World, lot: Lot, market: Market) -> History[None]:
    """Suppliers bid before the deadline; some send their bid anew, some take it back."""
    last = min(market.deadline, -1)
    first = market.published + 4 + market.questions
    bidders = bidders_of(world, lot, market)
    for number, person in enumerate(bidders):
        yield world.timeline.day(min(first + number, last), 9, number)
        level = Decimal(90 + (number * 7 + len(lot.title)) % 9) / 100
        slug = person.email.partition("@")[0]
        _bid(world, lot, person, level * (Decimal("0.55") if slug == market.far_under else 1))
        if number == 1:
            yield world.timeline.day(min(first + number, last), 9, 30)
            _bid(world, lot, person, level - Decimal("0.015"))
        if slug in market.withdrawn:
            yield world.timeline.day(min(first + number, last), 10, number)
            withdraw_bid(world.session, lot, by=person, clock=lambda _: world.now)


def _bid(world: World, lot: Lot, person: Person, level: Decimal) -> None:
    prices: dict[uuid.UUID, Decimal] = {}
    parts = sorted(queries.parts(world.session, lot), key=lambda part: part.requirement.reference)
    for member in parts:
        jitter = Decimal(world.rng.randint(-15, 15)) / 1000
        price = round(member.value * (level + jitter), -1)
        prices[member.authority_id] = prices.get(member.authority_id, Decimal(0)) + price
    questions = queries.visible_lot(world.session, lot.id, world.reviewers[0]).criteria
    name = person.organisation.name
    submit_bid(
        world.session,
        lot,
        prices=prices,
        answers={question.id: method_of(name, question.text) for question in questions},
        documents=[],
        by=person,
        clock=lambda _: world.now,
        gate=world.keys.site.gate.public_key(),
    )


def bidders_of(world: World, lot: Lot, market: Market) -> Sequence[Person]:
    """Who bids, in the order in which they do."""
    slugs = market.bidders or tuple(firm.slug for firm in serving(lot.category_code))
    return [world.suppliers[slug] for slug in slugs]
