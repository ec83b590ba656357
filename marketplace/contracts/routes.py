"""The register of contracts: the list, and one contract with all that is known of it."""

import uuid

from flask import Response, render_template, request
from sqlalchemy import Select, func

from marketplace import clock
from marketplace.accounts.models import Person, Role
from marketplace.accounts.queries import authority_names
from marketplace.contracts import edit_routes as edit_routes
from marketplace.contracts import queries
from marketplace.contracts import renewal_routes as renewal_routes
from marketplace.contracts.award_routes import blueprint as award_blueprint
from marketplace.contracts.blueprint import blueprint
from marketplace.contracts.formats import FORMATS, own
from marketplace.contracts.import_queries import sees
from marketplace.contracts.import_routes import blueprint as import_blueprint
from marketplace.contracts.models import Contract
from marketplace.contracts.public_routes import blueprint as public_blueprint
from marketplace.contracts.register_filter import read_filter
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.limits import MOST_ROWS
from marketplace.intake.taking_away import as_csv, as_xlsx
from marketplace.searching import has_words
from marketplace.security.guard import current_person, requires
from marketplace.security.permissions import Permission, may
from marketplace.web.downloads import download
from marketplace.web.listing import page_of

BLUEPRINTS = (blueprint, award_blueprint, import_blueprint, public_blueprint)

SORTS = {
    "end": queries.END_OR_NEVER,
    "value": Contract.value,
    "title": func.lower(Contract.title),
}


@blueprint.get("")
@requires(Permission.VIEW_CONTRACTS)
def index() -> tuple[str, int]:
    """The contracts of one's authority; for the centre, of all."""
    person = current_person()
    asked, faults = read_filter(request.args)
    listing = page_of(
        db.session,
        _asked_of(person, asked),
        shown=queries.shown,
        sorts=SORTS,
        default="end",
        tie=Contract.id,
        words=asked.words,
    )
    page = render_template(
        "contracts/index.html",
        listing=listing,
        asked=asked,
        faults=faults,
        authorities=[] if person.role == Role.COMMISSIONER else authority_names(db.session),
        may_import=may(person.role, Permission.IMPORT_CONTRACTS),
        may_plan=may(person.role, Permission.EDIT_REQUIREMENTS),
    )
    return page, 422 if faults else 200


@blueprint.get("/register.<any(csv, xlsx):kind>")
@requires(Permission.VIEW_CONTRACTS)
def take_away(kind: str) -> Response:
    """What the list shows, in our own format: it can be imported again."""
    asked, _ = read_filter(request.args)
    query = _asked_of(current_person(), asked).where(*has_words(Contract.id, asked.words))
    query = query.options(*queries.IN_FULL)
    found = db.session.scalars(query.order_by(Contract.reference).limit(MOST_ROWS + 1)).all()
    if len(found) > MOST_ROWS:
        raise Unacceptable(f"These are over {MOST_ROWS:,} contracts. Narrow the list first.")
    columns, rows = own.TAKEN_AWAY, own.rows_of(found)
    content = as_csv(columns, rows) if kind == "csv" else as_xlsx("Contracts", columns, rows)
    return download(content, f"contracts.{kind}")


def _asked_of(person: Person, asked: queries.RegisterFilter) -> Select[Contract]:
    today = clock.london_day(clock.now())
    return queries.register(person.role, person.organisation_id, asked, today)


@blueprint.get("/<uuid:contract_id>")
@requires(Permission.VIEW_CONTRACTS)
def contract(contract_id: uuid.UUID) -> str:
    """Everything about one contract, and where its row came from."""
    person = current_person()
    found = queries.contract(db.session, person, contract_id)
    return render_template(
        "contracts/contract.html",
        contract=found,
        formats={name.value: chosen.words for name, chosen in FORMATS.items()},
        status=found.status_on(clock.london_day(clock.now())),
        may_plan=may(person.role, Permission.EDIT_REQUIREMENTS),
        may_edit=may(person.role, Permission.EDIT_CONTRACTS),
        sees_import=sees(person, found.contract_import),
    )
