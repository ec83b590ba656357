"""What our own format says of a contract's choices: extensions, breaks, and who may join."""

from datetime import date
from typing import Any

from marketplace.contracts.extensions import read_extensions
from marketplace.contracts.formats.found import LONGEST_LINE
from marketplace.intake.faults import RowReader


def read_options(reader: RowReader, start: date | None) -> dict[str, Any]:
    """These facts of a row, by the names that `Found` gives them."""
    may_join, terms = reader.yes("join"), told(reader.prose("join_terms"))
    if terms and may_join is False:
        reader.refuse("join_terms", "nothing where others may not join")
    first = reader.date("break")
    if first and start and first < start:
        reader.refuse("break", f"a day on or after the start, {start:%d/%m/%Y}")
    lead = told(reader.line("lead"))
    if len(lead) > LONGEST_LINE:
        reader.refuse("lead", f"a name of at most {LONGEST_LINE} characters")
    return {
        "extensions": _extensions(reader),
        "break_date": first,
        "break_terms": told(reader.prose("break_terms")),
        # Who gives terms of joining says that one may.
        "others_may_join": True if terms else may_join,
        "joining_terms": terms,
        "lead_authority": lead,
        "checked_on": reader.date("checked"),
        "is_public": bool(reader.yes("public")),
    }


def _extensions(reader: RowReader) -> tuple[int, ...] | None:
    try:
        return read_extensions(reader.line("extensions"))
    except ValueError as fault:
        reader.refuse("extensions", str(fault))
        return None


def told(text: str) -> str:
    """Without the mark that keeps a spreadsheet from running a cell that was taken away."""
    return text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@") else text
