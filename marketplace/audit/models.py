"""The record: a chain of entries that only grows, each written in the transaction of its change."""

import uuid
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.audit.guards import guard
from marketplace.db import Base, Json, Moment


class Action(StrEnum):
    """What was done, named thing first."""

    PERSON_SIGNED_IN = "person_signed_in"
    PERSON_SIGNED_OUT = "person_signed_out"
    SIGN_IN_ENDED = "sign_in_ended"
    PERSON_CONFIRMED = "person_confirmed"
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 - the name of a deed
    PASSWORD_RESET_SENT = "password_reset_sent"  # noqa: S105
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    CODES_STARTED = "codes_started"
    CODES_CONFIRMED = "codes_confirmed"
    CODES_FORGOTTEN = "codes_forgotten"
    MESSAGES_READ = "messages_read"
    CALENDAR_MADE = "calendar_made"
    CALENDAR_ENDED = "calendar_ended"
    PERSON_ADDED = "person_added"
    PERSON_REMOVED = "person_removed"
    OPENER_KEY_REGISTERED = "opener_key_registered"
    ORGANISATION_ADDED = "organisation_added"
    POLICY_CHANGED = "policy_changed"
    SUPPLIER_DESCRIBED = "supplier_described"
    REQUIREMENT_DRAFTED = "requirement_drafted"
    REQUIREMENT_POSTED = "requirement_posted"
    REQUIREMENT_EDITED = "requirement_edited"
    REQUIREMENT_WITHDRAWN = "requirement_withdrawn"
    REQUIREMENTS_PREVIEWED = "requirements_previewed"
    REQUIREMENTS_IMPORTED = "requirements_imported"
    EXCLUSIONS_CHANGED = "exclusions_changed"
    READINESS_ASKED = "readiness_asked"
    READINESS_ANSWERED = "readiness_answered"
    RUN_STARTED = "run_started"
    RUN_CANCELLED = "run_cancelled"
    RUN_KEPT = "run_kept"
    RUN_TAKEN_OVER = "run_taken_over"
    RUN_FINISHED = "run_finished"
    RUN_FAILED = "run_failed"
    PROPOSAL_APPROVED = "proposal_approved"
    PROPOSAL_REJECTED = "proposal_rejected"
    PROPOSAL_QUESTIONED = "proposal_questioned"
    PROPOSAL_ANSWERED = "proposal_answered"
    PROPOSAL_QUESTION_TAKEN_BACK = "proposal_question_taken_back"
    CONFLICT_DECLARED = "conflict_declared"
    INSISTENCE_STUDIED = "insistence_studied"
    SCENARIO_CHANGED = "scenario_changed"
    SCENARIO_ADOPTED = "scenario_adopted"
    SCENARIO_SEARCHED = "scenario_searched"
    PROPOSAL_WAY_CHOSEN = "proposal_way_chosen"
    ROLE_KEPT = "role_kept"
    ROLE_CONFIRMED = "role_confirmed"
    ROLE_REMOVED = "role_removed"
    CASE_MADE = "case_made"
    CASE_CHANGED = "case_changed"
    CASE_RISK_COMPLETED = "case_risk_completed"
    SAVING_REPORTED = "saving_reported"
    SAVING_TAKEN_BACK = "saving_taken_back"
    PRECEDENT_ADDED = "precedent_added"
    PRECEDENT_CHANGED = "precedent_changed"
    PROPOSAL_SUPERSEDED = "proposal_superseded"
    JOINING_COMMITTED = "joining_committed"
    JOINING_COMMITTED_IF = "joining_committed_if"
    JOINING_DECLINED = "joining_declined"
    JOINING_WITHDRAWN = "joining_withdrawn"
    VOLUME_SHOWN = "volume_shown"
    JOINING_CLOSED = "joining_closed"
    LOT_CANCELLED = "lot_cancelled"
    STEP_ASKED = "step_asked"
    STEP_CONFIRMED = "step_confirmed"
    STEP_TAKEN_BACK = "step_taken_back"
    STEP_TURNED_DOWN = "step_turned_down"
    LOT_PUBLISHED = "lot_published"
    LOT_CHANGED = "lot_changed"
    DEADLINE_EXTENDED = "deadline_extended"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    BID_SUBMITTED = "bid_submitted"
    BID_CONFIRMED = "bid_confirmed"
    BID_WITHDRAWN = "bid_withdrawn"
    OUTAGE_RECORDED = "outage_recorded"
    BIDS_SEALED = "bids_sealed"
    PART_GIVEN = "part_given"
    BIDS_OPENED = "bids_opened"
    QUALITY_SCORED = "quality_scored"
    QUALITY_AGREED = "quality_agreed"
    PRICE_EXPLAINED = "price_explained"
    LOT_AWARDED = "lot_awarded"
    CONTRACTS_REGISTERED = "contracts_registered"
    CONTRACTS_PREVIEWED = "contracts_previewed"
    CONTRACTS_IMPORTED = "contracts_imported"
    IMPORT_LEFT = "import_left"
    CONTRACT_EDITED = "contract_edited"
    WAVE_PROPOSED = "wave_proposed"
    WAVE_AGREED = "wave_agreed"
    WAVE_DECLINED = "wave_declined"
    WAVE_TAKEN_BACK = "wave_taken_back"
    BACKUP_RESTORED = "backup_restored"
    SPEND_PREVIEWED = "spend_previewed"
    SPEND_IMPORTED = "spend_imported"
    SPEND_REPLACED = "spend_replaced"
    SPEND_TAKEN_BACK = "spend_taken_back"
    SUPPLIERS_MATCHED = "suppliers_matched"
    SPEND_CATEGORISED = "spend_categorised"
    SHARING_WORKED_OUT = "sharing_worked_out"
    PRICE_GIVEN = "price_given"
    PRICE_WITHDRAWN = "price_withdrawn"
    PRICES_RELEASED = "prices_released"
    PRICE_FIGURE_SEEN = "price_figure_seen"
    ELASTICITY_APPLIED = "elasticity_applied"


class AuditEntry(Base):
    """One thing that somebody did. Personal and bid data stand here only as hashes.

    `audit/chain.py` numbers and hashes the entries; the database refuses to change them.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        # The first entry is 1, and each follows the one before it.
        CheckConstraint("sequence > 0", name="sequence_from_one"),
        CheckConstraint("length(sha256) = 64 AND length(previous) = 64", name="whole_hashes"),
        Index("ix_audit_entry_object", "object_type", "object_id"),
    )

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    recorded_at: Mapped[Moment]
    """By the database's clock, as the transaction ended: it never runs back."""
    at: Mapped[Moment]
    """When it was done, as the verb says."""
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    # No CHECK: a rule over every tag would cost the record a migration with each new one.
    action: Mapped[Action] = mapped_column(
        Enum(
            Action,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda tags: [tag.value for tag in tags],
        )
    )
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    detail: Mapped[Json]
    previous: Mapped[str] = mapped_column(String(64))
    """The hash of the entry before, or 64 zeros."""
    sha256: Mapped[str] = mapped_column(String(64), unique=True)

    actor: Mapped[Person | None] = relationship(lazy="raise_on_sql")


guard(AuditEntry.metadata.tables["audit_entry"])
