from django.db.models import Q

from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_present

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
    return Letter.objects.filter(is_in_hand())


def is_in_hand() -> Q:
    drafts = Q(status="draft") & is_present("drafted_by")
    issued = Q(status="issued") & is_present("issued_by")
    return Q(sent_on=None) & (drafts | issued)


def sent() -> LetterQuerySet:
    return Letter.objects.filter(sent_on__isnull=False)


def sent_or_in_hand() -> LetterQuerySet:
    return Letter.objects.filter(Q(sent_on__isnull=False) | is_in_hand())
