"""Committing under a condition: the largest set whose conditions all hold, in any order."""

import itertools
import random
import uuid
from collections.abc import Mapping
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from marketplace.lots.conditions import Authorities, Condition, Facts, settle, why_not

PEOPLE = [uuid.UUID(int=number) for number in range(1, 7)]
VALUES = {key: Decimal(100 * number) for number, key in enumerate(PEOPLE, start=1)}


def facts_of(authorities: Authorities) -> Facts:
    """A volume, and a saving of a tenth of one's value for each further member."""
    volume = sum((VALUES[key] for key in authorities), Decimal(0))
    savings = {key: VALUES[key] * (len(authorities) - 1) / 10 for key in authorities}
    return Facts(authorities, dict.fromkeys(authorities, volume), savings)


def conditions_of_some() -> some.SearchStrategy[dict[uuid.UUID, Condition]]:
    condition = some.builds(
        Condition,
        at_least_members=some.none() | some.integers(2, 6),
        at_least_volume=some.none() | some.integers(1, 25).map(lambda n: Decimal(100 * n)),
        at_least_saving=some.none() | some.integers(1, 12).map(lambda n: Decimal(20 * n)),
        with_authority=some.none() | some.sampled_from(PEOPLE),
    )
    return some.dictionaries(some.sampled_from(PEOPLE), condition)


def holds(authorities: Authorities, conditions: Mapping[uuid.UUID, Condition]) -> bool:
    facts = facts_of(authorities)
    return not any(why_not(key, conditions[key], facts) for key in authorities)


@given(conditions_of_some())
def test_the_set_is_the_largest_whose_conditions_all_hold(conditions):
    settled = settle(conditions, facts_of)
    subsets = itertools.chain.from_iterable(
        itertools.combinations(conditions, size) for size in range(len(conditions) + 1)
    )
    largest = max((frozenset(s) for s in subsets if holds(frozenset(s), conditions)), key=len)
    assert settled.authorities == largest
    assert set(settled.unsatisfied) == set(conditions) - largest


@given(conditions_of_some(), some.randoms(use_true_random=False))
def test_the_order_in_which_the_unsatisfied_go_does_not_matter(conditions, rng: random.Random):
    joining = set(conditions)
    while failing := [
        key
        for key in sorted(joining)
        if why_not(key, conditions[key], facts_of(frozenset(joining)))
    ]:
        joining.remove(rng.choice(failing))
    assert settle(conditions, facts_of).authorities == joining


def test_a_chain_of_conditions_falls_together():
    a, b, c, *_ = PEOPLE
    chain = {
        a: Condition(with_authority=b),
        b: Condition(with_authority=c),
        c: Condition(at_least_members=5),
    }
    settled = settle(chain, facts_of)
    assert settled.authorities == frozenset()
    assert settled.unsatisfied[c] == "it asked for at least 5 authorities"
    assert settled.unsatisfied[a] == "it asked for a partner that did not join"
