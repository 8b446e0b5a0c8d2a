from django.db.models import Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.fields import customer_facing_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import keys_with_permission
from incidents.models import Incident


def lasting_readers(incident: Incident) -> QuerySet[StaffMember]:
    """Return those of whom `rules.is_lasting_reader` says so."""
    by_role = Q(pk__in=keys_with_permission(Permission.READ_INCIDENTS))
    by_part = Q(pk__in=[person.pk for person in incident.named_readers])
    return customer_facing_staff().filter(by_role | by_part)
