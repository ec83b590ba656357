"""`marketplace contracts endings` and `marketplace contracts waves`: the centre’s view."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from marketplace import clock
from marketplace.contracts.commands import contracts
from marketplace.contracts.planning import Window
from marketplace.db import db
from marketplace.errors import Unacceptable
from marketplace.intake.taking_away import as_csv
from marketplace.waves import queries
from marketplace.waves.asking import Register, question, register
from marketplace.waves.filters import MOST_SLACK
from marketplace.waves.finding import waves_of_all
from marketplace.waves.queries import Scope
from marketplace.waves.tables import ENDINGS, WAVES, ending_rows, sentence_of, wave_rows
from marketplace.web.formatting import counted, rough_pounds

MONTHS = click.IntRange(0, MOST_SLACK)
OUT = click.Path(dir_okay=False, path_type=Path)


@contracts.command("endings")
@click.option("--subregion", default="", help="Only the authorities of this sub-region.")
@click.option("--csv", "out", type=OUT, required=True, help="Write the contracts to this file.")
@click.pass_obj
def endings(site: Any, subregion: str, out: Path) -> None:
    """The contracts that end within 36 months, by category."""
    with site.app.app_context():
        found = _register(subregion)
        today = clock.london_day(clock.now())
        _write(out, ENDINGS, ending_rows(found, Window(), today))
        click.echo(f"{counted(len(found.rows), 'contract')} written to {out}.")


@contracts.command("waves")
@click.option("--subregion", default="", help="Only the authorities of this sub-region.")
@click.option("--before", default=3, show_default=True, type=MONTHS)
@click.option("--after", default=3, show_default=True, type=MONTHS)
@click.option("--csv", "out", type=OUT, help="Write them to this file too.")
@click.pass_obj
def waves(site: Any, subregion: str, before: int, after: int, out: Path | None) -> None:
    """Which contracts could be followed together, the waves of most worth first."""
    with site.app.app_context():
        found, today = _register(subregion, breaking=True), clock.london_day(clock.now())
        asked = question(db.session, found, Window(before, after), today)
        best = waves_of_all(asked)
        for wave in best:
            worth = wave.worth
            click.echo(
                f"{found.names[wave.category_code]}: "
                f"{sentence_of(wave, found.holders.get(wave.category_code, 0))} "
                f"Worth {rough_pounds(worth.net_benefit_likely)} "
                f"({rough_pounds(worth.net_benefit_low)} to "
                f"{rough_pounds(worth.net_benefit_high)}), projected."
            )
        if not best:
            click.echo("No contracts end near enough to each other to be followed together.")
        if out:
            _write(out, WAVES, wave_rows(found, best))


def _register(subregion: str, *, breaking: bool = False) -> Register:
    known = queries.subregions(db.session)
    if subregion and subregion not in known:
        raise Unacceptable(f"No authority is in “{subregion}”. Sub-regions: {', '.join(known)}.")
    today = clock.london_day(clock.now())
    return register(db.session, None, Scope(None, subregion), today, breaking=breaking)


def _write(out: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out.write_bytes(as_csv(columns, rows))


COMMANDS = (contracts,)
