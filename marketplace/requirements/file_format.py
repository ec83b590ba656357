"""Our format of requirements in a file: its columns, and a row read into a need.

`docs/formats.md` describes it for those who fill it in.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CategoryPolicy
from marketplace.intake.cells import cpv_codes
from marketplace.intake.faults import RowReader
from marketplace.intake.tables import Layout
from marketplace.requirements.needs import Need

COLUMNS = {
    "reference": "Your reference",
    "title": "Title",
    "code": "CPV code",
    "value": "Value",
    "quantity": "Quantity",
    "unit": "Unit",
    "first": "Earliest start",
    "last": "Latest start",
    "term": "Term in months",
    "accepts": "Accepts",
    "partners": "Most other authorities",
    "apart": "Will not share with",
    "description": "Description",
}
LAYOUT = Layout(
    columns={field: (name,) for field, name in COLUMNS.items()},
    needed=("title", "code", "value", "first", "last", "term"),
)
LONGEST_LINE, LONGEST_UNIT, LONGEST_PROSE = 255, 40, 5_000
MOST_PARTNERS, LONGEST_TERM = 500, 600


def example(today: date) -> Sequence[str]:
    """A row to show how it is filled in; it says in its title that it is to be taken out."""
    year = today.year + 1
    return (
        *("LIB-17", "Example: library books (take this row out)", "22113000", "120,000", "", ""),
        *(f"01/04/{year}", f"01/10/{year}", "24", "servicing: shelf-ready, labels only", "3", ""),
        "Adult fiction for four libraries",
    )


EXAMPLE_TITLE = example(date.min.replace(year=2000))[1]


@dataclass(frozen=True)
class Known:
    """What cells may name: codes with their policies, and authorities by name and code."""

    policies: Mapping[str, CategoryPolicy]
    authorities: Mapping[str, Organisation]
    own: Organisation
    today: date


@dataclass(frozen=True)
class Understood:
    """A row that says one requirement."""

    number: int
    reference: str
    need: Need
    apart: Sequence[Organisation]

    @property
    def key(self) -> str:
        """The same for the same row of any file: by the authority's reference, else all it says."""
        facts = ["reference", self.reference.casefold()]
        if not self.reference:
            facts = ["facts", *(f"{name}={value}" for name, value in self.need.plain().items())]
        return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()


def code_of(reader: RowReader) -> str:
    """The CPV code in a row, or nothing."""
    return next(iter(cpv_codes(reader.raw("code"))), "")


def read_row(reader: RowReader, known: Known) -> Understood | None:
    """The requirement in a row; None where the reader found faults."""
    title = _line(reader, "title", LONGEST_LINE, needed="what you need, in a few words")
    if title == EXAMPLE_TITLE:
        reader.refuse("title", "your own requirement: this is the example of the empty form")
    policy = _policy(reader, known)
    value, quantity = _positive(reader, "value", needed=True), _positive(reader, "quantity")
    term = reader.whole("term", at_least=1, at_most=LONGEST_TERM, needed=True)
    first, last = _window(reader, known.today)
    unit, description = _line(reader, "unit", LONGEST_UNIT), _prose(reader)
    accepts = _accepts(reader, policy) if policy else {}
    partners = reader.whole("partners", at_most=MOST_PARTNERS)
    apart, reference = _apart(reader, known), _line(reader, "reference", LONGEST_LINE)
    if reader.faults or not (value and first and last and term):
        return None
    need = Need(
        category_code=code_of(reader),
        title=title,
        value=value,
        earliest_start=first,
        latest_start=last,
        term_months=term,
        description=description,
        quantity=quantity,
        unit=unit or None,
        accepts=accepts,
        max_partners=partners,
    )
    return Understood(reader.row.number, reference, need, apart)


def _line(reader: RowReader, field: str, longest: int, needed: str = "") -> str:
    text = reader.line(field, needed=needed)
    if len(text) > longest:
        reader.refuse(field, f"at most {longest} characters")
    return text


def _prose(reader: RowReader) -> str:
    text = reader.prose("description")
    if len(text) > LONGEST_PROSE:
        reader.refuse("description", f"at most {LONGEST_PROSE:,} characters")
    return text


def _policy(reader: RowReader, known: Known) -> CategoryPolicy | None:
    code = code_of(reader)
    if not code:
        reader.refuse("code", "a CPV code of eight digits, like 22113000")
    elif code not in known.policies:
        reader.refuse("code", "a CPV code that is in the list of codes here")
    return known.policies.get(code)


def _positive(reader: RowReader, field: str, *, needed: bool = False) -> Decimal | None:
    amount = reader.money(field, needed=needed)
    if amount is not None and amount <= 0:
        reader.refuse(field, "a number above nothing")
    return amount


def _window(reader: RowReader, today: date) -> tuple[date | None, date | None]:
    first, last = reader.date("first", needed=True), reader.date("last", needed=True)
    if first and last and first > last:
        reader.refuse("last", "a day on or after the earliest start")
    elif last and last < today:
        reader.refuse("last", "a day that is not past")
    return first, last


def _accepts(reader: RowReader, policy: CategoryPolicy) -> dict[str, list[str]]:
    """ "servicing: shelf-ready, labels only; delivery: weekly", in the category's own words."""
    found: dict[str, list[str]] = {}
    names = {_folded(n): each for each in policy.attributes for n in (each.name, each.label)}
    for part in filter(None, (p.strip() for p in reader.line("accepts").split(";"))):
        name, _, rest = part.partition(":")
        attribute = names.get(_folded(name))
        if attribute is None:
            there = ", ".join(each.label for each in policy.attributes) or "none"
            reader.refuse("accepts", f"a part of the category’s specification ({there})")
            continue
        values = {_folded(value): value for value in attribute.values}
        chosen = [_folded(value) for value in re.split(r",| or ", rest) if value.strip()]
        if not chosen or not set(chosen) <= set(values):
            reader.refuse("accepts", f"{attribute.label}: any of {', '.join(attribute.values)}")
        else:
            found[attribute.name] = [values[value] for value in chosen]
    return found


def _apart(reader: RowReader, known: Known) -> list[Organisation]:
    """The authorities named, by name or code, with a semicolon between them."""
    named = [part.strip() for part in reader.line("apart").split(";") if part.strip()]
    found = [known.authorities.get(_folded(name)) for name in named]
    if any(each is None or each is known.own for each in found):
        reader.refuse("apart", "names or codes of other authorities, a semicolon between them")
    return [each for each in found if each]


def by_name_and_code(authorities: Sequence[Organisation]) -> dict[str, Organisation]:
    """Each authority under what a cell may call it."""
    named = {_folded(each.name): each for each in authorities}
    return named | {_folded(each.code): each for each in authorities if each.code}


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
