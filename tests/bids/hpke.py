"""RFC 9180 in base mode written anew, to open what the site seals: X25519, SHA-256, ChaCha20."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEM = b"KEM" + (0x0020).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x0020, 0x0001, 0x0003))


def open_base(sealed: bytes, private: X25519PrivateKey, info: bytes, aad: bytes = b"") -> bytes:
    """What was sealed as the first message of a context."""
    enc, ciphertext = sealed[:32], sealed[32:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + private.public_key().public_bytes_raw()
    secret = expand(extract(b"", b"eae_prk", shared, KEM), b"shared_secret", context, 32, KEM)
    hashes = (extract(b"", b"psk_id_hash", b""), extract(b"", b"info_hash", info))
    schedule = b"\0" + b"".join(hashes)
    base = extract(secret, b"secret", b"")
    key = expand(base, b"key", schedule, 32)
    return ChaCha20Poly1305(key).decrypt(expand(base, b"base_nonce", schedule, 12), ciphertext, aad)


def extract(salt: bytes, label: bytes, secret: bytes, suite: bytes = SUITE) -> bytes:
    labelled = b"HPKE-v1" + suite + label + secret
    return hmac.digest(salt or bytes(32), labelled, hashlib.sha256)


def expand(key: bytes, label: bytes, info: bytes, length: int, suite: bytes = SUITE) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    found = block = b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + labelled + bytes([number]), hashlib.sha256)
        found += block
    return found[:length]
