"""`marketplace keys`: an opener's key and part, made offline; and the site's own keys.

`make` and `unwrap` need no network and no database: they run on the opener's own machine.
"""

from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from marketplace.errors import Unacceptable
from marketplace.keyfiles import (
    make_site_keys,
    public_line,
    read_opener_key,
    write_opener_key,
)
from marketplace.openers.parts import LotKeys, take_layer_off

SHORTEST_PASSPHRASE = 12
A_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("keys")
def keys() -> None:
    """Keys of those who open bids, and of this site."""


@keys.command()
@click.argument("file", type=A_FILE)
@click.password_option("--passphrase", help="Asked for where it is not given.")
def make(file: Path, passphrase: str) -> None:
    """Make an opener's key in FILE, under a passphrase, and print its public half.

    Works offline. Keep a copy of FILE elsewhere, and the passphrase apart from it.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Unacceptable(f"Give a passphrase of {SHORTEST_PASSPHRASE} characters or more.")
    key = X25519PrivateKey.generate()
    write_opener_key(file, key, passphrase)
    click.echo(f"The private key is in {file}. Register this line on the page of your account:\n")
    click.echo(public_line(key.public_key()))


@keys.command("unwrap")
@click.argument("key_file", type=A_FILE)
@click.argument("lot_file", type=A_FILE)
@click.argument("part_file", type=A_FILE)
@click.option("--passphrase", prompt=True, hide_input=True, help="Asked for where not given.")
def unwrap_keys(key_file: Path, lot_file: Path, part_file: Path, passphrase: str) -> None:
    """Take your layer off the keys of LOT_FILE and write your part to PART_FILE.

    Works offline. LOT_FILE comes from the lot's page; send PART_FILE there.
    """
    given = LotKeys.read(_text(lot_file))
    part, left = take_layer_off(given, read_opener_key(key_file, passphrase))
    try:
        with part_file.open("x", encoding="ascii") as out:
            out.write(part.text())
    except OSError as fault:
        raise Unacceptable(f"{part_file} cannot be written: {fault.strerror}.") from fault
    click.echo(f"{given.reference}: {len(given.bids)} bids, seal root {given.root}")
    if left:
        click.echo(f"{left} of {len(given.keys)} keys are not yours to unwrap, or were changed.")
    click.echo(f"Compare the root with the one that you were told, then send {part_file}.")


@keys.command()
@click.pass_obj
def site(site: Any) -> None:
    """Make the keys of this site: the gate's, and the one that signs receipts."""
    folder: Path = site.settings.keys_folder
    made = make_site_keys(folder)
    click.echo(f"The keys are in {folder}. Copy them elsewhere now: without the gate’s key no")
    click.echo("bid can be opened. Never keep them with the database or its backups.")
    click.echo(f"Receipts are signed with the key {made.receipts_public}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Unacceptable(f"{path} cannot be read.") from fault


COMMANDS = (keys,)
