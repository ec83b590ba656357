"""Forms of scoring and award; the scoring sheet is made for its lot's bids and questions."""

import uuid

from marketplace.awards.scoring import Evaluation
from marketplace.awards.services import Marks
from marketplace.lots.forms import ConfirmForm
from marketplace.web.fields import (
    CountedProseField,
    OneOfField,
    OneOfManyField,
    ProseField,
    SendField,
)
from marketplace.web.forms import Form

SCORES = [
    ("", "Choose"),
    ("5", "5: excellent"),
    ("4", "4: good"),
    ("3", "3: meets the need"),
    ("2", "2: some concerns"),
    ("1", "1: serious concerns"),
    ("0", "0: not answered"),
]


class MarksForm(Form):
    """A score and words for each answer; `marks_form` adds the fields."""

    def marks(self) -> Marks:
        found: dict[tuple[uuid.UUID, uuid.UUID], tuple[int, str]] = {}
        for name, field in self._fields.items():
            if name.startswith("score_"):
                cell = name.removeprefix("score_")
                bid, question = (uuid.UUID(part) for part in cell.split("_"))
                found[bid, question] = (int(field.data), self[f"words_{cell}"].data or "")
        return found


def marks_form(evaluation: Evaluation, words: str, *, words_required: bool) -> MarksForm:
    """A sheet with a field for each bid and question; `words` labels the text beside a score."""
    fields: dict[str, object] = {}
    for bid in evaluation.bids:
        for question in evaluation.lot.criteria:
            cell = f"{bid.id}_{question.id}"
            where = f"{bid.supplier.name}, question {question.position}"
            fields[f"score_{cell}"] = OneOfManyField(
                f"Score for {where}", required=f"Choose a score for {where}", choices=SCORES
            )
            fields[f"words_{cell}"] = ProseField(
                f"{words} for {where}",
                required=f"Write the {words.lower()} for {where}" if words_required else None,
                longest=2000,
            )
    fields["send"] = SendField("Save these scores")
    made: MarksForm = type("LotMarksForm", (MarksForm,), fields)()
    return made


class ExplanationForm(Form):
    explanation = CountedProseField(
        "How the bidder explained the price",
        required="Write down how the bidder explained the price",
        longest=3000,
    )
    accepted = OneOfField(
        "Is the explanation accepted?",
        required="Say whether the explanation is accepted",
        choices=[("yes", "Yes, the bid stays in"), ("no", "No, the bid is excluded")],
    )
    send = SendField("Save")


class AwardForm(Form):
    reason = CountedProseField(
        "Reason for the award",
        required="Give the reason; every bidder will read it",
        longest=3000,
    )
    send = SendField("Ask to award this lot")


class ConfirmAwardForm(ConfirmForm):
    send = SendField("Confirm, and award this lot")
