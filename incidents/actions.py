"""The only place where an incident changes."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db.models import prefetch_related_objects
from django.dispatch import Signal
from django.utils import timezone

from cha_engagement.core.reasons import check_words
from cha_engagement.core.records import atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.core.statements import give_related
from cha_engagement.customers.actions import add_customer
from cha_engagement.customers.interfaces import check_people
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.evidence.actions import upload_evidence
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.models import Letter
from cha_engagement.staff.actions import drop_fallback_emails, record_wider_access, refuse_assignment
from cha_engagement.staff.models import AccessGrounds, StaffMember

from . import notifications, rules
from .enums import (
    DANGERS,
    POSSIBLE_HARM,
    ZERO_TOLERANCE,
    Category,
    IncidentEvent,
    IncidentStatus,
    Outcome,
)
from .letters import letter_kind_for
from .models import Assessment, Incident
from .models import Category as CategoryRow

incident_recorded = Signal()
"""Sent by `Incident` inside the transaction in which an incident is logged, changed or assessed: `incident`, `by`."""

incident_revised = Signal()
"""Sent by `Incident` inside the transaction in which one that a manager had decided on becomes another, or comes to a manager again: `incident`, `by`."""

LINK_FIELDS = ("categories", "affected_staff", "witnesses")
ACCOUNT_FIELDS = ("facts", "occurred_at", "customer", "unidentified_person", "reported_by")
"""The fields that say what happened, when, who it was and who says so: the reporter hears that others changed these."""


def split_links(facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what was typed as fields, and as many-to-many links.

    Being told of recording for public use and the category of that name are one answer (policy §28, 46).
    """
    links = {name: facts.pop(name) for name in LINK_FIELDS if name in facts}
    if facts.get("told_of_public_recording"):
        links["categories"] = sorted({*links.get("categories", ()), Category.PUBLIC_RECORDING})
    elif "categories" in links:
        facts["told_of_public_recording"] = Category.PUBLIC_RECORDING in links["categories"]
    return facts, links


@idempotent(Incident)
def log_incident(
    *,
    by: StaffMember,
    submission: UUID,
    reported_by: StaffMember | None = None,
    saw_only: bool = False,
    new_customer: dict[str, Any] | None = None,
    **facts: Any,
) -> Incident:
    """Log what happened and send it to a manager: nothing but who, when, how and what can hold it up. Policy §24, 25, 62.

    `facts` are fields of `Incident`; `reported_by` is who it happened to, or who saw it, where that is not the one who
    types. A person who reports for themselves was affected (policy §13), unless they `saw_only`. `new_customer` is what `add_customer`
    takes of somebody who is added on the way.
    """
    raise_if_refused(rules.may_log_incident(by))
    if new_customer:
        facts["customer"] = add_customer(by=by, submission=submission, **new_customer)
    refuse_assignment(facts)
    facts, links = split_links(facts)
    affected = {*links.get("affected_staff", ())} - {reported_by}
    codes = {*links.get("categories", ())}
    unsaved = Incident(**facts)
    raise_if_incomplete(
        *rules.check_ticks(unsaved),
        *rules.check_affected_explained(by, affected, facts["facts"], facts.get("affected_how", "")),
    )
    facts["complaints_alone"] = rules.is_still_about_complaints_alone(False, codes)
    facts["may_be_zero_tolerance"] = rules.is_possible_zero_tolerance(facts.get("harm", ""), codes)
    facts["is_complete"] = not rules.check_ready_to_close(unsaved, codes)
    if reported_by in (None, by) and not saw_only:
        links["affected_staff"] = [*{*links.get("affected_staff", ()), by}]
    facts["counts_from"] = facts["occurred_at"]
    incident = writing.create_record(
        Incident,
        by=by,
        reason="Logged",
        event=IncidentEvent.LOG,
        links=links,
        submission=submission,
        reported_by=reported_by or by,
        entered_by=by,
        **facts,
    )
    give_links(incident, links)
    incident_recorded.send(sender=Incident, incident=incident, by=by)
    if {incident.reported_by, *links.get("affected_staff", ()), *links.get("witnesses", ())} != {by}:
        record_new_readers(incident, before={by}, by=by)
    notifications.notify_logged(incident, by=by)
    notifications.notify_of_warned_customer(incident, by=by)
    notifications.notify_reporter_of_log(incident, by=by)
    notifications.notify_named(incident, affected, by=by)
    # From here on others may change them.
    incident.refresh_from_db(fields=LINK_FIELDS)
    return incident


def give_links(incident: Incident, links: dict[str, Any]) -> None:
    """Have an incident that was just made give what it was linked to, which nobody has to read."""
    give_related(incident, "categories", map(CategoryRow, sorted({*links.get("categories", ())})))
    for role in ("affected_staff", "witnesses"):
        give_related(incident, role, dict.fromkeys(links.get(role, ())))


def record_new_readers(incident: Incident, *, before: Collection[StaffMember], by: StaffMember) -> None:
    """Write down who reads an incident since they were named in it. Policy §65.

    The colleague to whom its customer is assigned reads it anyway.
    """
    readers_before = {*before, incident.customer and incident.customer.assigned_to}
    record_wider_access(
        readers=incident.named_readers - readers_before, by=by, record=incident, grounds=AccessGrounds.NAMED
    )


@atomic_action()
def assign_incident(
    *, incident: Incident, by: StaffMember, version: int, assigned_to: StaffMember | None
) -> Incident:
    """Say who deals with an incident. They read it from then on. Policy §65."""
    raise_if_refused(rules.may_assign_incident(by))
    raise_if_refused(may_act_on_case(by, incident))
    raise_if_incomplete(*rules.check_handler(assigned_to, incident))
    readers_before = incident.named_readers
    if incident.customer and assigned_to not in (incident.assigned_to, by):
        people = {"assigned_to": assigned_to}
        raise_if_incomplete(*check_people(incident.customer, people))
    reason = f"Assigned to {assigned_to}" if assigned_to else "Assigned to nobody"
    assigned = writing.edit_record(incident, by=by, reason=reason, version=version, assigned_to=assigned_to)
    if assigned_to and assigned_to not in readers_before:
        record_wider_access(
            readers=[assigned_to], by=by, record=assigned, grounds=AccessGrounds.INCIDENT_ASSIGNED
        )
    if assigned_to and assigned_to != by:
        notifications.notify_assigned(assigned)
    return assigned


@atomic_action()
def change_incident(
    *,
    incident: Incident,
    by: StaffMember,
    version: int,
    reported_by: StaffMember | None = None,
    correction_reason: str = "",
    raised_reason: str = "",
    **facts: Any,
) -> Incident:
    """Put an incident right or add to it: what it said before stays in its history. Policy §62.

    Categories added to those that a manager has confirmed, zero tolerance above all, bring it to a manager again (policy §24). What makes it
    worse than was said is asked for in the `raised_reason`.
    """
    current = lock_record(incident, version)
    prefetch_related_objects([current], "categories")
    raise_if_refused(rules.may_change_incident(by, current))
    refuse_assignment(facts)
    facts, links = split_links(facts)
    if reported_by:
        facts["reported_by"] = reported_by
    customer = facts.get("customer", current.customer)
    codes_before, codes = current.category_codes, {*links.get("categories", current.category_codes)}
    parts = edited_parts(facts, links)
    raise_if_incomplete(
        *rules.check_categories_kept(by, current, codes),
        *rules.check_customer_kept(by, current, customer),
        *rules.check_own_part_kept(by, current, parts),
        *rules.check_added_parts(by, current, parts),
        *rules.check_day(current, facts.get("occurred_at")),
    )
    said_harm = facts.get("harm")
    facts = keep_account(current, facts, links, by, correction_reason)
    # Why somebody changes what another reported is why it is worse as well.
    raised_reason = raised_reason or correction_reason
    raise_if_incomplete(*rules.check_raised(current, codes, by, raised_reason, said_harm))
    raised = rules.raised_values(current, codes, by, raised_reason, said_harm)
    affected = {*links.get("affected_staff", ())}.difference(current.affected_staff.all())
    texts = (facts.get(name, getattr(current, name)) for name in ("facts", "affected_how"))
    raise_if_incomplete(*rules.check_affected_explained(by, affected, *texts))
    readers_before, reporter_before = current.named_readers, current.reported_by
    warned_before = current.is_possible_threat
    is_other_account = (
        codes != codes_before
        or "corrections" in facts
        or any(facts[name] != getattr(current, name) for name in ACCOUNT_FIELDS if name in facts)
    )
    is_other_customer = customer != current.customer
    urgent, added = codes.intersection(ZERO_TOLERANCE), codes - codes_before
    if urgent and (urgent & added or is_other_customer):
        facts["waiting_since"] = timezone.now()
    harm = facts.get("harm", current.harm)
    is_harm_new = harm in POSSIBLE_HARM and current.harm not in POSSIBLE_HARM
    if added.intersection(DANGERS) and not rules.may_assess_incident(by, current):
        facts["danger_said_by"] = rules.only_one_to_say_so(by, current, codes) or current.danger_said_by
    if is_harm_new:
        facts["waiting_since"] = timezone.now()
    if codes != codes_before:
        facts["complaints_alone"] = rules.is_still_about_complaints_alone(current.complaints_alone, codes, by)
    if is_harm_new or codes != codes_before:
        # A manager has said since what it was.
        is_answered = not is_harm_new and current.status != IncidentStatus.WITH_MANAGER
        is_possible = rules.is_possible_zero_tolerance("" if is_answered else harm, codes)
        facts["may_be_zero_tolerance"] = current.may_be_zero_tolerance or is_possible
    is_revised = (is_other_account or is_harm_new) and rules.is_decided_on(current)
    if is_revised:
        facts["revised_at"] = timezone.now()
    named_again = {person for people in parts.values() for person in people}
    if cleared := [*current.cleared_staff.filter(pk__in=[person.pk for person in named_again])]:
        links["cleared_staff"] = [person for person in current.cleared_staff.all() if person not in cleared]
    facts |= raised
    for name, value in facts.items():
        setattr(current, name, value)
    raise_if_incomplete(*rules.check_ticks(current))
    incident = writing.edit_record(incident, by=by, reason="Changed", version=version, links=links, **facts)
    if incident.can(IncidentEvent.REOPEN) and (
        is_harm_new or urgent & added or (added and rules.may_assess_incident(by, incident))
    ):
        incident = return_to_manager(incident, by=by, reason="Reopened: of another kind than was known")
    elif is_harm_new or urgent & added:
        notifications.notify_urgent(incident, by=by)
    incident = release_handler(incident, by=by)
    record_new_readers(incident, before=readers_before, by=by)
    if is_other_customer or not warned_before:
        notifications.notify_of_warned_customer(incident, by=by)
    if is_other_account:
        reporters = {reporter_before, incident.reported_by}
        notifications.notify_reporters_of_change(incident, reporters=reporters, by=by)
    notifications.notify_named(incident, affected, by=by)
    if is_revised:
        incident_revised.send(sender=Incident, incident=incident, by=by)
    update_is_complete(incident, by=by)
    incident_recorded.send(sender=Incident, incident=incident, by=by)
    return incident


@atomic_action()
def contest_part(*, incident: Incident, by: StaffMember, version: int, reason: str) -> Incident:
    """Say that one was named in an incident in error. Until another manager confirms it, one's part counts. Policy §13, 22."""
    incident = lock_record(incident, version)
    raise_if_refused(rules.may_contest_part(by, incident))
    raise_if_incomplete(*check_words(reason, rules.NO_PART_MISSING, "13", "reason"))
    contested = writing.save_record(
        incident,
        by=by,
        reason=f"{rules.NO_PART}: {reason}",
        links={"contested_by": [*incident.contested_by.all(), by]},
    )
    notifications.notify_of_contested_part(contested, by=by)
    return contested


@atomic_action()
def settle_part(
    *, incident: Incident, by: StaffMember, version: int, person: StaffMember, was_error: bool, reason: str
) -> Incident:
    """Confirm that a colleague was named in error, whose part counts no more, or leave it as it is. Policy §13, 22."""
    incident = lock_record(incident, version)
    raise_if_refused(rules.may_settle_parts(by, incident))
    raise_if_incomplete(
        *rules.check_settler(by, incident, person),
        *check_words(reason, rules.SETTLED_REASON_MISSING, "13", "reason"),
    )
    names = ("contested_by", "affected_staff", "witnesses") if was_error else ("contested_by",)
    links: dict[str, Any] = {name: getattr(incident, name).exclude(pk=person.pk) for name in names}
    changes: dict[str, Any] = {}
    if was_error:
        links["cleared_staff"] = [*incident.cleared_staff.all(), person]
        changes = {"reported_by": incident.entered_by} if incident.reported_by == person else {}
    settled = writing.save_record(
        incident,
        by=by,
        reason=f"{person} {'was named in error' if was_error else 'had a part in it'}: {reason}",
        links={name: list(people) for name, people in links.items()},
        **changes,
    )
    notifications.notify_of_settled_part(settled, person, by=by, was_error=was_error)
    incident_recorded.send(sender=Incident, incident=settled, by=by)
    return settled


def keep_account(
    incident: Incident, facts: dict[str, Any], links: dict[str, Any], by: StaffMember, reason: str
) -> dict[str, Any]:
    """Return an edit with what others add signed, and what it changes of what was reported said. Policy §22, 62.

    Nothing is said of what reporters themselves put right before anybody read it.
    """
    facts = rules.settle_moment(incident, facts)
    is_own = rules.is_own_account(incident, by)
    if not is_own or rules.is_decided_on(incident):
        facts = rules.sign_additions(incident, facts, by)
    corrected = rules.corrected_names(incident, facts)
    restated = rules.restated_names(incident, facts, links)
    asked = [] if is_own else restated
    raise_if_incomplete(*rules.check_account_kept(by, incident, corrected, asked, reason))
    if "occurred_at" in corrected:
        facts["counts_from"] = rules.counted_moment(incident, facts["occurred_at"], by)
    names = list(dict.fromkeys([*corrected, *restated]))
    if names and not (is_own and rules.is_unseen(incident)):
        facts["corrections"] = rules.corrections_in_words(incident, names, by, reason)
    return facts


def edited_parts(facts: dict[str, Any], links: dict[str, Any]) -> dict[str, Collection[StaffMember]]:
    """Return the people that an edit names, by the field that says which part they had."""
    reporter = {"reported_by": [facts["reported_by"]]} if "reported_by" in facts else {}
    return reporter | {role: links[role] for role in ("affected_staff", "witnesses") if role in links}


def return_to_manager(
    incident: Incident, *, by: StaffMember, reason: str, version: int | None = None
) -> Incident:
    """Bring an incident to a manager once more, who is told. Policy §24, 25."""
    incident = writing.change_status(
        incident,
        IncidentEvent.REOPEN,
        by=by,
        reason=reason,
        version=version,
        closed_at=None,
        waiting_since=timezone.now(),
        revised_at=timezone.now(),
    )
    notifications.notify_reopened(incident, by=by)
    incident_revised.send(sender=Incident, incident=incident, by=by)
    return incident


@atomic_action()
def assess_incident(
    *,
    incident: Incident,
    by: StaffMember,
    version: int,
    outcome: str,
    reasons: str,
    categories: list[str] | None = None,
    involvement_reason: str = "",
    raised_reason: str = "",
) -> Incident:
    """Decide what follows, and confirm or correct the categories, with why where they are worse than was said. The reporter is told. Policy §24, 25, 54; B22."""
    raise_if_refused(rules.may_assess_incident(by, incident))
    incident = lock_record(incident, version)
    prefetch_related_objects([incident], "categories")
    codes = incident.category_codes if categories is None else categories
    left_to_another = rules.may_decide_on(by, [incident])
    beyond_user = rules.may_choose_outcome(by, outcome, incident, categories)
    raise_if_incomplete(
        *(
            [left_to_another]
            if left_to_another
            else rules.check_involvement_explained(by, [incident], involvement_reason)
        ),
        *rules.check_outcome(incident, outcome, codes),
        *rules.check_harm_answered(incident, codes),
        *rules.check_raised(incident, codes, by, raised_reason),
        *([beyond_user] if beyond_user else []),
    )
    is_other_kind = bool(rules.restated_names(incident, {}, {"categories": codes}))
    corrections = rules.corrections_in_words(incident, ["categories"], by, "in the assessment")
    incident = writing.change_status(
        incident,
        IncidentEvent.ASSESS,
        by=by,
        version=version,
        reason=f"Assessed: {Outcome(outcome).label.lower()}",
        links={} if categories is None else {"categories": categories},
        waiting_since=timezone.now(),
        complaints_alone=rules.is_still_about_complaints_alone(incident.complaints_alone, codes, by),
        corrections=corrections if is_other_kind else incident.corrections,
        counts_from=incident.occurred_at if rules.can_confirm_day(by, incident) else incident.counts_from,
        danger_said_by=rules.only_one_to_say_so(by, incident, codes),
        may_be_zero_tolerance=rules.is_kind_unknown(incident, codes),
        values=rules.raised_values(incident, codes, by, raised_reason),
    )
    prefetch_related_objects([incident], "categories", "affected_staff")
    writing.create_record(
        Assessment,
        by=by,
        reason="Assessed",
        values={"by": by},
        incident=incident,
        outcome=outcome,
        reasons=reasons,
        involvement_reason=involvement_reason,
    )
    incident = release_handler(incident, by=by)
    update_is_complete(incident, by=by)
    incident_recorded.send(sender=Incident, incident=incident, by=by)
    drop_fallback_emails(incident.get_absolute_url())
    notifications.notify_assessed(incident, by=by, outcome=outcome)
    incident.refresh_from_db(fields=("categories", "affected_staff"))
    return incident


@atomic_action()
def confirm_danger(*, incident: Incident, by: StaffMember, version: int, reason: str) -> Incident:
    """Confirm, as a second manager, that it was violence, a threat or harassment. Policy §23, 24."""
    incident = lock_record(incident, version)
    raise_if_refused(rules.may_confirm_danger(by, incident))
    raise_if_incomplete(*check_words(reason, rules.DANGER_REASON_MISSING, "24", "reason"))
    return writing.save_record(
        incident,
        by=by,
        reason=f"Confirmed what it was: {reason}",
        event=IncidentEvent.CONFIRM_DANGER,
        danger_said_by=None,
    )


def release_handler(incident: Incident, *, by: StaffMember) -> Incident:
    """Take an incident from whoever deals with it, once it is found to be zero tolerance in which they had a part. Policy §13, 58."""
    if rules.check_handler(incident.assigned_to, incident):
        reason = "Nobody deals with what they reported or were affected by"
        return writing.save_record(incident, by=by, reason=reason, assigned_to=None)
    return incident


def update_is_complete(incident: Incident, *, by: StaffMember) -> None:
    """Keep in step with the facts whether more is needed, since the work list goes by it."""
    is_complete = not rules.check_ready_to_close(incident)
    if incident.is_complete != is_complete:
        reason = "All that is needed is known" if is_complete else "More is needed"
        writing.save_record(incident, by=by, reason=reason, is_complete=is_complete)


@atomic_action()
def close_incident(*, incident: Incident, by: StaffMember, version: int) -> Incident:
    """Close an incident of which nothing is still needed. Policy §25, 26."""
    raise_if_refused(rules.may_close_incident(by, incident))
    raise_if_incomplete(*rules.check_ready_to_close(incident))
    return writing.change_status(
        incident, IncidentEvent.CLOSE, by=by, version=version, reason="Closed", closed_at=timezone.now()
    )


@atomic_action()
def reopen_incident(*, incident: Incident, by: StaffMember, version: int, reason: str) -> Incident:
    """Bring an incident back to a manager, since new facts have come to light."""
    raise_if_refused(rules.may_reopen_incident(by, incident))
    raise_if_incomplete(*check_words(reason, rules.REOPEN_REASON_MISSING, "62", "reason"))
    return return_to_manager(incident, by=by, reason=f"Reopened: {reason}", version=version)


@atomic_action()
def add_evidence(
    *,
    incident: Incident,
    by: StaffMember,
    submission: UUID,
    file: UploadedFile,
    summary: str,
    sealed_reason: str = "",
) -> Evidence:
    """Keep a file with an incident, sealed where it may do harm. Policy §63."""
    raise_if_refused(rules.may_add_evidence(by, incident))
    incident = incident.reload_locked()
    evidence = upload_evidence(
        file=file, summary=summary, by=by, submission=submission, sealed_reason=sealed_reason
    )
    kept = [*incident.evidence.all()]
    if evidence not in kept:
        # What rests on a file rests on its incident: one file does not lead to another incident.
        if evidence.incidents.exists():
            raise_if_incomplete(
                Refusal("This file is kept with another incident. Choose it again.", "63", "file")
            )
        writing.save_record(
            incident, by=by, reason=f"Evidence added: {evidence}", links={"evidence": [*kept, evidence]}
        )
    return evidence


@atomic_action()
def write_letter(*, incident: Incident, by: StaffMember) -> Letter:
    """Return the letter about an incident: the one that there is, or a new draft. Policy §29, 31."""
    incident = incident.reload_locked()
    raise_if_refused(rules.may_write_letter(by, incident))
    letter = Letter.objects.exclude_withdrawn().filter(incidents=incident).order_by("-pk").first()
    return letter or draft_letter(
        customer=incident.customer, kind=letter_kind_for(incident), about=incident, by=by, submission=uuid4()
    )
