"""Words of the demo's lots: descriptions, terms, questions of suppliers, reasons of reviewers."""

from collections.abc import Sequence

from marketplace.demo.ware import Ware
from marketplace.lots.models import LotMember

UNDIVIDED = (
    "We considered whether to divide this into lots (Procurement Act 2023, section 18). We do not, "
    "because each authority has a contract of its own, and one supplier can serve them all."
)
QUESTIONS = (
    "Do staff transfer from the suppliers that the boroughs have today, and when do we get "
    "their details?",
    "May a group of small firms bid together, with one of them signing?",
    "Are the volumes of the third year fixed, or may a borough buy less?",
    "Can we visit the sites before the deadline?",
    "Is the price held for the whole term, or does it follow an index?",
)
ANSWERS = (
    "Staff transfer in two of the boroughs. Details come on request, against a promise to keep "
    "them to yourselves.",
    "Yes. Name the firm that signs; it answers for the others.",
    "Each borough buys at least four fifths of the volume in the table, each year.",
    "Yes, on the two Thursdays after publication. Ask for a time through this page.",
    "The price is held for two years. After that it follows the consumer prices index, by at most "
    "3% a year.",
)
SCORED = {
    2: "Answers the question in part; little shows how it would be done here.",
    3: "Sound, with a plan; the figures that would prove it are missing.",
    4: "Good: a clear plan, people named for it, and figures from a like service.",
    5: "Excellent: proven elsewhere, measured, and fitted to each borough.",
}
AWARDED = (
    "The lowest evaluated price: the offer is not the cheapest in pounds, but its quality is worth "
    "more than the difference."
)
AWARDED_CHEAPEST = "The lowest evaluated price, and the lowest price as well."
EXPLAINED = (
    "The bidder owns the depot next door and has no haulage to pay. It showed us the accounts."
)
NOT_EXPLAINED = (
    "The bidder left out the cost of restocking in winter, which the specification asks for."
)
REJECTED = (
    "Two of the partners changed their specification since, and would no longer accept this one.",
    "The gain is within the margin of the estimate. We wait for the volumes of the spring.",
)
LOT_CANCELLED = (
    "Two partners will move to one shared service desk instead, so the lot is no longer needed."
)


def description_of(ware: Ware, parts: Sequence[LotMember]) -> str:
    """What a lot says of itself."""
    names = list(dict.fromkeys(part.authority.name for part in parts))
    who = ", ".join(names[:-1]) + f" and {names[-1]}"
    return f"{ware.name} for {who}, in one contract with each. {' '.join(ware.notes)}"


def terms_of(parts: Sequence[LotMember]) -> str:
    """The terms under which a lot is let."""
    longest = max(part.requirement.term_months for part in parts)
    return (
        "The authorities’ model terms for shared contracts. Invoices are paid within 14 days. "
        f"Each authority may end its contract with six months’ notice after the first year; none "
        f"runs beyond {longest} months. Everybody who works on it is paid the London Living Wage."
    )
