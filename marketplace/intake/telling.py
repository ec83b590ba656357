"""Telling on the command line what a file would add, and reading the file for it."""

from pathlib import Path
from typing import Any

import click

from marketplace.intake.limits import MOST_BYTES
from marketplace.intake.taking_away import faults_as_csv

MOST_SHOWN = 10


def content_of(file: Path) -> bytes:
    """The file, read no further than the limit that refuses it."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def show_preview(preview: Any, faults: list[list[dict[str, Any]]], refused: Path | None) -> None:
    """Say what was understood and what not, and write the refused rows to `refused`."""
    click.echo(
        f"{preview.file_name}: {preview.rows_read:,} rows read, {preview.rows_new:,} would be "
        f"added, {preview.rows_known:,} known already, {preview.rows_refused:,} refused."
    )
    notice = getattr(preview, "notice", "")
    if notice:
        click.echo(notice)
    for reason in preview.reasons or ():
        values = ", ".join(f"“{value}”" for value in reason["values"])
        others = f" and {reason['others']:,} others" if reason["others"] else ""
        click.echo(
            f"  {reason['count']:,} rows, {reason['column']}: {values}{others}; "
            f"expected {reason['expected']}"
        )
    for row in faults[:MOST_SHOWN]:
        for fault in row:
            click.echo(
                f"  row {fault['row']}, {fault['column']}: “{fault['value']}”; "
                f"expected {fault['expected']}"
            )
    if len(faults) > MOST_SHOWN:
        click.echo(f"  … and {len(faults) - MOST_SHOWN:,} more (--refused FILE writes them all)")
    if refused:
        refused.write_bytes(faults_as_csv(faults))
        click.echo(f"The refused rows are in {refused}.")
