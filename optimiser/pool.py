"""Many lots at once: rows of members, and the net benefit of each."""

from dataclasses import dataclass

import numpy as np

from optimiser.market import Flags, Floats, Ints, Market

CHUNK = 20_000


@dataclass(frozen=True)
class Pool:
    """Lots as rows of members (lots × requirements), with the net benefit of each."""

    members: Flags
    net: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.net)

    def take(self, which: Flags | Ints) -> "Pool":
        return Pool(self.members[which], self.net[which], self.volume[which])


def empty(market: Market) -> Pool:
    return Pool(np.zeros((0, market.n), dtype=np.bool_), np.zeros(0), np.zeros(0))


def joined(pools: list[Pool]) -> Pool:
    """The pools as one, each lot once, in an order that depends on the lots alone."""
    pool = beside(pools)
    _, first = np.unique(np.packbits(pool.members, axis=1), axis=0, return_index=True)
    return pool.take(first)


def beside(pools: list[Pool]) -> Pool:
    """The pools one after another."""
    return Pool(
        np.concatenate([pool.members for pool in pools]),
        np.concatenate([pool.net for pool in pools]),
        np.concatenate([pool.volume for pool in pools]),
    )


def rows_of(market: Market, lots: list[tuple[int, ...]]) -> Flags:
    """Lots given as places, as rows of members."""
    rows = np.zeros((len(lots), market.n), dtype=np.bool_)
    for place, lot in enumerate(lots):
        rows[place, list(lot)] = True
    return rows


def pool_of(market: Market, rows: Flags) -> Pool:
    return Pool(rows, nets(market, rows), rows @ market.v)


def nets(market: Market, rows: Flags) -> Floats:
    """net(L) of many lots of two or more."""
    found = np.empty(len(rows))
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        volume = some @ market.v
        lot, i = np.nonzero(some)
        saved = np.bincount(lot, market.saving(market.v[i], volume[lot]), len(some))
        found[start : start + CHUNK] = (
            saved
            - market.kappa * (authorities(market, some) - 1)
            + market.tender * (some.sum(axis=1) - 1)
        )
    return found


def authorities(market: Market, rows: Flags) -> Ints:
    """A(L) of many lots."""
    lot, i = np.nonzero(rows)
    holds = np.zeros((len(rows), int(market.a.max(initial=0)) + 1), dtype=np.bool_)
    holds[lot, market.a[i]] = True
    count: Ints = holds.sum(axis=1)
    return count
