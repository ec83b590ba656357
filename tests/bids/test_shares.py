"""An opener who gives a wrong share is found and named, and another pair reads the bid."""

import base64
import json
import os

import pytest
from sqlalchemy import select

from marketplace import sealing
from marketplace.audit.models import Action, AuditEntry
from marketplace.bids import shares
from marketplace.bids.models import Bid, BidRevision
from marketplace.bids.queries import sealed_bids, sealed_hashes
from marketplace.lots.models import Lot, LotStatus
from marketplace.openers.parts import Part
from marketplace.sealing import encrypt
from tests.conftest import SITE_KEYS
from tests.door.conftest import Door, with_files
from tests.pages import part_of

A, B, C = 1, 2, 3


class Opening:
    """The opening of the lot whose root is published, by three openers."""

    def __init__(self, door: Door) -> None:
        self.door, self.world = door, door.world
        self.openers = [
            *(door.world.reviewers[0], door.world.commissioners[0], door.world.administrator),
        ]
        self.page = f"/lots/{door.world.lots['rooted'].id}/open"
        self.victim = min(sealed_hashes(self.world.session, door.world.lots["rooted"]))

    def give(self, position: int, fault: str = ""):
        """The part of an opener, who with a fault is dishonest about one bid."""
        part = part_of(self.world, "rooted", position)
        if fault:
            part = self.forged(part, fault)
        browser = self.door.of(self.openers[position - 1])
        form = {**browser.hidden(self.page), "part": [(part.text().encode(), "part.json")]}
        return browser.post(f"{self.page}/part", with_files(form))

    def forged(self, part: Part, fault: str) -> Part:
        found = [
            [bid, list(pair), base64.b64encode(self.changed(inside, bid, fault)).decode()]
            for (bid, pair), inside in part.unwrapped(SITE_KEYS.gate).items()
            if not (fault == "left out" and bid == self.victim)
        ]
        sealed = encrypt(json.dumps(found).encode(), SITE_KEYS.gate.public_key(), part.info)
        return Part(part.lot_id, part.root, part.position, sealed)

    def changed(self, inside: bytes, bid: str, fault: str) -> bytes:
        if bid != self.victim or fault == "left out":
            return inside
        return os.urandom(len(inside)) if fault == "made up" else inside[:-1] + b"x"

    @property
    def status(self) -> LotStatus:
        self.world.session.expire_all()
        return self.world.session.get_one(Lot, self.world.lots["rooted"].id).status

    def unreadable(self) -> list[str]:
        query = select(BidRevision.sha256).join(Bid, Bid.id == BidRevision.bid_id)
        return list(self.world.session.scalars(query.where(Bid.unreadable)))

    def named(self) -> dict[int, list[str]]:
        """Whom the record names for which bids, by position."""
        entries = self.world.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == Action.PART_GIVEN)
            .order_by(AuditEntry.sequence)
        )
        keys = [key.public_key for key in self.world.openers]
        return {
            keys.index(each.detail["opener"]) + 1: each.detail["wrong"]
            for each in entries
            if "wrong" in each.detail
        }


@pytest.fixture
def opening(door: Door) -> Opening:
    return Opening(door)


@pytest.mark.parametrize("fault", ["made up", "changed", "left out"])
@pytest.mark.parametrize(
    ("parts", "liar"),
    [((A, B, C), A), ((A, B, C), B), ((A, C, B, C), A), ((B, C, A, C), B), ((B, C, A, C), C)],
)
def test_a_wrong_share_is_named_and_another_pair_reads_the_bid(opening, parts, liar, fault):
    """Of the three orders one of each pair is dishonest, once; the opening waits for the third."""
    lied = False
    for number, position in enumerate(parts, start=1):
        assert opening.status == LotStatus.CLOSED, (number, position)
        lies = position == liar and not lied
        assert opening.give(position, fault if lies else "").status_code == 303
        lied = lied or lies
    assert opening.status == LotStatus.OPENED
    assert opening.unreadable() == [], "a wrong share is never the bid's fault"
    assert opening.named() == {liar: [opening.victim]}


def test_who_gave_a_wrong_share_sees_it_and_may_give_the_right_one(opening):
    answer = opening.give(A, "made up")
    page = opening.door.of(opening.openers[0]).get(opening.page).text
    assert "Wrong for 1 of the bids" in page
    assert answer.status_code == 303
    assert opening.give(A).status_code == 303
    assert opening.give(A).status_code == 409, "a right one is given once"
    assert opening.give(B).status_code == 303
    assert (opening.status, opening.unreadable()) == (LotStatus.OPENED, [])


def test_with_two_dishonest_openers_the_others_bids_still_open(opening):
    """Fewer than two honest ones read nothing of the bid; the record names both."""
    for position in (A, B, C):
        assert opening.give(position, "made up" if position != B else "").status_code == 303
    assert opening.status == LotStatus.OPENED
    assert opening.unreadable() == [opening.victim]
    assert opening.named() == {A: [opening.victim], C: [opening.victim]}


def test_keys_downloaded_before_another_acted_are_nobodys_fault(opening):
    early = part_of(opening.world, "rooted", B)
    assert opening.give(A).status_code == 303
    browser = opening.door.of(opening.openers[1])
    form = {**browser.hidden(opening.page), "part": [(early.text().encode(), "part.json")]}
    late = browser.post(f"{opening.page}/part", with_files(form))
    assert late.status_code == 422
    assert "Download the keys once more" in late.text
    assert opening.give(B).status_code == 303
    assert (opening.status, opening.named()) == (LotStatus.OPENED, {})


@pytest.mark.one_database
@pytest.mark.parametrize("unchecked", ["holds", "is_key"])
def test_shares_that_nobody_compares_are_found(opening, monkeypatch, unchecked):
    """The seeded fault: with it the bid is lost, or another opener is named."""
    monkeypatch.setattr(shares, unchecked, lambda *any_share: True)
    liar = A if unchecked == "holds" else B
    for position in (A, B, C):
        if opening.status == LotStatus.CLOSED:
            opening.give(position, "made up" if position == liar else "")
    assert (opening.unreadable(), opening.named()) != ([], {liar: [opening.victim]})


def test_hashes_beside_the_keys_are_of_what_is_inside(opening):
    sealed = sealed_bids(opening.world.session, opening.world.lots["rooted"])
    bid = shares.SealedBid.of(sealed[0], SITE_KEYS.gate)
    part = part_of(opening.world, "rooted", A).unwrapped(SITE_KEYS.gate)
    share = part[bid.sha256, (A, B)]
    assert sealing.holds(bid.envelope, bid.place, (A, B), share)
    assert not sealing.holds(bid.envelope, bid.place, (A, C), share)
