import re
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.roles import READ_EVERY_CASE

from . import queries, wording
from .keys import STREETS
from .models import Customer, Merge

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
AND = r"(?:\b(?:and|with)\b|&|\+)\s*(?:(?:his|her|their|the|two|three|\d+)\s+)*"
NO_FIRM = r"\b(?!['’]?\s+(?!(?:at|in|of|who|with)\b)[a-z])"
"""Behind a word that a firm may have before others: Family Butchers, Household Waste."""
OTHERS = re.compile(
    rf"{AND}(?:all|others|everybody|everyone|husband|wife|partner|spouse|child|sons?|daughters?|parents?|mother|father|mum|dad|brothers?"
    r"|sisters?|baby)\b|\b(?:family|families|children|kids|relatives|households?|occupi?ers?|occupants?)\b"
    r"|\b(?:everybody|everyone|all|anybody|anyone) (?:at|in|who|else)\b",
    re.IGNORECASE,
)
"""Words by which the name of a person would stand for whoever lives with them."""
AT_A_HOUSE = (
    rf"(?:at|in) \d+[a-z]?\b(?:(?:[\s,]+(?!and\b)[\w'’.-]+){{1,4}}?[\s,]+(?:{'|'.join([*STREETS, *STREETS.values(), *MORE_STREETS])})\b"
    r"|\s*(?:[/,&-]|\bto\b|\band\b)\s*\d|.*\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b)"
)
"""A number is one of a house where a street, another number or a postcode follows: All in 1 Repairs is a firm."""
OF_HOUSEHOLD = re.compile(
    rf"{AND}family{NO_FIRM}|(?:{AND}|,\s*)(?:husband|wife)\b|(?:{AND}|,\s*(?:the\s+)?)households?{NO_FIRM}"
    rf"|^(?:the )?(?:occupi?ers?|occupants?){NO_FIRM}|\b(?:everybody|everyone|all|anybody|anyone) (?:who\b|{AT_A_HOUSE})",
    re.IGNORECASE,
)
"""The few that no organisation is called by."""

TYPED_FOR_ALL = (*wording.NEEDS, "emergency_route")
"""What is typed freely and stands on the card."""

TO_PART = timedelta(days=1)
"""How long two records can be parted again after they were merged."""


def may_read_lists(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse lists about customers, of all kinds, to whoever reads nothing about them. Policy §65."""
    if not user.has_perm("customers.view_customer"):
        return Refusal("Your role does not read about customers.", "65")
    return None


def may_read_card(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse the look-up, and each page with a customer's card, to whoever does not deal with customers. Policy §65."""
    if not user.has_perm("customers.view_card"):
        return Refusal("Your role does not read about customers.", "65")
    return None


def may_add(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("customers.add_customer"):
        return Refusal("Your role does not add customers.")
    return None


def may_change(user: StaffMember, customer: Customer) -> Refusal | None:
    if not user.has_perm("customers.change_customer"):
        return Refusal("Your role does not change what is recorded about customers.")
    return None


def to_look_over(user: StaffMember, customer: Customer, changed: Iterable[str]) -> list[str]:
    """Return which changes by this user another looks over, by field. Beyond the policy: B1, B36.

    All, where we are warned of the customer and they read nothing of why. What is typed for everybody who deals with somebody whom we
    are warned of, or who is under a decision, whoever typed it: staff do as the card says. That somebody died, always: nobody writes to them
    or deals with them any more.
    """
    names = list(changed)
    if not names:
        return []
    died = [name for name in names if name == "deceased_on"]
    is_warned_of = queries.is_warned_of(customer)
    if is_warned_of and not reads_why(user, customer):
        return names
    typed = [name for name in names if name in TYPED_FOR_ALL]
    if typed and (is_warned_of or any(is_under(customer) for is_under in hub.under_decision)):
        return typed + died
    return died


def reads_why(user: StaffMember, customer: Customer) -> bool:
    """Whether somebody reads all that happened with a customer: by their role, or as whoever looks after them. Policy §65."""
    return user.has_perm(READ_EVERY_CASE) or customer.assigned_to_id == user.pk


def may_assign(user: StaffMember, _: Any = None) -> Refusal | None:
    """Whoever is assigned a customer reads what is recorded about them: nobody gives themselves that. Policy §65."""
    if not user.has_perm("customers.assign_customer"):
        return Refusal("Only a manager says who looks after a customer. Ask one.", "65")
    return None


def may_ask_for(user: StaffMember, customer: Customer) -> Refusal | None:
    """Whoever may not assign a customer can ask for them. Policy §65."""
    if not may_assign(user):
        return Refusal("You can say yourself who looks after them.")
    if customer.assigned_to_id == user.pk:
        return Refusal("They are assigned to you already.")
    return may_change(user, customer)


def names_one(name: str, is_organisation: bool) -> Refusal | None:
    """Whoever lives with somebody is no part of their name: it stands on letters that restrict. Beyond the policy: B5.

    A person's name has no word for family or household. Firms do: Smith & Sons, Children and Family Services. Theirs is refused only
    for what means those who live somewhere: 'and family' or 'and household' with no word of a firm behind, 'and wife', 'all who …',
    'everybody at 5 Kelp Street', 'The Occupiers'.
    """
    one = "organisation" if is_organisation else "person"
    if found := (OF_HOUSEHOLD if is_organisation else OTHERS).search(name):
        unless = "" if is_organisation else ", or tick that this is an organisation where it is one"
        return Refusal(
            f"“{found[0]}” stands for others too. Give the name of this one {one}{unless}: everybody else is a customer of their own.",
            "B5",
            "name",
        )
    return None


def may_be_here(user: StaffMember, customer: Customer, ruled_out: Collection[str]) -> Refusal | None:
    """Whether somebody new may be here already: one record for each customer. Beyond the policy: B16."""
    alike = {likeness.customer.reference for likeness in queries.alike(customer, user)}
    if alike.difference(ruled_out):
        return Refusal(
            "They may be here already. Choose them above, or say that it is none of these.",
            "B16",
            "ruled_out",
        )
    return None


def may_merge(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("customers.merge_customer"):
        return Refusal("Only a manager merges two records of one customer, or parts them again.", "B16")
    return None


def check_merge(kept: Customer, other: Customer) -> Iterator[Refusal]:
    """Refuse to make one of two who are recorded as two people: what is decided about one binds nobody else. Beyond the policy: B5."""
    if queries.live_together(kept, other):
        yield Refusal(
            f"{kept} and {other} are recorded as two people of one household. If they are the same all the same, change the details of "
            "one first, and take out in whose household they live.",
            "B5",
        )
    if kept.speaks_for == other or other.speaks_for == kept:
        yield Refusal(
            f"Of {kept} and {other} one is recorded as speaking for the other. If they are the same all the same, change the details first, "
            "and take out whom they speak for.",
            "B5",
        )


def may_part(user: StaffMember, merge: Merge) -> Refusal | None:
    """Whether a merge can still be undone: soon enough that hardly anything rests on it. Beyond the policy: B16."""
    if merge.created_at < timezone.now() - TO_PART:
        return Refusal(
            f"Two records can be parted for a day after they were merged. These were merged on {uk_datetime(merge.created_at)}.",
            "B16",
        )
    if merge.kept.merged_into_id:
        return Refusal(f"{merge.kept} is itself merged into another since. Part those two first.", "B16")
    since = Merge.objects.filter(kept=merge.kept, undone_at=None, pk__gt=merge.pk)
    if later := since.select_related("merged").order_by("pk").last():
        return Refusal(f"{later.merged} was merged into {merge.kept} since. Part those two first.", "B16")
    return may_merge(user)
