"""What is sealed opens in its own place, for two openers with the gate, and otherwise never."""

import base64
import itertools
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from marketplace import sealing
from marketplace.sealing import Layer, Place, Readers, Unreadable
from tests.bids.hpke import open_base

GOLDEN = {
    "envelope-2.b64": b"a bid of the first release",
    "envelope-3.b64": b"a bid whose shares are checked",
}
KEYS = dict(
    zip(
        "GABC",
        (X25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(1, 5)),
        strict=True,
    )
)
READERS = Readers(KEYS["G"].public_key(), tuple(KEYS[name].public_key() for name in "ABC"))
PLACE = Place(uuid.UUID(int=1), 1, uuid.UUID(int=2), 1)
IN_EVERY_RUN, PROVEN = 500, 10_000


def test_hpke_of_the_library_is_that_of_its_rfc():
    """The base vector of RFC 9180, A.2.1, and what the library seals."""
    private = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    )
    sealed = bytes.fromhex(
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    assert open_base(sealed, private, info, b"Count-0") == b"Beauty is truth, truth beauty"
    ours = sealing.encrypt(b"a key", private.public_key(), b"bound to this")
    assert open_base(ours, private, b"bound to this") == b"a key"


@pytest.mark.parametrize(("name", "bid"), GOLDEN.items())
def test_a_bid_sealed_by_an_earlier_release_still_opens(name, bid):
    """The files were written once: who changes the format must go on reading them."""
    envelope = base64.b64decode(Path(__file__).with_name(name).read_text())
    for pair in sealing.PAIRS:
        assert read(envelope, PLACE, pair) == bid


def test_sizes_say_little():
    sizes = {len(sealing.seal(b"x" * length, PLACE, READERS)) for length in (0, 1, 4000, 4088)}
    assert len(sizes) == 1
    assert len(sealing.seal(b"x" * 4089, PLACE, READERS)) == sizes.pop() + sealing.STEP


def read(envelope: bytes, place: Place, pair: tuple[int, int]) -> bytes:
    """Take the layers off in their order, as gate and openers do; raises Unreadable."""
    key = sealing.wrapped_keys(envelope)[pair]
    for depth, reader in enumerate("G" + "".join("ABC"[position - 1] for position in pair)):
        key = sealing.unwrap(key, Layer(place.lot_id, place.binding, pair, depth), KEYS[reader])
    return sealing.open_envelope(envelope, key, place)


def those_who_read(envelope: bytes) -> set[str]:
    """The subsets of the four keys that come to the bid, whatever layer they try on whatever."""
    subsets = ["".join(s) for n in range(5) for s in itertools.combinations("GABC", n)]
    assert len(subsets) == 16
    return {subset for subset in subsets if comes_to_it(envelope, subset)}


def comes_to_it(envelope: bytes, subset: str) -> bool:
    layers = [
        Layer(PLACE.lot_id, PLACE.binding, pair, depth)
        for pair in sealing.PAIRS
        for depth in range(3)
    ]
    at_hand = set(sealing.wrapped_keys(envelope).values())
    while True:
        found = {
            inside
            for blob, layer, name in itertools.product(at_hand, layers, subset)
            if (inside := tried(blob, layer, KEYS[name])) is not None
        }
        if found <= at_hand:
            return any(opens(envelope, key) for key in at_hand)
        at_hand |= found


def tried(blob: bytes, layer: Layer, key: X25519PrivateKey) -> bytes | None:
    try:
        return sealing.unwrap(blob, layer, key)
    except Unreadable:
        return None


def opens(envelope: bytes, key: bytes) -> bool:
    try:
        return bool(sealing.open_envelope(envelope, key, PLACE))
    except Unreadable:
        return False


def test_two_openers_and_the_gate_read_a_bid_and_no_other_of_the_16_subsets():
    assert those_who_read(sealing.seal(b"a bid", PLACE, READERS)) == {"GAB", "GAC", "GBC", "GABC"}


@pytest.mark.parametrize(
    "left_out", ["the second opener", "the gate"], ids=lambda name: str(name).replace(" ", "-")
)
def test_a_layer_left_out_is_found(monkeypatch, left_out):
    def of(readers: Readers, pair: tuple[int, int]):
        people = [readers.openers[position - 1] for position in pair]
        return (readers.gate, people[0]) if left_out == "the second opener" else tuple(people)

    monkeypatch.setattr(Readers, "of", of)
    assert those_who_read(sealing.seal(b"a bid", PLACE, READERS)) != {"GAB", "GAC", "GBC", "GABC"}


@dataclass(frozen=True)
class Sealed:
    place: Place
    envelope: bytes


def market(rng: random.Random) -> list[Sealed]:
    """Bids of several suppliers, lots, terms and revisions."""
    places = [
        Place(uuid.UUID(int=lot), terms, uuid.UUID(int=100 + supplier), revision)
        for lot in (1, 2)
        for terms in (1, 2)
        for supplier in (1, 2)
        for revision in (1, 2)
    ]
    return [Sealed(place, sealing.seal(rng.randbytes(40), place, READERS)) for place in places]


def forgeries(rng: random.Random, bids: list[Sealed]) -> Iterator[Sealed]:
    """Ciphertexts swapped, copied, changed, replayed, cut, and put together of two."""
    head, wrap = sealing.HEAD_BYTES, sealing.WRAPPED_BYTES
    while True:
        one, other = rng.sample(bids, 2)
        yield Sealed(one.place, other.envelope)
        spot = rng.choice((rng.randrange(head), rng.randrange(len(one.envelope))))
        changed = bytearray(one.envelope)
        changed[spot] ^= 1 << rng.randrange(8)
        yield Sealed(one.place, bytes(changed))
        yield Sealed(one.place, one.envelope[: rng.randrange(len(one.envelope))])
        yield Sealed(one.place, one.envelope[:head] + other.envelope[head:])
        yield Sealed(one.place, other.envelope[:head] + one.envelope[head:])
        start = 1 + wrap * rng.randrange(3)
        wraps = other.envelope[start : start + wrap]
        yield Sealed(one.place, one.envelope[:start] + wraps + one.envelope[start + wrap :])


def opened_wrongly(count: int) -> int:
    """How many forgeries any pair of openers could read."""
    rng = random.Random(2006)
    bids = market(rng)
    assert all(read(bid.envelope, bid.place, pair) for bid in bids[:3] for pair in sealing.PAIRS)
    return sum(map(readable, itertools.islice(forgeries(rng, bids), count)))


def readable(forged: Sealed) -> bool:
    for pair in sealing.PAIRS:
        try:
            read(forged.envelope, forged.place, pair)
        except Unreadable:
            continue
        return True
    return False


def test_a_bid_swapped_copied_changed_or_replayed_does_not_open():
    assert opened_wrongly(IN_EVERY_RUN) == 0


@pytest.mark.prove
def test_ten_thousand_forged_bids_do_not_open():
    assert opened_wrongly(PROVEN) == 0


FAULTS = {
    "bids bound to no place": ("binding", property(lambda place: bytes(32))),
    "revisions not told apart": (
        "binding",
        property(lambda place: place.lot_id.bytes + place.supplier_id.bytes),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bid_bound_too_loosely_is_found(monkeypatch, fault):
    monkeypatch.setattr(Place, *FAULTS[fault])
    monkeypatch.setattr(sealing, "_bound", lambda head, place: place.binding)
    assert opened_wrongly(120) > 0


def test_a_key_that_does_not_hold_to_its_bid_is_found(monkeypatch):
    monkeypatch.setattr(sealing, "_bound", lambda head, place: b"")
    monkeypatch.setattr(Layer, "info", property(lambda layer: b""))
    assert opened_wrongly(120) > 0
