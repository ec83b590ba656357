"""Tables that a narrow screen shows row by row, each figure with the heading of its column."""

import re

from flask import Flask
from markupsafe import Markup

HEADING = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
MARK = re.compile(r"<span aria-hidden.*?</span>", re.DOTALL)
"""The arrow of the column that a list is sorted by."""
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b")


def install(app: Flask) -> None:
    """Make it a template filter."""
    app.add_template_filter(stacked)


def stacked(rows: Markup) -> Markup:
    """The head and body of a table, each cell of the body with the words of its heading."""
    head, _, body = str(rows).partition("<tbody")
    plain = MARK.sub("", head)
    headings = [re.sub(r"<[^>]*>", "", each).strip() for each in HEADING.findall(plain)]

    def labelled(row: re.Match[str]) -> str:
        names = iter(headings)
        return CELL.sub(lambda cell: f'<{cell[1]} data-label="{next(names, "")}"', row[0])

    # Only what was safe before is put elsewhere: headings are text already escaped.
    return Markup(f"{head}<tbody{ROW.sub(labelled, body)}")  # noqa: S704 - as said above
