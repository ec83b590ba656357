"""How ready the demo's authorities say that they are, for what they have posted."""

from collections import defaultdict
from zlib import crc32

from sqlalchemy import select

from marketplace.categories.models import CpvCode
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.readiness.models import Degree, Factor
from marketplace.readiness.services import say_how_ready
from marketplace.requirements.models import Requirement, RequirementStatus

NOTES = {
    Factor.POLITICAL_COMMITMENT: "The cabinet decides in spring",
    Factor.LEADERSHIP: "The post is vacant",
    Factor.SUPPORTIVE_CULTURE: "The branches want a say",
    Factor.SKILLS_AND_CAPACITY: "From the summer on",
    Factor.TRUST: "Depends on who else joins",
}


def answers(world: World) -> History[None]:
    """Most authorities answer most of the five factors; some have not come to it yet."""
    yield world.timeline.day(-5, 14)
    rows = world.session.execute(
        select(Requirement.authority_id, Requirement.category_code)
        .where(Requirement.status == RequirementStatus.POSTED)
        .distinct()
    )
    codes = defaultdict(set)
    for authority, code in rows:
        codes[authority].add(code)
    for short, person in sorted(world.commissioners.items()):
        for code in sorted(codes[person.organisation_id]):
            number = crc32(f"{short}{code}".encode())
            said = {f: _degree(f, number >> place) for place, f in enumerate(Factor)}
            kept = {f: each for f, each in said.items() if each is not None}
            if number % 5 and kept:
                category = world.session.get_one(CpvCode, code)
                say_how_ready(
                    world.session, person.organisation, category, kept, by=person, at=world.now
                )


def _degree(factor: Factor, number: int) -> tuple[Degree, str] | None:
    """None where it is left for later."""
    if number % 7 == 0:
        return None
    degree = (Degree.YES, Degree.YES, Degree.PARTLY, Degree.YES, Degree.NO)[number % 5]
    return degree, NOTES[factor] if degree != Degree.YES and number % 3 == 0 else ""
