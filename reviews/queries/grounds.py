"""What a page in full shows of a restriction, and of what it rests on."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from cha_engagement.core.records import leaves_nothing_out
from cha_engagement.core.statements import fill_up, give_related, kept_records
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.models import Restriction

GROUNDS = ("decision", "named_contact", "deputy", "supersedes", "superseded_by", "imposed_by")
"""What is read with a restriction that is shown in full."""


def give_grounds(restrictions: Collection[Restriction], user: StaffMember) -> None:
    """Have restrictions give the incidents and the evidence that they rest on, as far as this user sees them."""
    keys = fill_up([restriction.pk for restriction in restrictions])
    grounds: dict[str, list[Any]] = {
        "incidents": kept_records(Incident, visible_incidents_behind, user, *keys) if keys else [],
        "evidence": kept_records(Evidence, visible_evidence_behind, user, *keys) if keys else [],
    }
    for restriction in restrictions:
        for name, records in grounds.items():
            give_related(restriction, name, [record for record in records if record.behind == restriction.pk])


def visible_incidents_behind(user: StaffMember, *restrictions: int) -> QuerySet[Incident]:
    visible = Incident.objects.visible_to(user).filter(restrictions__in=restrictions)
    return visible.annotate(behind=F("restrictions")).order_by("occurred_at", "pk")


def visible_evidence_behind(user: StaffMember, *restrictions: int) -> QuerySet[Evidence]:
    visible = Evidence.objects.visible_to(user).filter(restrictions__in=restrictions)
    return visible.annotate(behind=F("restrictions")).order_by("pk")


def read_grounds(restriction: Restriction, user: StaffMember) -> Restriction | None:
    """Return a restriction, read with its `GROUNDS`, with what it rests on; None where this user does not read it in full."""
    readable = Restriction.objects.readable_in_full_by(user)
    if not leaves_nothing_out(readable) and not readable.filter(pk=restriction.pk).exists():
        return None
    give_grounds([restriction], user)
    return restriction
