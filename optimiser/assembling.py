"""Assembling lots into a packing, one requirement after another, all partial packings abreast.

At prices π, σ with total Z, and loss(L) = −reduced(L) ≥ 0, any packing P is worth at most

    Z − Σ_{L ∈ P} loss(L) − Σ_{i alone} π_i

so a packing better than the one known has losses within the budget Z − known. Requirements are
taken in a fixed order; a partial packing that has settled all up to i is a set of requirements
used and a loss. Of two with the same set only the one of smaller loss is kept, and none above the
budget. Where more than `beam` remain, the least are kept and completeness is lost.
"""

from dataclasses import dataclass

import numpy as np

from optimiser.market import Bits, Flags, Floats, Ints, bits_of

PRODUCT = 3_000_000


@dataclass(frozen=True)
class Assembled:
    """Places of the lots taken (None: nothing within the budget), and whether all was looked at."""

    lots: list[int] | None
    loss: float
    complete: bool


@dataclass
class _Layer:
    used: Bits
    loss: Floats
    price: Floats
    parent: Ints
    lot: Ints


def assemble(
    members: Flags,
    loss: Floats,
    alone: Floats,
    order: Ints,
    budget: float,
    beam: int,
    rate: float = 0.0,
) -> Assembled:
    """The packing of least loss; `members` are lots in rows, `order` the requirements to settle."""
    bits = bits_of(members, (members.shape[1] + 63) // 64)
    first = members[:, order].argmax(axis=1) if len(members) else np.zeros(0, dtype=np.int64)
    none = np.full(1, -1)
    layers = [_Layer(np.zeros((1, bits.shape[1]), np.uint64), np.zeros(1), np.zeros(1), none, none)]
    complete = True
    for place, i in enumerate(order.tolist()):
        here = np.nonzero(first == place)[0]
        here = here[np.argsort(loss[here], kind="stable")]
        layer, whole = _settle(layers[-1], i, here, bits, loss, alone, members, budget, beam, rate)
        complete &= whole
        if not len(layer.used):
            return Assembled(None, np.inf, complete)
        layers.append(layer)
    best = int(np.argmin(layers[-1].loss))
    return Assembled(_traced(layers, best), float(layers[-1].loss[best]), complete)


def _settle(
    layer: _Layer, i: int, lots: Ints, bits: Bits, loss: Floats, alone: Floats,
    members: Flags, budget: float, beam: int, rate: float,
) -> tuple[_Layer, bool]:  # fmt: skip
    """Every way to settle requirement i: used already, alone, or in a lot."""
    word, bit = i // 64, np.uint64(1) << np.uint64(i % 64)
    taken = (layer.used[:, word] & bit) > 0
    open_, done = np.nonzero(~taken)[0], np.nonzero(taken)[0]
    counts = np.searchsorted(loss[lots], budget - layer.loss[open_], side="right")
    whole = True
    if counts.sum() > PRODUCT:
        # Fewer partners for each, the least losses first.
        whole, counts = False, np.minimum(counts, max(1, PRODUCT // len(open_)))
    state = np.repeat(open_, counts)
    which = lots[np.arange(len(state)) - np.repeat(np.cumsum(counts) - counts, counts)]
    fits = ~(layer.used[state] & bits[which]).any(axis=1)
    state, which = state[fits], which[fits]
    parent = np.concatenate([done, open_, state])
    lone = layer.used[open_]
    lone[:, word] |= bit
    used = np.concatenate([layer.used[done], lone, layer.used[state] | bits[which]])
    total = np.concatenate(
        [layer.loss[done], layer.loss[open_] + alone[i], layer.loss[state] + loss[which]]
    )
    price = np.concatenate(
        [
            layer.price[done],
            layer.price[open_] + alone[i],
            layer.price[state] + members[which] @ alone,
        ]
    )
    lot = np.concatenate([np.full(len(done) + len(open_), -1), which])
    keep = np.nonzero(total <= budget)[0]
    keep = keep[np.lexsort((total[keep], *used[keep].T))]
    if len(keep):
        keep = keep[np.append(True, (used[keep][1:] != used[keep][:-1]).any(axis=1))]
    if len(keep) > beam:
        whole = False
        merit = total[keep] - rate * price[keep]
        keep = np.sort(keep[np.argsort(merit, kind="stable")[:beam]])
    return _Layer(used[keep], total[keep], price[keep], parent[keep], lot[keep]), whole


def _traced(layers: list[_Layer], state: int) -> list[int]:
    lots = []
    for layer in reversed(layers):
        if layer.lot[state] >= 0:
            lots.append(int(layer.lot[state]))
        state = int(layer.parent[state])
    return lots
