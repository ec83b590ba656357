"""Answers as they are written to files: the JSON of the three commands."""

from typing import Any

from optimiser.explaining import Explanation
from optimiser.grouping import Grouping
from optimiser.sharing import LotShares

Json = dict[str, Any]


def grouping(found: Grouping, seconds: float) -> Json:
    """The lots, and the proof; `seconds` is what the whole run took."""
    return {
        "lots": [list(lot) for lot in found.lots],
        "net_benefit": found.net_benefit,
        "upper_bound": found.upper_bound,
        "proven_optimal": found.proven_optimal,
        "seconds": round(seconds, 3),
        "categories": [
            {
                "category": each.category,
                "requirements": each.requirements,
                "net_benefit": each.net_benefit,
                "upper_bound": each.upper_bound,
                "seconds": round(each.seconds, 3),
                "method": each.method,
            }
            for each in found.categories
        ],
    }


def shares(found: LotShares) -> Json:
    """How one lot is divided."""
    return {
        "lot": list(found.lot),
        "net_benefit": found.net_benefit,
        "authorities": {
            each.authority: {
                "own_price_saving": each.own_price_saving,
                "shapley": each.shapley,
                "stable": each.stable,
            }
            for each in found.authorities
        },
        "shapley_error": found.shapley_error,
        "blocking": found.blocking
        and {"authorities": list(found.blocking.authorities), "gain": found.blocking.gain},
        "core_is_empty": found.core_is_empty,
    }


def explanation(found: Explanation) -> Json:
    """Why one requirement is where it is."""
    return {
        "requirement": found.requirement,
        "lot": list(found.lot),
        "worth_to_lot": found.worth_to_lot,
        "alternatives": [
            {"lot": list(each.lot), "change": each.change, "barred_by": list(each.barred_by)}
            for each in found.alternatives
        ],
        "insistence": [
            {
                "limit": each.limit,
                "from": each.was,
                "to": each.becomes,
                "gain": each.gain,
                "gain_at_most": each.gain_at_most,
            }
            for each in found.insistence
        ],
    }
