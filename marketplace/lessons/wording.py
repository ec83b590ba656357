"""The barrier log in words."""

from marketplace.barriers import Barrier
from marketplace.grouping.forms import BARRIER_WORDS
from marketplace.lessons.queries import NOT_SAID, Kind

KIND_WORDS = {
    Kind.REJECTION.value: "Proposal rejected",
    Kind.DECLINE.value: "Authority declined",
    Kind.CANCELLATION.value: "Lot cancelled",
}
SAID_WORDS = {barrier.value: text for barrier, text in BARRIER_WORDS.items()} | {
    NOT_SAID: "Not said: decided before it was asked for"
}
SHORT_WORDS = {each.value: each.value.replace("_", " ").capitalize() for each in Barrier} | {
    NOT_SAID: "Not said"
}
