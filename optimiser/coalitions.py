"""The game that a joint lot is: what each set of its authorities could do without the others.

Sets         P  the lot's authorities k;  L_k  the requirements of k in the lot
Parameters   v_i, β, δ, F, κ as in `problem`;  n_k = |L_k|;  V(S) = Σ_{k ∈ S} Σ_{i ∈ L_k} v_i

    net(S) = Σ_{k ∈ S} (Σ_{i ∈ L_k} v_i·min(δ, 1 − (V(S)/v_i)^(−β)) + F·n_k − κ) + κ − F
    w(S)   = max(0, net(S)) for S ≠ P,   w(∅) = 0,   w(P) = net(P)

Every rule of a lot is inherited by its parts, so that each S may go on its own. The whole lot is
worth what it is worth, be it a loss: what is divided must be what there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimiser.lots import category_of, members_of, net_benefit
from optimiser.problem import Problem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CHUNK = 1 << 18


@dataclass(frozen=True)
class Game:
    """A lot as its authorities see it; members are sorted by authority."""

    authorities: tuple[str, ...]
    values: Floats
    owner: NDArray[np.int64]
    elasticity: float
    ceiling: float
    tender_cost: float
    coordination_cost: float
    whole: float

    @property
    def size(self) -> int:
        return len(self.authorities)

    @cached_property
    def scaled(self) -> Floats:
        """v_i^β, in units of the lot's volume, so that no power leaves the range of a double."""
        return np.asarray((self.values / self.values.sum()) ** self.elasticity)

    @cached_property
    def volumes(self) -> Floats:
        return np.bincount(self.owner, self.values, self.size).astype(float)

    @cached_property
    def fixed(self) -> Floats:
        """F·n_k − κ: what an authority adds whatever the volume."""
        counts = np.bincount(self.owner, minlength=self.size)
        return np.asarray(counts * self.tender_cost - self.coordination_cost)

    def savings(self, volume: float) -> Floats:
        """Σ_{i ∈ L_k} v_i·min(δ, 1 − (V/v_i)^(−β)) of each authority k, at the volume V."""
        power = (volume / self.values.sum()) ** -self.elasticity
        each = self.values * np.minimum(self.ceiling, 1.0 - self.scaled * power)
        return np.bincount(self.owner, each, self.size).astype(float)

    def net(self, sets: Bools) -> Floats:
        """net(S) of each set, a row of `sets` with a column for each authority; −∞ for ∅."""
        volume = sets @ self.volumes
        total = np.asarray(sets @ self.fixed + (self.coordination_cost - self.tender_cost))
        power = (np.maximum(volume, 1e-300) / self.values.sum()) ** -self.elasticity
        for value, scaled, owner in zip(self.values, self.scaled, self.owner, strict=True):
            total += sets[:, owner] * (value * np.minimum(self.ceiling, 1.0 - scaled * power))
        return np.where(sets.any(axis=1), total, -np.inf)

    def worth(self, sets: Bools) -> Floats:
        """w(S) of each set."""
        found = np.maximum(0.0, self.net(sets))
        return np.where(sets.all(axis=1), self.whole, found)

    @cached_property
    def worth_of_all(self) -> Floats:
        """w(S) of every S; bit k of its place says whether authority k is in it."""
        count = 1 << self.size
        parts = [
            self.worth(as_sets(np.arange(start, min(count, start + CHUNK)), self.size))
            for start in range(0, count, CHUNK)
        ]
        return np.concatenate(parts)


def as_sets(places: NDArray[np.int64], size: int) -> Bools:
    """Sets as rows of booleans, from their bits."""
    return np.asarray((places[:, None] >> np.arange(size)) & 1 == 1)


def sums_of_all(shares: Floats) -> Floats:
    """x(S) = Σ_{k ∈ S} x_k of every S, in the order of `worth_of_all`."""
    sums = np.zeros(1)
    for share in shares:
        sums = np.concatenate((sums, sums + share))
    return sums


def game_of(problem: Problem, lot: Sequence[str]) -> Game:
    """The game of a joint lot."""
    members = sorted(members_of(problem, lot), key=lambda member: (member.authority, member.id))
    category = category_of(problem, lot)
    authorities = tuple(sorted({member.authority for member in members}))
    place = {authority: number for number, authority in enumerate(authorities)}
    return Game(
        authorities=authorities,
        values=np.array([member.value for member in members]),
        owner=np.array([place[member.authority] for member in members]),
        elasticity=category.elasticity,
        ceiling=category.max_discount,
        tender_cost=category.tender_cost,
        coordination_cost=category.coordination_cost,
        whole=net_benefit(problem, lot),
    )


def joint(lots: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The lots of more than one requirement."""
    return (lot for lot in lots if len(lot) > 1)
