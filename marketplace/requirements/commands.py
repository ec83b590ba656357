"""Commands for requirements; `requirements from-contracts` is among those of contracts."""

from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import authority
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.tables import read_table
from marketplace.intake.telling import content_of, show_preview
from marketplace.requirements.file_format import LAYOUT
from marketplace.requirements.import_queries import refused_faults
from marketplace.requirements.importing import (
    accept_requirements,
    leave_requirements,
    preview_requirements,
)
from marketplace.requirements.models import RequirementImport
from marketplace.web.formatting import counted


@click.group("requirements")
def requirements() -> None:
    """What authorities will buy."""


@requirements.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--authority", "code", required=True, help="Code of the authority, like E09000007.")
@click.option("--accept", is_flag=True, help="Add what was understood without asking.")
@click.option("--post", is_flag=True, help="Post what is added; without it they are drafts.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows to this CSV file.",
)
@click.pass_obj
def import_(
    site: Any, file: Path, code: str, accept: bool, post: bool, refused: Path | None
) -> None:
    """Show what a file of requirements would add, and add it once you say so."""
    content = content_of(file)
    table = read_table(file.name, content, LAYOUT)
    with site.app.app_context():
        owner = authority(db.session, code.strip().upper())
        preview = preview_requirements(
            db.session, table, content, authority=owner, by=None, at=clock.now()
        )
        show_preview(preview, refused_faults(db.session, preview), refused)
        # Kept first, so that nothing is locked while somebody thinks.
        db.session.commit()
        _decide(preview, owner, accept=accept, post=post)
        db.session.commit()


def _decide(preview: RequirementImport, owner: Organisation, *, accept: bool, post: bool) -> None:
    if not preview.rows_new:
        _leave(preview)
        if not preview.rows_known:
            raise Unacceptable("Nothing in this file could be understood as a requirement.")
        click.echo("Nothing to add: it is all here.")
    elif accept or _agreed(preview, owner):
        added = accept_requirements(db.session, preview, owner, post=post, by=None, at=clock.now())
        click.echo(f"{counted(len(added.drafts), 'requirement')} added.")
        if post:
            click.echo(f"{len(added.postings) - len(added.refused):,} posted.")
        for posting in added.refused:
            click.echo(f"not posted: {posting.requirement.reference}: {posting.fault}")
    else:
        _leave(preview)
        click.echo("Left. Nothing was added.")


def _agreed(preview: RequirementImport, owner: Organisation) -> bool:
    """What the person answers; raises Unacceptable where there is nobody to ask."""
    try:
        return click.confirm(f"Add {counted(preview.rows_new, 'requirement')} of {owner.name}?")
    except click.Abort:
        _leave(preview)
        raise Unacceptable(
            "Nobody answered, so nothing was added. Run it again with --accept to add them."
        ) from None


def _leave(preview: RequirementImport) -> None:
    leave_requirements(db.session, preview, by=None, at=clock.now())
    db.session.commit()


COMMANDS = (requirements,)
