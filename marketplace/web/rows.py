"""Rows of lists, each drawn once for what it shows: the same ones are looked at again and again."""

from collections.abc import Hashable, Iterable
from functools import lru_cache

from flask import Flask, current_app, request
from markupsafe import Markup


def install(app: Flask) -> None:
    """Make it a template filter."""
    app.add_template_filter(drawn_rows)


def drawn_rows(rows: Iterable[Hashable], template: str, **told: bool) -> Markup:
    """The rows as the template draws each `row`.

    What it draws must hang on nothing but the row and what else it is told.
    """
    also = tuple(told.items())
    drawn = [_drawn(request.root_path, template, row, also) for row in rows]
    return Markup("".join(drawn))  # noqa: S704 - our own template


@lru_cache(maxsize=4_096)
def _drawn(root: str, template: str, row: Hashable, also: tuple[tuple[str, bool], ...]) -> str:
    return current_app.jinja_env.get_template(template).render(row=row, **dict(also))
