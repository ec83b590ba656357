"""London as tiles: one square for each authority, its figure written in it.

Shade follows the figure in four steps, but nothing rests on it: the figure stands in the tile, and
a table with the same figures stands beside the picture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.web.formatting import rough_pounds

SIDE = 62
GAP = 4
STEPS = 4


@dataclass(frozen=True)
class Place:
    """An authority and its square, counted from the top left, with what is shown of it."""

    short: str
    name: str
    column: int
    row: int
    amount: Decimal


@dataclass(frozen=True)
class Tile:
    """Where a square is drawn, how dark, and what is written in it."""

    x: int
    y: int
    step: int
    short: str
    figure: str
    words: str

    @property
    def middle(self) -> float:
        return self.x + SIDE / 2


@dataclass(frozen=True)
class TileMap:
    """The picture: its size and its squares."""

    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]


def short_pounds(amount: Decimal) -> str:
    """£950, £12k, £1.2m: what fits into a tile."""
    size = abs(amount)
    for unit, letter in ((Decimal(10**6), "m"), (Decimal(1000), "k")):
        if size >= unit:
            shown = amount / unit
            return f"£{shown:.1f}{letter}" if abs(shown) < 10 else f"£{shown:.0f}{letter}"
    return f"£{amount:.0f}"


def tile_map(
    places: Sequence[Place],
    *,
    in_tile: Callable[[Decimal], str] = short_pounds,
    aloud: Callable[[Decimal], str] = rough_pounds,
) -> TileMap:
    """Draw the places; the largest amount is darkest, nothing is white.

    `in_tile` writes an amount into its square, `aloud` in the words of the square.
    """
    most = max((place.amount for place in places), default=Decimal(0))
    tiles = tuple(
        Tile(
            x=place.column * (SIDE + GAP),
            y=place.row * (SIDE + GAP),
            step=_step(place.amount, most),
            short=place.short,
            figure=in_tile(place.amount),
            words=f"{place.name}: {aloud(place.amount)}",
        )
        for place in sorted(places, key=lambda each: (each.row, each.column))
    )
    width = max((tile.x for tile in tiles), default=0) + SIDE
    height = max((tile.y for tile in tiles), default=0) + SIDE
    return TileMap(width, height, SIDE, tiles)


def _step(amount: Decimal, most: Decimal) -> int:
    """0 for nothing, then 1 to 4 by quarters of the largest."""
    if amount <= 0 or most <= 0:
        return 0
    return min(STEPS, int(amount / most * STEPS) + 1)
