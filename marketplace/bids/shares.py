"""What the openers' parts bring, each share compared with what was sealed beside the bid.

A share that does not hold is its opener's fault and never the bid's: another pair can still read
the bid, and until no pair is left that could, the opening waits for it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from marketplace.bids.models import Bid, BidRevision, OpeningPart
from marketplace.openers.parts import Pair, Part
from marketplace.sealing import (
    GATE,
    PAIRS,
    Layer,
    Place,
    Unreadable,
    can_be_checked,
    holds,
    is_key,
    unwrap,
    wrapped_keys,
)

Inside = Mapping[tuple[str, Pair], bytes]
"""What an opener found under the own layer, by bid and pair."""


@dataclass(frozen=True)
class SealedBid:
    """A bid as it was sealed, and its wrapped keys without the layers of the gate."""

    sha256: str
    place: Place
    envelope: bytes
    behind_gate: Mapping[Pair, bytes]

    @classmethod
    def of(cls, bid: Bid, gate: X25519PrivateKey) -> "SealedBid":
        last = bid.revisions[-1]
        place = place_of(bid, last)
        return cls(last.sha256, place, last.envelope, dict(_behind_gate(last, place, gate)))


def place_of(bid: Bid, revision: BidRevision) -> Place:
    return Place(bid.lot_id, revision.terms_version, bid.supplier_id, revision.number)


@dataclass
class Shares:
    """What all parts so far bring: shares of the first of a pair, and the keys of bids."""

    bids: Sequence[SealedBid]
    given: list[int] = field(default_factory=list)
    """The positions of those who gave, in their order."""
    firsts: dict[tuple[str, Pair], bytes] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    dead: set[tuple[str, Pair]] = field(default_factory=set)
    """By these pairs these bids cannot be read: one of the two gave what does not hold."""

    @classmethod
    def of(
        cls, bids: Sequence[SealedBid], parts: Iterable[OpeningPart], gate: X25519PrivateKey
    ) -> "Shares":
        shares = cls(bids)
        for each in parts:
            shares.take(each.position, Part.read(each.part).unwrapped(gate))
        return shares

    def take(self, position: int, inside: Inside) -> set[str]:
        """Add what an opener gave; returns the bids for which it does not hold."""
        wrong = set()
        for bid in self.bids:
            for pair in bid.behind_gate:
                where = (bid.sha256, pair)
                if position == pair[0]:
                    right = self._take_first(bid, pair, inside.get(where))
                elif where in self.firsts and _speaks_of(inside, pair):
                    right = self._take_key(bid, inside.get(where))
                else:
                    continue
                (self.dead.discard if right else self.dead.add)(where)
                if not right and can_be_checked(bid.envelope):
                    wrong.add(bid.sha256)
        self.given.append(position)
        return wrong

    def next_for(self, position: int, bid: SealedBid, pair: Pair) -> bytes | None:
        """The key as this opener gets it: after the gate, or after the first of the pair."""
        if position == pair[0]:
            return bid.behind_gate.get(pair)
        return self.firsts.get((bid.sha256, pair))

    @property
    def may_open(self) -> bool:
        """Whether two have given and no bid is left that a pair could still read."""
        return self.two_have_given and not any(
            bid.sha256 not in self.keys and any(self._lives(bid, pair) for pair in PAIRS)
            for bid in self.bids
        )

    @property
    def two_have_given(self) -> bool:
        """Whether the second of a pair gave after its first."""
        return any(
            first < second
            for place, second in enumerate(self.given)
            for first in self.given[:place]
        )

    def _lives(self, bid: SealedBid, pair: Pair) -> bool:
        return pair in bid.behind_gate and (bid.sha256, pair) not in self.dead

    def _take_first(self, bid: SealedBid, pair: Pair, share: bytes | None) -> bool:
        right = share is not None and holds(bid.envelope, bid.place, pair, share)
        if right and share is not None:
            self.firsts[bid.sha256, pair] = share
        return right

    def _take_key(self, bid: SealedBid, key: bytes | None) -> bool:
        right = key is not None and is_key(bid.envelope, bid.place, key)
        if right and key is not None:
            self.keys[bid.sha256] = key
        return right


def _speaks_of(inside: Inside, pair: Pair) -> bool:
    """Whether the opener had this pair to unwrap: keys may be downloaded before another acts."""
    return any(each == pair for _, each in inside)


def _behind_gate(
    revision: BidRevision, place: Place, gate: X25519PrivateKey
) -> Iterable[tuple[Pair, bytes]]:
    """Nothing of an envelope that is not the acknowledged one: that is no opener's fault."""
    if hashlib.sha256(revision.envelope).hexdigest() != revision.sha256:
        return
    try:
        for pair, wrapped in wrapped_keys(revision.envelope).items():
            yield pair, unwrap(wrapped, Layer(place.lot_id, place.binding, pair, GATE), gate)
    except Unreadable:
        return
