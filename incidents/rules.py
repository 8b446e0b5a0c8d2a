"""Who may do what with an incident, and what the policy still wants known about it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cha_engagement.core import hub
from cha_engagement.core.reasons import check_reason, check_reasons
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from . import parts
from .enums import LIVE_CHANNELS, ZERO_TOLERANCE, Category, Outcome, Warning
from .models import Assessment, Incident

JUDGE_COMPLAINTS_PROCESS = "restrictions.restrict_complaints_process"
"""What it takes to find somebody's use of the complaints process unacceptable, in a measure or in a letter. Policy §54."""

REOPEN_REASON_MISSING = "Say what has come to light."


def may_log_incident(user: StaffMember) -> Refusal | None:
    if not user.has_perm("incidents.add_incident"):
        return Refusal("Only staff who deal with customers log incidents.", "62")
    return None


def may_change_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if incident.status == "closed":
        return Refusal("This incident is closed. A manager can reopen it where there are new facts.", "62")
    if user.pk in (incident.reported_by_id, incident.entered_by_id) or user.has_perm(
        "incidents.assess_incident"
    ):
        return None
    return Refusal(
        "Only the one who reported it, the one who entered it or a manager changes an incident.", "65"
    )


def may_assign_incident(user: StaffMember, _: Any = None) -> Refusal | None:
    """Whoever is assigned an incident reads it: nobody gives themselves that. Policy §65."""
    if not user.has_perm("incidents.assign_incident"):
        return Refusal("Only a manager says who deals with an incident.", "65")
    return None


def may_add_evidence(user: StaffMember, incident: Incident) -> Refusal | None:
    """Whoever was there adds what they hold. Policy §63."""
    refusal = may_change_incident(user, incident)
    if refusal is None or incident.status == "closed" or not was_present(user, incident):
        return refusal
    return None


def was_present(user: StaffMember, incident: Incident) -> bool:
    named = {"staffmember": user, "incident": incident}
    return any(
        role.through.objects.filter(**named).exists()
        for role in (Incident.affected_staff, Incident.witnesses)
    )


def check_categories_kept(user: StaffMember, incident: Incident, codes: Iterable[str]) -> Refusal | None:
    """What was logged as zero tolerance is taken back by deciding on it; what a manager confirmed others add to. Policy §24."""
    removed = incident.codes.difference(codes)
    if removed.intersection(ZERO_TOLERANCE):
        return Refusal(
            "Violence, threats and abuse are corrected where a manager decides what follows, and stay until then.",
            "24",
            "categories",
        )
    if incident.status == "with_manager" or user.has_perm("incidents.assess_incident"):
        return None
    if removed:
        return Refusal(
            "A manager has confirmed what kind of thing this was. Leave that as it is, and ask a manager to correct it.",
            "24",
            "categories",
        )
    return None


def check_own_part_kept(
    user: StaffMember, before: Incident, after: Mapping[str, Iterable[StaffMember]]
) -> Refusal | None:
    """Whoever may come to decide on an incident does not take themselves out of it: a colleague puts that right. Policy §13, 22."""
    if not (user.has_perm("incidents.assess_incident") or user.has_perm("reviews.hear_appeal")):
        return None
    for role, people in after.items():
        had = [before.reported_by] if role == "reported_by" else getattr(before, role).all()
        if user in had and user not in people:
            return Refusal(
                "You had this part in it. Where that is a mistake, ask a colleague to correct it.", "13", role
            )
    return None


def check_added_parts(
    user: StaffMember, before: Incident, after: Mapping[str, Iterable[StaffMember]]
) -> Iterable[Refusal]:
    """Nobody chooses by whom they name who is left to hear about what they did. To name oneself is another thing. Policy §22."""
    for role, people in after.items():
        had = [before.reported_by] if role == "reported_by" else getattr(before, role).all()
        if set(people).difference(had, [user]):
            yield from (
                replace(refusal, field=role) for source in hub.naming if (refusal := source(user, before))
            )


def check_customer_kept(user: StaffMember, incident: Incident, customer: Customer | None) -> Refusal | None:
    """What rests on an incident is about its customer, and a warning on a card is taken off by managers alone. Policy §22, 24; B5."""
    if incident.customer in (None, customer):
        return None
    if incident.may_be_a_threat and not user.has_perm("incidents.assess_incident"):
        return Refusal(
            "The card of this customer warns of it. Ask a manager to correct whose it is.", "24", "customer"
        )
    if is_referenced(incident) or Letter.objects.exclude_withdrawn().filter(incidents=incident).exists():
        return Refusal(
            "A decision, a measure, a letter or restorative work rests on this incident, so its customer stays. Log it anew "
            "for somebody else.",
            "22",
            "customer",
        )
    return None


def is_referenced(incident: Incident, what: str = "") -> bool:
    """Whether some `what` of an app above rests on it, or anything at all."""
    return Incident.objects.filter(hub.rested_on("incidents.Incident", what), pk=incident.pk).exists()


def may_assess_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if not user.has_perm("incidents.assess_incident"):
        return Refusal("Only a manager decides what follows from an incident.", "25")
    return None


def may_choose_outcome(
    user: StaffMember, outcome: str, incident: Incident, codes: Iterable[str] | None = None
) -> Refusal | None:
    """Somebody's use of the complaints process is found unacceptable by the Management Team alone. Policy §54.

    So is a letter about it, and active management for nothing else. `codes` are the categories that it will have.
    """
    codes = incident.codes if codes is None else set(codes)
    judged = outcome == Outcome.WARNING_LETTER and Category.COMPLAINTS_PROCESS in codes
    if outcome in (Outcome.WARNING_LETTER, Outcome.ACTIVE_MANAGEMENT):
        found_alone = is_about_complaints_alone(incident.complaints_alone, codes)
        judged = judged or (found_alone and not codes.intersection(ZERO_TOLERANCE))
    if not judged or user.has_perm(JUDGE_COMPLAINTS_PROCESS):
        return None
    what = "a letter" if outcome == Outcome.WARNING_LETTER else "active management"
    return Refusal(
        f"Only a Management Team member decides on {what} about the use of the complaints process. {management_team_hint()}",
        "54",
        "outcome",
    )


def may_rely_on(user: StaffMember, incidents: Iterable[Incident], field: str = "incidents") -> Refusal | None:
    """Nothing that somebody outside the Management Team decides rests on the use of the complaints process alone. Policy §54."""
    if user.has_perm(JUDGE_COMPLAINTS_PROCESS):
        return None
    alone = [incident.reference for incident in incidents if is_left_to_management_team(incident)]
    if not alone:
        return None
    return Refusal(
        f"{' and '.join(dict.fromkeys(alone))}: this is about the use of the complaints process alone. Leave it out, or leave the decision "
        f"to a Management Team member. {management_team_hint()}",
        "54",
        field,
    )


def is_about_complaints_alone(was_alone: bool, codes: Iterable[str], by: StaffMember | None = None) -> bool:
    """Whether an incident is about the use of the complaints process and nothing else, now that somebody says what kind of thing it was.

    What was once said to be so stays so, whatever it is called later, until somebody says otherwise who is a member of the
    Management Team on that day.
    """
    codes = set(codes)
    if Category.COMPLAINTS_PROCESS in codes and codes <= {Category.COMPLAINTS_PROCESS, Category.OTHER}:
        return True
    return was_alone and not (by and by.has_perm(JUDGE_COMPLAINTS_PROCESS))


def is_left_to_management_team(incident: Incident) -> bool:
    """Whether the Management Team alone lets anything rest on an incident. Policy §54.

    Zero tolerance found in it is for any manager (policy §24), for as long as a manager's assessment finds it there.
    """
    return incident.complaints_alone and not (incident.is_assessed and incident.is_zero_tolerance)


def management_team_hint() -> str:
    judges = staff_with_permission(JUDGE_COMPLAINTS_PROCESS)
    judge = present_staff(judges).first() or judges.first()
    return f"Leave it to {judge}." if judge else "Leave it to one of them."


def may_close_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if not user.has_perm("incidents.close_incident"):
        return Refusal("Only a manager closes an incident.", "62")
    return None


may_reopen_incident = may_close_incident


def has_part(user: StaffMember, incidents: Iterable[Incident]) -> bool:
    """Whether it affected them, or it is zero tolerance that they reported: 'I only saw it' is for another manager to find. Policy §13."""
    incidents = list(incidents)
    return user.pk in parts.affected_staff_ids(incidents) | parts.zero_tolerance_reporter_ids(incidents)


def may_decide_on(user: StaffMember, incidents: Iterable[Incident]) -> Refusal | None:
    """Nobody decides on what they had a part in while another manager is there who can. Policy §12, 13."""
    incidents = list(incidents)
    affected = parts.affected_staff_ids(incidents)
    involved = affected | parts.zero_tolerance_reporter_ids(incidents)
    if user.pk not in involved:
        return None
    others = staff_with_permission("incidents.assess_incident").exclude(pk__in=involved)
    if other := present_staff(others).first():
        part = "were affected" if user.pk in affected else "reported or entered it"
        sentence = f"You {part} yourself, so another manager decides: {other} is there."
        return Refusal(sentence, "13", "involvement_reason")
    return None


def must_explain_involvement(user: StaffMember, incidents: Iterable[Incident], reason: str) -> Refusal | None:
    """Where nobody else is there, the one who had a part in it may decide, and says why. Policy §12, 13."""
    if has_part(user, incidents):
        return check_reason(Assessment, "involvement_reason", reason)
    return None


def check_response(incident: Incident, outcome: str, codes: Iterable[str]) -> Refusal | None:
    """Violence, threats and abuse never end without a response. Policy §24. `codes` are the categories that it is found to have."""
    urgent = set(codes).intersection(ZERO_TOLERANCE)
    if urgent and outcome in (Outcome.NO_ACTION, Outcome.OTHER):
        return Refusal(
            "Violence, threats and abuse always meet a response. Choose which it is, or that none was possible.",
            "24",
            "outcome",
        )
    if urgent and outcome == Outcome.RESTORATIVE and incident.warning != Warning.GIVEN:
        return Refusal(
            "Nobody warned them, so restorative work alone is no response. Choose another, and record the work beside it.",
            "24",
            "outcome",
        )
    if outcome == Outcome.WARNED and incident.warning != Warning.GIVEN:
        return Refusal(
            "Nobody warned them, as far as the incident says. Choose another, or put that right there first.",
            "24",
            "outcome",
        )
    if outcome == Outcome.NOT_POSSIBLE and not urgent:
        return Refusal("No response is needed here: choose that there is no further action.", "24", "outcome")
    return None


def check_outcome(incident: Incident, outcome: str) -> Refusal | None:
    """Engagement is managed with somebody known; only what a contractor did is dealt with under a contract. Policy §3, 22."""
    if outcome == Outcome.INTERIM_MEASURE and not is_referenced(incident, "interim measure"):
        return Refusal("No interim measure rests on this incident.", "24", "outcome")
    if outcome == "active_management" and not incident.customer:
        return Refusal(
            "To manage engagement actively, link the incident to its customer first.", "22", "outcome"
        )
    contractor = incident.customer and (
        incident.customer.under_contract or incident.customer.relationship == "contractor"
    )
    if outcome == "under_contract" and not contractor:
        return Refusal("Only something a contractor did can be dealt with under a contract.", "3", "outcome")
    return None


def check_complete(incident: Incident) -> list[Refusal]:
    """What the policy wants known. Who it was may never be: nothing waits for that. Policy §3."""
    waits = (
        "Colleagues are warned of them by name then." if incident.may_be_a_threat else "Nothing waits for it."
    )
    sentence = f"Say who it was, once that is known. {waits}"
    who = [] if incident.customer_id else [Refusal(sentence, "3", "customer")]
    return [*check_ready_to_close(incident), *who]


def check_ready_to_close(incident: Incident) -> list[Refusal]:
    """What the policy wants known before the incident is closed. Logging waits for none of it."""
    codes = incident.codes
    return [
        *check_ending(incident, codes),
        *check_category_facts(incident, codes),
    ]


def check_ending(incident: Incident, codes: set[str]) -> Iterable[Refusal]:
    live = incident.channel in LIVE_CHANNELS
    if not incident.contact_ended and (live or codes.intersection(ZERO_TOLERANCE)):
        yield Refusal("Say whether you ended the contact.", "56", "contact_ended")
    if incident.contact_ended == "yes" and not incident.how_ended:
        yield Refusal("Say how you ended the contact.", "56", "how_ended")
    # No warning is expected of somebody who is being streamed: the contact ends at once (§28).
    if incident.contact_ended == "yes" and live and Category.PUBLIC_RECORDING not in codes:
        if not incident.warning:
            yield Refusal("Say whether you warned them before ending the contact.", "26", "warning")
        if incident.warning == "not_given" and not incident.no_warning_reason:
            yield Refusal("Say why there was no warning.", "26", "no_warning_reason")
    if incident.channel == "phone" and incident.contact_ended == "yes" and not incident.recording_warning:
        yield Refusal(
            "Say whether call recording was paused, and whether you warned that it would resume.",
            "27",
            "recording_warning",
        )


def check_category_facts(incident: Incident, codes: set[str]) -> Iterable[Refusal]:
    if not codes:
        yield Refusal("Choose what kind of thing it was.", "35", "categories")
    needed = {"other_category": Category.OTHER in codes}
    if codes.intersection(ZERO_TOLERANCE):
        needed |= {"action_taken": True, "action_not_taken": not incident.nothing_left}
    if Category.UNREASONABLE_DEMANDS in codes:
        needed |= {"demand": True, "effect_on_service": True}
    if Category.REFUSAL in codes:
        needed |= {"request_made": True, "request_difficulty": not incident.no_difficulty}
    yield from check_reasons(incident, (name for name, is_needed in needed.items() if is_needed))
    if Category.ABUSE in codes and not incident.aimed_at:
        yield Refusal("Say who it was aimed at.", "39", "aimed_at")
    if Category.REFUSAL in codes and incident.request_made and not incident.request_made_on:
        yield Refusal("Say when we asked them for it.", "51", "request_made_on")


def check_ticks(incident: Incident) -> Iterable[Refusal]:
    """What was ticked as nothing is not told of all the same. Policy §25, 52."""
    if incident.nothing_left and incident.action_not_taken:
        yield Refusal(
            "You wrote what was left, and ticked that nothing was. Take one of them away.",
            "25",
            "action_not_taken",
        )
    if incident.no_difficulty and incident.request_difficulty:
        yield Refusal(
            "You wrote which difficulty they had, and ticked that we know of none. Take one of them away.",
            "52",
            "request_difficulty",
        )
