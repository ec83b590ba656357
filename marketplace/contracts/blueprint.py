"""The blueprint that the pages of this noun share."""

from flask import Blueprint
from markupsafe import Markup

from marketplace.contracts.extensions import in_words
from marketplace.contracts.models import Contract
from marketplace.contracts.wording import MAY_JOIN, SURE
from marketplace.db import AnyRow
from marketplace.web.formatting import brief_day, day, words

blueprint = Blueprint("contracts", __name__, url_prefix="/contracts")

ESTIMATED = Markup(' <strong class="govuk-tag govuk-tag--yellow">Estimated</strong>')


@blueprint.app_template_filter()
def end_of(contract: Contract | AnyRow) -> str:
    """When a contract ends; an end that was worked out says so wherever it stands."""
    if contract.end_date is None:
        return "Not given"
    shown = brief_day(contract.end_date)
    return shown + ESTIMATED if contract.end_is_estimate else shown


@blueprint.app_template_filter()
def extension_words(kept: str | None) -> str:
    """Extension options in words."""
    return in_words(kept)


@blueprint.app_template_filter()
def choices(contract: Contract, own: bool) -> list[tuple[str, str]]:
    """What a contract allows, for a summary; how it can be ended early is its own people’s."""
    ends_early = [
        ("May be ended early from", words(day(contract.break_date))),
        ("Break clause", contract.break_terms or "Not given"),
    ]
    return [
        ("Extension options", in_words(contract.extensions)),
        *(ends_early if own else ()),
        ("Others may join", MAY_JOIN[contract.others_may_join]),
        *([("Terms of joining", contract.joining_terms)] if contract.joining_terms else ()),
        ("Lead authority", contract.lead_authority or "Not given"),
    ]


@blueprint.app_template_filter()
def how_sure(contract: Contract) -> str:
    """How sure we are of a row, and since when."""
    sure = SURE[contract.sureness]
    return f"{sure} on {day(contract.checked_on)}" if contract.checked_on else sure


@blueprint.app_template_filter()
def may_join(said: bool | None) -> str:
    """Whether others may join a contract."""
    return MAY_JOIN[said]
