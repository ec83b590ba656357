"""Commands for requirements; `requirements from-contracts` is among those of contracts."""

import click


@click.group("requirements")
def requirements() -> None:
    """What authorities will buy."""


COMMANDS = (requirements,)
