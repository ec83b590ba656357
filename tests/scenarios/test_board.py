"""The board: steps move requirements about and never lose or double one."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.scenarios.board import Board, BoardFault, replay, take
from marketplace.scenarios.wording import in_words

EVERYBODY = [f"R{number}" for number in range(8)]
START = Board.of([["R0", "R1", "R2"], ["R3", "R4"]], EVERYBODY)

numbers = some.integers(1, 6).map(str)
references = some.sampled_from(EVERYBODY)
steps = some.one_of(
    some.builds(
        lambda r, to: {"kind": "move", "requirement": r, "to": to},
        references,
        numbers | some.sampled_from(["alone", "new"]),
    ),
    some.builds(lambda a, b: {"kind": "merge", "lot": a, "into": b}, numbers, numbers),
    some.builds(
        lambda a, out: {"kind": "split", "lot": a, "requirements": out},
        numbers,
        some.lists(references, max_size=3),
    ),
    some.builds(lambda a: {"kind": "dissolve", "lot": a}, numbers),
    some.builds(lambda a: {"kind": "lock", "lot": a}, numbers),
    some.builds(
        lambda lots: {"kind": "regroup", "lots": lots},
        some.lists(references, unique=True).map(lambda each: [each[:3], each[3:]]),
    ),
)


@given(some.lists(steps, max_size=30))
def test_every_requirement_is_on_the_board_once_whatever_is_tried(tried):
    board = START
    for step in tried:
        locked = {lot.number: lot.members for lot in board.lots if lot.locked}
        assert in_words(step, board, {})
        try:
            board = take(board, step)
        except BoardFault:
            continue
        placed = [*board.alone, *(each for lot in board.lots for each in lot.members)]
        assert sorted(placed) == EVERYBODY
        assert all(lot.members for lot in board.lots)
        kept = {lot.number: lot.members for lot in board.lots if lot.number in locked}
        assert kept == locked, "a locked lot changed"


def test_the_same_steps_lead_to_the_same_board_and_one_fewer_is_an_undo():
    steps = [
        {"kind": "move", "requirement": "R5", "to": "1"},
        {"kind": "split", "lot": "1", "requirements": ["R0", "R5"]},
        {"kind": "merge", "lot": "3", "into": "2"},
    ]
    assert replay(START, steps) == replay(START, steps)
    assert [lot.members for lot in replay(START, steps).lots] == [
        ("R1", "R2"),
        ("R0", "R3", "R4", "R5"),
    ]
    undone = replay(START, steps[:2])
    assert [lot.members for lot in undone.lots] == [("R1", "R2"), ("R3", "R4"), ("R0", "R5")]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"kind": "move", "requirement": "R9", "to": "1"}, "not on this board"),
        ({"kind": "move", "requirement": "R0", "to": "1"}, "in lot 1 already"),
        ({"kind": "move", "requirement": "R0", "to": "77"}, "no lot 77"),
        ({"kind": "move", "requirement": "R0", "to": "<b>"}, "by its number"),
        ({"kind": "merge", "lot": "1", "into": "1"}, "two different lots"),
        ({"kind": "split", "lot": "1", "requirements": ["R0", "R1", "R2"]}, "not all of it"),
        ({"kind": "split", "lot": "1", "requirements": ["R3"]}, "not all of it"),
        ({"kind": "apart", "a": "X", "b": "X"}, "two different authorities"),
        ({"kind": "assume", "elasticity": "2"}, "from 0 to 1"),
        ({"kind": "assume", "tender_cost": "NaN"}, "from 0 to"),
        ({"kind": "assume", "tender_cost": "much"}, "not a number"),
        ({"kind": "regroup", "lots": [["R0", "Q1"]]}, "not about this board"),
        ({"kind": "explode"}, "not a step"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(step, words):
    with pytest.raises(BoardFault, match=words):
        take(START, step)


def test_what_is_kept_apart_twice_may_share_again():
    step = {"kind": "apart", "a": "E1", "b": "E2"}
    once = take(START, step)
    assert once.apart == {frozenset({"E1", "E2"})}
    assert take(once, {"kind": "apart", "a": "E2", "b": "E1"}).apart == frozenset()
