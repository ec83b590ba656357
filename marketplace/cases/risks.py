"""What each of the report's barriers could do to a lot, and what helps against it, in our words."""

from marketplace.barriers import Barrier

WHAT = {
    Barrier.PROCUREMENT_COST: "Running one tender for all costs more than the members planned for.",
    Barrier.TIME: "The lot takes so long that a member buys alone meanwhile.",
    Barrier.LOSS_OF_CONTROL: "A member’s councillors feel that they lose budget, policy or jobs.",
    Barrier.LACK_OF_TRUST: "Members, or members and supplier, do not believe each other’s figures.",
    Barrier.LACK_OF_INFORMATION: "Nobody can tell whether the price is good.",
    Barrier.LOCK_IN: "A member cannot leave its present contract by the start.",
    Barrier.BEING_PRECIOUS: "A member holds on to its own specification, and the lot splits.",
    Barrier.REAL_SAVINGS: "Prices fall less than expected, or the effort eats what is saved.",
    Barrier.CUSTOMER_FOCUS: "Residents lose the link with the people who serve them.",
    Barrier.SKILLS_AND_CAPACITY: "Nobody has the time or skill to run the contract.",
}
ANSWERS = {
    Barrier.PROCUREMENT_COST: "One set of terms, used again; a budget for the tender first.",
    Barrier.TIME: "A joining window with an end, and a start that all can meet.",
    Barrier.LOSS_OF_CONTROL: "One contract for each authority; a condition under which it joins.",
    Barrier.LACK_OF_TRUST: "Sealed bids, an open record, and figures that each member can check.",
    Barrier.LACK_OF_INFORMATION: "Precedents and what members pay today, beside the bids.",
    Barrier.LOCK_IN: "Check end dates and extensions before the window opens.",
    Barrier.BEING_PRECIOUS: "Say what insisting costs; settle for nearly all of what is wanted.",
    Barrier.REAL_SAVINGS: "Keep the ledger: only what invoices show counts as saved.",
    Barrier.CUSTOMER_FOCUS: "Local terms of service in each contract, and a local contact.",
    Barrier.SKILLS_AND_CAPACITY: "A member with a record leads, or the Centre does, against pay.",
}
