"""What is chosen from, as template filters: lists and tables have dozens of each."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup, escape


def options(choices: Iterable[tuple[Any, str]], chosen: object = None) -> Markup:
    """An option for each value and text, the chosen one selected."""
    drawn = [_option(value, text, value == chosen) for value, text in choices]
    return Markup("".join(drawn))  # noqa: S704 - each value and text is escaped below


@lru_cache(maxsize=4_096, typed=True)
def _option(value: Any, text: str, selected: bool) -> str:
    return (
        f'<option value="{escape(value)}"{" selected" if selected else ""}>{escape(text)}</option>'
    )


@lru_cache(maxsize=4_096, typed=True)
def tick(value: object, name: str, label: str, ticked: bool) -> Markup:
    """A box to tick in a row of a table; its label is for those who do not see the row."""
    key, field, text = escape(str(value)), escape(name), escape(label)
    box = (
        '<div class="govuk-checkboxes govuk-checkboxes--small app-tick">'
        '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" '
        f'type="checkbox" id="{field}-{key}" name="{field}" value="{key}"'
        f"{' checked' if ticked else ''}>"
        f'<label class="govuk-label govuk-checkboxes__label" for="{field}-{key}">'
        f'<span class="app-cell__label">{text}</span></label></div></div>'
    )
    return Markup(box)  # noqa: S704 - each part is escaped above


def install(app: Flask) -> None:
    """Make each a template filter."""
    app.add_template_filter(options)
    app.add_template_filter(tick)
