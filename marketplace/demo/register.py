"""The contracts that a few authorities have already, as if imported from their registers."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

from marketplace.accounts.models import Organisation
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.contracts.models import (
    Contract,
    ContractImport,
    ContractSource,
    ContractStatus,
)
from marketplace.contracts.months import months_after
from marketplace.contracts.planning import Window as Around
from marketplace.contracts.renewal_queries import ending, named
from marketplace.contracts.renewing import open_renewals
from marketplace.demo.firms import serving
from marketplace.demo.needs import Window, Writer
from marketplace.demo.shelves import WARES
from marketplace.demo.timeline import History
from marketplace.demo.ware import Ware
from marketplace.demo.world import World
from marketplace.intake.models import ImportStatus
from marketplace.references import next_references

DAYS = {"CAM": -300, "HCK": -280, "CRO": -210, "EAL": -160, "ISL": -120, "NEW": -70, "SUT": -50}
"""Whose register was imported, and when."""
EACH = 16
ENDED = 2
"""How many of an authority's contracts have run out by now."""
LONGEST_DAYS = 36 * 30
RENEWED = 2
"""How many of the next to end are opened again as draft requirements."""
IN_THEIR_WORDS = {
    "79100000": "Legal – external counsel",
    "50700000": "Repairs and maintenance",
    "72253000": "ICT support",
}


def registers(world: World) -> list[History[None]]:
    """One history for each authority whose register is there."""
    return [_imported(world, short, day) for short, day in DAYS.items()]


def _imported(world: World, short: str, day: int) -> History[None]:
    yield world.timeline.day(day, 10, 25)
    by, codes = world.commissioners[short], sorted(WARES)
    first = day % len(codes)
    wares = [WARES[codes[(first + 5 * n) % len(codes)]] for n in range(EACH)]
    content = f"register of {short}".encode()
    batch = ContractImport(
        file_name=f"{by.organisation.name.lower().replace(' ', '-')}-contracts-register.csv",
        file_format="marketplace",
        sha256=hashlib.sha256(content).hexdigest(),
        authority_id=by.organisation_id,
        status=ImportStatus.ACCEPTED,
        rows_read=EACH,
        rows_understood=EACH,
        rows_refused=0,
        rows_known=0,
        rows_added=EACH,
        created_at=world.now,
        created_by_id=by.id,
        decided_at=world.now + timedelta(minutes=6),
    )
    world.session.add(batch)
    record(world.session, Action.CONTRACTS_PREVIEWED, batch, by=by, at=world.now)
    references = next_references(world.session, "CON", world.now.year, EACH)
    rows = [
        _contract(world, by.organisation, ware, row, reference)
        for row, (ware, reference) in enumerate(zip(wares, references, strict=True), start=2)
    ]
    for contract in rows:
        contract.import_id = batch.id
    world.session.add_all(rows)
    at = world.now + timedelta(minutes=6)
    record(world.session, Action.CONTRACTS_IMPORTED, batch, by=by, at=at, added=EACH)
    yield from _renewed(world, by.organisation, rows)


def _contract(
    world: World, authority: Organisation, ware: Ware, row: int, reference: str
) -> Contract:
    months = world.rng.choice(ware.months)
    need = Writer(world.rng, world.timeline).need(ware, authority, Window((1, 1), (1, 1)))
    end = _end(world, row)
    start = months_after(end + timedelta(days=1), -months)
    key = f"{authority.short_code}-{start.year}-{row:03d}"
    value = (need.value * months / need.term_months).quantize(Decimal(100))
    label = IN_THEIR_WORDS.get(ware.code)
    return Contract(
        reference=reference,
        authority_id=authority.id,
        source=ContractSource.IMPORT,
        source_row=row,
        source_reference=key,
        source_key=hashlib.sha256(key.encode()).hexdigest(),
        title=need.title,
        description=need.description,
        supplier_name=world.rng.choice(serving(ware.code)).name,
        category_code=None if label else ware.code,
        category_label=label,
        value=value,
        yearly_value=(value * 12 / months).quantize(Decimal("0.01")),
        start_date=start,
        end_date=end,
        end_is_estimate=row % 7 == 0,
        review_date=end - timedelta(days=180),
        status=ContractStatus.ACTIVE,
        created_at=world.now + timedelta(minutes=6),
    )


def _end(world: World, row: int) -> date:
    """The first rows of a register have run out; the others end over three years."""
    if row < 2 + ENDED:
        return world.timeline.today - timedelta(days=world.rng.randint(20, 150))
    ahead = (row - 2 - ENDED) * LONGEST_DAYS // (EACH - ENDED) + world.rng.randint(20, 70)
    return world.timeline.today + timedelta(days=ahead)


def _renewed(world: World, authority: Organisation, rows: list[Contract]) -> History[None]:
    """What ends next is opened again as a draft: where the circle closes."""
    yield world.timeline.day(-14, 11, 40)
    next_to_end = [row.id for row in rows[ENDED : ENDED + RENEWED]]
    open_renewals(
        world.session,
        authority,
        named(ending(authority, world.timeline.today, 24), next_to_end),
        Around(),
        by=world.commissioner_of(authority),
        at=world.now,
    )
