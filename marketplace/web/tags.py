"""A status in words and colour; the words alone say it all."""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from marketplace.web.formatting import words

MEANING = {
    "blue": "posted running",
    "turquoise": "joined conditional",
    "purple": "in_tender opened",
    "green": "contracted done approved open awarded committed submitted ranked active accepted low"
    " agreed",
    "red": "failed rejected high",
    "yellow": "proposed joining awaited previewed medium",
    "orange": "closed",
}
"""Statuses by colour; any other is grey."""
COLOURS = {status: colour for colour, several in MEANING.items() for status in several.split()}


def install(app: Flask) -> None:
    """Make it a template filter."""
    app.add_template_filter(tag)


@lru_cache(maxsize=256)
def tag(value: str) -> Markup:
    """The status as a tag."""
    colour = COLOURS.get(str(value), "grey")
    return Markup('<strong class="govuk-tag govuk-tag--{}">{}</strong>').format(
        colour, words(value)
    )
