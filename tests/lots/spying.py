"""An authority that keeps everything it is ever shown, and solves for the others' values."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pulp

from marketplace.lots import volumes

TOLERANCE = 0.10
DEEPEST_DISCOUNT = 0.25
"""As the category's policy says, which every commissioner can read."""
MOST = 1e7
"""No authority buys books for more: the spy knows as much."""


def pounds(text: str) -> float:
    digits, scale = re.match(r"£([\d,.]+)( million| billion)?", text).groups()
    return float(digits.replace(",", "")) * {" million": 1e6, " billion": 1e9}.get(scale, 1)


def bare(page: str) -> str:
    """The words of a page, without what is new on every page: tokens, keys and markup."""
    page = re.sub(r"<(script|style|head).*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def links(page: str) -> dict[str, str]:
    """Where a page leads on the site, once each however its lists are sorted, and what it asks."""
    found: dict[str, str] = {}
    for each in re.findall(r'href="(/[^"]*)"', page):
        address = html.unescape(each).split("#")[0]
        if not address.startswith("/static"):
            found.setdefault(address.split("?")[0], address)
    return found


def crawl(browser) -> Iterator[tuple[str, str]]:
    """Every page and file that the browser's person comes to from the first one."""
    todo, seen = [("/", "/")], {"/"}
    while todo:
        path, address = todo.pop(0)
        answer = browser.client.get(address)
        kind = answer.headers.get("Content-Type", "")
        assert answer.status_code in (200, 302, 303), (path, answer.status_code)
        if kind.startswith("text/"):
            yield path, answer.text
            for each, whole in links(answer.text).items():
                if each not in seen:
                    seen.add(each)
                    todo.append((each, whole))


@dataclass
class Seen:
    """What one page said of a set of others: their volume together, and whether one has half."""

    others: frozenset[object]
    low: float
    high: float
    carried: bool | None = None


@dataclass
class Spy:
    """One authority and its knowledge."""

    browser: object
    own_value: float
    seen: list[Seen] = field(default_factory=list)
    published: set[object] = field(default_factory=set)
    """Those whose price stands in the public register: that is no secret any more."""

    def read_register(self, names: dict[str, object]) -> None:
        """Keep the prices of others' contracts; a discount is not above the deepest of all."""
        page = self.browser.get("/register").text
        for row in re.findall(r"<tr.*?</tr>", page, re.S):
            cells = [bare(each) for each in re.findall(r"<td.*?</td>", row, re.S)]
            for name in names.keys() & set(cells):
                price = pounds(cells[-1])
                self.published.add(names[name])
                self.seen.append(
                    Seen(frozenset({names[name]}), price, price / (1 - DEEPEST_DISCOUNT))
                )

    def look(self, lot, others: frozenset[object]) -> None:
        """Keep what the page of the window and that of the lot say."""
        page = bare(self.browser.get(f"/joining/{lot.id}").text)
        if found := re.search(r"about (£[\d,.]+(?: million)?) in all", page):
            self.seen.append(self._coarse(pounds(found[1]), others, page))
        page = bare(self.browser.get(f"/lots/{lot.id}").text)
        if found := re.search(r"Committed volume (about )?(£[\d,.]+)", page):
            total = pounds(found[2])
            low, high = (total, total) if not found[1] else map(float, _band(total))
            self.seen.append(Seen(others, low - self.own_value, high - self.own_value))

    def _coarse(self, total: float, others: frozenset[object], page: str) -> Seen:
        volume = total - self.own_value
        # The page rounds to three figures; a step of the grid stands for its whole band.
        slack = 0.006 * total
        step = float(volumes.coarse(Decimal(str(volume))))
        one, none = "One of the others brings at least half", "None of the others brings half"
        carried = True if one in page else False if none in page else None
        if abs(step - volume) <= slack:
            low, high = map(float, _band(step))
            return Seen(others, low, high, carried)
        return Seen(others, volume - slack, volume + slack, carried)

    def knows(self, values: dict[object, float]) -> set[object]:
        """Whose value lies within a tenth, for certain, given all that was seen."""
        return {
            who
            for who, true in values.items()
            if self._bound(who, values, pulp.LpMinimize) >= (1 - TOLERANCE) * true
            and self._bound(who, values, pulp.LpMaximize) <= (1 + TOLERANCE) * true
        }

    def _bound(self, who, values, sense: int) -> float:
        model = pulp.LpProblem("attack", sense)
        unknown = {
            key: model.add_variable(f"x{n}", lowBound=0, upBound=MOST)
            for n, key in enumerate(values)
        }
        model += unknown[who]
        for number, seen in enumerate(self.seen):
            total = pulp.lpSum(unknown[key] for key in seen.others)
            model += total >= seen.low
            model += total <= seen.high
            if seen.carried is False:
                for key in seen.others:
                    model += unknown[key] <= total / 2
            elif seen.carried:
                carriers = [
                    model.add_variable(f"b{number}_{n}", cat="Binary")
                    for n, _ in enumerate(seen.others)
                ]
                model += pulp.lpSum(carriers) >= 1
                for key, carrier in zip(sorted(seen.others, key=str), carriers, strict=True):
                    model += unknown[key] >= total / 2 - MOST * len(values) * (1 - carrier)
        model.solve(pulp.HiGHS(msg=False, threads=1))
        assert model.sol_status == pulp.LpSolutionOptimal
        return float(unknown[who].value())


def _band(shown: float) -> tuple[Decimal, Decimal]:
    return volumes.band(Decimal(str(shown)))
