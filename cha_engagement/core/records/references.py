"""References that people can read out on the phone, such as `INC-2026-0042`."""

from django.db import connection, models
from django.utils import timezone


class ReferenceSequence(models.Model):
    """The last number given out for a prefix in a year. Numbers are never reused; a rolled-back one may be missing."""

    prefix = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_sequence_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:04}"


TAKE_NEXT = """
    INSERT INTO core_referencesequence (prefix, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (prefix, year) DO UPDATE SET last = core_referencesequence.last + 1 RETURNING last
"""


def take_reference(prefix: str) -> str:
    """Return the next reference of a prefix, which nobody else gets. Call inside a transaction."""
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NEXT, [prefix, year])
        (last,) = cursor.fetchone()
    return str(ReferenceSequence(prefix=prefix, year=year, last=last))
