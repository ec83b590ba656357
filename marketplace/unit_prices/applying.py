"""Making an estimated elasticity the policy's: only by a person, with a reason, on the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CategoryPolicy
from marketplace.categories.services import PolicyTerms, set_policy
from marketplace.unit_prices.elasticity import Estimate


@dataclass(frozen=True)
class Effect:
    """What the administrator decides: the three price effects, and why."""

    low: Decimal
    likely: Decimal
    high: Decimal
    reason: str


def apply_elasticity(
    session: Session,
    policy: CategoryPolicy,
    effect: Effect,
    found: Estimate,
    *,
    by: Person,
    at: datetime,
    version: int,
) -> CategoryPolicy:
    """Make the next version of the policy with these price effects; all else stays.

    Raises StaleEdit where the policy was changed since `version`, Unacceptable for effects that
    are not in order. Runs that are done keep the policy they were given.
    """
    kept = {name: getattr(policy, name) for name in PolicyTerms.__dataclass_fields__}
    terms = PolicyTerms(
        **{
            **kept,
            "elasticity_low": effect.low,
            "elasticity_likely": effect.likely,
            "elasticity_high": effect.high,
            "attributes": _as_given(policy),
        }
    )
    saved = set_policy(
        session, policy, terms, cpv_code=policy.cpv_code, by=by, at=at, version=version
    )
    record(
        session,
        Action.ELASTICITY_APPLIED,
        saved,
        by=by,
        at=at,
        applied=[str(each) for each in (effect.low, effect.likely, effect.high)],
        estimated=[f"{each:.4f}" for each in (found.low, found.likely, found.high)],
        points=len(found.points),
        reason=effect.reason,
    )
    return saved


def _as_given(policy: CategoryPolicy) -> Sequence[tuple[str, str, Sequence[str]]]:
    return [(each.name, each.label, each.values) for each in policy.attributes]
