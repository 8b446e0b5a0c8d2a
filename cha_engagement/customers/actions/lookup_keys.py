from .. import lookup_keys, queries
from ..enums import KeyKind
from ..models import Customer, LookupKey

LASTING_KINDS = (KeyKind.NAME, KeyKind.ADDRESS, KeyKind.POSTCODE)
"""Kinds of earlier keys that find a customer while there is a warning. A number that they gave up is soon another's."""


def write_lookup_keys(customer: Customer) -> None:
    """Rewrite the look-up keys of a customer and of those merged into them. One who is merged into another has none.

    While there is a warning, what they were called and where they lived finds them still: no change of a name hides it. Beyond the
    policy: B1.
    """
    wanted: set[tuple[str, str]] = set()
    if not customer.merged_into_id:
        customers = [customer, *customer.merged.all()]
        wanted = wanted.union(*map(lookup_keys.customer_keys, customers))
        if queries.has_warning(customer):
            earlier = (
                lookup_keys.customer_keys(row)
                for person in customers
                for row in queries.history_without_merges(person)
            )
            wanted |= {(kind, key) for pairs in earlier for kind, key in pairs if kind in LASTING_KINDS}
    present = {(key.kind, key.key): key.pk for key in customer.lookup_keys.all()}
    LookupKey.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    LookupKey.objects.bulk_create(
        LookupKey(customer=customer, kind=kind, key=key) for kind, key in sorted(wanted - present.keys())
    )
