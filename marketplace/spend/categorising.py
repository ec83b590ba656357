"""Which category a line of spending is of, why, and how sure that is. Pure.

What the file says (its own categories and kinds of expense) is looked at first, by the words of
`vocabulary.py`; then the supplier's own name; then the words of the CPV and of earlier decisions.
A CPV code in the file, and whatever a person has decided, is taken as given.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from marketplace.categories.suggesting import LIKELY_SCORE, Confidence, Suggester
from marketplace.intake.cells import cpv_codes
from marketplace.spend.vocabulary import (
    NO_PURCHASE,
    PHRASES,
    SAYS_NOTHING,
    SUPPLIER_PHRASES,
)

LEAST_SCORE = 0.5
TAUGHT_SCORE = 0.75
"""How near a label must be to one that a person decided to follow it."""
RANK = {Confidence.GIVEN: 3, Confidence.LIKELY: 2, Confidence.GUESS: 1}
"""How much a decision weighs against another one about the same line."""


@dataclass(frozen=True)
class Decision:
    """A category, or that it is none because nothing was bought, with why and how surely."""

    code: str | None
    confidence: Confidence | None
    reason: str
    no_purchase: bool = False


UNKNOWN = Decision(None, None, "nothing in it says what was bought")
Exists = Callable[[str], str | None]
"""From a CPV code to the nearest one that the site has, or None."""


_Phrase = tuple[frozenset[str], str, str, str, int]
"""The stems of a phrase, the same in order, its code, itself, and its place in the list."""


class Phrases:
    """Finds the phrase with most words of those that a text has."""

    def __init__(self, text: str) -> None:
        self._by_word: dict[str, list[_Phrase]] = defaultdict(list)
        for place, (code, phrase) in enumerate(_lines(text)):
            words = list(map(stem, re.findall(r"[a-z]+", phrase)))
            own = (frozenset(words), " ".join(words), code, phrase, place)
            self._by_word[min(words)].append(own)

    def find(self, text: str) -> tuple[str, str, float] | None:
        """The code, the phrase and what share of the text's words it is."""
        words = [stem(word) for word in re.findall(r"[a-z]+", text.lower().replace("'", ""))]
        there, joined = frozenset(words), " ".join(words)
        met = [
            (-len(phrase[0]), phrase[1] not in joined, phrase[4], phrase)
            for word in there
            for phrase in self._by_word.get(word, ())
            if phrase[0] <= there
        ]
        if not met:
            return None
        own, _, code, phrase, _ = min(met)[3]
        telling = [word for word in there if len(word) > 2]
        return code, phrase, len(own) / max(1, len(telling))


def _lines(text: str) -> Iterable[tuple[str, str]]:
    for line in re.sub(r"\n +", " ", text).strip().splitlines():
        code, _, phrases = line.partition(":")
        yield from ((code.strip(), phrase.strip()) for phrase in phrases.split(";"))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without the endings that files vary."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


@cache
def file_phrases() -> Phrases:
    return Phrases(PHRASES)


@cache
def supplier_phrases() -> Phrases:
    return Phrases(SUPPLIER_PHRASES)


class Categoriser:
    """Decides from the words of a label and from a supplier's name."""

    def __init__(self, finder: Suggester, nearest: Exists, taught: Suggester | None = None) -> None:
        self._finder, self._nearest, self._taught = finder, nearest, taught

    def label(self, text: str) -> Decision:
        """From what the file says was bought."""
        if not text:
            return UNKNOWN
        for code in cpv_codes(text)[:1]:
            known = self._nearest(code)
            if known:
                return Decision(known, Confidence.GIVEN, f"the file gives the CPV code {code}")
        if self._taught and (near := self._taught.suggest(text)) and near[1] >= TAUGHT_SCORE:
            words = ", ".join(near[2][:4])
            return Decision(near[0], Confidence.LIKELY, f"like one that a person decided ({words})")
        # What is said last is narrowest: category · subcategory · kind of expense.
        met = [file_phrases().find(part) for part in reversed(text.split(" · "))]
        telling = [each for each in met if each and each[0] != SAYS_NOTHING]
        if not telling:
            return UNKNOWN if any(met) else self._by_words(text)
        code, phrase, share = max(telling, key=lambda each: min(each[2], 0.5))
        confidence = Confidence.LIKELY if share >= 0.5 else Confidence.GUESS
        if code == NO_PURCHASE:
            return Decision(None, confidence, f"no purchase: “{phrase}”", no_purchase=True)
        return self._decision(code, confidence, f"the file says “{phrase}”")

    def supplier(self, name: str) -> Decision:
        """From the name of whoever was paid; never more than a guess."""
        found = supplier_phrases().find(name)
        if found is None or found[0] == NO_PURCHASE:
            return UNKNOWN
        return self._decision(found[0], Confidence.GUESS, f"the supplier is called “{found[1]}”")

    def _decision(self, code: str, confidence: Confidence, reason: str) -> Decision:
        known = self._nearest(code)
        return Decision(known, confidence, reason) if known else UNKNOWN

    def _by_words(self, text: str) -> Decision:
        found = self._finder.suggest(text)
        if found is None or found[1] < LEAST_SCORE:
            return UNKNOWN
        code, score, words = found
        sure = Confidence.LIKELY if score >= LIKELY_SCORE else Confidence.GUESS
        return Decision(code, sure, f"its words are those of the category ({', '.join(words[:4])})")
