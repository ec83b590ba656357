"""Commands for spending: `marketplace spend import FILE… --authority CODE`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import authority
from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound, Unacceptable
from marketplace.intake.telling import show_preview
from marketplace.spend import import_queries
from marketplace.spend.fields import WORDS, Field, folded
from marketplace.spend.importing import (
    accept_spend,
    leave_spend,
    preview_spend,
    remembered_columns,
    take_back,
)
from marketplace.spend.limits import MOST_BYTES
from marketplace.spend.models import SpendImport
from marketplace.spend.months import read_month
from marketplace.spend.reading import GivenSpend, TotalState
from marketplace.spend.sharing import candidates, work_out
from marketplace.spend.total_queries import latest_year
from marketplace.web.formatting import counted, pounds


@click.group("spend")
def spend() -> None:
    """What authorities spend, from the files that they publish."""


@dataclass(frozen=True)
class Said:
    """What the person says of the files, and what to do with them."""

    month: int | None
    columns: dict[str, str]
    accept: bool
    replace: bool
    despite_total: bool
    refused: Path | None


@spend.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--authority", "code", required=True, help="Code of the authority that spent it.")
@click.option("--month", help="The month, like 2027-04, of files whose rows have no dates.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    help="Which column a heading is: HEADING=FIELD, with FIELD one of "
    f"{', '.join(WORDS)}, or nothing for none of them.",
)
@click.option("--accept", is_flag=True, help="Add what was understood without asking.")
@click.option("--replace", is_flag=True, help="Take the place of earlier editions of the files.")
@click.option("--despite-total", is_flag=True, help="Though it does not come to the file’s total.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows to this CSV file (with one FILE).",
)
@click.pass_obj
def import_(
    site: Any,
    /,
    files: Sequence[Path],
    code: str,
    month: str | None,
    columns: Sequence[str],
    **do: Any,
) -> None:
    """Show what files of spending would add, and add it once you say so.

    Each file is added whole or not at all; what is wrong with one stops none of the others.
    """
    said = Said(_month(month), _columns(columns), **do)
    if said.refused and len(files) > 1:
        raise Unacceptable("--refused takes one file at a time.")
    wrong = 0
    with site.app.app_context():
        owner = _authority(code)
        for file in files:
            try:
                _import_one(file, owner, said)
            except MarketplaceError as fault:
                db.session.rollback()
                wrong += 1
                click.echo(f"{file.name}: not added. {fault}", err=True)
    if wrong:
        raise Unacceptable(f"{counted(wrong, 'file')} of {len(files)} not added.")


def _import_one(file: Path, owner: Organisation, said: Said) -> None:
    given = GivenSpend(
        file.name,
        _content(file),
        month=said.month,
        remembered=remembered_columns(db.session, owner),
        asked=said.columns,
    )
    db.session.rollback()
    # Reading takes seconds, in which others may write.
    given.read()
    preview = preview_spend(db.session, given, authority=owner, by=None, at=clock.now())
    _show(preview, said)
    # The preview is kept first: nothing is locked while somebody thinks.
    db.session.commit()
    try:
        _decide(preview, given, said)
    except MarketplaceError:
        db.session.rollback()
        leave_spend(db.session, preview, by=None, at=clock.now())
        db.session.commit()
        raise


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _show(preview: SpendImport, said: Said) -> None:
    faults = import_queries.refused_faults(db.session, preview)
    show_preview(preview, faults, said.refused)
    for part in preview.parts:
        where = f"Sheet {part['name']}, row" if part["name"] else "Row"
        columns = ", ".join(
            f"{WORDS[Field(field)].lower()} “{part['headings'][place]}”"
            for field, place in part["fields"].items()
        )
        click.echo(f"{where} {part['header_row']} has the headings: {columns}.")
    for notice in preview.notices:
        click.echo(notice)


def _decide(preview: SpendImport, given: GivenSpend, said: Said) -> None:
    """Add it or leave it, after asking what has to be asked."""
    guessed = [each for part in preview.parts for each in part["guessed"]]
    if said.accept and guessed:
        raise Unacceptable(
            f"Its columns for {' and '.join(sorted(set(guessed)))} were guessed from what is in "
            "them. Say which they are, with --column HEADING=FIELD."
        )
    if preview.rows_understood == 0:
        raise Unacceptable("No row of it could be understood as a payment.")
    if preview.rows_known == preview.rows_understood and preview.must_replace and not said.replace:
        leave_spend(db.session, preview, by=None, at=clock.now())
        db.session.commit()
        click.echo(f"Nothing to add: all of it is in already, as {', '.join(preview.repeats)}.")
        return
    replace, despite = said.replace, said.despite_total
    if not said.accept:
        replace = replace or (preview.must_replace and _agreed(_replacing(preview)))
        differs = preview.total_state == TotalState.DIFFERS and not despite
        despite = despite or (differs and _agreed("Accept it though its total differs?"))
        lines = counted(preview.rows_understood, "line")
        if not _agreed(f"Add {lines}, {pounds(preview.amount)} in all?"):
            leave_spend(db.session, preview, by=None, at=clock.now())
            db.session.commit()
            click.echo("Left. Nothing was added.")
            return
    added = accept_spend(
        db.session,
        preview,
        given.whole,
        replace=replace,
        despite_total=despite,
        by=None,
        at=clock.now(),
    )
    db.session.commit()
    click.echo(f"{counted(added, 'line')} added as {preview.reference}.")


def _replacing(preview: SpendImport) -> str:
    return f"Put it in the place of {', '.join(preview.repeats)}?"


def _agreed(question: str) -> bool:
    """What the person answers; raises Unacceptable where there is nobody to ask."""
    try:
        return click.confirm(question)
    except click.Abort:
        raise Unacceptable(
            "Nobody answered, so nothing was added. Run it again with --accept to add it."
        ) from None


@spend.command("list")
@click.option("--authority", "code", help="Only this authority’s.")
@click.pass_obj
def list_(site: Any, code: str | None) -> None:
    """The imports of spending, newest first."""
    with site.app.app_context():
        owner = _authority(code) if code else None
        for each in import_queries.newest(db.session, owner):
            click.echo(
                f"{each.reference}  {each.standing:10}  {each.rows_understood:>9,} lines  "
                f"{pounds(each.amount):>16}  {each.file_name}"
            )


@spend.command("take-back")
@click.argument("reference")
@click.pass_obj
def take_back_(site: Any, reference: str) -> None:
    """Take every line of an import out again."""
    with site.app.app_context():
        preview = import_queries.called(db.session, reference.strip().upper())
        count = take_back(db.session, preview, by=None, at=clock.now())
        db.session.commit()
        click.echo(f"{counted(count, 'line')} of {preview.reference} taken back.")


@spend.command("together")
@click.option("--most", default=40, show_default=True, help="How many categories to look at.")
@click.pass_obj
def together(site: Any, most: int) -> None:
    """Ask the optimiser what sharing would be worth where three authorities or more spend."""
    with site.app.app_context():
        year = latest_year(db.session)
        if year is None:
            raise Unacceptable("No spending has been imported yet.")
        codes = import_queries.codes_of(db.session, candidates(year), most)
        db.session.rollback()
        for code in codes:
            found = work_out(db.session, code, year, clock.now())
            db.session.commit()
            click.echo(
                f"{code}  {found.authorities:>2} authorities  {pounds(found.amount):>16}  "
                f"worth {pounds(found.worth)} a year ({pounds(found.worth_low)} to "
                f"{pounds(found.worth_high)})"
            )


def _authority(code: str) -> Organisation:
    try:
        return authority(db.session, code.strip().upper())
    except NotFound as fault:
        raise Unacceptable(
            f"{fault} Add it first: marketplace authorities add {code} NAME --subregion SUBREGION"
        ) from None


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    month = read_month(text)
    if month is None:
        raise Unacceptable(f"“{text}” is not a month. Write it like 2027-04.")
    return month


def _columns(given: Sequence[str]) -> dict[str, str]:
    """The field of each heading that the person names."""
    found: dict[str, str] = {}
    for each in given:
        heading, equals, field = each.rpartition("=")
        if not equals or not folded(heading) or (field and field not in set(Field)):
            raise Unacceptable(
                f"“{each}” does not say a column. Write HEADING=FIELD, with FIELD one of "
                f"{', '.join(WORDS)}."
            )
        found[folded(heading)] = field
    return found


COMMANDS = (spend,)
