"""Limits of what a record holds: lengths of texts, and years of dates.

No database of ours bounds a long text or a year, and SQLite bounds no line.
"""

from collections.abc import Iterable
from datetime import date

from django.db import models

from ..labels import field_label
from ..refusals import Refusal

SHORT = 200  # characters: a line
MESSAGE = 400  # characters: some sentences
LONG = 10_000  # characters: about four pages
MAX_LINES = 500  # of a text of up to LONG characters: a PDF with more of them would keep everybody waiting
FIRST_YEAR, LAST_YEAR = 1900, 2999


def check_limits(record: models.Model, names: Iterable[str]) -> list[Refusal]:
    """Return the refusals of texts that are too long and of impossible years, among these fields of a record."""
    fields = {field.name: field for field in record._meta.concrete_fields}
    return [
        refusal for name in names if name in fields for refusal in check_field_limits(record, fields[name])
    ]


def check_field_limits(record: models.Model, field: models.Field) -> list[Refusal]:
    if isinstance(field, models.FileField | models.UUIDField):
        return []
    refusals = []
    value, max_length = getattr(record, field.attname), getattr(field, "max_length", None)
    label = field_label(record, field.name)
    if max_length and isinstance(value, str):
        if len(value) > max_length:
            refusals.append(
                Refusal(f"“{label}” has {len(value)} characters. Shorten it to {max_length}.", "", field.name)
            )
        if max_length <= LONG and (lines := value.count("\n") + 1) > MAX_LINES:
            refusals.append(
                Refusal(f"“{label}” has {lines} lines. Shorten it to {MAX_LINES}.", "", field.name)
            )
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        refusals.append(Refusal(f"“{label}”: check the year, which is {value.year}.", "", field.name))
    return refusals
