"""The chain of a history, by which a change by hand shows.

Each value of a row is sealed: its SHA-256 over a salt of its own and the value. The row's digest runs over these and the digest of the
row before. So a value can be struck out together with its salt, when it must be kept no longer: the chain still holds, and nobody
finds the value by trying out what it may have been.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

SALT_BYTES = 16

Seals = dict[str, tuple[str | None, str]]
"""By the name of the field: the salt, None once the value is struck out, and the digest."""


def read_back(field: models.Field, value: Any) -> Any:
    """Return a value of a field as its database gives it back: times in UTC, a number or key that came as text as what it is."""
    value = field.to_python(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def seal_values(values: Mapping[str, Any]) -> Seals:
    """Return seals of the values that are not empty. What a field that comes to a model later holds has none in older rows."""
    salts = {name: secrets.token_urlsafe(SALT_BYTES) for name, value in values.items() if not is_empty(value)}
    return {name: (salt, compute_seal(salt, values[name])) for name, salt in salts.items()}


def compute_seal(salt: str, value: Any) -> str:
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256((salt + text).encode()).hexdigest()


def compute_digest(seals: Seals, previous: str) -> str:
    """Return SHA-256, in hexadecimal, over the seals of a row, without their salts, and the digest of the row before."""
    text = json.dumps({name: digest for name, (_, digest) in seals.items()}, sort_keys=True)
    return hashlib.sha256((previous + text).encode()).hexdigest()


def changed_values(values: Mapping[str, Any], seals: Seals, defaults: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of values that are not what was sealed. Where nothing was, a value is empty or the default of a later field."""
    for name, value in values.items():
        salt, digest = seals.get(name, (None, ""))
        if salt:
            is_same = compute_seal(salt, value) == digest
        else:
            is_same = is_empty(value) or (not digest and value == defaults.get(name))
        if not is_same:
            yield name


def is_empty(value: Any) -> bool:
    return value in (None, "", [], {})
