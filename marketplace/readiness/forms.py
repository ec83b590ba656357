"""The five factors of one category."""

from collections.abc import Mapping
from typing import Any

from marketplace.readiness.models import Degree, Factor, ReadinessAnswer
from marketplace.readiness.services import Said
from marketplace.web.fields import LineField, OneOfField, SendField
from marketplace.web.forms import Form

FACTOR_WORDS = {
    Factor.POLITICAL_COMMITMENT: "Political commitment",
    Factor.LEADERSHIP: "Leadership",
    Factor.SUPPORTIVE_CULTURE: "A supportive culture",
    Factor.SKILLS_AND_CAPACITY: "Skills and capacity",
    Factor.TRUST: "Trust",
}
ASKED = {
    Factor.POLITICAL_COMMITMENT: "Do your councillors back buying this together?",
    Factor.LEADERSHIP: "Does a named senior officer lead it?",
    Factor.SUPPORTIVE_CULTURE: "Would your service accept nearly all of what it wants, to share?",
    Factor.SKILLS_AND_CAPACITY: "Are there people with the time and skill for it?",
    Factor.TRUST: "Would you trust the other authorities with a shared lot?",
}
DEGREE_WORDS = {Degree.YES: "Yes", Degree.PARTLY: "In part", Degree.NO: "Not yet"}
CHOICES = [(degree.value, text) for degree, text in DEGREE_WORDS.items()]


class ReadinessForm(Form):
    """Each factor can be left for later."""

    political_commitment = OneOfField(ASKED[Factor.POLITICAL_COMMITMENT], choices=CHOICES)
    political_commitment_note = LineField("Anything to add on political commitment", longest=200)
    leadership = OneOfField(ASKED[Factor.LEADERSHIP], choices=CHOICES)
    leadership_note = LineField("Anything to add on leadership", longest=200)
    supportive_culture = OneOfField(ASKED[Factor.SUPPORTIVE_CULTURE], choices=CHOICES)
    supportive_culture_note = LineField("Anything to add on culture", longest=200)
    skills_and_capacity = OneOfField(ASKED[Factor.SKILLS_AND_CAPACITY], choices=CHOICES)
    skills_and_capacity_note = LineField("Anything to add on skills", longest=200)
    trust = OneOfField(ASKED[Factor.TRUST], choices=CHOICES)
    trust_note = LineField("Anything to add on trust", longest=200)
    send = SendField("Keep these answers")

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing at all is no answer."""
        good = bool(super().validate(extra_validators))
        if good and not self.said():
            self.refuse(self.political_commitment, "Answer at least one of the questions")
        return good and not self.errors

    def show(self, answers: Mapping[Factor, ReadinessAnswer]) -> None:
        """Fill in what was said before."""
        for factor, answer in answers.items():
            self[factor.value].data = answer.degree.value
            self[f"{factor.value}_note"].data = answer.note

    def said(self) -> Said:
        """What is answered."""
        return {
            factor: (Degree(self[factor.value].data), self[f"{factor.value}_note"].data or "")
            for factor in Factor
            if str(self[factor.value].data or "").strip()
        }
