"""What people are told of waves: that they are asked, and what was answered."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.categories.models import CpvCode
from marketplace.messages.models import MessageKind
from marketplace.messages.queries import commissioners_of
from marketplace.messages.services import Words, tell
from marketplace.waves.models import Wave, WaveAnswer, WaveParty
from marketplace.web.fields import at_london_time
from marketplace.web.formatting import in_a_sentence


def tell_proposed(
    session: Session, wave: Wave, authorities: Collection[uuid.UUID], *, at: datetime
) -> None:
    """Tell the commissioners of each authority that their contracts are in a wave."""
    called = in_a_sentence(session.get_one(CpvCode, wave.category_code).called)
    note = f"\n\n{wave.note}" if wave.note else ""
    words = Words(
        f"{wave.reference}: buy {called} together in {wave.start:%B %Y}?",
        f"{len(authorities)} authorities have contracts that could be followed together. Look at "
        f"yours, then agree or decline. If you agree, a requirement is drafted or posted for "
        f"each.{note}",
        f"/contracts/waves/proposed/{wave.id}",
        due_at=at_london_time(wave.answer_by + timedelta(days=1), 0),
    )
    people = commissioners_of(session, authorities)
    tell(session, people, MessageKind.WAVE_PROPOSED, wave.id, words, at=at)


def tell_answer(session: Session, wave: Wave, party: WaveParty, *, at: datetime) -> None:
    """Tell whoever proposed the wave what an authority said."""
    name = session.get_one(Organisation, party.authority_id).name
    agreed = party.answer == WaveAnswer.AGREED
    words = Words(
        f"{wave.reference}: {name} {'agrees' if agreed else 'declines'}",
        "Its requirements are drafted or posted."
        if agreed
        else f"It follows its contracts by itself. {party.reason}",
        f"/contracts/waves/proposed/{wave.id}",
    )
    about = uuid.uuid5(wave.id, str(party.authority_id))
    proposer = session.get_one(Person, wave.proposed_by_id)
    tell(session, [proposer], MessageKind.WAVE_ANSWERED, about, words, at=at)
