"""Password hashes (argon2id, at the parameters OWASP gives for small servers)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


def hasher(memory_kib: int = 19 * 1024, rounds: int = 2) -> PasswordHasher:
    """The hasher; tests pass cheaper parameters."""
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


def matches(hash_: str, password: str) -> bool:
    """Whether the password is the one; a damaged hash matches nothing."""
    try:
        return hasher().verify(hash_, password)
    except (VerificationError, InvalidHashError):
        return False


NOBODY = hasher().hash("nobody has this password")
"""Checked where there is no such account, so that both answers take as long."""
