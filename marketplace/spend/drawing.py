"""Pages of totals, drawn once for each preparation: nothing on them changes in between.

What is kept is the page without its surroundings, by address, role and freshness; the menu, who is
signed in and every form are drawn anew each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.categories.models import CategoryPolicy
from marketplace.spend.models import SpendOpportunity, SpendPreparation

MOST_KEPT = 500
BETWEEN = "<!-- part -->"
"""What `spend/parts.html` puts between the parts of a page."""


@dataclass(frozen=True)
class Drawn:
    """A page's title, its way back and its body."""

    title: Markup
    back: Markup
    body: Markup


_kept: OrderedDict[object, Drawn] = OrderedDict()
_lock = Lock()


def drawn(
    session: Session,
    role: Role,
    template: str,
    make: Callable[[], Mapping[str, object]],
    also: tuple[object, ...] = (),
) -> Drawn:
    """The page of this request, as it was drawn since the totals were prepared, or drawn now.

    Anew, too, where something else than it was then is among what the page `also` rests on.
    """
    key = (request.root_path, request.full_path, role, also, *_freshness(session))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    parts = render_template(template, **make()).split(BETWEEN)
    # Each part is our own template's output, escaped already.
    page = Drawn(*(Markup(part.strip()) for part in parts))  # noqa: S704
    with _lock:
        _kept[key] = page
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return page


def _freshness(session: Session) -> tuple[object, ...]:
    """When totals were prepared, categories named and the optimiser asked, each the last time."""
    row = session.connection().execute(_LAST).one()
    return str(session.get_bind().engine.url), *row


_LAST = select(
    func.max(SpendPreparation.prepared_at),
    func.count(),
    select(func.max(CategoryPolicy.updated_at)).scalar_subquery(),
    select(func.max(SpendOpportunity.worked_out_at)).scalar_subquery(),
)
