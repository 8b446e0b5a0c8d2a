"""Make the smallest true records for a test to start from, by the real actions wherever there is one."""

import uuid
from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as PermissionRecord
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, ConfirmedWith
from cha_engagement.customers.few import actions as few
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import HANDED_OVER
from cha_engagement.letters.letters import GENERAL
from cha_engagement.letters.queries import second_reader
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission
from incidents import actions as incidents
from incidents.contact_requests import actions as contact_requests
from incidents.contacts import actions as contacts
from incidents.enums import AimedAt, Category, HowEnded, Outcome, RecordingWarning, Warning, YesNo
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeOutcome
from incidents.rules import may_assess_incident, may_decide_on
from restrictions import actions as restrictions
from restrictions.enums import (
    Basis,
    Begins,
    Explained,
    Heard,
    NormalOperation,
    RestrictionStatus,
    YesNoUnknown,
)
from tests import files


def organisation():
    return Organisation.objects.create(
        pk=1,
        name="Lochside Homes",
        address="1 Pier Road\nLochside\nG00 0AA",
        phone="0141 496 0000",
        emergency_phone="0800 496 0001",
        email="hello@lochside.example",
        ombudsman_name="Scottish Public Services Ombudsman",
        ombudsman_contact="Phone 0800 377 7330",
        complaints_contact="complaints@lochside.example",
    )


def staff(username, *roles, **fields):
    names = {
        "first_name": username.capitalize(),
        "last_name": "Example",
        "email": f"{username}@lochside.example",
    }
    user = StaffMember(username=username, **names | fields)
    user.set_unusable_password()
    user.save_without_historical_record()
    membership = StaffMember.groups.through
    membership.objects.bulk_create(
        membership(staffmember=user, group=group) for group in Group.objects.filter(name__in=roles)
    )
    return user


def withhold_permission(permission, *, role):
    """Take a permission from a role, as an association might that gives it to fewer."""
    app_label, codename = permission.split(".")
    Group.objects.get(name=role).permissions.remove(
        PermissionRecord.objects.get(content_type__app_label=app_label, codename=codename)
    )


HOME = {"address": "4 Kelp Street\nLochside", "postcode": "G00 0AB"}
"""The address at which letters reach a customer."""


def customer(*, by, name="Órla Ní Bhriain", assigned_to=None, needs=(), **fields):
    """Return a customer with whom it was confirmed what they need: codes, or words by code."""
    answers = {"needs": dict.fromkeys(needs, "") if not isinstance(needs, dict) else needs}
    answers["needs_confirmed_with"] = ConfirmedWith.CUSTOMER
    if fields.get("deceased_on"):
        answers["death_source"] = "Their sister rang us this morning."
    added = customers.add_customer(by=by, submission=uuid.uuid4(), name=name, **answers | fields)
    return assign_record(customers.assign_customer, customer=added, to=assigned_to) if assigned_to else added


def assign_record(assign, *, to, **record):
    """Return the record once a manager has assigned it: nobody else can."""
    manager = staff_with_permission(Permission.ASSIGN_CUSTOMERS).first() or staff("assigner", "Manager")
    version = next(iter(record.values())).version
    return assign(by=manager, version=version, assigned_to=to, **record)


def ask_merge(kept, other, *, by):
    """Have one manager ask whether two records are of one customer: another can then merge them."""
    customers.ask_merge(kept=kept, other=other, by=by, why="The same phone.")
    kept.refresh_from_db()


def limit_readers(customer, *, by, readers):
    """Return the case of a customer that only these can read from now on."""
    return few.limit_readers(
        customer=customer,
        by=by,
        submission=uuid.uuid4(),
        why="A colleague is their sister.",
        readers=list(readers),
    )


def incident_facts(**changes):
    """Return all that an officer answers about an abusive phone call after others, so that nothing is still needed.

    It is harassment, because of which a restriction may begin at once for safety.
    """
    answers = {
        "occurred_at": timezone.now() - timedelta(hours=1),
        "channel": Channel.PHONE,
        "categories": [Category.ABUSE, Category.HARASSMENT],
        "facts": "Shouted and swore about a repair.",
        "aimed_at": AimedAt.STAFF,
        "contact_ended": YesNo.YES,
        "how_ended": HowEnded.ENDED_CALL,
        "warning": Warning.GIVEN,
        "recording_warning": RecordingWarning.NOT_PAUSED,
        "action_taken": "Ended the call.",
        "nothing_left": True,
    }
    return answers | changes


def incident(*, by, customer, assigned_to=None, **changes):
    """Return an incident as somebody logs it; what happened to each colleague whom they name is said."""
    if affected := changes.get("affected_staff"):
        changes["affected_how"] = "Was shouted at: " + ", ".join(map(str, affected))
    logged = incidents.log_incident(
        by=by, submission=uuid.uuid4(), customer=customer, **incident_facts(**changes)
    )
    return (
        assign_record(incidents.assign_incident, incident=logged, to=assigned_to) if assigned_to else logged
    )


def assess_incident(incident, *, by, **changes):
    """Return an incident once a manager has found that it needs managing actively."""
    assessment = {"outcome": Outcome.ACTIVE_MANAGEMENT, "reasons": "It needs a decision.", "version": None}
    assessment["raised_reason"] = "She was hit, as two people saw."
    return incidents.assess_incident(incident=incident, by=by, **assessment | changes)


THEIR_SIDE = {
    "heard": Heard.TOLD_US,
    "their_side": "You told us that nobody rang you back. We have looked into it.",
}


def decision_answers(**changes):
    """Return all that a manager answers in a decision, so that nothing is missing."""
    answers = {
        "basis": Basis.NOT_POSSIBLE,
        "needs_confirmed_with": ConfirmedWith.CUSTOMER,
        "basis_reason": "They hang up when we try to talk.",
        "needs_considered": "None are known; we asked.",
        "disability": YesNoUnknown.NO,
        "vulnerability": YesNoUnknown.NOT_KNOWN,
        **THEIR_SIDE,
        "normal_operation": NormalOperation.STILL_TOO_MUCH,
        "training_need": "No: they did as they were taught.",
        "effect": "Two colleagues dread the phone.",
        "proportionality": "Contact goes on in writing; a letter about what we expect did not help.",
        "explained": Explained.BY_LETTER,
    }
    return answers | changes


def decision(*, by, incidents, **changes):
    """Return a decision on incidents, which a manager assesses first: `by`, where they may, else another."""
    for incident in incidents:
        incident.refresh_from_db()
        if not incident.is_assessed:
            managers = [by, *staff_with_permission(Permission.ASSESS_INCIDENTS)]
            able = [
                manager
                for manager in managers
                if not (may_assess_incident(manager, incident) or may_decide_on(manager, [incident]))
            ]
            assess_incident(incident, by=able[0], involvement_reason="Nobody else is here.")
            incident.refresh_from_db()
    incident = incidents[0]
    answers = {"restorative_actions": []} | decision_answers(**what_is_new(incidents) | changes)
    return restrictions.decide_management(
        customer=incident.customer, by=by, submission=uuid.uuid4(), incidents=incidents, **answers
    )


WAITS = {"begins": Begins.WHEN_TOLD, "at_once_reason": ""}
AT_ONCE = {
    "begins": Begins.FOR_SAFETY,
    "at_once_reason": "You said that you would come to a colleague’s home.",
}


def restriction_facts(**changes):
    """Return all that is asked of a restriction: the phone is closed, at once, so that a test of what applies needs no letter.

    With `not_before` it begins when they have been told, since nothing begins at once on a later day.
    """
    answers = {
        "kind": "channel",
        "terms": {"closed": ["phone"], "open": ["letter", "email"]},
        "reason": "You shouted at our colleagues on the phone.",
        **(WAITS if changes.get("not_before") else AT_ONCE),
        "evidence": [],
        "first_review_on": add_months(today(), 3),
        "review_months": 3,
        "easing_conditions": "Three months of calm letters. Ask Customer Services.",
    }
    return answers | changes


def proposal(*, by, incidents, **changes):
    customer = incidents[0].customer
    if not {"kind", "terms"} & changes.keys():
        changes |= one_more_measure(customer)
    return restrictions.propose_restriction(
        customer=customer, by=by, submission=uuid.uuid4(), incidents=incidents, **restriction_facts(**changes)
    )


def agreement_file(*, by, decision):
    """Return the file that shows that a customer and whoever speaks for them agreed to it."""
    return incidents.add_evidence(
        incident=decision.incidents.first(),
        by=by,
        submission=uuid.uuid4(),
        file=files.picture("agreed.png"),
        summary="What both signed",
    )


def one_more_measure(customer):
    """Return what makes a restriction do something that none of theirs does, since nothing is imposed twice: the phone is closed, or another channel."""
    standing = customer.restrictions.filter(status=RestrictionStatus.IMPOSED)
    closed = {code for other in standing.filter(kind="channel") for code in other.terms["closed"]}
    for channel in CLOSED_IN_TURN:
        if channel not in closed:
            return {"terms": {"closed": [channel], "open": ["letter", "email"]}}
    words = {
        "description": f"We meet you in room {standing.count()}.",
        "closed": [],
        "affected_matters": ["none"],
    }
    return {"kind": "other", "terms": words, "staff_instruction": "Meet them there."}


CLOSED_IN_TURN = ("phone", "office", "online_form", "social_media", "home_visit")


def restriction(*, by, decision, **changes):
    """Return a restriction in force. With `not_before` its customer is told of it now, where the test does not say when it begins."""
    incidents = list(decision.incidents.all())
    if not {"kind", "terms"} & changes.keys():
        changes |= one_more_measure(decision.customer)
    imposed = restrictions.impose_restriction(
        decision=decision,
        by=by,
        submission=uuid.uuid4(),
        **{"incidents": incidents} | restriction_facts(**changes),
    )
    if "begins" in changes or imposed.begins != Begins.WHEN_TOLD:
        return imposed
    return restrictions.notify_customer(restriction=imposed, on=today(), by=by)


NO_REVIEW = {"first_review_on": None, "review_months": None, "no_review_reason": "Staff were hit."}


def unreviewed_restriction(*, by, decision, **changes):
    """Return a restriction in force without reviews: it protects somebody from violence."""
    reporter = decision.incidents.first().reported_by
    violent = incident(by=reporter, customer=decision.customer, categories=[Category.VIOLENCE])
    incidents = [*decision.incidents.all(), assess_incident(violent, by=by)]
    return restriction(by=by, decision=decision, **{"incidents": incidents} | NO_REVIEW | changes)


READ_AND_AGREED = "I read the report and the letters, and a colleague would be found."


def leave_unnotified(restriction, *, by, reason="It would put a colleague at risk."):
    """Return a restriction of which its customer is not told, as somebody asked and another manager confirmed."""
    second = StaffMember.objects.filter(username="second").first()
    second = second or staff("second", "Manager", "Management Team")
    asked = restrictions.ask_not_to_notify(
        restriction=restriction, by=by, version=restriction.version, unnotified_request=reason
    )
    return restrictions.leave_customer_unnotified(
        record=asked, by=second, version=asked.version, unnotified_answer=READ_AND_AGREED
    )


def named_contact_facts(contact, deputy, *channels):
    """Return what makes a restriction one of a named contact, who is reached by these channels, as `restriction` takes it."""
    terms = {"open": list(channels)}
    return {"kind": "named_contact", "terms": terms, "named_contact": contact, "deputy": deputy}


def unrelated_restriction(*, by, customer, reported_by, **changes):
    """Return a restriction in force on an incident, and under a decision, of its own."""
    reported = incident(by=reported_by, customer=customer)
    return restriction(by=by, decision=decision(by=by, incidents=[reported]), **changes)


def what_is_new(incidents):
    """Return what is new since, where an incident was decided on already: whoever decides anew, or sets an interim measure, says it."""
    is_decided = any(incident.decisions.exists() for incident in incidents)
    return {"new_since": "They have rung us twelve times since."} if is_decided else {}


def interim_measure(*, by, incidents, **changes):
    """Return an interim measure, set at once until it is decided what follows."""
    facts = {
        "staff_instruction": "Two people at every visit.",
        "needs_confirmed_with": ConfirmedWith.CUSTOMER,
        "closed": [],
        "affected_matters": ["none"],
        "reason": "A threat was made this afternoon.",
        "how_notified": "By phone, today.",
    }
    customer = incidents[0].customer
    return restrictions.set_interim_measure(
        customer=customer,
        by=by,
        submission=uuid.uuid4(),
        incidents=incidents,
        **facts | what_is_new(incidents) | changes,
    )


def second_look(*, by, customer):
    """Return the second look at an interim measure that somebody set though they had a part in it: everybody else is away for that long."""
    others = StaffMember.objects.filter(away_until=None).exclude(pk=by.pk)
    keys = list(others.values_list("pk", flat=True))
    others.update(away_until=today())
    suffered = incident(by=by, customer=customer, affected_staff=[by])
    interim = interim_measure(by=by, incidents=[suffered], involvement_reason="Nobody else is here.")
    StaffMember.objects.filter(pk__in=keys).update(away_until=None)
    return interim.second_look


def read_letter(letter, *, by):
    """Return a draft once a colleague has read it as its second reader."""
    letter = letters.ask_second_reader(letter=letter, by=by, version=letter.version)
    return letters.finish_reading(
        letter=letter,
        by=staff(f"reader-{letter}", "Manager"),
        version=letter.version,
        digest=second_reader.current_digest(letter),
        is_ready=True,
    )


def general_letter(customer, *, by, subject="The lift"):
    """Return the draft of a letter about a matter of every day."""
    return letters.draft_letter(
        customer=customer, kind=GENERAL, about=customer, by=by, submission=uuid.uuid4(), subject=subject
    )


def issue_letter(letter, *, by):
    """Return a letter, issued: read by a colleague before where somebody has to."""
    if second_reader.reason_to_read(letter, []):
        letter = read_letter(letter, by=by)
    return letters.issue_letter(letter=letter, by=by, version=letter.version)


def handed_over(channel, *, by):
    """Return what is said of a letter that somebody hands over just now; nothing of one that goes another way."""
    if channel not in HANDED_OVER:
        return {}
    return {"handed_over_by": by, "handed_over_time": timezone.localtime().time()}


ADVOCATE = {
    "name": "Ann Example",
    "organisation": "Clydeside Advocacy",
    "contact_details": "0141 496 0009",
    "mandate_on": "2026-01-05",
    "mandate_until": "",
    "agreed_on": "2026-01-06",
    "agreed_until": "",
    "open": ["letter"],
    "alone": False,
}
"""The answers about somebody who speaks for a customer."""


OWN_WORDS = {
    "description": "We meet you at the library alone.",
    "closed": ["office"],
    "affected_matters": ["none"],
}
"""The terms of a restriction made for one customer."""


TERMS_BY_KIND = {
    "no_recording_pause": {},
    "withhold_staff_details": {},
    "block_account": {"blocked": ["Facebook: orla.nb", "X: @orla"]},
    "block_email": {"blocked": ["orla.two@example.com"]},
    "volume": {
        "limited": ["phone", "email"],
        "most": {"contacts": 3, "minutes": 45, "every": "week"},
        "days": [1, 3],
        "hours": ["10:00", "12:00"],
    },
    "channel": {"closed": ["office", "home_visit", "message"], "open": ["phone", "letter", "email"]},
    "named_contact": {"open": ["letter", "email"]},
    "third_party": ADVOCATE,
    "complaints_process": {
        "exceptional_circumstances": "Nine complaints about one answer.",
        "earlier_complaints": "Nine, all closed.",
        "new_complaints": "We read what you send.",
    },
    "other": OWN_WORDS,
}
"""The terms of a restriction of each kind, from the least to the most restrictive."""


def contact(*, by, customer, **changes):
    """Return an ordinary call, just now."""
    facts = {
        "occurred_at": timezone.now(),
        "channel": Channel.PHONE,
        "minutes": 10,
        "subject": "The lift",
        "same_issue": YesNo.YES,
        "about": "",
    }
    return contacts.log_contact(by=by, customer=customer, submission=uuid.uuid4(), **facts | changes)


def restorative_action(*, by, customer, kind="expectations_set", **changes):
    facts = {
        "on": timezone.localdate(),
        "what": "Agreed how we talk.",
        "outcome": RestorativeOutcome.TOO_EARLY,
        "organisation": None,
    }
    return restorative.record_restorative_action(
        customer=customer, by=by, submission=uuid.uuid4(), kind=kind, **facts | changes
    )


def contact_request(*, by, customer, colleague, **changes):
    """Return that a customer was asked by letter, a month ago, not to contact a colleague."""
    facts = {
        "asked_by": by,
        "on": timezone.localdate() - timedelta(days=30),
        "how": Channel.LETTER,
        "why": "Nine calls to her own line in a week.",
        "open_channel": Channel.PHONE,
    }
    return contact_requests.record_contact_request(
        customer=customer, by=by, submission=uuid.uuid4(), colleague=colleague, **facts | changes
    )


def is_away(person, deputy=None):
    person.deputy, person.away_until = deputy, timezone.localdate()
    person.save()


def leaves(person):
    person.is_active = False
    person.save()
