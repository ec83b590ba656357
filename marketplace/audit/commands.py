"""Commands of the record: `marketplace record export FILE` and `marketplace record checkpoint`."""

import os
from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.audit.export import checkpoint, export_lines
from marketplace.db import db, reading_only
from marketplace.errors import Unacceptable
from marketplace.web.formatting import moment


@click.group("record")
def record() -> None:
    """The record of what was done, to be checked and kept outside."""


@record.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(site: Any, file: Path) -> None:
    """Write every entry to FILE, one a line, for `python -m verifier FILE`.

    Entries about bids tell how many there are: keep an export closed until they are opened.
    """
    part = file.with_name(f"{file.name}.part")
    count = 0
    try:
        with site.app.app_context(), reading_only(), part.open("w", encoding="ascii") as out:
            for count, line in enumerate(export_lines(db.session), start=1):  # noqa: B007
                out.write(f"{line}\n")
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as fault:
        raise Unacceptable(f"{file} cannot be written: {fault.strerror}.") from fault
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{count:,} entries written to {file}.")


@record.command("checkpoint")
@click.pass_obj
def show_checkpoint(site: Any) -> None:
    """Print where the record ends now, to keep elsewhere."""
    with site.app.app_context(), reading_only():
        end = checkpoint(db.session)
    click.echo(f"{end}\n\nThe record of this service {moment(clock.now())}. To compare later:")
    click.echo(f"    marketplace record export FILE && python -m verifier FILE --checkpoint {end}")


COMMANDS = (record,)
