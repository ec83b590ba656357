"""A file against what is in already: the same month twice, a correction, or something new."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.intake.models import ImportStatus
from marketplace.spend.models import SpendBlock, SpendCell, SpendImport, SpendName
from marketplace.spend.names import compact
from marketplace.spend.packing import unpack
from marketplace.spend.reading import SpendRead

REPEATS_FROM = 0.5
"""The share of lines in common from which a file is another edition of an earlier one."""

Key = tuple[int, int, str]
"""What a line is known by: its month, its pence, and the supplier's compact name."""


@dataclass(frozen=True)
class Overlap:
    """What a file has in common with one earlier import."""

    reference: str
    file_name: str
    same: int
    gone: int
    """Lines of the earlier import's months that the file has no longer."""
    is_repeat: bool


def imports_in(session: Session, authority: Organisation) -> Sequence[SpendImport]:
    """The authority's imports whose lines are in the figures, oldest first."""
    return session.scalars(
        select(SpendImport)
        .where(
            SpendImport.authority_id == authority.id,
            SpendImport.status == ImportStatus.ACCEPTED,
            SpendImport.taken_back_at.is_(None),
        )
        .order_by(SpendImport.number)
    ).all()


def overlaps(
    session: Session, whole: SpendRead, earlier: Sequence[SpendImport]
) -> tuple[list[Overlap], int]:
    """What the file has in common with each earlier import, and how many lines are in already."""
    months = set(np.unique(whole.columns["month"]).tolist())
    near = [each for each in earlier if months & {row["month"] for row in each.months}]
    if not near:
        return [], 0
    ours = _keys_of(whole)
    left, found = Counter(ours), []
    for each in near:
        theirs = _keys_in(session, each, months)
        same = (ours & theirs).total()
        least = min(ours.total(), theirs.total())
        if same:
            repeat = same >= REPEATS_FROM * least
            gone = theirs.total() - same
            found.append(Overlap(each.reference, each.file_name, same, gone, repeat))
        left -= theirs
    return found, ours.total() - left.total()


def _keys_of(whole: SpendRead) -> Counter[Key]:
    forms = [compact(name) for name in whole.suppliers]
    columns = whole.columns
    supplier = np.repeat(columns["supplier"], columns["lines"]).tolist()
    month = (columns["day"] // 100).tolist()
    pence = columns["pence"].tolist()
    return Counter(zip(month, pence, (forms[place] for place in supplier), strict=True))


def _keys_in(session: Session, earlier: SpendImport, months: set[int]) -> Counter[Key]:
    cells = session.execute(
        select(SpendCell.month, SpendCell.first, SpendCell.lines, SpendName.spelling)
        .join(SpendName, SpendName.id == SpendCell.name_id)
        .where(SpendCell.import_number == earlier.number, SpendCell.month.in_(sorted(months)))
    ).all()
    blocks = session.scalars(
        select(SpendBlock.content)
        .where(SpendBlock.import_number == earlier.number)
        .order_by(SpendBlock.first)
    )
    pence = np.concatenate([unpack(block)[1]["pence"] for block in blocks]).tolist()
    return Counter(
        (month, amount, compact(name))
        for month, first, lines, name in cells
        for amount in pence[first - 1 : first - 1 + lines]
    )
