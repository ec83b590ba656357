"""What an authority can expect of unnamed others, against every order and every constraint."""

from datetime import date

import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as some

from optimiser.anonymous import expectation
from optimiser.problem import Authority, Category, Problem, Reach, Requirement
from tests.optimiser.test_sharing import Worth, shapley_by_orders, worth_of_all

DAY = date(2027, 1, 1)


def problem_of(category: Category, own: list[float], others: list[float]) -> Problem:
    values = [("A0", value) for value in own]
    values += [(f"A{number}", value) for number, value in enumerate(others, start=1)]
    return Problem(
        requirements=tuple(
            Requirement(f"R{n}", who, category.code, value, DAY, DAY, {}, None)
            for n, (who, value) in enumerate(values)
        ),
        categories=(category,),
        authorities=tuple(Authority(who, who, "") for who in sorted({who for who, _ in values})),
        neighbours=frozenset(),
        exclusions=frozenset(),
    )


def ends_of_core(worth: Worth, who: str) -> tuple[float, float] | None:
    """The least and the most that the core gives, with every constraint written down."""
    whole = max(worth, key=len)
    found = []
    for sense in (pulp.LpMinimize, pulp.LpMaximize):
        model = pulp.LpProblem("core", sense)
        x = {each: model.add_variable(f"x_{each}") for each in sorted(whole)}
        model += x[who]
        model += pulp.lpSum(x.values()) == worth[whole]
        for members, value in worth.items():
            if members and members != whole:
                model += pulp.lpSum(x[each] for each in members) >= value
        model.solve(pulp.HiGHS(msg=False, threads=1))
        if model.sol_status != pulp.LpSolutionOptimal:
            return None
        found.append(float(x[who].value()))
    return found[0], found[1]


amounts = some.floats(20_000, 2_000_000)


@given(
    own=some.lists(amounts, min_size=1, max_size=2),
    first=amounts,
    rest=amounts,
    others=some.integers(1, 4),
    elasticity=some.sampled_from([0.0, 0.01, 0.06, 0.3]),
    coordination=some.sampled_from([0.0, 3_000.0, 40_000.0]),
)
def test_it_is_the_shapley_value_and_the_ends_of_the_core(
    own, first, rest, others, elasticity, coordination
):
    category = Category("1", elasticity, 0.2, 8_000.0, coordination, None, None, Reach.ANYWHERE)
    problem = problem_of(category, own, [first, *[rest] * (others - 1)])
    worth = worth_of_all(problem, [each.id for each in problem.requirements])
    found = expectation(category, own, first, rest, others)
    near = {"rel": 1e-4, "abs": 1.0}
    assert found.fair == pytest.approx(shapley_by_orders(worth)["A0"], **near)
    ends = ends_of_core(worth, "A0")
    if ends is None or found.stable is None:
        # At the edge between the two the programme's own tolerance decides.
        assert ends is None or ends[1] - ends[0] < 1.0
        assert found.stable is None or found.stable[1] - found.stable[0] < 1.0
    else:
        assert found.stable == pytest.approx(ends, **near)


def test_a_lot_of_every_authority_of_london_is_seen_at_once():
    category = Category("1", 0.06, 0.2, 8_000.0, 2_000.0, None, None, Reach.ANYWHERE)
    found = expectation(category, [150_000.0], 300_000.0, 200_000.0, 32)
    assert found.stable is not None
    assert found.stable[0] < found.fair < found.stable[1]
