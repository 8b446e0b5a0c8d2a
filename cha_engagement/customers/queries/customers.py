from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.utils.text import capfirst

from cha_engagement.core.interfaces import desks
from cha_engagement.core.records import SHORT
from cha_engagement.core.statements import fill_up, kept_rows_of_all
from cha_engagement.core.templatetags.ui import lower_first

from .. import folding
from ..enums import KeyKind
from ..interfaces import LookUps, flags
from ..models import Customer, CustomerQuerySet


def flag_labels(customers: Sequence[Customer]) -> dict[int, list[str]]:
    """Return the words of the flags of each of some customers by their key, in one query however many they are."""
    said = said_flags(customers, flags())
    return {
        customer.pk: [flag.words for code, flag in flags().items() if (code, customer.pk) in said]
        for customer in customers
    }


def what_applies(customers: Sequence[Customer]) -> dict[int, str]:
    """Return what applies to each of some customers in one line, as on their page, with what else is flagged, by their key.

    Two queries however many customers there are; of an interim measure it says that there is one.
    """
    said = said_flags(customers, flags())
    words: dict[int, list[str]] = {customer.pk: [] for customer in customers}
    for desk in reversed(desks(LookUps)):
        warnings = [code for code, flag in desk.flags.items() if flag.warns and not flag.has_details]
        details = desk.flag_details(customers, said)
        for key in words:
            words[key] += [lower_first(flags()[code].words) for code in warnings if (code, key) in said]
            words[key] += details.get(key, ())
    mild = [code for code, flag in flags().items() if not flag.warns]
    for key in words:
        words[key] += [lower_first(flags()[code].words) for code in mild if (code, key) in said]
    return {key: join_summaries(summaries) for key, summaries in words.items()}


def join_summaries(summaries: Iterable[str]) -> str:
    """Return in one line what applies to a customer: "Phone closed to 28 Feb · through Iain Drummond"."""
    return capfirst(" · ".join(dict.fromkeys(summaries)))


def has_warning(customer: Customer) -> bool:
    """Return whether a warning, an interim measure or a restriction stands."""
    return bool(said_flags([customer], [code for code, flag in flags().items() if flag.warns]))


def said_flags(customers: Sequence[Customer], codes: Iterable[str]) -> set[tuple[str, int]]:
    """Return which of these flags are said of which customers, each as its code and their key, in one query."""
    if not customers:
        return set()
    keys = fill_up([customer.pk for customer in customers])
    return set(kept_rows_of_all((flag_rows, (code, *flags()[code].values(), *keys)) for code in codes))


def flag_rows(code: str, *values: Any) -> QuerySet[Any]:
    """Return the code of a flag with the key of each customer of whom it is said: of those whose keys follow the flag's own values."""
    flag = flags()[code]
    count = len(flag.values())
    flagged = Customer.objects.filter(flag.where(*values[:count]), pk__in=values[count:])
    return flagged.order_by().values_list(Value(code, TextField()), "pk")


def customers_with_email(address: str) -> list[Customer]:
    """Return those who have this very address, in whatever case, be it in a record that is merged into theirs."""
    key = folding.fold_text(address)[:SHORT]
    candidates = Customer.objects.filter(lookup_keys__kind=KeyKind.EMAIL, lookup_keys__key=key)
    return [
        customer
        for customer in candidates.prefetch_related("merged")
        if address.casefold()
        in (email.casefold() for record in [customer, *customer.merged.all()] for email in record.emails)
    ]


def head_of_household(member: Customer | None) -> Customer | None:
    """Return the one whom all others of a household point to."""
    return member and (member.household_of or member)


def is_in_household_of(customer: Customer) -> Q:
    """Return a `Q` on Customer: this one and all others of the same household."""
    head = customer.household_of_id or customer.pk
    return Q(pk=head) | Q(household_of=head) | Q(household_of=customer)


def is_same_household(customer: Customer, other: Customer) -> bool:
    """Return whether both are recorded in one household, whoever of it is its head."""
    pairs = ((customer, other), (other, customer))
    return any(
        Customer.objects.filter(is_in_household_of(member), pk=candidate.pk).exists()
        for member, candidate in pairs
    )


def household_members(customer: Customer) -> CustomerQuerySet:
    """Return the others in a customer's household."""
    members = Customer.objects.filter(is_in_household_of(customer), merged_into=None)
    return members.exclude(pk=customer.pk).order_by("sort_name", "pk")
