"""What a page in full shows of a restriction, and of what it rests on."""

from django.db.models import Prefetch, prefetch_related_objects

from cha_engagement.core.records import leaves_nothing_out
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.models import Restriction

GROUNDS = ("decision", "named_contact", "deputy", "supersedes", "superseded_by", "imposed_by")
"""What is read with a restriction that is shown in full."""


def visible_grounds(user: StaffMember) -> list[Prefetch]:
    return [
        Prefetch("incidents", Incident.objects.visible_to(user).order_by("occurred_at", "pk")),
        Prefetch("evidence", Evidence.objects.visible_to(user).order_by("pk")),
    ]


def read_grounds(restriction: Restriction, user: StaffMember) -> Restriction | None:
    """Return a restriction, read with its `GROUNDS`, with what it rests on; None where this user does not read it in full."""
    readable = Restriction.objects.readable_in_full_by(user)
    if not leaves_nothing_out(readable) and not readable.filter(pk=restriction.pk).exists():
        return None
    prefetch_related_objects([restriction], *visible_grounds(user))
    return restriction
