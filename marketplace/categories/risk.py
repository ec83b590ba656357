"""Services by the risk of sharing them: section 6 of the June 2006 report to the Centre.

Each row gives what sharing promises and what stands against it, in our words. A category's policy
names the row that its tier rests on (`CategoryPolicy.risk_activity`).
"""

from dataclasses import dataclass

from marketplace.categories.models import Tier


@dataclass(frozen=True)
class RiskRow:
    """One service of the report: its tier, what speaks for sharing it and what against."""

    activity: str
    tier: Tier
    gains: str
    risks: str


_CARE_GAINS = "A new kind of service becomes possible; scale; providers no longer set the terms"
_CARE_RISKS = (
    "Politically exposed; people at risk depend on it; one standard may stand in the way of change"
)

TABLE = (
    RiskRow(
        "Translation and interpretation services",
        Tier.LOW,
        "Scale carries a fuller service at less cost",
        "Access needs local give; the savings are small",
    ),
    RiskRow(
        "Legal services",
        Tier.LOW,
        "The same answer everywhere; peaks of work can be shared",
        "The savings are small",
    ),
    RiskRow(
        "Pensions administration", Tier.LOW, "Plain savings", "Staff may find the service distant"
    ),
    RiskRow("Insurance administration", Tier.LOW, "A standard service", "The savings are small"),
    RiskRow("Parking services", Tier.LOW, "Scale", "Members steer it less"),
    RiskRow(
        "Out of hours emergency services",
        Tier.LOW,
        "More capacity for less",
        "Harder to see the whole person",
    ),
    RiskRow(
        "Single emergency number",
        Tier.LOW,
        "More capacity for less",
        "Much may have to change behind the desk",
    ),
    RiskRow("Revenues and benefits", Tier.MEDIUM, "Lower costs", "Harder to see the whole person"),
    RiskRow("Payroll", Tier.MEDIUM, "Scale", "Everybody must take one standard"),
    RiskRow(
        "Trading standards", Tier.MEDIUM, "Shared capacity", "Everybody must take one standard"
    ),
    RiskRow("Building control", Tier.MEDIUM, "Shared capacity", "Everybody must take one standard"),
    RiskRow(
        "Recruitment services",
        Tier.MEDIUM,
        "Recruiting costs less",
        "Everybody must take one standard",
    ),
    RiskRow(
        "Staff agency service",
        Tier.MEDIUM,
        "Commissioned together, it costs less",
        "Somewhat less local give",
    ),
    RiskRow(
        "Call centres and contact centres",
        Tier.MEDIUM,
        "Shared capacity and systems; staff free for other work",
        "Systems and back offices must be agreed; services may not join up",
    ),
    RiskRow(
        "Waste disposal", Tier.MEDIUM, "Spare capacity is used", "Boroughs recycle differently"
    ),
    RiskRow("Street lighting", Tier.MEDIUM, "Scale", "Boroughs need different specifications"),
    RiskRow("HR", Tier.MEDIUM, "Scale", "Boroughs need different specifications"),
    RiskRow(
        "Choice-based letting",
        Tier.HIGH,
        "Homes stand empty for less time",
        "The rules must be agreed",
    ),
    RiskRow(
        "Housing repairs",
        Tier.HIGH,
        "Scale; volume lowers the cost of each job",
        "A longer chain of command; everybody must work in one way",
    ),
    RiskRow(
        "IT support and infrastructure",
        Tier.HIGH,
        "Scale",
        "Old systems must be replaced; the procurement is complex",
    ),
    RiskRow("Risk management", Tier.HIGH, "Scale", "Somewhat less local control"),
    RiskRow("Residential care for the elderly", Tier.HIGH, _CARE_GAINS, _CARE_RISKS),
    RiskRow("Personal care", Tier.HIGH, _CARE_GAINS, _CARE_RISKS),
    RiskRow("Supporting People floating support", Tier.HIGH, _CARE_GAINS, _CARE_RISKS),
    RiskRow(
        "Neighbourhood services",
        Tier.HIGH,
        "New ways of serving a place",
        "Many people must be heard first",
    ),
    RiskRow("Housing management services", Tier.HIGH, "Scale", "The service may become distant"),
    RiskRow("Education services", Tier.HIGH, "Scale", "Many people must be heard first"),
)


def risk_row(activity: str | None) -> RiskRow | None:
    """The report's row of that name, or None."""
    return next((row for row in TABLE if row.activity == activity), None)
