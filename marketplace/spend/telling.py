"""What a person should know of a file before accepting it, in sentences."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from marketplace.spend.comparing import Overlap
from marketplace.spend.fields import WORDS, Field, folded
from marketplace.spend.reading import Part, SpendRead, TotalState
from marketplace.web.formatting import counted, pounds

GROSS = frozenset({"gross", "inc", "incl", "including"})


def about_the_total(whole: SpendRead) -> str:
    """Whether the lines add up to the total that the file gives."""
    if whole.state == TotalState.NONE:
        return (
            f"The file gives no total to check by; its lines come to {pounds(whole.amount)}"
            f"{_refused(whole)}."
        )
    claimed = sum((Decimal(part.claimed or 0) for part in whole.parts), Decimal(0)) / 100
    if whole.state == TotalState.AGREES:
        with_refused = _refused(whole) if claimed != whole.amount else ""
        return f"The lines come to the file’s own total, {pounds(claimed)}{with_refused}."
    return (
        f"The lines come to {pounds(whole.amount)}{_refused(whole)}, and the file says "
        f"{pounds(claimed)}: {pounds(abs(claimed - whole.amount))} "
        f"{'more' if claimed > whole.amount else 'less'}. Look for rows that are missing or double."
    )


def _refused(whole: SpendRead) -> str:
    return f", with {pounds(whole.refused_amount)} in refused rows" if whole.refused_amount else ""


def notices(whole: SpendRead, found: Sequence[Overlap], today: date) -> list[str]:
    """Everything else that is out of the ordinary."""
    parts = whole.parts
    return [
        *(f"Left out: {each}" for each in whole.left_out),
        *(text for part in parts if (text := _columns(part))),
        *(text for part in parts if (text := _odd(part))),
        *_days(whole, today),
        *(_overlap(each) for each in found),
    ]


def _columns(part: Part) -> str:
    if not part.guessed:
        return ""
    taken = ", ".join(
        f"“{part.headings[part.fields[each]]}” for the {WORDS[Field(each)].lower()}"
        for each in part.guessed
    )
    return f"Taken by what is in them and not by their names: {taken}. Check them."


def _odd(part: Part) -> str:
    said = []
    where = f"On the sheet {part.name}: " if part.name else ""
    heading = part.headings[part.fields[Field.AMOUNT.value]]
    if GROSS & set(folded(heading).split()):
        said.append(f"amounts are with VAT (“{heading}”)")
    if part.month_first:
        said.append("dates put the month before the day")
    if Field.DATE.value not in part.fields:
        month = part.month or 0
        said.append(f"rows have no dates and are taken as of {month % 100:02d}/{month // 100}")
    if part.notes:
        said.append(f"{counted(part.notes, 'row of words')} without an amount left out")
    subtotals = sum(kind == "subtotal" for _, kind, _ in part.claims)
    if subtotals:
        said.append(f"{counted(subtotals, 'subtotal')} left out")
    text = where + "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if said else ""


def _days(whole: SpendRead, today: date) -> list[str]:
    latest = today.year * 10_000 + today.month * 100 + today.day
    ahead = int((whole.columns["day"] > latest).sum())
    if not ahead:
        return []
    last = int(np.max(whole.columns["day"]))
    until = f"{last // 100 % 100:02d}/{last // 10_000}"
    return [f"{counted(ahead, 'line')} dated after today, up to {until}."]


def _overlap(found: Overlap) -> str:
    lines = counted(found.same, "line")
    if not found.is_repeat:
        return (
            f"{lines} also stand in {found.reference} ({found.file_name}), of the same month; both "
            "are kept, because payments of one amount to one supplier do occur."
        )
    gone = f", and {found.gone:,} of its lines are no longer here" if found.gone else ""
    return (
        f"This is another edition of {found.reference} ({found.file_name}): {lines} are the same"
        f"{gone}. It can only take its place."
    )
