"""`marketplace backup FILE` while the site runs, `marketplace restore FILE` where nothing is."""

from pathlib import Path
from typing import Any

import click

from marketplace import capabilities, clock
from marketplace.backups import services
from marketplace.errors import Unacceptable
from marketplace.web.formatting import moment
from verifier.chain import Checkpoint


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(site: Any, file: Path) -> None:
    """Write everything that the database holds to FILE, while the site goes on.

    The site's secret key is not in it: keep that apart. Without it sealed things stay sealed.
    """
    capabilities.import_models()
    made = services.make_backup(site.settings.database_url, file, at=clock.now())
    size = file.stat().st_size / 1_000_000
    click.echo(f"{file}: {size:,.1f} MB, as of {moment(made.moment)}.")
    click.echo(f"Keep with it, elsewhere, where the record ended: {made.checkpoint}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    metavar="SEQUENCE:HASH",
    help="one that was kept; the record that comes back must have passed it",
)
@click.pass_obj
def restore(site: Any, file: Path, checkpoints: tuple[str, ...]) -> None:
    """Put the backup FILE where nothing is, once its record is verified."""
    capabilities.import_models()
    try:
        kept = [Checkpoint(text) for text in checkpoints]
    except ValueError as fault:
        raise Unacceptable(f"--checkpoint: {fault}.") from fault
    done = services.restore(site.settings.database_url, file, checkpoints=kept, at=clock.now())
    click.echo(f"Restored as of {moment(done.manifest.moment)}.")
    click.echo(f"The record is whole: {done.entries:,} entries, to {done.manifest.checkpoint}")
    click.echo("Everybody has to sign in anew.")


COMMANDS = (backup, restore)
