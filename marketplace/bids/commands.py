"""`marketplace verify-receipt FILE`: checks a receipt without this site and its database."""

from pathlib import Path

import click

from marketplace.bids.receipts import check_receipt
from marketplace.errors import Unacceptable


@click.command("verify-receipt")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", help="The site’s public key, as it is published on its page of keys.")
def verify_receipt(file: Path, key: str | None) -> None:
    """Check the signature of a receipt. Works offline.

    With --key also whose it is: without, compare the key that is printed with the published one.
    """
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise Unacceptable(f"{file} cannot be read: {fault.strerror}.") from fault
    signed_with = check_receipt(content)
    if key is not None and key.strip() != signed_with:
        raise Unacceptable(f"It was signed with another key, {signed_with}.")
    click.echo(f"{file}: the receipt is whole, signed with the key {signed_with}")
    if key is None:
        click.echo("Compare this key with the one that the site publishes.")


COMMANDS = (verify_receipt,)
