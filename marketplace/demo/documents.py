"""The documents of the demo's lots, and what bidders write: plain text and CSV."""

import csv
import io
from collections.abc import Sequence

from marketplace.demo.ware import Ware
from marketplace.lots.models import Lot, LotMember
from marketplace.web.formatting import day, months
from marketplace.web.uploads import Upload

METHODS = (
    "We serve four councils of this size today and would bring the same team: a named manager, a "
    "deputy, and weekly figures that anybody at the council can read. {name} answers to each "
    "borough by itself, and to all of them together once a quarter.",
    "Our plan has three steps. In the first month we listen: visits to each borough, and a list of "
    "what must not change. In the second we start with one borough and mend what goes wrong. From "
    "the third all are served, and {name} pays back a part of the fee wherever a target is missed.",
    "We measure it each month, publish the measure, and change what we do when it turns the wrong "
    "way. Last year that cut complaints by a third. {name} would do the same here, with targets "
    "set for each borough apart.",
    "People who use the service say what is good: two panels a year, with their findings and our "
    "answers open to all. {name} employs locally, and trains ten apprentices over the term.",
)


def documents_of(ware: Ware, lot: Lot, parts: Sequence[LotMember]) -> list[Upload]:
    """The specification and what each authority buys; volumes stay on the lot's own page."""
    return [
        _text("Specification.txt", _specification(ware, lot, parts)),
        Upload("What each authority buys.csv", "text/csv", _parts(parts)),
    ]


def method_of(name: str, question: str) -> str:
    """What a bidder answers to a question: the same words each time it is asked."""
    return METHODS[(len(name) + len(question)) % len(METHODS)].format(name=name)


def _specification(ware: Ware, lot: Lot, parts: Sequence[LotMember]) -> str:
    agreed = [
        f"  {name.replace('_', ' ').capitalize()}: {' or '.join(values)}"
        for name, values in lot.specification.items()
    ]
    lines = [
        f"{ware.name}: what the partners ask for together",
        "",
        "1. What is bought",
        *(f"  {part.authority.name}: {part.requirement.title}" for part in parts),
        "",
        "2. What all partners accept",
        *(agreed or ["  Nothing is laid down: say what you propose."]),
        "",
        "3. How it is to be done",
        *(f"  {note}" for note in ware.notes),
        "",
        f"4. It starts between {day(lot.start_from)} and {day(lot.start_to)}.",
    ]
    return "\n".join(lines) + "\n"


def _parts(parts: Sequence[LotMember]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Authority", "Requirement", "Unit", "Term"])
    for part in parts:
        need = part.requirement
        rows.writerow([part.authority.name, need.title, need.unit, months(need.term_months)])
    return out.getvalue().encode()


def _text(name: str, content: str) -> Upload:
    return Upload(name, "text/plain", content.encode())
