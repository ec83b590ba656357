"""The register as everybody sees it, signed in or not: what is public, and no more."""

import uuid

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Select, func

from marketplace import clock
from marketplace.accounts.queries import authority_names
from marketplace.contracts import queries
from marketplace.contracts.formats import own
from marketplace.contracts.models import Contract
from marketplace.contracts.register_filter import read_filter
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.taking_away import as_csv, as_xlsx
from marketplace.searching import has_words
from marketplace.security.guard import public
from marketplace.web.downloads import download
from marketplace.web.listing import page_of

blueprint = Blueprint("public_register", __name__, url_prefix="/register")

MOST_TAKEN = 5_000
"""Rows that a stranger may take away at once."""
SORTS = {
    "end": queries.END_OR_NEVER,
    "value": Contract.value,
    "title": func.lower(Contract.title),
}


@blueprint.get("")
@public
def index() -> tuple[str, int]:
    """What authorities have under contract and publish."""
    asked, faults = read_filter(request.args)
    listing = page_of(
        db.session,
        _asked(asked),
        shown=queries.shown,
        sorts=SORTS,
        default="end",
        tie=Contract.id,
        words=asked.words,
    )
    page = render_template(
        "contracts/public.html",
        listing=listing,
        asked=asked,
        faults=faults,
        authorities=authority_names(db.session),
    )
    return page, 422 if faults else 200


@blueprint.get("/register.<any(csv, xlsx):kind>")
@public
def take_away(kind: str) -> Response:
    """What the list shows, as a file."""
    asked, _ = read_filter(request.args)
    query = _asked(asked).where(*has_words(Contract.id, asked.words))
    query = query.options(*queries.IN_FULL).order_by(Contract.reference)
    found = db.session.scalars(query.limit(MOST_TAKEN + 1)).all()
    if len(found) > MOST_TAKEN:
        raise Unacceptable(f"These are over {MOST_TAKEN:,} contracts. Narrow the list first.")
    columns, rows = own.PUBLIC, own.public_rows_of(found)
    content = as_csv(columns, rows) if kind == "csv" else as_xlsx("Contracts", columns, rows)
    return download(content, f"public-register.{kind}")


@blueprint.get("/<uuid:contract_id>")
@public
def contract(contract_id: uuid.UUID) -> str:
    """One contract, without what concerns its authority alone."""
    found = queries.public_contract(db.session, contract_id)
    today = clock.london_day(clock.now())
    return render_template(
        "contracts/public_contract.html", contract=found, status=found.status_on(today)
    )


def _asked(asked: queries.RegisterFilter) -> Select[Contract]:
    today = clock.london_day(clock.now())
    return queries.register(None, None, asked, today)
