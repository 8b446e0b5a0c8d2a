"""What was first reported stays in view, and what a manager decided on stays as it was: it is added to, and put right in sight of all. Policy §22, 62."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.timezone import localdate

from cha_engagement.core.labels import field_label
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField, check_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import task_notices
from incidents.enums import POSSIBLE_HARM
from incidents.models import Incident
from incidents.queries import people_who_moved_day

CORRECTION_REASON_MISSING = "Say why you change what was reported."
MINUTE = timedelta(minutes=1)
NOT_THE_ACCOUNT = {"expected_contact", "assigned_to", "told_of_public_recording"}
"""Answers that say nothing of what happened, or follow from another."""


def first_report(incident: Incident) -> Any:
    """Return the first row of an incident's history: what its reporter said, or whoever typed it in for them."""
    return incident.history.earliest("sequence")


def is_own_account(incident: Incident, by: StaffMember) -> bool:
    """Return whether an account is somebody's own: they first reported it, or nobody else has written in it. Policy §62."""
    others = incident.history.exclude(history_user=by)
    return first_report(incident).reported_by_id == by.pk or not others.exists()


def is_unseen(incident: Incident) -> bool:
    """Return whether nobody but those who reported and entered it has written in it, and no manager who was told has opened it."""
    first = first_report(incident)
    authors = {first.reported_by_id, first.entered_by_id}
    is_opened = any(
        notice.opened_at and notice.recipient_id not in authors
        for notice in task_notices(incident.get_absolute_url())
    )
    return not is_opened and not incident.history.exclude(history_user__in=authors).exists()


def is_decided_on(incident: Incident) -> bool:
    """Return whether a manager ever decided what follows from it, or something rests on it."""
    return incident.assessments.exists()


def settle_moment(incident: Incident, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of an edit, in which a moment within the same minute is the same: seconds are not typed."""
    before, after = incident.occurred_at, facts.get("occurred_at")
    is_same = after and after.replace(second=0, microsecond=0) == before.replace(second=0, microsecond=0)
    return {**facts, "occurred_at": before} if is_same else dict(facts)


def sign_additions(incident: Incident, facts: Mapping[str, Any], by: StaffMember) -> dict[str, Any]:
    """Return the answers of an edit with what is added to a text dated and signed."""
    signed = dict(facts)
    for name, value in facts.items():
        if added := added_to(incident, name, value):
            before = getattr(incident, name)
            signed[name] = f"{before}\n\nAdded on {uk_datetime(timezone.now())} by {by}: {added}"
    return signed


def added_to(incident: Incident, name: str, value: Any) -> str:
    """Return what is added to the end of a text; empty where that is not all that was done with it."""
    if not is_text(name) or not (before := unify_line_ends(getattr(incident, name))):
        return ""
    after = unify_line_ends(value)
    return after[len(before) :].strip() if after.startswith(before) else ""


def is_text(name: str) -> bool:
    return isinstance(Incident._meta.get_field(name), ReasonField)


def unify_line_ends(text: str) -> str:
    return "\n".join(text.split("\r\n")).strip()


def corrected_names(incident: Incident, facts: Mapping[str, Any]) -> list[str]:
    """Return the answers that an edit changes otherwise than by adding: those that were given before."""
    return [
        name
        for name, value in facts.items()
        if name not in NOT_THE_ACCOUNT
        and (before := getattr(incident, name))
        and (unify_line_ends(before) != unify_line_ends(value) if is_text(name) else before != value)
        and not added_to(incident, name, value)
        and not (name == "harm" and value in POSSIBLE_HARM)
    ]


def restated_names(incident: Incident, facts: Mapping[str, Any], links: Mapping[str, Any]) -> list[str]:
    """Return what an edit says otherwise, or for the first time, of the kinds of an incident, of its harm, and of whom it named. Policy §24, 62."""
    names = [
        name
        for name in ("affected_staff", "witnesses")
        if name in links and set(getattr(incident, name).all()).difference(links[name])
    ]
    if "categories" in links and incident.category_codes != set(links["categories"]):
        names.append("categories")
    if facts.get("harm", incident.harm) != incident.harm:
        names.append("harm")
    return names


def check_account_kept(
    by: StaffMember, incident: Incident, corrected: list[str], restated: list[str], reason: str
) -> list[Refusal]:
    """Ask whoever changes what another reported for their reason, and leave what happened as it was decided on. Policy §22, 62.

    What was decided on is otherwise corrected by a manager, with a reason. What somebody says otherwise of the kinds and the harm
    (`restated`) is not refused: it may have to be known at once.
    """
    refusals = []
    is_decided = is_decided_on(incident)
    if is_decided and "facts" in corrected:
        sentence = "A manager has decided on this, so these words stay. Leave them as they are, and write below them what is known since."
        refusals.append(Refusal(sentence, "62", "facts"))
    others = [name for name in corrected if not (is_decided and name == "facts")]
    if is_decided and others and not by.has_perm(Permission.ASSESS_INCIDENTS):
        sentence = (
            "A manager has decided on this, so only a manager corrects it. Add to what happened, or tell one."
        )
        refusals += [Refusal(sentence, "62", name) for name in others]
    elif any(answer_in_words(incident, name) for name in restated) or (
        others and (is_decided or not is_own_account(incident, by))
    ):
        refusals += check_words(reason, CORRECTION_REASON_MISSING, "62", "correction_reason")
    return refusals


def check_day(incident: Incident, occurred_at: datetime | None) -> list[Refusal]:
    """Refuse a day after it was logged: what somebody decided on or talked about had happened by then. Policy §22, 62."""
    if occurred_at in (None, incident.occurred_at) or occurred_at <= incident.created_at + MINUTE:
        return []
    sentence = f"This was logged on {uk_datetime(incident.created_at)}, so it happened before. Log what happened since by itself."
    return [Refusal(sentence, "62", "occurred_at")]


def counted_moment(incident: Incident, occurred_at: datetime, by: StaffMember) -> datetime:
    """Return from when an incident counts whose day somebody moves: a moved day makes nothing younger. Policy §22.

    What its reporter mistyped, and puts right before anybody read it, never counted.
    """
    if is_own_account(incident, by) and is_unseen(incident):
        return occurred_at
    return min(incident.counts_from, occurred_at)


def can_confirm_day(user: StaffMember, incident: Incident) -> bool:
    """Return whether a manager who assesses an incident confirms the later day that somebody else gave it. Policy §22."""
    is_moved = incident.counts_from != incident.occurred_at
    return is_moved and user.pk not in people_who_moved_day(incident)


def corrections_in_words(incident: Incident, names: list[str], by: StaffMember, reason: str) -> str:
    """Return what stands on an incident of its changes, with these answers as they were first reported, and before the change."""
    first = first_report(incident)
    reported: list[str] = []
    before: list[str] = []
    for name in names:
        label, was, at_first = (
            field_label(Incident, name),
            answer_in_words(incident, name),
            answer_in_words(first, name),
        )
        shown = f"{label}: {at_first or 'not said'}"
        if shown not in incident.corrections:
            reported.append(shown)
        if was != at_first:
            before.append(f"{label}: {was or 'not said'}")
    typed = "" if first.entered_by_id == first.reported_by_id else f", as {first.entered_by} typed it in"
    lines = [
        f"Changed by {by} on {uk_date(timezone.now())}{f': {reason}' if reason else ''}",
        reported
        and f"First reported by {first.reported_by}{typed} on {uk_date(localdate(first.history_date))}: {'; '.join(reported)}",
        before and f"Before that it said: {'; '.join(before)}",
    ]
    return "\n\n".join(filter(None, [incident.corrections, "\n".join(line for line in lines if line)]))


def answer_in_words(record: Any, name: str) -> str:
    """Return an answer of an incident, or of a row of its history, as a page shows it."""
    field: Any = Incident._meta.get_field(name)
    value = getattr(record, name)
    if isinstance(field, models.ManyToManyField):
        linked = (
            value.all()
            if isinstance(record, Incident)
            else [getattr(link, field.m2m_reverse_field_name()) for link in value.all()]
        )
        return ", ".join(map(str, linked))
    if isinstance(field, models.DateTimeField):
        return uk_datetime(value)
    if isinstance(field, models.DateField):
        return uk_date(value)
    if isinstance(field, models.BooleanField):
        return "yes" if value else "no"
    return str(getattr(record, f"get_{name}_display", lambda: value)() or "")
