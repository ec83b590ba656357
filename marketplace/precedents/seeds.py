"""What the June 2006 report to the Centre tells of sharing, fact by fact, in our words.

Its figures are its own; where it gives none, none stands here, and the evidence says so.
"""

from dataclasses import dataclass
from decimal import Decimal

from marketplace.barriers import Barrier
from marketplace.categories.models import Tier
from marketplace.precedents.models import Evidence, Outcome
from marketplace.precedents.ways import Way

REPORT = "Report on shared services between London boroughs, June 2006, section "
YEAR = 2006


@dataclass(frozen=True)
class Seed:
    """One public fact as a precedent."""

    key: str
    title: str
    who: str
    way: Way | None
    code: str | None
    tier: Tier | None
    how: str
    result: str
    outcome: Outcome
    evidence: Evidence
    section: str
    barrier: Barrier | None = None
    authorities: int | None = None
    value: Decimal | None = None


SEEDS = (
    Seed(
        "negotiating-alone",
        "What negotiating one large contract costs",
        "A London borough, not named",
        None,
        None,
        None,
        "One borough negotiated one large contract by itself.",
        "Getting to the contract of £120 million cost £2 million, before anything was delivered: "
        "one pound in sixty. Several authorities at the table at once make it dearer still.",
        Outcome.MIXED,
        Evidence.REPORTED,
        "4",
        Barrier.PROCUREMENT_COST,
        1,
        Decimal(120_000_000),
    ),
    Seed(
        "two-to-four-years",
        "Partners who lost patience and bought alone",
        "London boroughs that set out to share a service",
        Way.BOROUGHS_DELIVER,
        None,
        None,
        "Boroughs agreed to set up a shared service before the details were settled.",
        "It took two to four years to come about. Some partners did not wait that long and bought "
        "for themselves.",
        Outcome.FAILED,
        Evidence.TOLD,
        "4",
        Barrier.TIME,
    ),
    Seed(
        "agency-staff",
        "Agency staff: tools and a place for what is known",
        "The Centre for all London boroughs",
        Way.BOROUGHS_COMMISSION,
        "79620000",
        Tier.MEDIUM,
        "The Centre made toolkits for buying agency staff and collected what boroughs know of it. "
        "Buying the service together is in the middle tier of risk.",
        "Boroughs spend £500 million a year on temporary staff, so a small share is a large sum. "
        "What was saved is not said. Some local freedom is lost.",
        Outcome.NOT_YET_KNOWN,
        Evidence.EXPECTED,
        "6",
        Barrier.LACK_OF_INFORMATION,
        33,
        Decimal(500_000_000),
    ),
    Seed(
        "consultancy",
        "Management consultancy: the same tools again",
        "The Centre for all London boroughs",
        Way.BOROUGHS_COMMISSION,
        "79411000",
        None,
        "What had been made for agency staff was to be made for management consultancy too.",
        "Asked for by the boroughs; no result is given.",
        Outcome.NOT_YET_KNOWN,
        Evidence.EXPECTED,
        "6",
        Barrier.LACK_OF_INFORMATION,
        33,
    ),
    Seed(
        "library-books",
        "Books for libraries: among the first to buy together",
        "London boroughs",
        Way.BOROUGHS_COMMISSION,
        "22113000",
        None,
        "Boroughs buy the same books separately; one negotiation for all would stand for a larger "
        "volume of work.",
        "Named first among what could be bought together. No figure is given.",
        Outcome.NOT_YET_KNOWN,
        Evidence.EXPECTED,
        "3",
    ),
    Seed(
        "service-equipment",
        "Equipment for services: among the first to buy together",
        "London boroughs",
        Way.BOROUGHS_COMMISSION,
        "39000000",
        None,
        "The equipment that services use is much the same from borough to borough, and so are the "
        "overheads of buying it.",
        "Named among what could be bought together first. No figure is given.",
        Outcome.NOT_YET_KNOWN,
        Evidence.EXPECTED,
        "3",
    ),
    Seed(
        "care-placements",
        "Care placements: joint demand that makes a market",
        "London boroughs",
        Way.BOROUGHS_COMMISSION,
        "85311000",
        Tier.HIGH,
        "For people with complex needs a single borough needs too few places for anybody to offer "
        "them. Commissioned together, a whole range becomes worth providing.",
        "Expected: kinds of provision that London lacks. The risk is the highest there is: people "
        "at risk depend on it, and members answer for it.",
        Outcome.NOT_YET_KNOWN,
        Evidence.EXPECTED,
        "3",
        Barrier.CUSTOMER_FOCUS,
    ),
    Seed(
        "ninety-five-percent",
        "Partners who took 95% of what they wanted",
        "London boroughs that shared",
        Way.BOROUGHS_COMMISSION,
        None,
        None,
        "Each partner let go of the last details of its own policy so that one specification could "
        "serve all.",
        "Where partners settled for nearly all of what they wanted, sharing came about; where each "
        "held on to everything, it did not.",
        Outcome.WORKED,
        Evidence.TOLD,
        "4",
        Barrier.BEING_PRECIOUS,
    ),
    Seed(
        "open-books",
        "Partners who opened their books to each other",
        "London boroughs that shared",
        Way.BOROUGHS_DELIVER,
        None,
        None,
        "Partners showed each other how they worked and what it cost them.",
        "Openness about process and cost is what built the trust on which the rest stood.",
        Outcome.WORKED,
        Evidence.TOLD,
        "4",
        Barrier.LACK_OF_TRUST,
    ),
    Seed(
        "same-supplier-two-prices",
        "One supplier, one service, two prices",
        "Pairs of London boroughs",
        Way.SAME_PROVIDER,
        None,
        Tier.LOW,
        "Two boroughs bought the same service from the same supplier, each for itself.",
        "They paid different prices, and the managers who signed had nothing to judge an offer by.",
        Outcome.FAILED,
        Evidence.TOLD,
        "3",
        Barrier.LACK_OF_INFORMATION,
        2,
    ),
    Seed(
        "lead-borough",
        "A strong borough that negotiates for others",
        "Boroughs with a record of good contracts",
        Way.DELIVERY_PARTNERSHIP,
        None,
        None,
        "A borough that has shown that it can run large procurements would do so for others, "
        "against pay.",
        "Put forward as an answer to missing skills; nobody had done it yet.",
        Outcome.NOT_YET_KNOWN,
        Evidence.EXPECTED,
        "5",
        Barrier.SKILLS_AND_CAPACITY,
    ),
)
