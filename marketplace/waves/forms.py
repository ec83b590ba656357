"""The forms with which a wave is proposed and answered."""

from datetime import date, timedelta
from typing import Any

from marketplace.grouping.forms import BARRIER_WORDS
from marketplace.web.fields import (
    CountedProseField,
    DayField,
    OneOfField,
    OneOfManyField,
    SendField,
)
from marketplace.web.forms import Form

LONGEST_NOTE = 1000
USUAL_DAYS = 28
POST, DRAFT, DECLINE = "post", "draft", "decline"
BARRIERS = [
    ("", "Choose what stands in the way"),
    *((b.value, w) for b, w in BARRIER_WORDS.items()),
]


class ProposeForm(Form):
    """A word to the authorities, and until when they answer."""

    note = CountedProseField(
        "A word to the authorities",
        longest=LONGEST_NOTE,
        description="Why it is worth it, who would lead, what still has to be settled.",
    )
    answer_by = DayField("Answers are wanted by", required="Enter the day to answer by")
    send = SendField("Propose this wave")

    def begin(self, today: date) -> "ProposeForm":
        """Four weeks, unless something else was sent."""
        if not self.is_submitted():
            self.answer_by.data = today + timedelta(days=USUAL_DAYS)
        return self


class WaveAnswerForm(Form):
    """Agree, for now or for good, or decline."""

    answer = OneOfField(
        "Your answer for your own contracts",
        required="Choose your answer",
        choices=[
            (POST, "Agree, and post the requirements now: I have checked them"),
            (DRAFT, "Agree, and keep them as drafts: I check and post them later"),
            (DECLINE, "Decline: we follow these contracts by ourselves"),
        ],
    )
    barrier = OneOfManyField("What stands in the way", choices=BARRIERS)
    reason = CountedProseField("Anything to add", longest=LONGEST_NOTE)
    send = SendField("Send your answer")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever declines says what stands in the way."""
        good = bool(super().validate(extra_validators))
        if good and self.answer.data == DECLINE and not self.barrier.data:
            self.refuse(self.barrier, "Choose what stands in the way")
        return good and not self.errors
