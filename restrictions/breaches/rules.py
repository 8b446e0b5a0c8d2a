from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.contacts.models import Contact

from . import queries
from .models import Breach, BreachStatus


def may_settle_breach(user: StaffMember, breach: Breach) -> Refusal | None:
    """Leave it to whoever had the contact, and to managers, who can ask them. Beyond the policy: B8."""
    if user.pk != breach.contact.by_id and not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal(
            "Only the one who logged the contact, or a manager, says whether it went against a restriction.",
            "B8",
        )
    return None


def may_tell(user: StaffMember, _: Any = None) -> Refusal | None:
    """Leave it to managers to tell a customer what counts, to decide not to, and to answer what they say of it. Beyond the policy: B26."""
    if not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal("A manager tells a customer of contacts that count.", "B26")
    return None


def check_notice_due(customer: Customer) -> Refusal | None:
    """Refuse a notice of nothing, and a second one within a week."""
    if not queries.breaches_to_tell(customer).exists():
        return Refusal("Nothing counts that the customer was not told, or is to be told now.", "B26")
    next_day = queries.next_notice_on(customer)
    if next_day and next_day > today():
        return Refusal(
            f"They had a notice less than a week ago. From {uk_date(next_day)} one can tell them of all that counts since.",
            "B26",
        )
    return None


def check_answered_by(user: StaffMember, breach: Breach) -> list[Refusal]:
    """Leave it to another manager, while one is there, to say that a contact still counts which somebody logged or counted. Beyond the policy: B26.

    That it does not count any more they say themselves.
    """
    counted_by = {person for person in (breach.contact.by_id, breach.settled_by_id) if person}
    if user.pk not in counted_by:
        return []
    others = staff_with_permission(Permission.IMPOSE_RESTRICTIONS).exclude(pk__in=counted_by)
    if other := present_staff(readers_among(others, breach.contact.customer_id, user)).first():
        return [
            Refusal(
                f"You logged this contact or said that it counts, so another manager says that it still does: {other} is there.",
                "B26",
                "counts",
            )
        ]
    return []


def check_counts(breach: Breach) -> list[Refusal]:
    """Refuse to say more of a contact that does not count."""
    if breach.status == BreachStatus.CONFIRMED:
        return []
    return [Refusal("This contact does not count against the restriction.", "B26")]


def check_not_told(breach: Breach) -> list[Refusal]:
    """Refuse to say of a contact when its customer is told, where a letter tells them already."""
    letter = breach.letters.exclude_withdrawn().order_by("-pk").first()
    return [Refusal(f"{letter} tells the customer of this.", "B26")] if letter else []


def check_told_at_review(breach: Breach) -> list[Refusal]:
    """Refuse to leave it to the letter about a review to tell a customer, where there is no review."""
    if breach.restriction.review_months is not None:
        return []
    return [
        Refusal(
            "This restriction has no review whose letter would tell them later. Write the notice once it puts nobody at risk.",
            "B26",
        )
    ]


def check_withholding(breach: Breach) -> list[Refusal]:
    """Refuse to leave it to a later letter to tell a customer of a contact that none could tell of then."""
    return [*check_counts(breach), *check_not_told(breach), *check_told_at_review(breach)]


def check_contacts(customer: Customer) -> list[Refusal]:
    """Refuse to part a contact from the restriction that it went against, and from the letter that tells of it. Beyond the policy: B5."""
    breached = Contact.objects.filter(breaches__restriction__customer=customer)
    if contact := breached.exclude(customer=customer).first():
        return [Refusal(f"What was decided since rests on {contact}, so they stay one customer.", "B5")]
    telling = Letter.objects.exclude_withdrawn().filter(breaches__restriction__customer=customer)
    if letter := telling.exclude(customer=customer).first():
        return [Refusal(f"{letter} tells of what this customer did, so they stay one customer.", "B5")]
    return []
