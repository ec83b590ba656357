"""Starting a run and turning a proposal down."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.grouping.expectations import Joining
from marketplace.grouping.models import Barrier
from marketplace.grouping.queries import Choice
from marketplace.grouping.services import LONGEST_SECONDS, SHORTEST_SECONDS
from marketplace.precedents.ways import WAYS
from marketplace.web.fields import (
    CountedProseField,
    OneOfField,
    OneOfManyField,
    SendField,
    SomeOfField,
    WholeNumberField,
)
from marketplace.web.formatting import counted, rough_percent
from marketplace.web.forms import Form

ALL, CHOSEN = "all", "chosen"
LONGEST_REASON = 1000

BARRIER_WORDS = {
    Barrier.PROCUREMENT_COST: "The procurement would cost too much",
    Barrier.TIME: "It would take too long",
    Barrier.LOSS_OF_CONTROL: "An authority would lose control of what it buys",
    Barrier.LACK_OF_TRUST: "The authorities do not trust each other enough",
    Barrier.LACK_OF_INFORMATION: "Too little is known",
    Barrier.LOCK_IN: "An authority is tied to a contract or a supplier",
    Barrier.BEING_PRECIOUS: "An authority holds on to its own specification",
    Barrier.REAL_SAVINGS: "The savings would not be real",
    Barrier.CUSTOMER_FOCUS: "Residents would be served less well",
    Barrier.SKILLS_AND_CAPACITY: "Skills or people are missing",
}


class StartForm(Form):
    which = OneOfField("What to group", required="Choose what to group", default=ALL)
    categories = SomeOfField("Categories")
    seconds = WholeNumberField(
        "Longest time to search, in seconds",
        required="Enter a number of seconds, like 60",
        at_least=SHORTEST_SECONDS,
        at_most=LONGEST_SECONDS,
        default=60,
        description="Small categories are solved exactly in moments. Large ones share this time, "
        "and end with the best grouping found and a bound that no grouping can pass.",
    )
    send = SendField("Start grouping")
    offered: Sequence[str] = ()

    def offer(self, choices: list[Choice], joining: Mapping[str, Joining]) -> "StartForm":
        """Offer these categories, each with what awaits a partner and how many join as a rule."""
        self.offered = [choice.code for choice in choices]
        total = sum(choice.requirements for choice in choices)
        self.which.choices = [
            (ALL, f"Everything that is posted ({counted(total, 'requirement')})"),
            (CHOSEN, "Only the categories that I choose"),
        ]
        self.categories.choices = [
            (
                each.code,
                f"{each.name} ({counted(each.requirements, 'requirement')}; "
                f"{rough_percent(joining[each.code].rate)} are expected to join)",
            )
            for each in choices
        ]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever wants to choose must choose something."""
        good = bool(super().validate(extra_validators))
        if self.which.data == CHOSEN and not self.categories.data:
            self.refuse(self.categories, "Choose at least one category")
        return good and not self.errors

    @property
    def codes(self) -> Sequence[str]:
        """The codes of what was chosen."""
        if self.which.data == ALL:
            return self.offered
        return [str(code) for code in self.categories.data or []]


class RejectForm(Form):
    barrier = OneOfField(
        "What stands in the way",
        required="Choose what stands in the way",
        choices=[(barrier.value, text) for barrier, text in BARRIER_WORDS.items()],
    )
    reason = CountedProseField(
        "Why you reject it",
        required="Say why you reject it",
        longest=LONGEST_REASON,
        description="It stays with the proposal.",
    )
    send = SendField("Reject this proposal")


class AskForm(Form):
    authority = OneOfManyField("Which authority you ask", required="Choose an authority")
    barrier = OneOfField(
        "What it is about",
        required="Choose what it is about",
        choices=[(barrier.value, text) for barrier, text in BARRIER_WORDS.items()],
    )
    question = CountedProseField(
        "Your question",
        required="Enter your question",
        longest=LONGEST_REASON,
        description="Write nothing of what other authorities buy or pay: this one may not know it.",
    )
    send = SendField("Send it back with this question")

    def offer(self, authorities: Sequence[Organisation]) -> "AskForm":
        """Offer the members, by name."""
        names = {each.name: str(each.id) for each in authorities}
        self.authority.choices = [("", "Choose"), *((key, n) for n, key in sorted(names.items()))]
        return self


class AnswerForm(Form):
    answer = CountedProseField("Your answer", required="Enter your answer", longest=LONGEST_REASON)
    send = SendField("Send this answer")


class ConflictForm(Form):
    reason = CountedProseField(
        "What the conflict is",
        required="Say what the conflict of interest is",
        longest=LONGEST_REASON,
        description="Other reviewers and the record’s readers see that you declared one.",
    )
    send = SendField("Declare a conflict of interest")


class WayForm(Form):
    way = OneOfField(
        "The way of sharing",
        required="Choose the way of sharing",
        choices=[(way.value, text.name) for way, text in WAYS.items()],
    )
    reason = CountedProseField(
        "Why this way fits", required="Say why this way fits", longest=LONGEST_REASON
    )
    send = SendField("Keep this way")
