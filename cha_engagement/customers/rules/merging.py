"""Rules for merging two records of one customer, and for undoing that. Beyond the policy: B5, B16."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from .. import folding, queries
from ..interfaces import CustomerRules
from ..models import Customer, Merge

TIME_TO_UNMERGE = timedelta(days=1)
"""For which one manager undoes a merge; after it two do, as long as nothing was decided since. Beyond the policy: B16."""


def may_merge_customers(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm(Permission.MERGE_CUSTOMERS):
        return Refusal("Only a manager can merge two records of one customer, or undo that.", "B16")
    return None


def check_merge(kept: Customer, other: Customer) -> list[Refusal]:
    """Refuse to merge two who are recorded as two people: what is decided about one binds nobody else. Beyond the policy: B5."""
    refusals = []
    if queries.is_same_household(kept, other):
        refusals.append(
            Refusal(
                f"{kept} and {other} are recorded as two people of one household. If they are the same all the same, change the details of "
                "one first, and take out in whose household they live.",
                "B5",
            )
        )
    if kept.speaks_for == other or other.speaks_for == kept:
        refusals.append(
            Refusal(
                f"Of {kept} and {other} one is recorded as speaking for the other. If they are the same all the same, change the details first, "
                "and take out whom they speak for.",
                "B5",
            )
        )
    return refusals


def check_second_manager(user: StaffMember, kept: Customer, other: Customer) -> list[Refusal]:
    """Have a second manager confirm a merge that binds somebody by what is decided about another, or of two names, while one is there. B16.

    Whoever asked is told who is asked.
    """
    if not needs_second_manager(kept, other) or is_asked_by_another(user, kept, other):
        return []
    second = other_manager_at_work(user, kept, other)
    if second is None:
        return []
    sentence = f"{second}, or another manager, confirms that these are one customer: something was decided about one of them, or their names differ."
    return [Refusal(sentence, "B16")]


def other_manager_at_work(user: StaffMember, *customers: Customer) -> StaffMember | None:
    others = present_staff(staff_with_permission(Permission.MERGE_CUSTOMERS)).exclude(pk=user.pk)
    return next(iter(queries.people_reading_about(customers, others.order_by("pk"), user)), None)


def needs_second_manager(kept: Customer, other: Customer) -> bool:
    """Return whether something was ever decided about either, or no name of theirs is the same however it is spelt."""
    was_decided = any(
        desk.was_decided_about(customer) for desk in desks(CustomerRules) for customer in (kept, other)
    )
    return was_decided or names_of(kept).isdisjoint(names_of(other))


def names_of(customer: Customer) -> set[str]:
    return {" ".join(sorted(folding.words(name))) for name in (customer.name, customer.known_as) if name}


def is_asked_by_another(user: StaffMember, kept: Customer, other: Customer) -> bool:
    asked = ((kept, other), (other, kept))
    return any(
        one.merge_asked_id == two.pk and one.merge_asked_by_id not in (None, user.pk) for one, two in asked
    )


def is_late(merge: Merge) -> bool:
    """Return whether a merge is too long ago for one manager alone to undo it."""
    return merge.created_at < timezone.now() - TIME_TO_UNMERGE


def may_unmerge_customers(user: StaffMember, merge: Merge) -> Refusal | None:
    """Let one manager undo a merge for a day, and later a second one whom another asked, or the one who asked while nobody else is there. B16."""
    if refusal := may_ask_unmerge(user, merge):
        return refusal
    is_asked_by_another = merge.undo_asked_by_id not in (None, user.pk)
    if not is_late(merge) or is_asked_by_another:
        return None
    if merge.undo_asked_by_id is None or other_manager_at_work(user, merge.kept):
        sentence = f"These records were merged on {uk_datetime(merge.created_at)}: after a day, one manager asks and another undoes it."
        return Refusal(sentence, "B16")
    return None


def may_ask_unmerge(user: StaffMember, merge: Merge) -> Refusal | None:
    """Refuse to undo a merge out of turn, or once a day is over and something was decided since. Beyond the policy: B5, B16."""
    if merge.kept.merged_into_id:
        return Refusal(f"{merge.kept} was itself merged into another since. Undo that merge first.", "B16")
    later_merges = Merge.objects.filter(kept=merge.kept, undone_at=None, pk__gt=merge.pk)
    if latest := later_merges.select_related("merged").order_by("pk").last():
        return Refusal(f"{latest.merged} was merged into {merge.kept} since. Undo that merge first.", "B16")
    if is_late(merge) and any(
        desk.was_decided_since(merge.kept, merge.created_at) for desk in desks(CustomerRules)
    ):
        sentence = f"A merge can be undone for a day, and later only while nothing was decided about {merge.kept} since. Something was."
        return Refusal(sentence, "B16")
    return may_merge_customers(user)
