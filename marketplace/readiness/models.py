"""How ready an authority is to share a category: the five success factors of the 2006 report."""

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, Line, Moment


class Factor(StrEnum):
    """What sharing needs to succeed: section 5 of the report."""

    POLITICAL_COMMITMENT = "political_commitment"
    LEADERSHIP = "leadership"
    SUPPORTIVE_CULTURE = "supportive_culture"
    SKILLS_AND_CAPACITY = "skills_and_capacity"
    TRUST = "trust"


class Degree(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ReadinessAnswer(Base):
    """What an authority says of one factor for one category; the last answer holds."""

    __tablename__ = "readiness_answer"

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"), primary_key=True)
    factor: Mapped[Factor] = mapped_column(primary_key=True)
    degree: Mapped[Degree]
    note: Mapped[Line] = mapped_column(default="")
    answered_at: Mapped[Moment]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
