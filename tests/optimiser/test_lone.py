"""Why a requirement is left alone, against every move it could make."""

import pytest

from optimiser.explaining import left_alone
from optimiser.lots import faults_of, net_benefit
from tests.optimiser.instances import best_of, made


@pytest.mark.parametrize("seed", range(60))
def test_each_lone_requirement_is_told_the_best_move_or_what_bars_all(seed: int):
    problem = made(seed, 7, authorities=3 + seed % 3)
    lots = best_of(problem)[1]
    joint = [lot for lot in lots if len(lot) > 1]
    alone = [lot[0] for lot in lots if len(lot) == 1]
    found = list(left_alone(problem, joint))
    order = [r.id for r in problem.requirements]
    assert [each.requirement for each in found] == sorted(alone, key=order.index)
    for each in found:
        options = [lot for lot in lots if each.requirement not in lot]
        changes = [
            net_benefit(problem, (*lot, each.requirement)) - net_benefit(problem, lot)
            for lot in options
            if not faults_of(problem, (*lot, each.requirement))
        ]
        if changes:
            assert each.change == pytest.approx(max(changes), abs=1e-6)
            assert each.reason.startswith("buying alone is better: joining would change the total")
        else:
            assert each.change is None
            assert each.reason.startswith(
                "every possible partner is barred; for example, "
                if options
                else "nobody else posted in this category"
            )


def test_nobody_else_in_the_category_is_an_answer():
    problem = made(1, 1)
    (found,) = left_alone(problem, [])
    assert (found.reason, found.change) == ("nobody else posted in this category", None)
