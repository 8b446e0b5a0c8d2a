"""Interim measures."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from cha_engagement.core.records import Stale, atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.actions import confirm_needs
from cha_engagement.customers.models import Customer
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.enums import LetterEvent, LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions import notifications, rules
from restrictions.enums import InterimEvent, LetterCode
from restrictions.kinds.affected_matters import check_affected_matters
from restrictions.models import InterimMeasure
from restrictions.queries import predates_extension

from .decision import contact_limited


@idempotent(InterimMeasure)
def set_interim_measure(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    **facts: Any,
) -> InterimMeasure:
    """Set an interim measure at once, for a few working days. Policy §12, 13; beyond the policy: B21."""
    raise_if_refused(rules.may_set_interim(by))
    customer = customer.reload_locked()
    facts["ends_on"] = calendar.add_working_days(calendar.today(), rules.INTERIM_WORKING_DAYS)
    facts["involvement_reason"] = rules.reason_for_part(by, incidents, facts.get("involvement_reason", ""))
    interim = InterimMeasure(customer=customer, **facts)
    raise_if_incomplete(
        *rules.check_interim(interim, incidents),
        *rules.check_involvement(by, incidents, interim.involvement_reason),
        *rules.check_not_closed_again(interim, by, incidents),
        *rules.check_complaints(by, incidents),
        *check_affected_matters(interim.affected_matters),
        *rules.check_interim_words(interim),
        *rules.check_bindings(interim, incidents),
    )
    created = writing.create_record(
        InterimMeasure,
        by=by,
        reason=facts["staff_instruction"],
        event=InterimEvent.SET,
        links={"incidents": incidents},
        submission=submission,
        customer=customer,
        values=facts | {"by": by},
    )
    if interim.needs_confirmed_with:
        confirm_needs(customer=customer, by=by, confirmed_with=interim.needs_confirmed_with)
    notifications.notify_of_limited_contact(created, by=by)
    contact_limited.send(sender=InterimMeasure, record=created, by=by)
    return created


@atomic_action()
def extend_interim_measure(
    *, interim: InterimMeasure, by: StaffMember, version: int, extension_reason: str, how_notified: str
) -> InterimMeasure:
    """Make it longer once, after violence or a threat. `how_notified` is how its customer hears of it. Beyond the policy: B21."""
    interim.customer.reload_locked()
    current = lock_record(interim, version)
    raise_if_refused(rules.may_extend_interim(by, current))
    if not current.is_in_force:
        raise Stale(current)
    current.how_notified = how_notified
    current.ends_on = calendar.add_working_days(current.ends_on, rules.INTERIM_WORKING_DAYS)
    incidents = list(current.incidents.all())
    raise_if_incomplete(
        *rules.check_alive(current.customer),
        *rules.check_ways_in_again(current, current.customer),
        *rules.check_complaints(by, incidents),
        *rules.check_interim_words(current),
        *rules.check_bindings(current, incidents),
    )
    return writing.save_record(
        current,
        by=by,
        reason="Made longer once",
        event=InterimEvent.EXTEND,
        how_notified=how_notified,
        ends_on=current.ends_on,
        extended_at=timezone.now(),
        extension_reason=extension_reason,
    )


@atomic_action()
def end_interim_measure(
    *, interim: InterimMeasure, by: StaffMember, version: int, status_reason: str
) -> InterimMeasure:
    raise_if_refused(rules.may_end_interim(by, interim.reload_locked()))
    return take_out_of_force(interim, by=by, version=version, status_reason=status_reason)


def take_out_of_force(
    interim: InterimMeasure, *, by: StaffMember, status_reason: str, version: int | None = None
) -> InterimMeasure:
    """End an interim measure; its callers have asked who may."""
    ended = writing.change_status(
        interim,
        InterimEvent.END,
        by=by,
        version=version,
        reason=status_reason,
        status_reason=status_reason,
    )
    withdraw_drafts(ended, by=by, reason="The interim measure was ended.")
    return ended


@atomic_action()
def lapse_interim_measure(*, interim: InterimMeasure) -> InterimMeasure:
    """End it because its last day has passed, whatever was decided meanwhile."""
    lapsed = writing.change_status(interim, InterimEvent.LAPSE, by=None, reason="Its last day has passed")
    withdraw_drafts(lapsed, by=None, reason="The interim measure has lapsed.")
    return lapsed


def withdraw_drafts(interim: InterimMeasure, *, by: StaffMember | None, reason: str) -> None:
    """Withdraw letters that nobody has issued: they would tell of what applies no more."""
    for letter in interim.letters.filter(status=LetterStatus.DRAFT):
        writing.change_status(
            letter, LetterEvent.VOID, by=by, reason=f"Withdrawn: {letter.title}", void_reason=reason
        )


@atomic_action()
def draft_interim_letter(*, interim: InterimMeasure, by: StaffMember) -> Letter:
    """Return the letter about an interim measure: the one that there is, or a new draft. Policy §12; beyond the policy: B21."""
    interim = interim.reload_locked()
    raise_if_refused(rules.may_write_letter(by, interim))
    letter = Letter.objects.exclude_withdrawn().filter(interim_measures=interim).order_by("-pk").first()
    if letter and predates_extension(letter, interim):
        letter = None
    return letter or draft_letter(
        customer=interim.customer, kind=LetterCode.INTERIM, about=interim, by=by, submission=uuid4()
    )
