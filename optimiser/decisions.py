"""A reviewer's decisions about lots, checked: none may contradict the rules or another one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from optimiser.lots import faults_of
from optimiser.problem import Problem


class Contradiction(ValueError):
    """Decisions that cannot all be kept; `reasons` says which and why, in words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


@dataclass(frozen=True)
class Decisions:
    """Pairs of requirements that are kept apart, and sets that are put together, each once."""

    apart: tuple[tuple[str, str], ...]
    together: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.apart or self.together)

    def among(self, ids: Collection[str]) -> "Decisions":
        """The decisions that are about these requirements."""
        return Decisions(
            tuple(pair for pair in self.apart if all(each in ids for each in pair)),
            tuple(group for group in self.together if group[0] in ids),
        )


def decided(
    problem: Problem,
    locked_lots: Iterable[Sequence[str]],
    apart: Iterable[tuple[str, str]],
    together: Iterable[Sequence[str]],
) -> Decisions:
    """The decisions in a form without overlaps. Raises Contradiction."""
    locked, pairs = [tuple(lot) for lot in locked_lots], [tuple(sorted(p)) for p in apart]
    groups = merged(together)
    named = [*(each for some in (*locked, *pairs, *groups) for each in some)]
    unknown = sorted({each for each in named if each not in problem.requirement_by_id})
    if unknown:
        raise Contradiction([f"there is no requirement {each}" for each in unknown])
    reasons = [*_locks(problem, locked), *_sets(problem, locked, groups), *_pairs(groups, pairs)]
    reasons += _pairs(locked, pairs)
    if reasons:
        raise Contradiction(reasons)
    held = {each for lot in locked for each in lot}
    return Decisions(
        tuple(sorted({(a, b) for a, b in pairs if a not in held and b not in held})),
        tuple(group for group in groups if group[0] not in held),
    )


def merged(groups: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """Sets of two or more, those that share a member made one."""
    found: list[set[str]] = []
    for group in groups:
        one = set(group)
        for other in [each for each in found if each & one]:
            one |= other
            found.remove(other)
        found.append(one)
    return sorted(tuple(sorted(each)) for each in found if len(each) > 1)


def _locks(problem: Problem, locked: list[tuple[str, ...]]) -> Iterable[str]:
    seen: set[str] = set()
    for lot in locked:
        for each in lot:
            if each in seen:
                yield f"{each} is locked in two lots"
            seen.add(each)
        for fault in faults_of(problem, lot):
            yield f"the locked lot of {', '.join(lot)} is not feasible: {fault}"


def _sets(
    problem: Problem, locked: list[tuple[str, ...]], groups: list[tuple[str, ...]]
) -> Iterable[str]:
    for group in groups:
        for fault in faults_of(problem, group):
            yield f"{', '.join(group)} cannot be together: {fault}"
        for lot in locked:
            if 0 < len(set(lot) & set(group)) < len(group):
                yield f"{', '.join(group)} are put together, and a locked lot holds only some"


def _pairs(lots: list[tuple[str, ...]], pairs: list[tuple[str, ...]]) -> list[str]:
    return [
        f"{a} and {b} are kept apart, and are put or locked in one lot"
        for a, b in pairs
        for lot in lots
        if a in lot and b in lot
    ]
