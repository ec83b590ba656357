"""What the pages and files of the register call things."""

from marketplace.contracts.models import Sureness

SURE = {
    Sureness.AWARDED: "Awarded here",
    Sureness.CHECKED: "Checked by its authority",
    Sureness.AS_GIVEN: "As its source says",
    Sureness.ESTIMATED: "In part estimated",
}
MAY_JOIN = {True: "Yes", False: "No", None: "Not known"}
