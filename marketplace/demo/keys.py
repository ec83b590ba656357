"""The demo plays all three openers, with keys that it makes for itself in its own folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from marketplace.demo.sign_ins import PASSWORD
from marketplace.keyfiles import (
    GATE_FILE,
    RECEIPTS_FILE,
    SiteKeys,
    make_site_keys,
    public_line,
    read_opener_key,
    read_site_keys,
    write_opener_key,
)
from marketplace.keyring import KeyRing

OPENER_FILES = tuple(f"demo-opener-{number}.key" for number in (1, 2, 3))
CHEAP = 2**12
"""These guard made-up data: what stretches their passphrase may be quick."""


@dataclass(frozen=True)
class DemoKeys:
    """The keys of the site and of the three openers."""

    site: SiteKeys
    openers: tuple[X25519PrivateKey, ...]

    @property
    def played(self) -> Mapping[str, X25519PrivateKey]:
        return {public_line(key.public_key()): key for key in self.openers}

    @classmethod
    def generate(cls) -> "DemoKeys":
        return cls(SiteKeys.generate(), tuple(X25519PrivateKey.generate() for _ in OPENER_FILES))


def ready_keys(folder: Path) -> DemoKeys:
    """The demo's keys; what is missing is made."""
    site = read_site_keys(folder) if (folder / GATE_FILE).exists() else make_site_keys(folder)
    for name in OPENER_FILES:
        if not (folder / name).exists():
            key = X25519PrivateKey.generate()
            write_opener_key(folder / name, key, PASSWORD, cost=CHEAP)
    return DemoKeys(site, _openers(folder))


def forget_keys(folder: Path) -> None:
    """Remove the keys that the demo made, and no others."""
    if not (folder / OPENER_FILES[0]).exists():
        return
    for name in (*OPENER_FILES, GATE_FILE, RECEIPTS_FILE):
        (folder / name).unlink(missing_ok=True)


def install(app: Flask) -> None:
    """Let the site play the openers whose keys the demo made; called in the demo only."""
    ring: KeyRing = app.extensions["keys"]
    folder = ring.folder
    if all((folder / name).exists() for name in OPENER_FILES):
        ring.played.update({public_line(key.public_key()): key for key in _openers(folder)})


def _openers(folder: Path) -> tuple[X25519PrivateKey, ...]:
    return tuple(read_opener_key(folder / name, PASSWORD) for name in OPENER_FILES)
