import uuid
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cha_engagement.core.interfaces import readable_through_others
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonLine
from cha_engagement.core.records import SHORT, CaseQuerySet, CaseRecord
from cha_engagement.staff.models import StaffMember


def evidence_path(evidence: "Evidence", filename: str) -> str:
    """Return a path with nothing of the file's own name, so that nothing can be guessed or run."""
    return f"evidence/{uuid.uuid4().hex}"


class EvidenceEvent(StrEnum):
    """Names, in its history, for whatever happens to evidence."""

    ADD = "add"


class EvidenceQuerySet(CaseQuerySet, models.QuerySet["Evidence"]):
    written_by = ("uploaded_by",)

    def is_about(self, customers: frozenset[int]) -> Q:
        """Return which files stand with a record of one of some customers, if with others too."""
        links: list[Any] = [link for link in Evidence._meta.related_objects if link.many_to_many]
        with_records = (
            link.related_model.objects.filter(
                link.related_model.objects.all().is_about(customers), **{link.field.name: OuterRef("pk")}
            )
            for link in links
            if isinstance(link.related_model.objects.all(), CaseQuerySet)
        )
        return reduce(or_, (Q(Exists(records)) for records in with_records))

    def visible_by_role(self, user: StaffMember) -> "EvidenceQuerySet":
        """Show files that they uploaded, that their role reads, or that records of the apps above show them. Policy §65."""
        if user.has_perm(Permission.READ_EVIDENCE):
            return self
        if not user.has_perm(Permission.ADD_EVIDENCE):
            return self.none()
        return self.filter(Q(uploaded_by=user) | readable_through_others(Evidence, user))


class Evidence(CaseRecord):
    """A file that was uploaded, with its digest. Policy §63. Incidents, appeals and decisions refer to it; it knows none of them.

    `size` is in bytes; `sha256` is over the file as received, in hexadecimal. `sealed_reason` says why a file is kept
    that may do harm: it goes out under a name and a type that no program opens, to whoever says why they need it.
    """

    PREFIX = "EVI"

    file = models.FileField(upload_to=evidence_path)
    original_name = models.CharField(max_length=SHORT)
    content_type = models.CharField(max_length=SHORT)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    summary = ReasonLine(
        "what it shows", max_length=SHORT, missing="Say in a line what it shows.", paragraph="63"
    )
    sealed_reason = ReasonLine(
        "why it is kept sealed",
        max_length=SHORT,
        blank=True,
        missing="Say why this very file must be kept, though it may do harm.",
        paragraph="63",
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    @property
    def title(self) -> str:
        return self.summary

    @property
    def page_title(self) -> str:
        return f"Evidence ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("evidence", args=[self.reference])

    @property
    def is_sealed(self) -> bool:
        return bool(self.sealed_reason)

    @property
    def download_name(self) -> str:
        """Return the name under which the file is downloaded."""
        return f"SEALED-{self.reference}.bin" if self.is_sealed else self.original_name
