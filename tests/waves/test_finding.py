"""Waves are the best division of a category's contracts, held against trying every division."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from marketplace.contracts.planning import Window
from marketplace.waves.finding import Asked, waves_of, waves_of_all
from marketplace.waves.timing import Ending, first_day, month_of

TODAY = date(2026, 11, 28)
CODE = "22113000"
BETA, CEILING, TENDER, SHARING = 0.06, 0.25, 8_000.0, 2_500.0
SLACK = Window(2, 1)


def asked_of(endings: Sequence[Ending], codes: Sequence[str] = (CODE,)) -> Asked:
    """The question as the site freezes it."""
    rows = []
    for number, each in enumerate(endings):
        first, last = each.days(SLACK, TODAY)
        rows.append(
            {
                "id": f"00000000-0000-0000-0000-{number:012d}",
                "reference": each.reference,
                "authority": each.authority,
                "category": codes[number % len(codes)],
                "value": str(each.value),
                "earliest_start": first.isoformat(),
                "latest_start": last.isoformat(),
                "accepts": {},
                "max_partners": None,
            }
        )
    category = {
        "elasticity_low": "0.02",
        "elasticity": str(BETA),
        "elasticity_high": "0.10",
        "max_discount": str(CEILING),
        "tender_cost": str(TENDER),
        "coordination_cost": str(SHARING),
        "max_lot_value": None,
        "max_authorities": None,
        "reach": "anywhere",
    }
    names = sorted({each.authority for each in endings})
    content = {
        "requirements": rows,
        "categories": [{**category, "code": code} for code in codes],
        "authorities": [{"code": name, "name": name, "subregion": "North"} for name in names],
        "neighbours": [],
        "exclusions": [],
    }
    return Asked(json.dumps(content), {each.reference: each for each in endings}, SLACK, TODAY)


def some_endings(rng: Random, count: int) -> list[Ending]:
    found = []
    for number in range(count):
        end = date.fromordinal(
            first_day(month_of(TODAY) + rng.randint(2, 14)).toordinal() - rng.randint(1, 20)
        )
        found.append(
            Ending(
                f"CON-{number:03d}",
                rng.choice("ABCDE"),
                end,
                rng.choice([0, 0, 6, 12]),
                Decimal(rng.randint(20, 900) * 1000),
                24,
            )
        )
    return found


def worth(members: Sequence[Ending]) -> float | None:
    """A division's part, from the formula; None where the members have no month in common."""
    windows = [each.months(SLACK, TODAY) for each in members]
    if max(first for first, _ in windows) > min(last for _, last in windows):
        return None
    volume = sum(float(each.value) for each in members)
    saving = sum(
        float(each.value) * min(CEILING, 1 - (volume / float(each.value)) ** -BETA)
        for each in members
    )
    partners = len({each.authority for each in members}) - 1
    return saving - SHARING * partners + TENDER * (len(members) - 1)


def divisions(items: Sequence[Ending]) -> Iterator[list[list[Ending]]]:
    if not items:
        yield []
        return
    for rest in divisions(items[1:]):
        yield [[items[0]], *rest]
        for place in range(len(rest)):
            yield [*rest[:place], [items[0], *rest[place]], *rest[place + 1 :]]


def best_by_trying(endings: Sequence[Ending]) -> float:
    best = 0.0
    for division in divisions(endings):
        parts = [worth(part) if len(part) > 1 else 0.0 for part in division]
        if None not in parts:
            best = max(best, sum(part for part in parts if part))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_other_division_of_the_contracts_is_worth_more(seed):
    rng = Random(seed)
    count = rng.randint(3, 7)
    endings = [
        replace(each, authority=letter)
        for each, letter in zip(some_endings(rng, count), "ABCDEFG", strict=False)
    ]
    waves = waves_of(asked_of(endings), CODE)
    found = sum(float(wave.worth.net_benefit_likely) for wave in waves)
    assert found == pytest.approx(best_by_trying(endings), abs=1.0)
    assert all(wave.proven for wave in waves)
    for wave in waves:
        members = [each for each in endings if each.reference in wave.references]
        assert float(wave.worth.net_benefit_likely) == pytest.approx(worth(members), abs=1.0)
        assert not wave.worth.faults
        worths = (wave.worth.net_benefit_low, wave.worth.net_benefit_likely)
        assert worths[0] <= worths[1] <= wave.worth.net_benefit_high
        assert wave.without_extending >= 0


def test_contracts_of_one_authority_are_no_wave():
    endings = [replace(each, authority="A") for each in some_endings(Random(1), 6)]
    assert waves_of(asked_of(endings), CODE) == []


def test_waves_are_sorted_by_what_they_are_worth_over_all_categories():
    endings = some_endings(Random(3), 24)
    waves = waves_of_all(asked_of(endings, (CODE, "30192700", "79530000")))
    likely = [wave.worth.net_benefit_likely for wave in waves]
    assert likely == sorted(likely, reverse=True)
    assert len({wave.category_code for wave in waves}) == 3


def test_the_same_contracts_give_the_same_waves():
    asked = asked_of(some_endings(Random(5), 12))
    first, second = waves_of(asked, CODE), waves_of(asked, CODE)
    assert [wave.references for wave in first] == [wave.references for wave in second]


def test_a_large_category_is_answered_in_the_time_given():
    asked = asked_of(some_endings(Random(7), 120))
    began = time.process_time()
    assert waves_of(asked, CODE, seconds=1.0)
    assert time.process_time() - began < 4.0
