"""Looking up categories: CPV codes by words, and the policy that holds for a code."""

import re
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from marketplace.categories.models import CALLED, CategoryPolicy, CpvCode, Tier
from marketplace.categories.suggesting import Text
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound, NotSetUp

MOST_FOUND = 40
MOST_LOOKED_AT = 1_000
"""Of these the nearest are found; a word of two letters is in more."""


@remembered
def policies(words: str = "", tier: Tier | None = None) -> Select[CategoryPolicy]:
    """The policies with all the words (and of a tier), for a list."""
    query = select(CategoryPolicy)
    for word in words.split():
        query = query.where(
            or_(
                CategoryPolicy.title.icontains(word, autoescape=True),
                CategoryPolicy.cpv_code.startswith(word, autoescape=True),
            )
        )
    return query if tier is None else query.where(CategoryPolicy.tier == tier)


def shown(query: Select[CategoryPolicy]) -> AnyColumns:
    """What a row of the list shows."""
    return query.with_only_columns(
        *(CategoryPolicy.id, CategoryPolicy.title, CategoryPolicy.cpv_code, CategoryPolicy.tier),
        *(CategoryPolicy.elasticity_likely, CategoryPolicy.reach),
    )


def policy(session: Session, policy_id: uuid.UUID) -> CategoryPolicy:
    """One policy; raises NotFound."""
    found = session.get(CategoryPolicy, policy_id)
    if found is None:
        raise NotFound()
    return found


def default_if_set(session: Session) -> CategoryPolicy | None:
    """The default policy, or None on a site where it was never set."""
    return session.scalar(DEFAULT)


DEFAULT = select(CategoryPolicy).where(CategoryPolicy.is_default)


def default_policy(session: Session) -> CategoryPolicy:
    """The policy of everything that has none nearer; raises NotSetUp where it was never set."""
    found = default_if_set(session)
    if found is None:
        raise NotSetUp("No default policy is set. An administrator sets it under Categories.")
    return found


def policies_for(session: Session, codes: Iterable[str]) -> dict[str, CategoryPolicy]:
    """The policy that holds for each code: its own, else its nearest parent's, else the default.

    Four queries at most, however many codes. Raises NotSetUp where the default is needed and was
    never set.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    parents = _parents(session, wanted)
    own = _policies_of(session, [*wanted, *parents])
    found: dict[str, CategoryPolicy] = {}
    for code in wanted:
        at: str | None = code
        while at is not None and at not in own:
            at = parents.get(at)
        # The default's row has no code, so it stands under None.
        found[code] = own[at] if at in own else default_policy(session)
    return found


def _policies_of(session: Session, codes: Sequence[str]) -> dict[str | None, CategoryPolicy]:
    rows = session.scalars(
        select(CategoryPolicy).where(
            or_(CategoryPolicy.cpv_code.in_(codes), CategoryPolicy.is_default)
        )
    )
    return {row.cpv_code: row for row in rows}


def policy_for(session: Session, code: str) -> CategoryPolicy:
    """The policy that holds for one code."""
    return policies_for(session, [code])[code]


def meeting_places(session: Session, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Code and name of the category in which partners for each code meet: one query as a rule.

    It is the nearest above it that has a policy of its own; where only the default holds, the code
    itself. Raises NotSetUp where the default is needed and was never set.
    """
    wanted = set(codes)
    rows = session.connection().execute(NEAREST, {"codes": sorted(wanted)}) if wanted else ()
    found = {row.start: (row.cpv_code, row.title) for row in rows}  # the nearest comes last
    alone = wanted - found.keys()
    if alone:
        default_policy(session)
        found |= {code: (code, name) for code, name in names_of(session, alone).items()}
    return found


def _nearest() -> AnyColumns:
    """The policies of each code and of all above it, the nearest last."""
    chain = (
        select(
            CpvCode.code.label("start"), CpvCode.code, CpvCode.parent_code, literal(0).label("up")
        )
        .where(CpvCode.code.in_(bindparam("codes", expanding=True)))
        .cte("chain", recursive=True)
    )
    above = select(chain.c.start, CpvCode.code, CpvCode.parent_code, chain.c.up + 1).join(
        chain, CpvCode.code == chain.c.parent_code
    )
    chain = chain.union_all(above)
    return (
        select(chain.c.start, CategoryPolicy.cpv_code, CategoryPolicy.title)
        .join(CategoryPolicy, CategoryPolicy.cpv_code == chain.c.code)
        .order_by(chain.c.up.desc(), CategoryPolicy.cpv_code)
    )


NEAREST = _nearest()


def _parents(session: Session, codes: Sequence[str]) -> dict[str, str | None]:
    """Each code's parent, and theirs, up to the division."""
    chain = (
        select(CpvCode.code, CpvCode.parent_code)
        .where(CpvCode.code.in_(codes))
        .cte("chain", recursive=True)
    )
    above = select(CpvCode.code, CpvCode.parent_code).join(
        chain, CpvCode.code == chain.c.parent_code
    )
    rows = session.execute(select(chain.union(above)))
    return {row.code: row.parent_code for row in rows}


def cpv(session: Session, code: str) -> CpvCode:
    """One code; raises NotFound."""
    found = session.get(CpvCode, code) if re.fullmatch(r"[0-9]{8}", code) else None
    if found is None:
        raise NotFound()
    return found


def named_policies(session: Session) -> Sequence[CategoryPolicy]:
    """The policies of codes, by title; the default is not among them."""
    return session.scalars(
        select(CategoryPolicy)
        .where(CategoryPolicy.cpv_code.is_not(None))
        .order_by(CategoryPolicy.title, CategoryPolicy.id)
    ).all()


def names_of(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """What people call each code."""
    rows = session.execute(NAMES, {"codes": sorted(set(codes))})
    return {row.code: row.called for row in rows}


NAMES = select(CpvCode.code, CALLED.label("called")).where(
    CpvCode.code.in_(bindparam("codes", expanding=True))
)


def named_codes(session: Session) -> list[Text]:
    """The words that stand for each code: its name, and the title of its own policy."""
    names = session.execute(select(CpvCode.code, CpvCode.name))
    titles = session.execute(
        select(CategoryPolicy.cpv_code, CategoryPolicy.title).where(
            CategoryPolicy.cpv_code.is_not(None)
        )
    )
    return sorted(Text(str(code), words) for code, words in (*names, *titles))


def search_cpv(session: Session, text: str) -> Sequence[CpvCode]:
    """Codes that have every word (in their name, their policy's title or as their beginning).

    Where none has all, those that have some. The nearest come first: with a policy, with more of
    the words whole, the shorter name before the longer, the wider code before the narrower.
    """
    words = re.findall(r"[\w-]+", text.lower())[:8]
    if not words:
        return []
    matches = [_has(word) for word in words]
    query = select(CpvCode).outerjoin(CategoryPolicy, CategoryPolicy.cpv_code == CpvCode.code)
    looked_at = query.order_by(CpvCode.code).limit(MOST_LOOKED_AT)
    found = session.scalars(looked_at.where(*matches)).all()
    if not found:
        found = session.scalars(looked_at.where(or_(*matches))).all()
    return sorted(found, key=lambda code: _distance(code, words))[:MOST_FOUND]


def _has(word: str) -> ColumnElement[bool]:
    return or_(
        CpvCode.name.icontains(_stem(word), autoescape=True),
        CategoryPolicy.title.icontains(_stem(word), autoescape=True),
        CpvCode.code.startswith(word, autoescape=True),
    )


def _distance(code: CpvCode, words: Sequence[str]) -> tuple[bool, int, int, int, str]:
    """Smaller is nearer; the code itself makes the order whole."""
    name = re.findall(r"\w+", code.called.lower())
    there = {_stem(word) for word in name}
    whole = sum(_stem(word) in there or code.code.startswith(word) for word in words)
    wide = len(code.code.rstrip("0"))
    return code.own_title is None, -whole, len(name), wide, code.code


def _stem(word: str) -> str:
    """A plural finds its singular: agencies finds agency, books finds book."""
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
