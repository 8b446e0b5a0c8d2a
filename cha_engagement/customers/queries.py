from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from cha_engagement.staff.models import StaffMember

from . import keys
from .models import Customer, LookupKey

MOST = 20  # customers in an answer
SHORTEST = 2  # characters that a look-up needs
LONGEST = 100  # characters that it reads
MOST_WORDS = 8


def beginning(word: str) -> QuerySet[LookupKey]:
    """The keys of the customer of an outer query that begin with a word."""
    found = LookupKey.objects.filter(customer=OuterRef("pk"), key__gte=word)
    behind = keys.successor(word)
    return found.filter(key__lt=behind) if behind else found


def having(customers: QuerySet[Customer], words: list[str]) -> QuerySet[Any]:
    """Those with a key for each word, first those where most keys are the `whole` word."""
    whole: Any = Value(0)
    for word in words:
        customers = customers.filter(Exists(beginning(word)))
        same = Q(Exists(LookupKey.objects.filter(customer=OuterRef("pk"), key=word)))
        whole += Case(When(same, then=1), default=0, output_field=IntegerField())
    return customers.annotate(whole=whole).order_by("-whole", "pk")


def look_up(text: str, user: StaffMember) -> list[Customer]:
    """Customers that what was typed may mean, best first: by name, phone, email, address, tenancy, handle or reference."""
    best: dict[int, tuple[float, str, Customer]] = {}
    visible = Customer.objects.visible_to(user)
    for words in keys.readings(text[:LONGEST]):
        words = words[:MOST_WORDS]
        if max(map(len, words)) < SHORTEST:
            continue
        for customer in having(visible, words)[:MOST]:
            place = (-customer.whole / len(words), keys.fold(customer.name), customer)
            best[customer.pk] = min(best.get(customer.pk, place), place, key=lambda found: found[:2])
    ranked = sorted(best.values(), key=lambda found: (*found[:2], found[2].pk))
    return [customer for _, _, customer in ranked[:MOST]]


def household(customer: Customer) -> QuerySet[Customer]:
    """The others in a customer's household."""
    first = customer.household_of_id or customer.pk
    together = Q(pk=first) | Q(household_of=first) | Q(household_of=customer)
    return Customer.objects.filter(together).exclude(pk=customer.pk).order_by("name", "pk")
