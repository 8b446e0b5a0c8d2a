"""What reviews and appeals rest on."""

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident

from . import involvement
from .models import Appeal, AppealedRestriction, Review


@hub.naming.add
def hears_what_they_did(user: StaffMember, incident: Incident) -> Refusal | None:
    """While an appeal is heard, whoever decided, proposed or imposed what it is about does not choose who is left to hear it. Policy §22."""
    for appeal in involvement.open_about(incident):
        if any(person == user.pk for person, *_ in involvement.recorded_parts(appeal)):
            return Refusal(
                f"{appeal} is being heard about what you had a part in deciding, and whoever is named here does not hear it. Until it is "
                "decided another manager names them, or they do so themselves.",
                "22",
            )
    return None


@hub.contradictions.add
def about_another(customer: Customer) -> Refusal | None:
    """A review or an appeal of one customer is about what restricts that customer. Beyond the policy: B5."""
    crossing = (
        Review.objects.filter(customer=customer).exclude(restriction__customer=customer).first()
        or AppealedRestriction.objects.filter(appeal__customer=customer)
        .exclude(restriction__customer=customer)
        .select_related("appeal", "restriction")
        .first()
        or Appeal.objects.filter(customer=customer, added_to__isnull=False)
        .exclude(added_to__customer=customer)
        .first()
    )
    if crossing:
        return Refusal(f"{crossing} has come since, so they stay one customer.", "B5")
    return None
