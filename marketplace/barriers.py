"""Why buying together does not happen: section 4 of the June 2006 report to the Centre.

Every rejection, decline and cancellation carries one of these.
"""

from enum import StrEnum


class Barrier(StrEnum):
    """Why buying together does not happen: section 4 of the 2006 report."""

    PROCUREMENT_COST = "procurement_cost"
    TIME = "time"
    LOSS_OF_CONTROL = "loss_of_control"
    LACK_OF_TRUST = "lack_of_trust"
    LACK_OF_INFORMATION = "lack_of_information"
    LOCK_IN = "lock_in"
    BEING_PRECIOUS = "being_precious"
    REAL_SAVINGS = "real_savings"
    CUSTOMER_FOCUS = "customer_focus"
    SKILLS_AND_CAPACITY = "skills_and_capacity"
