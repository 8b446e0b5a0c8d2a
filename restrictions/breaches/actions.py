"""Contacts that seem to go against a restriction."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django.utils.timezone import localdate

from cha_engagement.core.records import atomic_action, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.staff.models import StaffMember
from incidents.contacts.actions import contact_logged
from incidents.contacts.models import Contact
from restrictions.actions import notification_undone
from restrictions.models import Restriction

from . import queries, rules
from .models import Breach, BreachEvent

CORRECTED = "The contact was corrected"


@receiver(contact_logged, sender=Contact)
def suggest_breaches(contact: Contact, by: StaffMember, **kwargs: Any) -> None:
    """Ask whoever logged a contact what it seems to go against; a correction asks anew. Beyond the policy: B8."""
    earlier = {breach.restriction_id: breach for breach in contact.breaches.all()}
    for restriction, why in queries.apparent_breaches(contact).items():
        breach = earlier.pop(restriction.pk, None)
        if breach is None:
            writing.create_record(
                Breach, by=by, reason="Suggested", restriction=restriction, contact=contact, why=why
            )
        elif breach.why != why and breach.can(BreachEvent.SUGGEST):
            writing.change_status(
                breach,
                BreachEvent.SUGGEST,
                by=by,
                reason=CORRECTED,
                why=why,
                settled_by=None,
                settled_at=None,
            )
        elif breach.why != why:
            writing.save_record(breach, by=by, reason=CORRECTED, why=why)
    for breach in earlier.values():
        if breach.can(BreachEvent.DISMISS):
            settle_breach(breach, BreachEvent.DISMISS, by=by, reason=CORRECTED, why="")


@atomic_action()
def confirm_breach(*, breach: Breach, by: StaffMember) -> Breach:
    """Record that it went against the restriction: it counts as evidence at the review. Beyond the policy: B8."""
    reason = f"Against the restriction: {breach.restriction.title.lower()}"
    raise_if_refused(rules.may_settle_breach(by, breach.reload_locked()))
    return settle_breach(breach, BreachEvent.CONFIRM, by=by, reason=reason)


@atomic_action()
def dismiss_breach(*, breach: Breach, by: StaffMember) -> Breach:
    """Record that it did not go against the restriction, whatever it seemed. Beyond the policy: B8."""
    raise_if_refused(rules.may_settle_breach(by, breach.reload_locked()))
    return settle_breach(breach, BreachEvent.DISMISS, by=by, reason="Not against the restriction")


@receiver(notification_undone, sender=Restriction)
def dismiss_breaches(restriction: Restriction, by: StaffMember, **kwargs: Any) -> None:
    """Hold nothing against a customer that came before they were told. Beyond the policy: B23."""
    told_on = restriction.customer_notified_on
    for breach in Breach.objects.filter(restriction=restriction).select_related("contact"):
        is_before = told_on is None or localdate(breach.contact.occurred_at) < told_on
        if is_before and breach.can(BreachEvent.DISMISS):
            settle_breach(breach, BreachEvent.DISMISS, by=by, reason="They had not been told of it")


def settle_breach(breach: Breach, transition: str, *, by: StaffMember, **changes: Any) -> Breach:
    return writing.change_status(
        breach, transition, by=by, settled_by=by, settled_at=timezone.now(), **changes
    )
