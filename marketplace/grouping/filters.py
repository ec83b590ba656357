"""What lists of runs and proposals can be narrowed and sorted by; anything odd does nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.grouping.models import Proposal, ProposalStatus, RunStatus

PROPOSAL_SORTS = {
    "benefit": Proposal.net_benefit_likely,
    "value": Proposal.value,
    "title": Proposal.title,
    "created": Proposal.created_at,
}


@dataclass(frozen=True)
class ProposalFilters:
    """The filters of the list of proposals."""

    words: str = ""
    category: str = ""
    status: ProposalStatus | None = None

    @classmethod
    def from_request(cls, args: Mapping[str, str]) -> "ProposalFilters":
        status = args.get("status", "")
        return cls(
            words=_clean(args.get("q", "")),
            category=_clean(args.get("category", "")),
            status=ProposalStatus(status) if status in set(ProposalStatus) else None,
        )

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != ProposalFilters()


def run_status(args: Mapping[str, str]) -> RunStatus | None:
    """The state of runs that the address asks for, if it is one."""
    status = args.get("status", "")
    return RunStatus(status) if status in set(RunStatus) else None


def _clean(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()[:100]
