from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .models import Letter, LetterQuerySet


def of_customer(customer: Customer, user: StaffMember) -> LetterQuerySet:
    """The letters to a customer that this user may see, newest first."""
    return Letter.objects.visible_to(user).filter(customer=customer).order_by("-created_at", "-pk")
