"""The columns of a file of spending, and the names by which files call them.

Each name is a rule over the words of a heading: what must stand in it, what must not, and how sure
it makes us. Headings are folded first: lower case, signs as spaces, the pound sign as the word gbp.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LEAST_SCORE = 10


class Field(StrEnum):
    """What a column says."""

    SUPPLIER = "supplier"
    AMOUNT = "amount"
    DATE = "date"
    CPV = "cpv"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    EXPENSE = "expense"
    SERVICE = "service"
    DESCRIPTION = "description"
    REFERENCE = "reference"


WORDS = {
    Field.SUPPLIER: "Supplier",
    Field.AMOUNT: "Amount",
    Field.DATE: "Date",
    Field.CPV: "CPV code",
    Field.CATEGORY: "Category",
    Field.SUBCATEGORY: "Category, narrower",
    Field.EXPENSE: "Kind of expense",
    Field.SERVICE: "Service or department",
    Field.DESCRIPTION: "Description",
    Field.REFERENCE: "Transaction or invoice",
}
NEEDED = (Field.SUPPLIER, Field.AMOUNT)
LABELS = (Field.CATEGORY, Field.SUBCATEGORY, Field.EXPENSE)
"""What together says what was bought."""


@dataclass(frozen=True)
class Name:
    """A rule: a heading with this and without that is this column, so surely."""

    field: Field
    score: int
    has: re.Pattern[str]
    lacks: re.Pattern[str]


def _name(field: Field, score: int, has: str, lacks: str = "") -> Name:
    return Name(field, score, re.compile(has), re.compile(lacks or r"(?!)"))


_NOT_A_NAME = (
    r"\b(id|ids|code|codes|no|nos|num|number|ref|reference|type|class|classification|category|"
    r"group|sector|address|postcode|post code|postal|town|city|region|country|vat|charity|"
    r"company number|registration|email|e mail|invoice|sme|site|amount|value|date|status|"
    r"description|inv|pay|paid amount|total)\b(?! t$)"
)
_NOT_MONEY = (
    r"\b(date|code|type|description|number|no|ref|reference|category|id|name|currency|"
    r"count|quantity|qty|rate|month|year|period|percentage|method|terms|band|range)\b"
)
_NOT_A_DAY = r"\b(number|no|ref|reference|amount|value|total|update of|code|type)\b"
_NOT_WORDS = r"\b(code|id|no|number|ref|uri|url|date|amount|value)\b"

WELSH = (
    (r"\benw(r| r)? (y )?(cyflenwr|cyflenwyr|derbynnydd)\b", "supplier name"),
    (r"\b(cyflenwr|cyflenwyr|derbynnydd|talwyd i)\b", "supplier"),
    (r"\b(heb|ac eithrio) taw\b", "excl vat"),
    (r"\b(swm|gwerth)\b", "amount"),
    (r"\bdyddiad\b", "date"),
    (r"\b(talu|talwyd|taliad)\b", "paid"),
    (r"\b(disgrifiad|pwrpas|manylion)\b", "description"),
    (r"\b(adran|gwasanaeth|cyfarwyddiaeth)\b", "department"),
    (r"\b(categori|dosbarthiad)\b", "category"),
    (r"\bmath o (wariant|draul)\b", "expense type"),
    (r"\b(cyfeirnod|rhif)\b", "reference number"),
)
"""Words of Welsh headings, and the English ones that the rules read."""

NAMES = (
    _name(Field.SUPPLIER, 100, r"\b(supplier|vendor)\b.*\bname\b|\bname of (the )?supplier\b|"
          r"^suppliername$|^vendorname$|^payeename$", _NOT_A_NAME.replace("|inv|", "|")),
    _name(Field.SUPPLIER, 98, r"^su+p+l?ier (id|no|code|text)? ?t?$", r"^supplier (id|no|code)$"),
    _name(Field.SUPPLIER, 95, r"\b(supplier|suppliers|vendor|payee|beneficiary|benificiary|"
          r"creditor|merchant|recipient)\b", _NOT_A_NAME),
    _name(Field.SUPPLIER, 90, r"\b(paid to|payable to|company name|trading name|trader|"
          r"provider|contractor|organisation paid|who was paid)\b", _NOT_A_NAME),
    _name(Field.SUPPLIER, 60, r"^(name|company|names|payments to|customer name|row labels)$"),
    _name(Field.AMOUNT, 100, r"\b(net|nett|netamount|excl|exc|excluding|excludes|ex|without|"
          r"less)\b.*\b(vat|amount|value|total|cost|price|gbp|paid|payment|spend|invoiced?)\b|"
          r"\b(amount|value|total|cost|price|gbp|paid|payment|spend|invoiced?)\b.*"
          r"\b(net|nett|excl|exc|excluding|excludes|ex)\b|^(net|nett|netamount|netvalue)$",
          _NOT_MONEY + r"|\b(inc|incl|including)\b"),
    _name(Field.AMOUNT, 80, r"\b(amount|amt|amounts|amountgbp|paymentamount)\b",
          _NOT_MONEY + r"|\b(vat amount|amount of vat|tax amount|vat|irrecoverable|original|gross|"
          r"inc|incl|including|discount)\b"),
    _name(Field.AMOUNT, 75, r"\b(value|spend|total|invoiced|expenditure gbp|cost gbp|gbp|paid "
          r"gbp|payment|payments|sum|debit|cost|price)\b",
          _NOT_MONEY + r"|\b(vat|tax|gross|inc|incl|including|to|centre|for|of purchase|type)\b"),
    _name(Field.AMOUNT, 60, r"\b(gross|amount|value|total|inc|incl|including)\b",
          _NOT_MONEY + r"|^(vat|tax)\b|\bvat amount\b"),
    _name(Field.AMOUNT, 40, r"^(expenditure|spending|actual|sterling|pounds)$"),
    _name(Field.DATE, 100, r"\b(payment|paid|pay|clearing|cleared|bacs)\b.*\bdate\b|"
          r"\bdate\b.*\b(payment|paid|pay|cleared)\b|^(datepaid|paymentdate|paiddate)$",
          _NOT_A_DAY),
    _name(Field.DATE, 90, r"\b(transaction|trans|tran|spend|purchase)\b.*\bdate\b|"
          r"\bdate of (transaction|purchase|expenditure)\b|^transactiondate$", _NOT_A_DAY),
    _name(Field.DATE, 85, r"^(date|dates|the date|payment day)$"),
    _name(Field.DATE, 75, r"\b(posting|posted|journal|gl|effective|ledger|accounting|jv|"
          r"processed|updated|period end)\b.*\bdate\b|^updated$", _NOT_A_DAY),
    _name(Field.DATE, 65, r"\bdate\b", _NOT_A_DAY),
    _name(Field.DATE, 40, r"^(month|payment month|period|month paid|posting period|month year|"
          r"accounting period|fiscal period)$"),
    _name(Field.CPV, 100, r"\bcpv\b", r"\b(label|description|title|name)\b"),
    _name(Field.CATEGORY, 100, r"\b(proclass|pro class|cpv (label|description|title))\b",
          r"\bcode\b"),
    _name(Field.CATEGORY, 95, r"\b(procurement|purchasing|merchant|spend|supplier|commodity|"
          r"expenditure|product|item|vendor|mcc)\b.*\b(category|classification|class|group|"
          r"categories|type)\b", _NOT_WORDS),
    _name(Field.CATEGORY, 90, r"\b(category|categories|classification|commodity)\b", _NOT_WORDS),
    _name(Field.SUBCATEGORY, 99, r"\b(sub ?category|thomson|category 2|level 2|level 3|"
          r"secondary category|detailed category)\b", _NOT_WORDS),
    _name(Field.EXPENSE, 100, r"\b(expense|expenditure|cost|spend|detailed expenditure|"
          r"expenses) (type|code description|description|account code description|label|name|"
          r"nature|head|heading)\b|\btype of (expenditure|spend|expense|cost)\b", r"\bid\b"),
    _name(Field.EXPENSE, 95, r"\b(account|subjective|subj|ledger|gl|nominal|detail)\b.*"
          r"\b(description|detail|details|name|text|heading|title)\b|^account detail|"
          r"^(subjective|subj description|account|nominal|detail code)$|"
          r"\bexpense area\b", r"\b(number|no)\b"),
    _name(Field.EXPENSE, 60, r"^(type|expenditure|expense|cost type|nature)$"),
    _name(Field.SERVICE, 95, r"\b(service|directorate|directotate|department|dept|portfolio|"
          r"division|organisational unit|org unit|business unit|cost cent(re|er)|expense area|"
          r"strategic group|responsible unit|team|school|section|unit|programme|cabinet)\b|"
          r"\bn?strgrp", r"\b(code|id|no|number|date|amount|value|type|charge)\b(?! t$)"),
    _name(Field.DESCRIPTION, 90, r"\b(description|purpose|narrative|details|summary of|"
          r"particulars|what was bought|line text|comment|text)\b",
          r"\b(code|account|subj|supplier|expense|category|unit|service|cost cent)\b"),
    _name(Field.REFERENCE, 95, r"\b(transaction|trans|payment|invoice|document|doc|voucher|jv|"
          r"journal|our|hbc|ap|purchase|fin)\b.*\b(number|no|ref|reference|id|num)\b|"
          r"\b(ref no|unique reference|reference number|transaction|recid|invoice)\b",
          r"\b(date|amount|value|type|supplier|vendor)\b"),
    _name(Field.REFERENCE, 70, r"\b(reference|ref|id|number)\b",
          r"\b(date|amount|value|supplier|vendor|payee|company|charity|vat|address|account)\b"),
)  # fmt: skip


def folded(heading: str) -> str:
    """A heading as the rules read it: NetAmount (£) is net amount gbp."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    text = re.sub(r"[£œÂ�]", " gbp ", text).casefold()
    plain = " ".join(re.findall(r"[a-z0-9]+", text))
    for welsh, english in WELSH:
        plain = re.sub(welsh, english, plain)
    return plain


def scores(heading: str) -> dict[Field, int]:
    """How surely a heading names each column; fields that it does not name are left out."""
    plain = folded(heading)
    found: dict[Field, int] = {}
    for name in NAMES if plain else ():
        if name.has.search(plain) and not name.lacks.search(plain):
            found[name.field] = max(found.get(name.field, 0), name.score)
    return found
