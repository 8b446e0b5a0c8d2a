from django.db.models import Q

from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import at_work

from .models import Letter, LetterQuerySet


def of_customer(customer: Customer, user: StaffMember) -> LetterQuerySet:
    """The letters to a customer that this user may see, newest first."""
    return Letter.objects.visible_to(user).filter(customer=customer).order_by("-created_at", "-pk")


def not_withdrawn() -> LetterQuerySet:
    """Letters that told of what they are about, or will."""
    return Letter.objects.exclude(status="void")


def unsent() -> LetterQuerySet:
    """Letters that may still be sent."""
    return not_withdrawn().filter(sent_on=None)


def in_hand() -> LetterQuerySet:
    """Letters that somebody at work has on their list to finish or send: nobody is asked to write them."""
    here = at_work(StaffMember.objects.filter(is_active=True))
    drafts, issued = Q(status="draft", drafted_by__in=here), Q(status="issued", issued_by__in=here)
    return Letter.objects.filter(drafts | issued, sent_on=None)


def sent_or_in_hand() -> LetterQuerySet:
    return Letter.objects.filter(Q(sent_on__isnull=False) | Q(pk__in=in_hand().values("pk")))
