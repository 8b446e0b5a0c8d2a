"""Contacts that seem to go against a restriction."""

from typing import Any
from uuid import uuid4

from django.dispatch import receiver
from django.utils import timezone
from django.utils.timezone import localdate

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.contacts.actions import contact_logged
from incidents.contacts.models import Contact
from restrictions.actions import notification_undone
from restrictions.enums import LetterCode
from restrictions.models import Restriction

from . import notifications, queries, rules
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
    """Record that it went against the restriction: it counts as evidence at the review. Beyond the policy: B8.

    A manager agrees with whoever logged the contact in the same way: until one does, it counts on the word of one person.
    """
    reason = f"Against the restriction: {breach.restriction.title_in_sentence}"
    current = breach.reload_locked()
    raise_if_refused(rules.may_settle_breach(by, current))
    is_second = current.rests_on_one_word and by.pk != current.contact.by_id
    return settle_breach(
        breach, BreachEvent.AGREE if is_second else BreachEvent.CONFIRM, by=by, reason=reason
    )


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


@atomic_action()
def draft_notice(*, customer: Customer, by: StaffMember) -> Letter:
    """Return the draft that tells a customer of all that counts, begun where there is none. Beyond the policy: B26."""
    customer = customer.reload_locked()
    raise_if_refused(rules.may_tell(by))
    drafts = Letter.objects.filter(
        customer=customer, kind=LetterCode.BREACH_NOTICE, status=LetterStatus.DRAFT
    )
    return drafts.first() or draft_letter(
        customer=customer, kind=LetterCode.BREACH_NOTICE, about=customer, by=by, submission=uuid4()
    )


@atomic_action()
def withhold_notice(*, breach: Breach, by: StaffMember, version: int, not_told_reason: str) -> Breach:
    """Record why it would put somebody at risk to tell the customer now: they are told at the next review. Beyond the policy: B26."""
    current = lock_record(breach, version)
    raise_if_refused(rules.may_tell(by))
    raise_if_incomplete(
        *rules.check_withholding(current),
        *check_reason(Breach, "not_told_reason", not_told_reason),
    )
    return writing.save_record(
        current,
        by=by,
        reason="Not told now",
        event=BreachEvent.WITHHOLD,
        not_told_reason=not_told_reason,
    )


@atomic_action()
def stop_withholding(*, breach: Breach, by: StaffMember) -> Breach:
    """Let a notice tell the customer after all: it puts nobody at risk any more. Beyond the policy: B26."""
    current = breach.reload_locked()
    raise_if_refused(rules.may_tell(by))
    if not current.not_told_reason or rules.check_not_told(current):
        raise Stale(current)
    return writing.save_record(
        current,
        by=by,
        reason="It can be told now",
        event=BreachEvent.STOP_WITHHOLDING,
        not_told_reason="",
    )


@atomic_action()
def answer_objection(
    *, breach: Breach, by: StaffMember, version: int, objection: str, answer: str, counts: bool
) -> Breach:
    """Record what a customer says is wrong and what was found; whoever logged the contact hears of it. Beyond the policy: B26."""
    current = lock_record(breach, version)
    raise_if_refused(rules.may_tell(by))
    raise_if_incomplete(
        *rules.check_counts(current),
        *(rules.check_answered_by(by, current) if counts else []),
        *check_reason(Breach, "objection", objection),
        *check_reason(Breach, "answer", answer),
    )
    answered = writing.save_record(
        current,
        by=by,
        reason="The customer said that it is wrong",
        event=BreachEvent.ANSWER,
        objection=objection,
        answer=answer,
    )
    if not counts:
        answered = settle_breach(answered, BreachEvent.DISMISS, by=by, reason=answer)
    elif current.rests_on_one_word and by.pk != current.contact.by_id:
        answered = settle_breach(answered, BreachEvent.AGREE, by=by, reason=answer)
    notifications.notify_of_answer(answered, current.settled_by, by=by)
    return answered


def settle_breach(breach: Breach, transition: str, *, by: StaffMember, **changes: Any) -> Breach:
    return writing.change_status(
        breach, transition, by=by, settled_by=by, settled_at=timezone.now(), **changes
    )
