"""The reason for not splitting a lot, ready for its publication."""

from sqlalchemy.orm import Session

from marketplace.grouping.snapshots import freeze_these
from marketplace.grouping.splitting import reason_not_to_split, splits
from marketplace.lots import queries
from marketplace.lots.models import Lot
from marketplace.suppliers.queries import bidders_for


def ready_reason(session: Session, lot: Lot) -> str:
    """The words for those who committed; empty where the figures give no reason."""
    requirements = queries.committed_requirements(session, lot)
    if not requirements:
        return ""
    found = splits(freeze_these(session, requirements), [each.reference for each in requirements])
    places = {requirement.authority.name for requirement in requirements}
    bidders = bidders_for(session, lot.category_code, lot.value, places)
    return reason_not_to_split(found, lot.net_benefit_likely, bidders)
