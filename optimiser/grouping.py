"""Grouping: a set packing over feasible lots, with a bound that is a proof.

Per category (categories are independent), with 𝓛 the feasible lots of two or more requirements:

    maximise Σ_{L ∈ 𝓛} net(L)·x_L     s.t. Σ_{L ∋ i} x_L ≤ 1 for each i,   x_L ∈ {0, 1}

Every rule of a lot but its worth is inherited by its parts, so 𝓛 is enumerated by adding one
requirement at a time in a fixed order. Where 𝓛 is small the packing is solved by HiGHS and its
dual bound is the bound. Where it is too large, lots are merged greedily and the bound is

    Σ_i max(0, v_i · min(δ, 1 − (V̄_i / v_i)^(−β)) + F)

with V̄_i the most volume that i could ever be bought with: no lot gives a member more.
"""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

import pulp

from optimiser.answers import CategoryResult, Grouping, Lot, Progress, Stop, is_proven
from optimiser.lots import is_feasible, net_benefit
from optimiser.problem import Category, Problem, Requirement

SOLVER = f"HiGHS {version('highspy')} through PuLP {version('pulp')}"
MOST_LOTS = 60_000

Told = Callable[[float, float], None]

__all__ = ["CategoryResult", "Grouping", "Lot", "Progress", "group", "group_category"]


def group(
    problem: Problem,
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Stop | None = None,
) -> Grouping:
    """Group all requirements; stop at the gap, at the time limit (seconds), or at the proof."""
    began = time.monotonic()
    codes = sorted(code for code, members in problem.requirements_by_category.items() if members)
    until = began + (60.0 * len(codes) if time_limit is None else time_limit)
    done: list[CategoryResult] = []
    for place, code in enumerate(codes):
        share = max(0.0, (until - time.monotonic()) / (len(codes) - place))
        part = problem.of_category(code)
        done.append(group_category(part, time_limit=share, should_stop=should_stop))
        if on_progress:
            best, bound = (sum(x.net_benefit for x in done), sum(x.upper_bound for x in done))
            on_progress(Progress(len(done), len(codes), best, bound, time.monotonic() - began))
    best, bound = sum(x.net_benefit for x in done), sum(x.upper_bound for x in done)
    return Grouping(
        lots=tuple(lot for result in done for lot in result.lots),
        net_benefit=best,
        upper_bound=bound,
        proven_optimal=is_proven(best, bound),
        seconds=time.monotonic() - began,
        categories=tuple(done),
    )


def group_category(
    problem: Problem,
    *,
    time_limit: float | None = None,
    on_progress: Told | None = None,
    should_stop: Stop | None = None,
) -> CategoryResult:
    """Group a problem of one category; the joint lots found, and the bound."""
    began = time.monotonic()
    until = began + (60.0 if time_limit is None else time_limit)
    category = problem.categories[0]
    members = tuple(sorted(problem.requirements, key=lambda r: r.id))
    bound = wide_bound(members, category)
    lots, method = merged(problem, members, until, should_stop), "merging"
    value = sum(net_benefit(problem, lot) for lot in lots)
    if on_progress:
        on_progress(value, bound)
    everything = feasible_lots(problem, members, until, should_stop)
    if everything is not None:
        packed, packed_bound = pack(problem, everything, max(0.1, until - time.monotonic()))
        bound, method = min(bound, packed_bound), "all lots, set packing"
        if sum(net_benefit(problem, lot) for lot in packed) > value:
            lots = packed
    value = sum(net_benefit(problem, lot) for lot in lots)
    if on_progress:
        on_progress(value, max(bound, value))
    seconds = time.monotonic() - began
    return CategoryResult(
        category.code, len(members), tuple(lots), value, max(bound, value), seconds, method
    )


def wide_bound(members: Sequence[Requirement], category: Category) -> float:
    """No grouping is worth more: each member at the most volume it could ever share."""
    volume = sum(member.value for member in members)
    if len(members) < 2:
        return 0.0
    total = 0.0
    for member in members:
        most = volume
        if category.max_lot_value is not None:
            most = max(member.value, min(volume, category.max_lot_value))
        share = 1.0 - float((most / member.value) ** -category.elasticity)
        total += max(0.0, member.value * min(category.max_discount, share) + category.tender_cost)
    return total * (1 + 1e-12)


def feasible_lots(
    problem: Problem, members: Sequence[Requirement], until: float, should_stop: Stop | None
) -> list[Lot] | None:
    """Every feasible lot of two or more; None where there are too many or time runs out."""
    ids = [member.id for member in members]
    found: list[Lot] = []
    edge: list[tuple[Lot, int]] = [((each,), place) for place, each in enumerate(ids)]
    while edge:
        lot, last = edge.pop()
        for place in range(last + 1, len(ids)):
            larger = (*lot, ids[place])
            if is_feasible(problem, larger):
                found.append(larger)
                edge.append((larger, place))
        late = time.monotonic() > until - 0.2
        if len(found) > MOST_LOTS or late or (should_stop and should_stop()):
            return None
    return found


def pack(problem: Problem, lots: Sequence[Lot], seconds: float) -> tuple[list[Lot], float]:
    """The best lots without a requirement in two, and the solver's proven bound."""
    worth = {lot: net_benefit(problem, lot) for lot in lots}
    useful = [lot for lot in lots if worth[lot] > 0]
    if not useful:
        return [], 0.0
    model = pulp.LpProblem("lots", pulp.LpMinimize)
    take = [model.add_variable(f"x{n}", cat=pulp.LpBinary) for n in range(len(useful))]
    # Always minimise: the signs of duals and bounds then mean the same everywhere.
    model += pulp.lpSum(-worth[lot] * x for lot, x in zip(useful, take, strict=True))
    holders: dict[str, list[pulp.LpVariable]] = {}
    for lot, x in zip(useful, take, strict=True):
        for each in lot:
            holders.setdefault(each, []).append(x)
    for each in sorted(holders):
        model += pulp.lpSum(holders[each]) <= 1
    model.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=0.0))
    chosen = [lot for lot, x in zip(useful, take, strict=True) if (x.value() or 0) > 0.5]
    proven = -float(model.solverModel.getInfo().mip_dual_bound)
    easy = sum(max(worth[lot] for lot in useful if each in lot) for each in holders)
    bound = proven if abs(proven) < float("inf") else easy
    return chosen, bound * (1 + 1e-9) + 1e-6


def merged(
    problem: Problem, members: Sequence[Requirement], until: float, should_stop: Stop | None
) -> list[Lot]:
    """Merge the two lots that gain most, until none gains."""
    lots: list[Lot] = [(member.id,) for member in members]
    gains: dict[tuple[Lot, Lot], float] = {}

    def gain(a: Lot, b: Lot) -> float:
        if (a, b) not in gains:
            both = (*a, *b)
            gains[a, b] = (
                net_benefit(problem, both) - net_benefit(problem, a) - net_benefit(problem, b)
                if is_feasible(problem, both)
                else 0.0
            )
        return gains[a, b]

    while time.monotonic() < until - 0.2 and not (should_stop and should_stop()):
        pairs = ((gain(a, b), a, b) for n, a in enumerate(lots) for b in lots[n + 1 :])
        best = max(pairs, key=lambda pair: pair[0], default=(0.0, (), ()))
        if best[0] <= 0:
            break
        lots = [lot for lot in lots if lot not in best[1:]] + [(*best[1], *best[2])]
    return [lot for lot in lots if len(lot) > 1]
