"""The options of a list to choose from: a template filter, as some lists have dozens of them."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from markupsafe import Markup, escape


def options(choices: Iterable[tuple[Any, str]], chosen: object = None) -> Markup:
    """An option for each value and text, the chosen one selected."""
    parts = [
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(text)}</option>"
        for value, text in choices
    ]
    return Markup("".join(parts))  # noqa: S704 - each value and text is escaped above


def install(app: Flask) -> None:
    """Make it a template filter."""
    app.add_template_filter(options)
