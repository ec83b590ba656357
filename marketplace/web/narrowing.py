"""Narrowing a list by words and by one choice; what is odd in the address narrows nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Narrowing:
    """What somebody asks of a list: ?q=words&only=choice."""

    words: str = ""
    choice: str = ""

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != Narrowing()


def narrowing(choices: Iterable[str] = ()) -> Narrowing:
    """What the address asks for, the choice being one of these."""
    words = "".join(letter for letter in request.args.get("q", "") if letter.isprintable())
    choice = request.args.get("only", "")
    return Narrowing(words.strip()[:100], choice if choice in set(choices) else "")
