"""Commands for categories: `marketplace cpv load FILE`."""

from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.categories.services import load_cpv
from marketplace.db import db
from marketplace.errors import Unacceptable


@click.group("cpv")
def cpv() -> None:
    """The list of CPV codes."""


@cpv.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def load(site: Any, file: Path) -> None:
    """Load codes from a CSV file with the columns code8, parent, level, kind, description."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unacceptable(f"{file.name} is not UTF-8 text: {fault.reason}.") from fault
    with site.app.app_context():
        added = load_cpv(db.session, content, by=None, at=clock.now())
        db.session.commit()
    click.echo(f"{added:,} codes added.")


COMMANDS = (cpv,)
