"""Six ways to share: section 6 of the June 2006 report to the Centre, in our words."""

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """Who shares what with whom."""

    BOROUGHS_COMMISSION = "boroughs_commission"
    AGENCIES_COMMISSION = "agencies_commission"
    BOROUGHS_DELIVER = "boroughs_deliver"
    AGENCIES_DELIVER = "agencies_deliver"
    SAME_PROVIDER = "same_provider"
    DELIVERY_PARTNERSHIP = "delivery_partnership"


@dataclass(frozen=True)
class WayWords:
    """What a way of sharing is, when it fits, and what it asks of those who take it."""

    name: str
    what: str
    fits: str
    asks: str


WAYS = {
    Way.BOROUGHS_COMMISSION: WayWords(
        "Boroughs commission together",
        "Two boroughs or more design one purchase and go to market with it as one buyer.",
        "The same thing is bought separately today, and its price falls with volume; or there is "
        "no market yet and joint demand would make one.",
        "Contracts that end in the same season, and a specification that all can live with. "
        "This is what a proposal here is unless a reviewer says otherwise.",
    ),
    Way.AGENCIES_COMMISSION: WayWords(
        "A borough and other agencies commission together",
        "A borough and other public bodies of its area, such as health or police, buy as one.",
        "The same residents are served by both, and what each buys depends on the other.",
        "Budgets of different kinds side by side, and members on both sides who agree to it.",
    ),
    Way.BOROUGHS_DELIVER: WayWords(
        "Boroughs deliver together",
        "Two boroughs or more run one service with their own staff.",
        "Specialists are scarce, or small teams stand idle between peaks.",
        "One standard, one line of command, and years rather than months: two to four are usual.",
    ),
    Way.AGENCIES_DELIVER: WayWords(
        "A borough and other agencies deliver together",
        "A borough and other public bodies of its area run one service.",
        "Residents go from one door to the next for one matter.",
        "Shared systems and data, and a clear answer to who is accountable.",
    ),
    Way.SAME_PROVIDER: WayWords(
        "The same provider for several",
        "Several authorities buy the same service from one provider, each for itself.",
        "The service is standard and low in risk, and nobody wants to align much.",
        "Little; but without joint volume in one tender the price may not fall.",
    ),
    Way.DELIVERY_PARTNERSHIP: WayWords(
        "A partnership that others can join",
        "A borough and a private partner deliver a service and offer it to other authorities.",
        "One borough has done it well and has room for more.",
        "Terms under which others may join, written in from the beginning, and pay for the lead.",
    ),
}
