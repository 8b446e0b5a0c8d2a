from django.db import models
from django.urls import reverse

from cha_engagement.staff.models import StaffMember

LONGEST_NAME = 60


class SavedFilter(models.Model):
    """A filter of a list that somebody saved under a name, for themselves alone.

    `list_code` is a code of `interfaces.list_definitions`; `query` follows `?` in the list's address.
    """

    owner = models.ForeignKey(StaffMember, models.PROTECT, related_name="saved_filters")
    list_code = models.CharField(max_length=20)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.TextField()

    class Meta:
        permissions = [("export", "Can take a list away as a file")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_code", "name"], name="one_saved_filter_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse(self.list_code)}?{self.query}"
