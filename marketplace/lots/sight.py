"""What an authority may see of a lot that it is asked to join.

Its own figures, the others' volume together on a coarse grid (`volumes.py`), and whether one of
the others brings half of it; whatever else it is shown is worked out from these. No figure of
others at all where they could be told apart: where there is only one other, unless both agree, and
where one of the others was already in a volume that the authority was shown for another lot.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.categories.queries import policy_for
from marketplace.grouping.own_share import OwnShare, breaks_even_at, own_share
from marketplace.grouping.snapshots import Frozen, freeze_these
from marketplace.grouping.translate import savings_at
from marketplace.lots import queries
from marketplace.lots.models import Lot, LotMember, LotParty
from marketplace.lots.own_part import OwnCosts, own_costs
from marketplace.lots.volumes import can_be_told_apart, coarse
from marketplace.requirements.models import Requirement


@dataclass(frozen=True)
class Gain:
    """What the lot would save one authority at the price of some volume, before costs."""

    volume: Decimal
    share: Decimal
    low: Decimal
    likely: Decimal
    high: Decimal
    likely_if_half_leave: Decimal
    others: int
    """How many other authorities bring the rest."""
    carried: bool
    """Whether one of the others brings at least half of their volume."""
    kept: tuple[Decimal, Decimal, Decimal]
    """What is left of each once its part of the costs is paid."""
    part: OwnShare
    """What a fair and a stable division would give it, and what it saves if the largest leaves."""

    @property
    def is_stable(self) -> int:
        """0: what is kept is within the stable range; below it −1, above it 1."""
        low, high = self.part.stable or (self.kept[1], self.kept[1])
        return (self.kept[1] > high) - (self.kept[1] < low)


@dataclass(frozen=True)
class OwnView:
    """A lot as one of the asked authorities sees it."""

    value: Decimal
    asked: int
    costs: OwnCosts
    breaks_even_at: Decimal | None
    """The others' volume from which its saving covers its costs; 0: any, None: none does."""
    gain: Gain | None
    """None where figures that rest on the others' volume may not be shown."""
    is_pair: bool
    agrees: bool
    other_agrees: bool


def parties_for(session: Session, lot: Lot, members: Sequence[Requirement]) -> list[LotParty]:
    """A party for each authority, with whether it may see the others' volume."""
    told = _told_before(session, {member.authority_id for member in members})
    return [
        LotParty(
            lot_id=lot.id,
            authority_id=authority,
            shows_volume=not can_be_told_apart(
                [each.id for each in members if each.authority_id != authority],
                told.get(authority, ()),
            ),
        )
        for authority in sorted({member.authority_id for member in members})
    ]


def own_view(session: Session, lot: Lot, authority: Organisation) -> OwnView:
    """What the authority sees, as if everybody asked, or left after the close, joins."""
    everybody = queries.asked_requirements(session, lot, authority)
    mine = [each for each in everybody if each.authority_id == authority.id]
    others = [each for each in everybody if each.authority_id != authority.id]
    parties = {party.authority_id: party for party in queries.parties(session, lot)}
    own = parties[authority.id]
    partners = {each.authority_id for each in others}
    partners_agree = all(parties[partner].agrees_to_show for partner in partners)
    may_see = _may_see(parties, own, partners)
    costs = own_costs(policy_for(session, lot.category_code), len(partners) + 1, len(mine))
    frozen = freeze_these(session, mine)
    references = [each.reference for each in mine]
    return OwnView(
        value=_total(mine),
        asked=len(parties),
        costs=costs,
        breaks_even_at=breaks_even_at(frozen, references, -costs.balance),
        gain=_gain(frozen, mine, others, costs) if may_see else None,
        is_pair=len(partners) == 1 and own.shows_volume,
        agrees=own.agrees_to_show,
        other_agrees=partners_agree,
    )


def sees_volume(session: Session, lot: Lot, authority_id: uuid.UUID) -> bool:
    """Whether an authority of the lot may see what rests on the others’ volume."""
    parties = {party.authority_id: party for party in queries.parties(session, lot)}
    own = parties.get(authority_id)
    partners = {each.authority_id for each in queries.parts(session, lot)} - {authority_id}
    return own is not None and _may_see(parties, own, partners)


def _may_see(
    parties: Mapping[uuid.UUID, LotParty], own: LotParty, partners: Collection[uuid.UUID]
) -> bool:
    """Not where the others could be told apart; of one other only where both agree."""
    agree = own.agrees_to_show and all(parties[each].agrees_to_show for each in partners)
    return own.shows_volume and bool(partners) and (len(partners) > 1 or agree)


def volume_is_coarse(session: Session, lot: Lot, members: Sequence[Requirement]) -> bool:
    """Whether the market may only see the volume on the grid.

    So it is where a partner could subtract: two authorities that did not both agree, or a
    requirement whose value stood in a lot that was published before.
    """
    authorities = {member.authority_id for member in members}
    agreeing = {p.authority_id for p in queries.parties(session, lot) if p.agrees_to_show}
    if len(authorities) == 2 and not authorities <= agreeing:
        return True
    published = session.scalars(
        select(LotMember.requirement_id)
        .join(Lot, Lot.id == LotMember.lot_id)
        .where(Lot.published_at.is_not(None), Lot.id != lot.id)
        .where(LotMember.requirement_id.in_([member.id for member in members]))
    )
    return can_be_told_apart([member.id for member in members], published)


def _gain(
    frozen: Frozen, mine: Sequence[Requirement], others: Sequence[Requirement], costs: OwnCosts
) -> Gain:
    """Everything here rests on the coarse volume, on how many others there are, and on one bit."""
    references = [requirement.reference for requirement in mine]
    by_authority: dict[uuid.UUID, Decimal] = defaultdict(Decimal)
    for each in others:
        by_authority[each.authority_id] += each.value
    carried = 2 * max(by_authority.values()) >= _total(others)
    value, shown = _total(mine), coarse(_total(others))
    low, likely, high = savings_at(frozen, references, value + shown)
    _, halved, _ = savings_at(frozen, references, value + shown / 2)
    return Gain(
        volume=value + shown,
        share=value / (value + shown),
        low=low,
        likely=likely,
        high=high,
        likely_if_half_leave=halved,
        others=len(by_authority),
        carried=carried,
        kept=(low + costs.balance, likely + costs.balance, high + costs.balance),
        part=own_share(frozen, references, shown, len(by_authority), carried=carried),
    )


def _told_before(
    session: Session, authorities: set[uuid.UUID]
) -> Mapping[uuid.UUID, set[uuid.UUID]]:
    """For each authority, the others' requirements whose volume it was shown in some lot."""
    rows = session.execute(
        select(LotParty.authority_id, LotMember.requirement_id)
        .join(LotMember, LotMember.lot_id == LotParty.lot_id)
        .where(LotParty.shows_volume, LotParty.authority_id.in_(authorities))
        .where(LotMember.authority_id != LotParty.authority_id)
    )
    told: dict[uuid.UUID, set[uuid.UUID]] = {}
    for authority, requirement in rows:
        told.setdefault(authority, set()).add(requirement)
    return told


def _total(requirements: Sequence[Requirement]) -> Decimal:
    return sum((requirement.value for requirement in requirements), Decimal(0))
