"""The chain of a history: each row has a digest over itself and the row before, so that a change by hand shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


def read_back(field: models.Field, value: Any) -> Any:
    """Return a value of a field as its database gives it back: times in UTC, a number or key that came as text as what it is."""
    value = field.to_python(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def compute_digest(row: Any, links: Mapping[str, Iterable[Any]], previous: str) -> str:
    """Return SHA-256, in hexadecimal, over a row of history as stored, its links and the digest of the row before it.

    `links` are keys, by the name of the field. What is empty or has its default is left out: a field that comes to a model later
    breaks no chain that began before.
    """
    values: dict[str, Any] = {
        field.attname: field.value_to_string(row)
        for field in row._meta.concrete_fields
        if field.attname not in {"digest", "history_id"}
        and getattr(row, field.attname) not in [*field.empty_values, field.default]
    }
    values |= {name: sorted(map(str, keys)) for name, keys in links.items() if keys}
    text = json.dumps(values, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256((previous + text).encode()).hexdigest()
