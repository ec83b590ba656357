"""Keys in files: an opener's, under a passphrase; the site's own, which never enter the database.

The site has two: the gate's, without which no two openers can read a bid, and the one that signs
receipts.
"""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from marketplace.errors import NotSetUp, Unacceptable

OPENER_KIND = "opener's private key 1"
PUBLIC_PREFIX = "opener-key-1:"
GATE_FILE, RECEIPTS_FILE = "gate.key", "receipts.key"
SCRYPT_COST = 2**17
"""What stretches a passphrase takes 128 MB and a third of a second, for who guesses too."""
COSTS = frozenset(2**power for power in range(12, 21))
_NONCE = bytes(12)  # each salt makes a key that seals one thing


@dataclass(frozen=True)
class SiteKeys:
    """The private keys of this site."""

    gate: X25519PrivateKey
    receipts: Ed25519PrivateKey

    @property
    def receipts_public(self) -> str:
        return text_of(self.receipts.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "SiteKeys":
        return cls(X25519PrivateKey.generate(), Ed25519PrivateKey.generate())


def text_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


def public_line(key: X25519PublicKey) -> str:
    """An opener's public key as a line to paste."""
    return PUBLIC_PREFIX + text_of(key.public_bytes_raw())


def read_public_line(line: str) -> X25519PublicKey:
    """The public key of a pasted line; raises Unacceptable."""
    try:
        if not line.strip().startswith(PUBLIC_PREFIX):
            raise ValueError
        raw = base64.b64decode(line.strip().removeprefix(PUBLIC_PREFIX), validate=True)
        return X25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Unacceptable(
            f"Paste the whole line that begins with {PUBLIC_PREFIX} as the command printed it."
        ) from None


def write_opener_key(
    path: Path, key: X25519PrivateKey, passphrase: str, *, cost: int = SCRYPT_COST
) -> None:
    """Keep an opener's private key under a passphrase; never over another file."""
    salt = os.urandom(16)
    public = public_line(key.public_key())
    sealed = _cipher(passphrase, salt, cost).encrypt(
        _NONCE, key.private_bytes_raw(), public.encode()
    )
    content = {
        "kind": OPENER_KIND,
        "public": public,
        "cost": cost,
        "salt": text_of(salt),
        "sealed": text_of(sealed),
    }
    _write_once(path, json.dumps(content, indent=1).encode() + b"\n")


def read_opener_key(path: Path, passphrase: str) -> X25519PrivateKey:
    """An opener's private key; raises Unacceptable for a wrong passphrase or another file."""
    try:
        content = json.loads(_read(path))
        if content["kind"] != OPENER_KIND:
            raise ValueError
        salt, sealed = (base64.b64decode(content[name]) for name in ("salt", "sealed"))
        public, cost = str(content["public"]).encode(), int(content["cost"])
        if cost not in COSTS:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Unacceptable(f"{path} is not a key that `marketplace keys make` wrote.") from None
    try:
        raw = _cipher(passphrase, salt, cost).decrypt(_NONCE, sealed, public)
    except InvalidTag:
        raise Unacceptable(f"That is not the passphrase of {path}.") from None
    return X25519PrivateKey.from_private_bytes(raw)


def make_site_keys(folder: Path) -> SiteKeys:
    """Make the site's keys; raises Unacceptable where some are there already."""
    keys = SiteKeys.generate()
    folder.mkdir(parents=True, exist_ok=True)
    _write_once(folder / GATE_FILE, text_of(keys.gate.private_bytes_raw()).encode() + b"\n")
    _write_once(folder / RECEIPTS_FILE, text_of(keys.receipts.private_bytes_raw()).encode() + b"\n")
    return keys


def read_site_keys(folder: Path) -> SiteKeys:
    """The site's keys; raises NotSetUp where they are missing."""
    if not (folder / GATE_FILE).exists():
        raise NotSetUp(
            "This site has no keys to seal bids with. Whoever runs it makes them with "
            "`marketplace keys site`."
        )
    gate, receipts = (_raw_key(folder / name) for name in (GATE_FILE, RECEIPTS_FILE))
    return SiteKeys(
        X25519PrivateKey.from_private_bytes(gate), Ed25519PrivateKey.from_private_bytes(receipts)
    )


def _raw_key(path: Path) -> bytes:
    try:
        raw = base64.b64decode(_read(path), validate=False)
        if len(raw) != 32:
            raise ValueError
    except ValueError:
        raise NotSetUp(f"{path.name} holds no key. Restore it from its backup.") from None
    return raw


def _cipher(passphrase: str, salt: bytes, cost: int) -> ChaCha20Poly1305:
    stretched = Scrypt(salt=salt, length=32, n=cost, r=8, p=1)
    return ChaCha20Poly1305(stretched.derive(passphrase.encode()))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Unacceptable(f"{path} cannot be read: {fault.strerror}.") from fault


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, on disk when this returns."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Unacceptable(f"{path} is there already and is left as it is.") from None
    except OSError as fault:
        raise Unacceptable(f"{path} cannot be written: {fault.strerror}.") from fault
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
