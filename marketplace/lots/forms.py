"""Forms of the joining window and of the market."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import HiddenField

from marketplace.accounts.models import Organisation
from marketplace.errors import NotFound
from marketplace.grouping.models import Barrier
from marketplace.lots.conditions import Condition
from marketplace.lots.models import TieRule
from marketplace.openers.models import OpenerKey
from marketplace.web.fields import (
    CountedProseField,
    DayField,
    FilesField,
    LineField,
    MoneyField,
    OneOfField,
    OneOfManyField,
    ProseField,
    SendField,
    WholeNumberField,
)
from marketplace.web.formatting import words
from marketplace.web.forms import Form

BARRIERS = [("", "Choose the nearest"), *((b.value, words(b)) for b in Barrier)]

TIE_WORDS = {
    TieRule.QUALITY_THEN_PRICE: "More quality points, then the lower price, then the earlier bid",
    TieRule.PRICE_THEN_RECEIPT: "The lower price, then the earlier bid",
    TieRule.RECEIPT: "The earlier bid",
}
OPENER_FIELDS = ("opener_1", "opener_2", "opener_3")
QUESTIONS = range(1, 6)
TIMES = [("12", "Noon"), ("17", "5pm"), ("10", "10am"), ("14", "2pm")]


class ApproveForm(Form):
    closes_on = DayField(
        "Last day to answer",
        required="Enter the last day on which authorities can answer",
        description="They can answer until midnight at the end of that day. Three weeks is usual.",
    )
    reason = CountedProseField(
        "Why you approve it",
        required="Say why you approve it",
        longest=1000,
        description="Members read it in the digest, so write no figure of a single authority.",
    )
    barrier = OneOfManyField(
        "What you weighed most against it",
        choices=[("", "Nothing stands in the way"), *BARRIERS[1:]],
    )
    send = SendField("Approve and ask the authorities")


class DeclineForm(Form):
    barrier = OneOfManyField(
        "What stands in the way", required="Choose what stands in the way", choices=BARRIERS
    )
    reason = CountedProseField(
        "Why your authority declines",
        required="Say why your authority declines",
        longest=1000,
        description="The Centre reads this. Other authorities do not.",
    )
    send = SendField("Decline")


HARDER = {
    "most_members": (
        "At most a number of authorities",
        "A limit on how many join gets harder to meet as more join, so it could set authorities "
        "against each other. Set the most partners on your requirement, before the next run",
    ),
    "most_volume": (
        "At most a volume",
        "A largest volume gets harder to meet as more join. The Centre sets the largest lot of a "
        "category: ask an administrator",
    ),
    "without": (
        "Not with a certain authority",
        "A partner that must stay out gets harder to meet as more join. Name it among those with "
        "whom you will not share, on your requirement, before the next run",
    ),
}
"""Conditions that are refused, each with its name and why."""


class ConditionForm(Form):
    """Each part can be left empty; all that are filled in must hold."""

    at_least_members = WholeNumberField(
        "At least this many authorities join, yours among them", at_least=2, at_most=500
    )
    at_least_volume = MoneyField(
        "The lot’s volume is at least",
        at_least=Decimal(1),
        description="As your page shows it: your own part, and the others’ in coarse steps.",
    )
    at_least_saving = MoneyField(
        "Your own projected price saving is at least",
        at_least=Decimal(1),
        description="As your page shows it, at the likely price effect, over the whole term.",
    )
    with_authority = OneOfManyField("Only together with")
    other = OneOfManyField(
        "Anything else",
        choices=[("", "Nothing else"), *((key, text) for key, (text, _) in HARDER.items())],
    )
    send = SendField("Commit under this condition")

    def validate(self, extra_validators: Any = None) -> bool:
        """What would get harder as more join is refused, with the reason and where it belongs."""
        good = bool(super().validate(extra_validators))
        if self.other.data in HARDER:
            self.refuse(self.other, HARDER[self.other.data][1])
        return good and not self.errors

    def offer(self, asked: Sequence[Organisation], own: Organisation, *, sees_volume: bool) -> None:
        """Offer the other authorities that are asked as partners, and what may be asked for."""
        if not sees_volume:
            del self.at_least_volume, self.at_least_saving
        names = {str(each.id): each.name for each in asked if each.id != own.id}
        self.with_authority.choices = [("", "Nobody in particular"), *names.items()]

    def show(self, condition: Condition) -> None:
        """Fill in what was answered before."""
        self.at_least_members.data = condition.at_least_members
        if "at_least_volume" in self:
            self.at_least_volume.data = condition.at_least_volume
            self.at_least_saving.data = condition.at_least_saving
        self.with_authority.data = str(condition.with_authority or "")

    def condition(self) -> Condition:
        partner = self.with_authority.data
        sees_volume = "at_least_volume" in self
        return Condition(
            self.at_least_members.data,
            self.at_least_volume.data if sees_volume else None,
            self.at_least_saving.data if sees_volume else None,
            uuid.UUID(partner) if partner else None,
        )


class ReasonForm(Form):
    barrier = OneOfManyField(
        "What stands in the way", required="Choose what stands in the way", choices=BARRIERS
    )
    reason = CountedProseField(
        "Reason", required="Give a reason; everybody concerned will read it", longest=1000
    )
    send = SendField("Cancel this lot")


class PublishForm(Form):
    """Everything that suppliers need, on one page."""

    description = ProseField(
        "What is to be supplied", required="Describe what is to be supplied", longest=5000
    )
    terms = ProseField(
        "Terms of the contracts", required="Give the terms, or say where they are", longest=5000
    )
    deadline_day = DayField("Deadline for bids", required="Enter the day of the deadline")
    deadline_time = OneOfManyField(
        "Time of the deadline, in London", required="Choose a time", choices=TIMES
    )
    pounds_per_point = MoneyField(
        "What one quality point is worth, in pounds",
        description="A bid with one point more may cost this much more and still be level. "
        "Leave empty if price alone decides.",
    )
    tie_rule = OneOfField(
        "If two bids are level, who wins",
        required="Choose what decides between level bids",
        choices=[(rule.value, text) for rule, text in TIE_WORDS.items()],
    )
    undivided_because = CountedProseField(
        "Why the lot is not split",
        required="Say why the lot is not split",
        longest=2000,
        description="The Procurement Act 2023, section 18, asks for this reason. It is published. "
        "The words come from the figures of the lot; change them where you know better, and write "
        "no value of a single authority into them.",
    )
    opener_1 = OneOfManyField("First opener", required="Choose the first opener")
    opener_2 = OneOfManyField("Second opener", required="Choose the second opener")
    opener_3 = OneOfManyField("Third opener", required="Choose the third opener")
    question_1 = LineField("Question 1", longest=500)
    weight_1 = WholeNumberField("Points for question 1", at_least=1, at_most=100)
    question_2 = LineField("Question 2", longest=500)
    weight_2 = WholeNumberField("Points for question 2", at_least=1, at_most=100)
    question_3 = LineField("Question 3", longest=500)
    weight_3 = WholeNumberField("Points for question 3", at_least=1, at_most=100)
    question_4 = LineField("Question 4", longest=500)
    weight_4 = WholeNumberField("Points for question 4", at_least=1, at_most=100)
    question_5 = LineField("Question 5", longest=500)
    weight_5 = WholeNumberField("Points for question 5", at_least=1, at_most=100)
    send = SendField("Ask to publish this lot")

    def validate(self, extra_validators: Any = None) -> bool:
        """A question goes with its points, and points with their price."""
        good = bool(super().validate(extra_validators))
        for number in QUESTIONS:
            text, weight = self[f"question_{number}"], self[f"weight_{number}"]
            if text.data and weight.data is None and not weight.errors:
                self.refuse(weight, f"Give the points for question {number}")
            if weight.data is not None and not text.data:
                self.refuse(text, f"Enter question {number}, or take its points away")
        if self.questions() and not self.pounds_per_point.data and not self.pounds_per_point.errors:
            self.refuse(self.pounds_per_point, "Say what one quality point is worth in pounds")
        return good and not self.errors

    def offer_openers(self, keys: Sequence[OpenerKey], before: Sequence[OpenerKey]) -> None:
        """Offer these keys; those of the lot before stand chosen, or the only three."""
        choices = [("", "Choose somebody")]
        choices += [
            (str(key.id), f"{key.person.name}, {key.person.organisation.name} ({key.short})")
            for key in keys
        ]
        usual = before if len(before) == len(OPENER_FIELDS) else keys
        chosen = [str(key.id) for key in usual] if len(usual) == len(OPENER_FIELDS) else []
        for number, name in enumerate(OPENER_FIELDS):
            self[name].choices = choices
            if chosen and not self.is_submitted():
                self[name].data = chosen[number]

    def openers(self) -> list[uuid.UUID]:
        return [uuid.UUID(self[name].data) for name in OPENER_FIELDS]

    def questions(self) -> list[tuple[str, int]]:
        """The questions filled in, with their points."""
        pairs = [(self[f"question_{n}"].data, self[f"weight_{n}"].data) for n in QUESTIONS]
        return [(text, weight) for text, weight in pairs if text and weight]

    def point_price(self) -> Decimal:
        return self.pounds_per_point.data or Decimal(0)


class ConfirmForm(Form):
    """A second person confirms what the first asked for, and what this page showed."""

    asked = HiddenField()
    send = SendField("Confirm, and publish this lot")

    def asked_id(self) -> uuid.UUID:
        """What is confirmed; raises NotFound for what is no key."""
        try:
            return uuid.UUID(self.asked.data or "")
        except ValueError:
            raise NotFound() from None


class ConfirmMoveForm(ConfirmForm):
    send = SendField("Confirm, and move the deadline")


class DocumentsForm(Form):
    documents = FilesField("Add documents", description="PDF, Office, CSV, text or pictures")
    send = SendField("Add")


class ExtendForm(Form):
    deadline_day = DayField("New deadline", required="Enter the new day of the deadline")
    deadline_time = OneOfManyField("Time, in London", required="Choose a time", choices=TIMES)
    reason = ProseField("Why", required="Say why; bidders will read it", longest=1000)
    send = SendField("Ask for this deadline")


class QuestionForm(Form):
    question = CountedProseField(
        "Your question",
        required="Enter your question",
        longest=1000,
        description="Everybody sees the question and its answer, and nobody sees who asked.",
    )
    send = SendField("Ask")


class AnswerForm(Form):
    answer = ProseField("Answer", required="Enter the answer", longest=3000)
    send = SendField("Answer for all to see")
