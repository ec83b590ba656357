"""Two reviewers at once: what the second looked at beside what is there now, its step on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.scenarios import services
from marketplace.scenarios.board import Board, BoardFault, Step, replay, take
from marketplace.scenarios.history import Change, Past, past
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.services import Judged
from marketplace.scenarios.wording import Names, apart, assumed, in_words


@dataclass(frozen=True)
class Wanted:
    """What somebody asked of a scenario: a verb, and the step where it is one."""

    verb: str
    step: Step | None = None


@dataclass(frozen=True)
class Row:
    """Something that stands otherwise: as it was seen, as it is now, and with the step on top."""

    what: str
    seen: str
    now: str
    yours: str


@dataclass(frozen=True)
class Difference:
    """All that whoever came second has to know to go on."""

    version: int
    """Which version was seen."""
    since: Sequence[Change]
    seen: Judged
    now: Judged
    yours: Judged | None
    """What is there now with the step on top; None where it cannot be taken or is a search."""
    rows: Sequence[Row]
    wanted: Wanted
    words: str
    """What was wanted, in words."""
    cannot: str
    """Why it cannot be done on what is there now; empty where it can."""


def difference(session: Session, scenario: Scenario, version: int, wanted: Wanted) -> Difference:
    """Compare the version that somebody saw with what is there now, and try its step on that."""
    start, names = services.start_of(session, scenario), services.names_in(scenario)
    before = past(session, scenario, start, version, names)
    now = replay(start, scenario.held)
    yours, cannot = _on_top(start, before, scenario, now, wanted)
    judge = services.judged
    return Difference(
        version=version,
        since=before.since,
        seen=judge(scenario, before.board),
        now=judge(scenario, now),
        yours=judge(scenario, yours) if yours else None,
        rows=_rows(before.board, now, yours or now, names),
        wanted=wanted,
        words=_words(before, start, wanted, names),
        cannot=cannot,
    )


def _on_top(
    start: Board, before: Past, scenario: Scenario, now: Board, wanted: Wanted
) -> tuple[Board | None, str]:
    """The board with what was wanted done to what is there now, or why that cannot be."""
    if wanted.step is not None:
        try:
            return take(now, wanted.step), ""
        except BoardFault as fault:
            return None, str(fault)
    if wanted.verb == "undo":
        if not before.held or before.held[-1:] != scenario.held[-1:]:
            return None, "What you wanted to undo is no longer the last step."
        return replay(start, scenario.held[:-1]), ""
    if wanted.verb == "redo":
        if not before.undone or before.undone[:1] != scenario.undone[:1]:
            return None, "What you wanted to do again is gone: another step took its place."
        return replay(start, [*scenario.held, scenario.undone[0]]), ""
    if wanted.verb == "adopt":
        return None, "Look at what is there now first. The button to adopt it is further down."
    if wanted.verb == "better":
        return None, "It was found for the lots that you looked at, and they have changed."
    return None, ""


def _words(before: Past, start: Board, wanted: Wanted, names: Names) -> str:
    if wanted.step is not None:
        return in_words(wanted.step, before.board, names)
    if wanted.verb == "undo" and before.held:
        earlier = replay(start, before.held[:-1])
        return f"undo: {in_words(before.held[-1], earlier, names)}"
    if wanted.verb == "redo" and before.undone:
        return f"do again: {in_words(before.undone[0], before.board, names)}"
    return {
        "regroup": "group anew around what is locked",
        "better": "take the better grouping that was found",
        "search": "look for a better grouping",
        "adopt": "adopt these lots as proposals",
    }.get(wanted.verb, wanted.verb)


def _rows(seen: Board, now: Board, yours: Board, names: Names) -> list[Row]:
    """Requirements that stand in other company, then locks, pairs and assumptions that differ."""
    boards = (seen, now, yours)
    places = [_places(board) for board in boards]
    company = [_company(board) for board in boards]
    rows = [
        Row(reference, *(place[reference] for place in places))
        for reference in sorted(places[0])
        if len({place[reference] for place in places}) > 1
        and len({each[reference] for each in company}) > 1
    ]
    rows += [
        Row("Locked lots", *map(_locked, boards)),
        Row("Kept apart", *(_kept_apart(board, names) for board in boards)),
        Row("Assumed", *(assumed(board.assumptions) for board in boards)),
    ]
    return [row for row in rows if len({row.seen, row.now, row.yours}) > 1]


def _places(board: Board) -> dict[str, str]:
    """Where each requirement stands, in words."""
    inside = {each: f"lot {lot.number}" for lot in board.lots for each in lot.members}
    return {**dict.fromkeys(board.alone, "alone"), **inside}


def _company(board: Board) -> dict[str, frozenset[str]]:
    """With whom each requirement stands: a lot that only has another number is the same."""
    inside = {each: frozenset(lot.members) for lot in board.lots for each in lot.members}
    return {**{each: frozenset({each}) for each in board.alone}, **inside}


def _locked(board: Board) -> str:
    return ", ".join(str(lot.number) for lot in board.lots if lot.locked) or "none"


def _kept_apart(board: Board, names: Names) -> str:
    return "; ".join(sorted(apart(pair, names) for pair in board.apart)) or "nobody"
