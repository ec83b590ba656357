"""Pairs of suppliers that may be one: nearly the same core, or one trades under the other's name.

Sets: cores C of all suppliers. Comparing each with each would take |C|² looks, so only cores in
one block are compared: those that begin with the same four letters, and those that share a rare
word. The likeness is rapidfuzz's token sort ratio, 0 to 100; numbers in both names must be the
same, for Site 1 is not Site 2.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from marketplace.spend.names import compact, core, trading_name

LEAST_LIKENESS = 90
"""Below this two names are two suppliers more often than one; see docs/spending.md."""
LARGEST_BLOCK = 400
MOST_SHARED = 60
"""A word that no more names have brings them together."""
BEGINNING = 4
SHORTEST = 5
"""Shorter cores are like each other by chance."""


@dataclass(frozen=True)
class Pair:
    """Two suppliers, by number, that may be one; why, and how alike their names are."""

    first: int
    second: int
    likeness: int
    reason: str


def pairs(known: Mapping[int, str], fresh: Iterable[int], trading: Mapping[int, str]) -> list[Pair]:
    """The doubtful pairs in which at least one supplier is fresh, the likeliest first.

    `known` has the name of every supplier, the fresh ones too, and `trading` what some trade as.
    """
    cores = {number: core(name) for number, name in known.items()}
    new = set(fresh)
    found: dict[tuple[int, int], Pair] = {}
    for block in _blocks(cores):
        for pair in _alike(block, cores, new):
            found.setdefault((pair.first, pair.second), pair)
    by_compact: dict[str, int] = {}
    for number in sorted(known):
        by_compact.setdefault(compact(known[number]), number)
    for number in sorted(new & set(trading)):
        other = by_compact.get(compact(trading[number]))
        if other is not None and other != number:
            key = (min(number, other), max(number, other))
            found.setdefault(key, Pair(*key, 100, f"trades as {trading[number]}"))
    return sorted(found.values(), key=lambda pair: (-pair.likeness, pair.first, pair.second))


def _blocks(cores: Mapping[int, str]) -> list[list[int]]:
    counts = Counter(word for text in cores.values() for word in set(text.split()))
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, text in cores.items():
        if len(text) < SHORTEST:
            continue
        blocks[f"^{text.replace(' ', '')[:BEGINNING]}"].append(number)
        words = [word for word in text.split() if len(word) > 2]
        if words:
            rarest = min(words, key=lambda word: (counts[word], word))
            for word in {rarest, *(word for word in words if counts[word] <= MOST_SHARED)}:
                blocks[word].append(number)
    return [sorted(block)[:LARGEST_BLOCK] for _, block in sorted(blocks.items()) if len(block) > 1]


def _alike(block: Sequence[int], cores: Mapping[int, str], new: set[int]) -> Iterable[Pair]:
    fresh = [number for number in block if number in new]
    if not fresh:
        return
    texts = [cores[number] for number in block]
    scores = process.cdist(
        [cores[number] for number in fresh],
        texts,
        scorer=fuzz.token_sort_ratio,
        score_cutoff=LEAST_LIKENESS,
    )
    for row, column in zip(*scores.nonzero(), strict=True):
        one, other = fresh[row], block[column]
        if one != other and _numbers(cores[one]) == _numbers(cores[other]):
            first, second = sorted((one, other))
            yield Pair(first, second, int(scores[row, column]), "the names are nearly the same")


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def trading_names(names: Mapping[int, str]) -> dict[int, str]:
    """What those suppliers trade as whose name says so."""
    return {number: found for number, name in names.items() if (found := trading_name(name))}
