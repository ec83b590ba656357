"""The blueprint that the pages of this noun share."""

from flask import Blueprint
from markupsafe import Markup

from marketplace.contracts.models import Contract
from marketplace.db import AnyRow
from marketplace.web.formatting import brief_day

blueprint = Blueprint("contracts", __name__, url_prefix="/contracts")

ESTIMATED = Markup(' <strong class="govuk-tag govuk-tag--yellow">Estimated</strong>')


@blueprint.app_template_filter()
def end_of(contract: Contract | AnyRow) -> str:
    """When a contract ends; an end that was worked out says so wherever it stands."""
    if contract.end_date is None:
        return "Not given"
    day = brief_day(contract.end_date)
    return day + ESTIMATED if contract.end_is_estimate else day
