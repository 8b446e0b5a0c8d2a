from django.db import models
from django.utils import timezone

from cha_engagement.staff.models import StaffMember

LONGEST_PATH = 500


class Draft(models.Model):
    """What somebody typed into a form that has not been saved: theirs alone, until it is, or for thirty days.

    No record of a case: it has no history, and nobody else reads it. `path` is the page of the form, with its query.
    `answers` are what was typed, encrypted (`drafts.py`).
    """

    person = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    path = models.CharField(max_length=LONGEST_PATH)
    answers = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "path"], name="one_draft_a_page")]

    def __str__(self) -> str:
        return self.path
