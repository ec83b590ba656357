"""When contracts can be followed together, held against counting every month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from marketplace.contracts.planning import Window
from marketplace.waves.timing import Ending, best_month, first_day, month_of

TODAY = date(2026, 11, 28)
NEXT = month_of(TODAY) + 1


def ending(authority: str, ahead: int, extension: int = 0, number: int = 0) -> Ending:
    """A contract whose end is the last day of the month before the one so many months ahead."""
    end = date.fromordinal(first_day(month_of(TODAY) + ahead).toordinal() - 1)
    return Ending(f"{authority}-{number}", authority, end, extension, Decimal(100_000), 24)


def test_a_contract_is_free_around_its_end_and_later_by_extending():
    contract = ending("A", 12, extension=9)
    freed = month_of(TODAY) + 12
    assert contract.freed == freed
    assert contract.months(Window(3, 2), TODAY) == (freed - 3, freed + 9)
    assert contract.extended_by(freed + 2, Window(3, 2)) == 0
    assert contract.extended_by(freed + 3, Window(3, 2)) == 3


def test_nothing_starts_before_the_next_month():
    assert ending("A", 1).months(Window(6, 0), TODAY) == (NEXT, NEXT)


def test_the_sentence_of_the_issue():
    """7 are free in a month; extending 3 by up to 5 months makes it 10."""
    free = [ending(f"F{number}", 17) for number in range(7)]
    tied = [ending(f"E{number}", 12 + number, extension=12) for number in range(3)]
    found = best_month([*free, *tied], Window(0, 0), TODAY)
    assert found is not None
    assert (found.free_authorities, found.extending_authorities, found.authorities) == (7, 3, 10)
    assert found.longest == 5
    assert found.start == first_day(month_of(TODAY) + 17)


def test_a_break_clause_lets_a_contract_be_followed_before_its_end():
    freed = month_of(TODAY) + 30
    tied = replace(ending("A", 30), breaks=first_day(month_of(TODAY) + 10))
    assert tied.months(Window(3, 2), TODAY) == (month_of(TODAY) + 10, freed + 2)
    midst = replace(tied, breaks=tied.breaks.replace(day=2))
    assert midst.months(Window(3, 2), TODAY)[0] == month_of(TODAY) + 11, "the month must begin free"
    assert tied.ended_early_by(freed - 3, Window(3, 2)) == 0
    assert tied.ended_early_by(freed - 4, Window(3, 2)) == 4


def test_a_contract_is_ended_early_where_nothing_else_brings_it_in():
    tied = replace(ending("A", 30), breaks=TODAY)
    found = best_month([tied, ending("B", 12), ending("C", 12)], Window(0, 0), TODAY)
    assert found is not None
    assert found.start == first_day(month_of(TODAY) + 12)
    assert (found.broken, found.free_authorities, found.authorities) == ((tied,), 2, 3)
    later = best_month([tied, ending("B", 30)], Window(0, 0), TODAY)
    assert later is not None
    assert later.broken == (), "no clause is used where both are free"


def test_contracts_without_a_common_month_have_no_wave():
    assert best_month([ending("A", 6), ending("B", 20)], Window(3, 3), TODAY) is None


def test_an_authority_with_one_contract_to_extend_is_not_free():
    found = best_month(
        [ending("A", 12), ending("A", 6, 12, number=1), ending("B", 12)], Window(0, 0), TODAY
    )
    assert found is not None
    assert (found.free_authorities, found.extending_authorities, found.authorities) == (1, 1, 2)


CONTRACTS = some.lists(
    some.tuples(some.sampled_from("ABCD"), some.integers(1, 20), some.sampled_from([0, 0, 6, 12])),
    min_size=2,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(CONTRACTS, some.integers(0, 4), some.integers(0, 4))
def test_the_month_is_the_best_of_all_months(drawn, before, after):
    members = [ending(*each, number) for number, each in enumerate(drawn)]
    slack = Window(before, after)

    def trouble(month: int) -> tuple[int, int, int] | None:
        """How many months each has to be extended, or None where one cannot be followed then."""
        longer = []
        for each in members:
            if month < NEXT or month < each.freed - before:
                return None
            late = month - each.freed
            if late > max(after, each.extension) and month != max(NEXT, each.freed - before):
                return None
            longer.append(0 if late <= after else late)
        return sum(map(bool, longer)), sum(longer), month

    every = [trouble(month) for month in range(NEXT - 2, NEXT + 60)]
    best = min((each for each in every if each), default=None)
    found = best_month(members, slack, TODAY)
    assert (found is None) == (best is None)
    if found and best:
        total = sum(found.month - each.freed for each in found.extended)
        assert (len(found.extended), total, found.month) == best


@pytest.mark.parametrize("before", [0, 3])
def test_days_are_those_of_the_months(before):
    first, last = ending("A", 12, 6).days(Window(before, 0), TODAY)
    assert first == first_day(month_of(TODAY) + 12 - before)
    assert (last.month, last.day) != (first.month, first.day)
    assert month_of(last) == month_of(TODAY) + 18
