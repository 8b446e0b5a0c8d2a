"""Rules for what is recorded about a customer."""

import re
from collections.abc import Collection
from datetime import date

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.models import StaffMember

from .. import queries
from ..lookup_keys import STREETS
from ..models import Adjustment, Customer

MORE_STREETS = (
    "brae",
    "close",
    "drive",
    "grove",
    "lane",
    "loan",
    "row",
    "path",
    "view",
    "vennel",
    "walk",
    "way",
    "wynd",
)
JOINING = r"(?:\b(?:and|with)\b|&|\+)\s*(?:(?:his|her|their|the|two|three|\d+)\s+)*"
NOT_A_FIRM = r"\b(?!['’]?\s+(?!(?:at|in|of|who|with)\b)[a-z])"
"""The end of a word behind which none follows as in the name of a firm: Family Butchers, Household Waste."""
SEVERAL_PEOPLE = re.compile(
    rf"{JOINING}(?:all|others|everybody|everyone|husband|wife|partner|spouse|child|sons?|daughters?|parents?|mother|father|mum|dad|brothers?"
    r"|sisters?|baby)\b|\b(?:family|families|children|kids|relatives|households?|occupi?ers?|occupants?)\b"
    r"|\b(?:everybody|everyone|all|anybody|anyone) (?:at|in|who|else)\b",
    re.IGNORECASE,
)
"""Words by which the name of a person would stand for those who live with them."""
AT_A_HOUSE = (
    rf"(?:at|in) \d+[a-z]?\b(?:(?:[\s,]+(?!and\b)[\w'’.-]+){{1,4}}?[\s,]+(?:{'|'.join([*STREETS, *STREETS.values(), *MORE_STREETS])})\b"
    r"|\s*(?:[/,&-]|\bto\b|\band\b)\s*\d|.*\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b)"
)
"""A number is one of a house where a street, another number or a postcode follows: All in 1 Repairs is a firm."""
HOUSEHOLD = re.compile(
    rf"{JOINING}family{NOT_A_FIRM}|(?:{JOINING}|,\s*)(?:husband|wife)\b|(?:{JOINING}|,\s*(?:the\s+)?)households?{NOT_A_FIRM}"
    rf"|^(?:the )?(?:occupi?ers?|occupants?){NOT_A_FIRM}|\b(?:everybody|everyone|all|anybody|anyone) (?:who\b|{AT_A_HOUSE})",
    re.IGNORECASE,
)
"""The few of these words that are in the name of no organisation."""


def check_name(name: str, is_organisation: bool) -> list[Refusal]:
    """Refuse a name that stands for more than one: it stands on letters that restrict. Beyond the policy: B5.

    A person's name has no word for family or household. Firms do: Smith & Sons, Children and Family Services. Theirs is refused only
    for words that mean those who live somewhere: 'and family' or 'and household' with no word of a firm behind, 'and wife',
    'all who …', 'everybody at 5 Kelp Street', 'The Occupiers'.
    """
    kind = "organisation" if is_organisation else "person"
    if match := (HOUSEHOLD if is_organisation else SEVERAL_PEOPLE).search(name):
        unless = "" if is_organisation else ", or tick that this is an organisation where it is one"
        return [
            Refusal(
                f"“{match[0]}” means others too. Give the name of this one {kind}{unless}: everybody else is a customer of their own.",
                "B5",
                "name",
            )
        ]
    return []


def check_duplicates(user: StaffMember, customer: Customer, ruled_out: Collection[str]) -> list[Refusal]:
    """Refuse a customer who may be here already, until it was said that they are none of these. Beyond the policy: B16."""
    references = {duplicate.customer.reference for duplicate in queries.likely_duplicates(customer, user)}
    if references.difference(ruled_out):
        return [
            Refusal(
                "They may be here already. Choose them, or say that it is none of these.",
                "B16",
                "ruled_out",
            )
        ]
    return []


def check_other_customer(customer: Customer, other: Customer | None, field: str) -> list[Refusal]:
    """Refuse a field that leads back to the same customer."""
    if other == customer:
        return [
            Refusal(
                "This leads back to the same customer. Name somebody else, or leave it empty.", field=field
            )
        ]
    return []


def check_last_day(adjustment: Adjustment, ends_on: date) -> list[Refusal]:
    if ends_on < adjustment.agreed_on:
        sentence = f"The last day cannot be before it was agreed, {uk_date(adjustment.agreed_on)}."
        return [Refusal(sentence, field="ends_on")]
    return []
