"""Commands for the register: `marketplace contracts import FILE --format FORMAT`."""

import sys
from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import authority
from marketplace.contracts.formats import FORMATS, NO_CONTRACT, RegisterFormat
from marketplace.contracts.import_queries import refused_faults
from marketplace.contracts.importing import (
    LONGEST_TERM,
    GivenFile,
    accept_import,
    leave_import,
    preview_contracts,
)
from marketplace.contracts.models import ContractImport
from marketplace.db import db
from marketplace.errors import NotFound, Unacceptable
from marketplace.intake.telling import content_of, show_preview
from marketplace.web.formatting import counted


@click.group("contracts")
def contracts() -> None:
    """The contracts register."""


@contracts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice([f.value for f in FORMATS]), required=True)
@click.option("--authority", "code", help="Code of the authority whose register it is.")
@click.option(
    "--term",
    type=click.IntRange(1, LONGEST_TERM),
    help="Months that contracts usually last, where the source gives no end.",
)
@click.option("--accept", is_flag=True, help="Add what was understood without asking.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows to this CSV file.",
)
@click.pass_obj
def import_(
    site: Any,
    file: Path,
    format_: str,
    code: str | None,
    term: int | None,
    accept: bool,
    refused: Path | None,
) -> None:
    """Show what a register would add, and add it once you say so."""
    chosen = RegisterFormat(format_)
    if term is None and FORMATS[chosen].needs_term and sys.stdin.isatty():
        term = click.prompt("Months that such contracts last", type=click.IntRange(1, LONGEST_TERM))
    given = GivenFile(file.name, content_of(file), chosen)
    given.read()
    with site.app.app_context():
        preview = preview_contracts(
            db.session,
            given,
            authority=_authority(code),
            term_months=term,
            by=None,
            at=clock.now(),
        )
        show_preview(preview, refused_faults(db.session, preview), refused)
        _decide(preview, accept)


def _authority(code: str | None) -> Organisation | None:
    if code is None:
        return None
    try:
        return authority(db.session, code.strip().upper())
    except NotFound as fault:
        raise Unacceptable(
            f"{fault} Add it first: marketplace authorities add {code} NAME --subregion SUBREGION"
        ) from None


def _decide(preview: ContractImport, accept: bool) -> None:
    """Add it or leave it. The preview is kept first: nothing is locked while somebody thinks."""
    db.session.commit()
    if not preview.changes_something:
        _leave(preview)
        click.echo(_why_nothing(preview))
    elif accept or _agreed(preview):
        added = accept_import(db.session, preview, by=None, at=clock.now())
        db.session.commit()
        click.echo(f"{counted(added, 'contract')} added.")
        if preview.rows_filling:
            click.echo(f"Missing facts of {counted(preview.rows_filling, 'contract')} filled in.")
    else:
        _leave(preview)
        click.echo("Left. Nothing was added.")


def _agreed(preview: ContractImport) -> bool:
    """What the person answers; raises Unacceptable where there is nobody to ask."""
    try:
        return click.confirm(
            f"Add {counted(preview.rows_new, 'contract')} to the register, and fill in what "
            f"{preview.rows_filling:,} lack?"
            if preview.rows_filling
            else f"Add {counted(preview.rows_new, 'contract')} to the register?"
        )
    except click.Abort:
        _leave(preview)
        raise Unacceptable(
            "Nobody answered, so nothing was added. Run it again with --accept to add them."
        ) from None


def _why_nothing(preview: ContractImport) -> str:
    """Why a file adds nothing; raises Unacceptable where that is the fault of its rows."""
    if preview.rows_known:
        return "Nothing to add: the register has it all."
    if all(reason["expected"] in NO_CONTRACT for reason in preview.reasons or ()):
        return "Nothing to add: none of it is an awarded contract."
    raise Unacceptable("Nothing in this file could be understood as a contract.")


def _leave(preview: ContractImport) -> None:
    leave_import(db.session, preview, by=None, at=clock.now())
    db.session.commit()


COMMANDS = (contracts,)
