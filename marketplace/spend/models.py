"""Spending: the files that authorities publish, their lines, and the totals prepared from them.

Lines are many, so they stand in blocks, in the order of the cells to which they belong; cells, a
third as many, carry the supplier, the category and the month, and lead to their lines.
"""

import uuid
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from marketplace.accounts.models import Organisation, Person
from marketplace.categories.models import CpvCode
from marketplace.categories.suggesting import Confidence
from marketplace.db import Base, Json, Line, Moment, Money, PrimaryKey, Prose, Ratio, Reference
from marketplace.intake.models import ImportStatus, PreviewedFile, PreviewedRow
from marketplace.spend.reading import TotalState
from marketplace.status import Moves

BIG_KEY = BigInteger().with_variant(Integer, "sqlite")


class SpendImport(PreviewedFile, Base):
    """A file of an authority's spending: what was understood, and whether it was accepted."""

    __tablename__ = "spend_import"
    __table_args__ = (
        # Only what was accepted can be taken back.
        CheckConstraint("taken_back_at IS NULL OR status = 'accepted'", name="taken_back_was_in"),
        # A total that agrees or differs is one that the file gives.
        CheckConstraint(
            "(total_state = 'none') = (claimed_amount IS NULL)", name="claim_has_a_total"
        ),
        Index("ix_spend_import_authority_created", "authority_id", "created_at"),
        Index("ix_spend_import_created", "created_at", "id"),
        Index("ix_spend_import_sha256", "sha256"),
    )

    reference: Mapped[Reference]
    number: Mapped[int] = mapped_column(unique=True)
    """What its lines refer to it by."""
    amount: Mapped[Money]
    refused_amount: Mapped[Money]
    claimed_amount: Mapped[Money | None]
    total_state: Mapped[TotalState]
    notices: Mapped[Json]
    """What the person should know before accepting, a list of sentences."""
    reasons: Mapped[Json | None]
    parts: Mapped[Json]
    """The tables of the file: headings, samples, and which column is which."""
    months: Mapped[Json]
    """A list of {month, lines, pence, there}: `there` is what the site had of that month."""
    asked: Mapped[Json]
    """What the person said of columns and of the month."""
    must_replace: Mapped[bool] = mapped_column(default=False)
    """Whether it repeats lines of earlier imports, so that it can only take their place."""
    repeats: Mapped[Json]
    """The references of the earlier imports that it repeats."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The file, compressed, until it is decided."""
    taken_back_at: Mapped[Moment | None]
    replaced_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("spend_import.id"))

    authority: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")

    @property
    def is_in(self) -> bool:
        """Whether its lines are in the figures."""
        return self.status == ImportStatus.ACCEPTED and self.taken_back_at is None

    @property
    def standing(self) -> str:
        """Its status in one word."""
        if self.replaced_by_id is not None:
            return "replaced"
        return "taken_back" if self.taken_back_at else self.status.value


class SpendImportRow(PreviewedRow, Base):
    """One refused row of a file of spending."""

    __tablename__ = "spend_import_row"
    __table_args__ = (UniqueConstraint("import_id", "position"),)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("spend_import.id"), index=True)


class SpendColumn(Base):
    """Which column a heading is in an authority's files, as somebody confirmed it."""

    __tablename__ = "spend_column"

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    heading: Mapped[str] = mapped_column(String(255), primary_key=True)
    field: Mapped[str] = mapped_column(String(20))
    """Empty where the heading is no column of ours."""
    confirmed_at: Mapped[Moment]


class SpendSupplier(Base):
    """A payee, whatever spellings its name comes in."""

    __tablename__ = "spend_supplier"

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    name: Mapped[Line]
    core: Mapped[str] = mapped_column(String(255), index=True)
    """The name without what is written in many ways, to sort and look for."""
    compact: Mapped[str] = mapped_column(String(255), unique=True)
    """The core without spaces: two spellings with the same one are one supplier."""


class SpendName(Base):
    """A spelling of a supplier's name, and what the name alone says of what it sells."""

    __tablename__ = "spend_name"
    __table_args__ = (
        CheckConstraint(
            "category_code IS NULL OR confidence IS NOT NULL", name="category_has_confidence"
        ),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    spelling: Mapped[Line] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("spend_supplier.id"), index=True)
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    confidence: Mapped[Confidence | None]

    supplier: Mapped[SpendSupplier] = relationship(lazy="raise_on_sql")


class SpendLabel(Base):
    """What files call a kind of spending, and the category that it is taken for."""

    __tablename__ = "spend_label"
    __table_args__ = (
        # A category comes with how sure it is; what is no purchase has none.
        CheckConstraint(
            "category_code IS NULL OR (confidence IS NOT NULL AND NOT no_purchase)",
            name="category_has_confidence",
        ),
        Index("ix_spend_label_category", "category_code"),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    words: Mapped[Line] = mapped_column(unique=True)
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    confidence: Mapped[Confidence | None]
    no_purchase: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Line]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Moment | None]
    """When a person decided it; none where the words did."""

    category: Mapped[CpvCode | None] = relationship(lazy="raise_on_sql")


class SpendCell(Base):
    """What one import says of one supplier's name under one label in one month.

    Its lines stand together: they are those of the import from `first` on, `lines` of them. The
    supplier and the category follow from the name and the label, and are kept here for the lists.
    """

    __tablename__ = "spend_cell"
    __table_args__ = (
        # A month is written 202704.
        CheckConstraint("month BETWEEN 190001 AND 219912", name="month_is_one"),
        CheckConstraint("first > 0 AND lines > 0", name="has_lines"),
        # Sure to some degree of a category, or of its being no purchase; else not at all.
        CheckConstraint(
            "sureness BETWEEN 0 AND 3 AND (category_code IS NULL OR sureness > 0)",
            name="category_is_sure",
        ),
        Index("ix_spend_cell_supplier", "supplier_id", "month"),
        Index("ix_spend_cell_category", "category_code", "month"),
        {"sqlite_with_rowid": False},
    )

    import_number: Mapped[int] = mapped_column(
        ForeignKey("spend_import.number"), primary_key=True, autoincrement=False
    )
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lines: Mapped[int]
    month: Mapped[int]
    amount: Mapped[Money]
    name_id: Mapped[int] = mapped_column(ForeignKey("spend_name.id"))
    label_id: Mapped[int] = mapped_column(ForeignKey("spend_label.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("spend_supplier.id"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    sureness: Mapped[int] = mapped_column(SmallInteger)
    """How sure the category is: 3 given, 2 likely, 1 a guess, 0 none."""

    name: Mapped[SpendName] = relationship(lazy="raise_on_sql")
    label: Mapped[SpendLabel] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode | None] = relationship(lazy="raise_on_sql")
    spend_import: Mapped[SpendImport] = relationship(lazy="raise_on_sql")


class SpendBlock(Base):
    """Some hundred lines of an import, in the order of its cells; `blocks.py` reads them."""

    __tablename__ = "spend_block"
    __table_args__ = (
        CheckConstraint("first > 0", name="first_from_one"),
        {"sqlite_with_rowid": False},
    )

    import_number: Mapped[int] = mapped_column(
        ForeignKey("spend_import.number"), primary_key=True, autoincrement=False
    )
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The position of its first line."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Grain(StrEnum):
    """What a prepared total is of."""

    ALL = "all"
    CATEGORY = "category"
    SUPPLIER = "supplier"
    CATEGORY_SUPPLIER = "category_supplier"


COMMON = "grain = 'supplier' AND authority_id IS NULL AND authorities > 1"
"""Totals of a supplier that several authorities pay; as its index has it, to the letter."""


class SpendTotal(Base):
    """A prepared total: of a year or all years (0), of an authority or all of them (none)."""

    __tablename__ = "spend_total"
    __table_args__ = (
        Index("ix_spend_total_list", "grain", "authority_id", "year", "amount"),
        Index(
            "ix_spend_total_category", "category_code", "grain", "year", "authority_id", "amount"
        ),
        Index("ix_spend_total_supplier", "supplier_id", "grain", "year", "amount"),
        # Suppliers of several authorities are few among many, so their list has its own index.
        Index(
            "ix_spend_total_common",
            *("year", "amount"),
            sqlite_where=text(COMMON),
            postgresql_where=text(COMMON),
        ),
        Index(
            "ix_spend_total_spread",
            *("year", "spread"),
            sqlite_where=text("spread IS NOT NULL"),
            postgresql_where=text("spread IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    grain: Mapped[Grain]
    year: Mapped[int]
    """The year in which a financial year begins: 2026 is April 2026 to March 2027."""
    authority_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("cpv_code.code"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("spend_supplier.id"))
    amount: Mapped[Money]
    lines: Mapped[int]
    guessed: Mapped[Money]
    previous: Mapped[Money | None]
    """The same of the year before."""
    authorities: Mapped[int]
    suppliers: Mapped[int]
    concentration: Mapped[Ratio | None]
    """The sum of the squared shares of suppliers (Herfindahl), from 0 to 1."""
    top_share: Mapped[Ratio | None]
    spread: Mapped[Ratio | None]
    """How many times the smallest average payment of an authority the largest is."""
    contracted: Mapped[bool | None]
    """Whether the supplier has a contract of the authority in the register."""

    authority: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    category: Mapped[CpvCode | None] = relationship(lazy="raise_on_sql")
    supplier: Mapped[SpendSupplier | None] = relationship(lazy="raise_on_sql")


class SpendPreparation(Base):
    """When the totals of an authority were prepared, and whether something changed since."""

    __tablename__ = "spend_preparation"

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    prepared_at: Mapped[Moment]


class MatchStatus(StrEnum):
    """What a person said of two suppliers with nearly the same name."""

    DOUBTFUL = "doubtful"
    SAME = "same"
    DIFFERENT = "different"


MATCH_MOVES: Moves[MatchStatus] = {
    MatchStatus.DOUBTFUL: frozenset({MatchStatus.SAME, MatchStatus.DIFFERENT}),
    MatchStatus.SAME: frozenset({MatchStatus.DOUBTFUL}),
    MatchStatus.DIFFERENT: frozenset({MatchStatus.DOUBTFUL}),
}


class SpendMatch(Base):
    """Two suppliers that may be one, and the decision."""

    __tablename__ = "spend_match"
    __table_args__ = (
        # Each pair stands once, the smaller number first.
        CheckConstraint("first_id < second_id", name="ordered_pair"),
        CheckConstraint(
            "(status = 'doubtful') = (decided_at IS NULL)", name="decided_when_decided"
        ),
        UniqueConstraint("first_id", "second_id"),
        Index("ix_spend_match_status", "status", "likeness"),
    )

    id: Mapped[PrimaryKey]
    first_id: Mapped[int] = mapped_column(ForeignKey("spend_supplier.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("spend_supplier.id"), index=True)
    likeness: Mapped[int]
    reason: Mapped[Line]
    status: Mapped[MatchStatus]
    moved: Mapped[Json]
    """The spellings that the decision moved from the second to the first, by number."""
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Moment | None]

    first: Mapped[SpendSupplier] = relationship(lazy="raise_on_sql", foreign_keys=[first_id])
    second: Mapped[SpendSupplier] = relationship(lazy="raise_on_sql", foreign_keys=[second_id])
    decided_by: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class SpendOpportunity(Base):
    """A category in which several authorities spend: what sharing it would be worth a year."""

    __tablename__ = "spend_opportunity"

    category_code: Mapped[str] = mapped_column(ForeignKey("cpv_code.code"), primary_key=True)
    year: Mapped[int]
    authorities: Mapped[int]
    amount: Mapped[Money]
    sharing: Mapped[int]
    """How many authorities the optimiser would have share."""
    lots: Mapped[Json]
    """The joint lots it found: lists of names of authorities."""
    worth_low: Mapped[Money]
    worth: Mapped[Money]
    worth_high: Mapped[Money]
    note: Mapped[Prose]
    worked_out_at: Mapped[Moment]

    category: Mapped[CpvCode] = relationship(lazy="raise_on_sql")

    @property
    def id(self) -> str:
        """What the record knows it by."""
        return self.category_code
