"""Who may do what. Read the table aloud: each line is a permission and the roles that hold it.

Anything not in the table is refused. Whose things a role may see is decided in the queries: a
commissioner sees its own authority's, a supplier its own bids, the centre's staff all but bids
before the opening.
"""

from enum import StrEnum

from marketplace.accounts.models import Role


class Permission(StrEnum):
    USE_SITE = "use_site"
    VIEW_CATEGORIES = "view_categories"
    EDIT_CATEGORIES = "edit_categories"
    DESCRIBE_SUPPLIER = "describe_supplier"
    VIEW_REQUIREMENTS = "view_requirements"
    EDIT_REQUIREMENTS = "edit_requirements"
    SAY_READINESS = "say_readiness"
    ANSWER_PROPOSAL_QUESTIONS = "answer_proposal_questions"
    VIEW_KNOWLEDGE = "view_knowledge"
    EDIT_KNOWLEDGE = "edit_knowledge"
    VIEW_BARRIERS = "view_barriers"
    KEEP_ROLES = "keep_roles"
    VIEW_CASES = "view_cases"
    VIEW_BASELINES = "view_baselines"
    MAKE_CASES = "make_cases"
    VIEW_SAVINGS = "view_savings"
    REPORT_SAVINGS = "report_savings"
    VIEW_GROUPING = "view_grouping"
    RUN_GROUPING = "run_grouping"
    DECIDE_PROPOSALS = "decide_proposals"
    ANSWER_JOINING = "answer_joining"
    VIEW_LOTS = "view_lots"
    PUBLISH_LOTS = "publish_lots"
    ASK_QUESTIONS = "ask_questions"
    ANSWER_QUESTIONS = "answer_questions"
    SUBMIT_BIDS = "submit_bids"
    OPEN_BIDS = "open_bids"
    SCORE_BIDS = "score_bids"
    AWARD_LOTS = "award_lots"
    VIEW_RESULTS = "view_results"
    VIEW_CONTRACTS = "view_contracts"
    IMPORT_CONTRACTS = "import_contracts"
    EDIT_CONTRACTS = "edit_contracts"
    VIEW_PUBLIC_REGISTER = "view_public_register"
    VIEW_WAVES = "view_waves"
    PROPOSE_WAVES = "propose_waves"
    ANSWER_WAVES = "answer_waves"
    VIEW_SPENDING = "view_spending"
    IMPORT_SPENDING = "import_spending"
    DECIDE_SPENDING = "decide_spending"
    VIEW_UNIT_PRICES = "view_unit_prices"
    GIVE_PRICES = "give_prices"
    MANAGE_PEOPLE = "manage_people"
    VIEW_RECORD = "view_record"
    VIEW_HISTORY = "view_history"


_C, _S, _R, _A = Role.COMMISSIONER, Role.SUPPLIER, Role.REVIEWER, Role.ADMINISTRATOR

TABLE: dict[Permission, frozenset[Role]] = {
    Permission.USE_SITE: frozenset({_C, _S, _R, _A}),
    Permission.VIEW_CATEGORIES: frozenset({_C, _S, _R, _A}),
    Permission.EDIT_CATEGORIES: frozenset({_A}),
    Permission.DESCRIBE_SUPPLIER: frozenset({_S}),
    Permission.VIEW_REQUIREMENTS: frozenset({_C, _R, _A}),
    Permission.EDIT_REQUIREMENTS: frozenset({_C}),
    Permission.SAY_READINESS: frozenset({_C}),
    Permission.ANSWER_PROPOSAL_QUESTIONS: frozenset({_C}),
    Permission.VIEW_KNOWLEDGE: frozenset({_C, _R, _A}),
    Permission.EDIT_KNOWLEDGE: frozenset({_R}),
    Permission.VIEW_BARRIERS: frozenset({_R, _A}),
    Permission.KEEP_ROLES: frozenset({_C}),
    Permission.VIEW_CASES: frozenset({_C, _R, _A}),
    Permission.VIEW_BASELINES: frozenset({_R, _A}),
    Permission.MAKE_CASES: frozenset({_R}),
    Permission.VIEW_SAVINGS: frozenset({_C, _R, _A}),
    Permission.REPORT_SAVINGS: frozenset({_C}),
    Permission.VIEW_GROUPING: frozenset({_R, _A}),
    Permission.RUN_GROUPING: frozenset({_R}),
    Permission.DECIDE_PROPOSALS: frozenset({_R}),
    Permission.ANSWER_JOINING: frozenset({_C}),
    Permission.VIEW_LOTS: frozenset({_C, _S, _R, _A}),
    Permission.PUBLISH_LOTS: frozenset({_R}),
    Permission.ASK_QUESTIONS: frozenset({_S}),
    Permission.ANSWER_QUESTIONS: frozenset({_R}),
    Permission.SUBMIT_BIDS: frozenset({_S}),
    Permission.OPEN_BIDS: frozenset({_C, _R, _A}),
    Permission.SCORE_BIDS: frozenset({_R}),
    Permission.AWARD_LOTS: frozenset({_R}),
    Permission.VIEW_RESULTS: frozenset({_C, _S, _R, _A}),
    Permission.VIEW_CONTRACTS: frozenset({_C, _R, _A}),
    Permission.IMPORT_CONTRACTS: frozenset({_C, _A}),
    Permission.EDIT_CONTRACTS: frozenset({_C, _A}),
    Permission.VIEW_PUBLIC_REGISTER: frozenset({_C, _S, _R, _A}),
    Permission.VIEW_WAVES: frozenset({_C, _R, _A}),
    Permission.PROPOSE_WAVES: frozenset({_C, _R, _A}),
    Permission.ANSWER_WAVES: frozenset({_C}),
    Permission.VIEW_SPENDING: frozenset({_C, _R, _A}),
    Permission.IMPORT_SPENDING: frozenset({_C, _A}),
    Permission.DECIDE_SPENDING: frozenset({_R, _A}),
    Permission.VIEW_UNIT_PRICES: frozenset({_C, _R, _A}),
    Permission.GIVE_PRICES: frozenset({_C}),
    Permission.MANAGE_PEOPLE: frozenset({_A}),
    Permission.VIEW_RECORD: frozenset({_A}),
    Permission.VIEW_HISTORY: frozenset({_C, _S}),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether the role holds the permission; no by default."""
    return role in TABLE.get(permission, frozenset())
