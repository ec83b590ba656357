"""A month as people give it: 2027-04."""

import re

MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])")
MONTH_FAULT = "Enter a month like 2027-04"


def read_month(text: str) -> int | None:
    """2027-04 as 202704; None for anything else."""
    found = MONTH.fullmatch(text.strip())
    return int(found[1] + found[2]) if found else None
