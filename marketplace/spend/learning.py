"""Numbers for the suppliers and labels of a file: those known, and those met for the first time.

A new spelling with the same core as a known supplier is that supplier; a new label gets the
category that its words suggest. Names that are nearly the same become doubtful matches.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.categories.models import CpvCode
from marketplace.categories.queries import named_codes
from marketplace.categories.suggesting import Suggester, Text, suggester
from marketplace.contracts.classifying import codes_above
from marketplace.spend.categorising import RANK, Categoriser, Decision
from marketplace.spend.limits import LONGEST_TEXT
from marketplace.spend.matching import Pair, pairs, trading_names
from marketplace.spend.models import (
    MatchStatus,
    SpendLabel,
    SpendMatch,
    SpendName,
    SpendSupplier,
)
from marketplace.spend.names import compact, core
from marketplace.spend.rows import NOT_NAMED

CHUNK = 500
MOST_KEPT = 5_000
"""Doubtful pairs of one file; the likeliest are kept."""


class Known(NamedTuple):
    """A name or a label that the site knows, and the category that it stands for."""

    id: int
    supplier_id: int
    """Of a name; 0 of a label."""
    category_code: str | None
    sureness: int


def categoriser(session: Session) -> Categoriser:
    """Decides by the words of the CPV, of the centre's policies and of earlier decisions."""
    known = frozenset(session.scalars(select(CpvCode.code)))
    decided = session.execute(
        select(SpendLabel.category_code, SpendLabel.words)
        .where(SpendLabel.decided_at.is_not(None), SpendLabel.category_code.is_not(None))
        .order_by(SpendLabel.id)
    )
    taught = tuple(Text(str(code), words) for code, words in decided)
    return Categoriser(
        suggester(tuple(named_codes(session))),
        lambda code: next((above for above in codes_above(code) if above in known), None),
        Suggester(taught) if taught else None,
    )


def labels(session: Session, words: Sequence[str]) -> dict[str, Known]:
    """The label of each of these words; new ones are made, with the category they suggest."""
    found = _known_labels(session, words)
    new = [each for each in dict.fromkeys(words) if each not in found]
    if new:
        decide = categoriser(session)
        rows = [{"words": each, **decided(decide.label(each))} for each in new]
        session.execute(insert(SpendLabel).execution_options(render_nulls=True), rows)
        found |= _known_labels(session, new)
    return found


def _known_labels(session: Session, words: Sequence[str]) -> dict[str, Known]:
    label = SpendLabel
    columns = (label.words, label.id, label.category_code, label.confidence)
    rows = _existing(session, label.words, words, columns)
    return {row[0]: Known(row[1], 0, row[2], rank(row[3])) for row in rows}


def _known_names(session: Session, spellings: Sequence[str]) -> dict[str, Known]:
    name = SpendName
    columns = (name.spelling, name.id, name.supplier_id, name.category_code, name.confidence)
    rows = _existing(session, name.spelling, spellings, columns)
    return {row[0]: Known(row[1], row[2], row[3], rank(row[4])) for row in rows}


def _known_suppliers(session: Session, forms: Sequence[str]) -> dict[str, int]:
    columns = (SpendSupplier.compact, SpendSupplier.id)
    return dict(_existing(session, SpendSupplier.compact, forms, columns))


def decided(decision: Decision) -> dict[str, Any]:
    """A decision as the columns of a label."""
    return {
        "category_code": decision.code,
        "confidence": decision.confidence,
        "no_purchase": decision.no_purchase,
        "reason": decision.reason[:LONGEST_TEXT],
    }


def names(session: Session, spellings: Sequence[str], at: datetime) -> dict[str, Known]:
    """The name of each spelling; new ones are made, and with them suppliers and doubtful pairs."""
    wanted = [each or NOT_NAMED for each in spellings]
    found = _known_names(session, wanted)
    new = [each for each in dict.fromkeys(wanted) if each not in found]
    if not new:
        return found
    suppliers, fresh = _suppliers(session, new)
    decide = categoriser(session)
    rows = [
        {
            "spelling": each,
            "supplier_id": suppliers[_compact(each)],
            "category_code": (said := decide.supplier(each)).code,
            "confidence": said.confidence,
        }
        for each in new
    ]
    session.execute(insert(SpendName).execution_options(render_nulls=True), rows)
    found |= _known_names(session, new)
    _doubt(session, fresh, {suppliers[_compact(each)]: each for each in new})
    return found


def _compact(spelling: str) -> str:
    return compact(spelling)[:LONGEST_TEXT] or spelling.casefold()


def _suppliers(session: Session, new: Sequence[str]) -> tuple[dict[str, int], list[int]]:
    """The supplier of each compact core, by number, and which of them are new."""
    forms = {_compact(each): each for each in reversed(new)}
    found = _known_suppliers(session, list(forms))
    # A supplier that a person made one with another hands its spellings on.
    moved = _moved(session, found.values())
    rows = [
        {"name": name, "core": core(name)[:LONGEST_TEXT], "compact": form}
        for form, name in forms.items()
        if form not in found
    ]
    fresh: list[int] = []
    if rows:
        session.execute(insert(SpendSupplier), rows)
        made = _known_suppliers(session, [row["compact"] for row in rows])
        fresh = list(made.values())
        found |= made
    return {form: moved.get(number, number) for form, number in found.items()}, fresh


def _moved(session: Session, numbers: Iterable[int]) -> dict[int, int]:
    """The supplier that each of these was made one with."""
    wanted = sorted(numbers)
    onward: dict[int, int] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(SpendMatch.second_id, SpendMatch.moved).where(
            SpendMatch.second_id.in_(wanted[start : start + CHUNK]),
            SpendMatch.status == MatchStatus.SAME,
        )
        onward |= {second: moved["to"] for second, moved in session.execute(query)}
    return onward


def _doubt(session: Session, fresh: Sequence[int], written: Mapping[int, str]) -> None:
    """Keep the doubtful pairs that the new suppliers make with any other."""
    if not fresh and not written:
        return
    known = {
        row.id: row.name for row in session.execute(select(SpendSupplier.id, SpendSupplier.name))
    }
    trading = trading_names(written)
    met = set(session.execute(select(SpendMatch.first_id, SpendMatch.second_id)))
    doubtful = [
        _row(pair)
        for pair in pairs(known, [*fresh, *trading], trading)[:MOST_KEPT]
        if (pair.first, pair.second) not in met
    ]
    if doubtful:
        session.execute(insert(SpendMatch).execution_options(render_nulls=True), doubtful)


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "first_id": pair.first,
        "second_id": pair.second,
        "likeness": pair.likeness,
        "reason": pair.reason[:LONGEST_TEXT],
        "status": MatchStatus.DOUBTFUL,
        "moved": [],
        "decided_by_id": None,
        "decided_at": None,
    }


def _existing(session: Session, key: Any, values: Sequence[str], columns: Any) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(values), CHUNK):
        query = select(*columns).where(key.in_(values[start : start + CHUNK]))
        found += session.execute(query)
    return found


def rank(confidence: object) -> int:
    """How sure a label's or a name's category is, as a number."""
    return RANK.get(confidence, 0)  # type: ignore[call-overload, no-any-return]
