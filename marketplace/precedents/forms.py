"""What a reviewer tells of a case."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from marketplace import clock
from marketplace.barriers import Barrier
from marketplace.categories.models import CategoryPolicy, Tier
from marketplace.labels import Label
from marketplace.precedents.models import Evidence, Outcome, Precedent
from marketplace.precedents.services import Facts, Told
from marketplace.precedents.ways import WAYS, Way
from marketplace.precedents.wording import EVIDENCE_WORDS, OUTCOME_WORDS
from marketplace.web.fields import (
    CountedProseField,
    LineField,
    MoneyField,
    NumberField,
    OneOfField,
    OneOfManyField,
    SendField,
    WholeNumberField,
)
from marketplace.web.formatting import words
from marketplace.web.forms import Form

LONGEST = 1000
EARLIEST = 1900
ANY_CATEGORY = ("", "Any purchase")
LABELS = [(each.value, words(each)) for each in Label]


class PrecedentForm(Form):
    title = LineField("What was shared", required="Say what was shared", longest=200)
    who = LineField(
        "Who shared it",
        required="Say who shared it",
        longest=200,
        description="Authorities, never a person’s name.",
    )
    way = OneOfField(
        "The way of sharing",
        required="Choose the way of sharing",
        choices=[(way.value, text.name) for way, text in WAYS.items()],
    )
    how = CountedProseField("How it was done", required="Say how it was done", longest=LONGEST)
    result = CountedProseField(
        "What came of it",
        required="Say what came of it",
        longest=LONGEST,
        description="All authorities read this: write no figure of a single one.",
    )
    outcome = OneOfField(
        "In a word",
        required="Choose how it went",
        choices=[(each.value, text) for each, text in OUTCOME_WORDS.items()],
    )
    saving = NumberField(
        "Saving, in percent of what buying alone would have cost (optional)",
        at_least=Decimal(-1000),
        at_most=Decimal(100),
        description="A minus where it cost more.",
    )
    label = OneOfField("What kind of figure that is", choices=LABELS)
    evidence = OneOfField(
        "How good the evidence is",
        required="Choose how good the evidence is",
        choices=[(each.value, text) for each, text in EVIDENCE_WORDS.items()],
    )
    barrier = OneOfManyField(
        "What stood in the way most",
        choices=[("", "Nothing did"), *((each.value, words(each)) for each in Barrier)],
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Keep this")

    def validate(self, extra_validators: Any = None) -> bool:
        """A saving says what kind of figure it is, and a kind belongs to a saving."""
        good = bool(super().validate(extra_validators))
        kind = (self.label.data or "").strip()
        if good and self.saving.data is not None and not kind:
            self.refuse(self.label, "Choose whether it is projected, contracted or realised")
        if good and self.saving.data is None and kind:
            self.refuse(self.saving, "Enter the saving in percent, or choose no kind of figure")
        return good and not self.errors

    def offer(self, policies: Sequence[CategoryPolicy]) -> Self:
        """Offer categories where the form asks for one."""
        return self

    def facts(self) -> Facts | None:
        """None: the facts are the lot’s, or the report’s."""
        return None

    def show(self, known: Precedent | Told) -> None:
        """Fill in what is known."""
        for name in ("title", "who", "way", "how", "result", "outcome", "evidence", "barrier"):
            self[name].data = getattr(known, name)
        if known.saving_share is not None:
            self.saving.data = known.saving_share * 100
            self.label.data = known.saving_label

    def told(self) -> Told:
        """What the reviewer wrote."""
        saving, chosen = self.saving.data, str(self.barrier.data or "").strip()
        return Told(
            title=self.title.data,
            who=self.who.data,
            way=Way(self.way.data),
            how=self.how.data,
            result=self.result.data,
            outcome=Outcome(self.outcome.data),
            evidence=Evidence(self.evidence.data),
            barrier=Barrier(chosen) if chosen else None,
            saving_share=None if saving is None else Decimal(saving) / 100,
            saving_label=Label(self.label.data) if saving is not None else None,
        )


class FoundForm(PrecedentForm):
    """A case of elsewhere: with its source, and the facts that a lot would know of itself."""

    source = LineField(
        "Source",
        required="Say where this can be read",
        longest=250,
        description="A report, its date and its section, or a public address, for others to check.",
    )
    category = OneOfManyField("Category", choices=[ANY_CATEGORY])
    tier = OneOfManyField(
        "Risk of sharing it",
        choices=[("", "Not known"), *((each.value, words(each)) for each in Tier)],
    )
    authorities = WholeNumberField("How many authorities (optional)", at_least=1, at_most=1000)
    year = WholeNumberField(
        "Year", required="Enter the year, like 2019", at_least=EARLIEST, at_most=9999
    )
    value = MoneyField(
        "Volume in pounds, as published (optional)",
        description="Never finer than what the source says.",
    )

    def offer(self, policies: Sequence[CategoryPolicy]) -> Self:
        """Offer the categories that have a policy, by title."""
        named = [(str(each.cpv_code), each.title) for each in policies]
        chosen = self.category.data
        if chosen and chosen not in dict(named) and not self.is_submitted():
            named.append((chosen, chosen))
        self.category.choices = [ANY_CATEGORY, *named]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """What is to come is no precedent."""
        good = super().validate(extra_validators)
        if good and self.year.data > clock.london_day(clock.now()).year:
            self.refuse(self.year, "Enter a year that has begun")
        return good and not self.errors

    def show(self, known: Precedent | Told) -> None:
        super().show(known)
        if isinstance(known, Precedent):
            for name in ("source", "tier", "authorities", "year", "value"):
                self[name].data = getattr(known, name)
            self.category.data = known.category_code or ""

    def facts(self) -> Facts:
        tier = str(self.tier.data or "").strip()
        return Facts(
            lot_id=None,
            category_code=str(self.category.data or "").strip() or None,
            tier=Tier(tier) if tier else None,
            authorities=self.authorities.data,
            year=self.year.data,
            value=self.value.data,
            source=self.source.data,
        )
