"""Precedents in words."""

from marketplace.precedents.models import Evidence, Outcome
from marketplace.precedents.ways import WAYS, Way

ALONE = "Bought alone"
OUTCOME_WORDS = {
    Outcome.WORKED: "It worked",
    Outcome.MIXED: "In part",
    Outcome.FAILED: "It did not work",
    Outcome.NOT_YET_KNOWN: "Not yet known",
}
EVIDENCE_WORDS = {
    Evidence.MEASURED: "Measured: figures from contracts or invoices that can be looked up",
    Evidence.REPORTED: "Reported: a figure that somebody published",
    Evidence.TOLD: "Told: an account without figures",
    Evidence.EXPECTED: "Expected: nobody has seen it yet",
}
EVIDENCE_SHORT = {each: text.partition(":")[0] for each, text in EVIDENCE_WORDS.items()}


def way_words(way: Way | None) -> str:
    """The name of a way; none is buying alone."""
    return WAYS[way].name if way else ALONE
