import json
from collections.abc import Collection

from django.db import connection
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.expressions import RawSQL


def true_where(condition: Q) -> Case:
    """Return an expression, to annotate rows with whether a condition holds of each."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def single_value(values: Collection[int] | Collection[str]) -> RawSQL:
    """Return many keys, or texts, for `__in` as a single value: each as a value of its own takes Django, and the database, longer than to find them."""
    given = list(values)
    if connection.vendor == "postgresql" and given and isinstance(given[0], str):
        return RawSQL("SELECT unnest(%s::text[])", [given])
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [given])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(given)])
