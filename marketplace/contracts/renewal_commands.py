"""`marketplace requirements from-contracts`: draft, and post, what follows contracts that end."""

from datetime import datetime
from typing import Any

import click

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import authority
from marketplace.contracts import renewal_queries as queries
from marketplace.contracts.planning import Window
from marketplace.contracts.renewing import Opened, open_renewals
from marketplace.db import db
from marketplace.requirements.commands import requirements
from marketplace.requirements.services import post_requirements


@requirements.command("from-contracts")
@click.option("--authority", "code", required=True, help="Code of the authority, like E09000007.")
@click.option("--within", default=24, show_default=True, type=click.IntRange(1, 120))
@click.option("--before", default=3, show_default=True, type=click.IntRange(0, 24))
@click.option("--after", default=3, show_default=True, type=click.IntRange(0, 24))
@click.option("--post", is_flag=True, help="Post the drafts too.")
@click.pass_obj
def from_contracts(site: Any, code: str, within: int, before: int, after: int, post: bool) -> None:
    """Draft a requirement for each contract that ends within the months and has none yet."""
    with site.app.app_context():
        now = clock.now()
        opened = _open(authority(db.session, code), within, Window(before, after), now)
        if post:
            _post(opened, now)
        db.session.commit()


def _open(organisation: Organisation, within: int, window: Window, now: datetime) -> Opened:
    wanted = queries.ending(organisation.id, clock.london_day(now), within)
    opened = open_renewals(db.session, organisation, wanted, window, by=None, at=now)
    click.echo(f"{len(opened.drafts):,} drafts made for {organisation.name}.")
    for renewal in opened.left:
        contract = renewal.contract
        click.echo(
            f"left: {contract.reference}, {contract.title}: "
            f"the register gives no {' and no '.join(renewal.missing)}"
        )
    return opened


def _post(opened: Opened, now: datetime) -> None:
    postings = post_requirements(db.session, opened.drafts, by=None, at=now)
    refused = [posting for posting in postings if posting.fault]
    click.echo(f"{len(postings) - len(refused):,} posted.")
    for posting in refused:
        click.echo(f"not posted: {posting.requirement.reference}: {posting.fault}")


COMMANDS = (requirements,)
