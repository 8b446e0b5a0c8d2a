"""Who may log, read, acknowledge and withdraw an appeal, and what is wrong or missing before one is logged or decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_reason
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.enums import STANDING
from restrictions.models import Restriction

from .. import queries
from ..enums import NO_APPEAL, OPEN_STATUSES, AppealOutcome, AppealStatus, ReviewStatus
from ..models import Appeal, AppealedRestriction, Review
from ..queries import RightToAppeal, involvement
from .fields import sentence_and_field
from .hearing import Hearing, hearing_of_appeal, may_hear_appeal
from .version import (
    CHANGEABLE_FIELDS,
    check_instruction_kept,
    check_request,
    check_still_restricts,
    check_version,
    has_changed_in,
    unsaved_version,
)

Verdict = Mapping[str, Any]


def may_log_appeal(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.LOG_APPEALS):
        return Refusal("Only staff who deal with customers log appeals.", "22")
    return None


def can_read_appeal(user: StaffMember, appeal: Appeal) -> bool:
    """Tell of one appeal what `Appeal.objects.visible_to` tells of all."""
    return can_read_through_hearing(user, appeal) or appeal.received_by_id == user.pk


def can_read_through_hearing(user: StaffMember, appeal: Appeal) -> bool:
    """Tell whether somebody reads all appeals, or from outside is named to hear this one. Policy §22, 65.

    To have logged one of a case that is closed to them is not enough. Beyond the policy: B33.
    """
    if may_act_on_case(user, appeal):
        return False
    is_named = appeal.substitute_id == user.pk and user.has_perm(Permission.HEAR_NAMED_APPEALS)
    return user.has_perm(Permission.READ_APPEALS) or is_named


def can_read_reasons(user: StaffMember, appeal: Appeal) -> bool:
    """Tell whether somebody reads why an appeal was decided so, and what others wrote. To have logged it is not enough. Policy §65."""
    looks_after = appeal.customer.assigned_to_id == user.pk and not may_act_on_case(user, appeal)
    return looks_after or can_read_through_hearing(user, appeal)


def may_acknowledge_appeal(
    user: StaffMember, appeal: Appeal, hearing: Hearing | None = None
) -> Refusal | None:
    """Leave it to who hears the appeal: whoever had a part in it gives no first word on it, but while nobody else is left. Policy §6.3, 22.

    `hearing` is who may hear it, where that was worked out already.
    """
    if refusal := may_act_on_case(user, appeal):
        return refusal
    hearing = hearing or hearing_of_appeal(appeal, user)
    if user.has_perm(Permission.HEAR_APPEALS) and all(person.is_away for person in hearing.hearers):
        return None
    return hearing.may_hear(user)


may_withdraw_appeal = may_hear_appeal
"""To record that the customer takes it back ends it, so whoever had a part in what it is about does not."""


def may_suspend(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Those who may hear the appeal that a restriction is under. Policy §22."""
    appeal = queries.open_appeals(restriction).first()
    if appeal is None:
        return Refusal("Only a restriction under appeal is suspended.", "22")
    return may_hear_appeal(user, appeal)


def may_resume(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Those who may hear the appeal for which it was suspended or, once it is decided, the panel. Policy §22.

    What is suspended because its review was late, whoever has just held that. Beyond the policy: B25.
    """
    if queries.is_suspended_for_lateness(restriction):
        sentence = (
            "It is suspended because its review or hearing is late, and applies again once that is held."
        )
        return Refusal(sentence, "B25")
    if is_reviewer_of_suspended(user, restriction):
        return None
    suspended = AppealedRestriction.objects.filter(restriction=restriction, suspended=True)
    latest = suspended.select_related("appeal").order_by("pk").last()
    if latest is None:
        return Refusal("Only a restriction that was suspended for an appeal is applied again.", "22")
    if latest.appeal.status == AppealStatus.DECIDED:
        return may_change_on_appeal(user, restriction)
    return may_hear_appeal(user, latest.appeal)


def is_reviewer_of_suspended(user: StaffMember, restriction: Restriction) -> bool:
    """Return whether somebody held the late review for which a restriction was suspended, and no appeal suspends it."""
    held = Review.objects.filter(
        late_promise__suspended=restriction, restriction=restriction, status=ReviewStatus.HELD, held_by=user
    )
    return held.exists() and not queries.is_suspended_for_appeal(restriction)


def may_change_on_appeal(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Those on the panel that has just decided on it carry out what they decided, and once that is done nobody does. Policy §22."""
    to_carry_out = AppealedRestriction.objects.filter(
        restriction=restriction, appeal__status=AppealStatus.DECIDED, outcome=""
    )
    if to_carry_out.filter(appeal__panel=user).exists():
        return None
    return Refusal("Only the panel that hears the appeal changes this restriction.", "22")


def check_not_to_come(day: date, field: str) -> list[Refusal]:
    if day <= today():
        return []
    return [Refusal("This day is in the future. Choose today or a day before.", "", field)]


def check_day_of_appeal(appeal: Appeal, day: date, field: str) -> list[Refusal]:
    """Check the day of something that is done about an appeal: not to come, and not before the appeal came."""
    if day >= appeal.received_on:
        return check_not_to_come(day, field)
    sentence = f"The appeal came later than that. Choose a day from {uk_date(appeal.received_on)} on."
    return [Refusal(sentence, "", field)]


def check_verdicts(restrictions: Iterable[Restriction], verdicts: Mapping[str, Verdict]) -> list[Refusal]:
    """Check what a panel decided on each restriction, with the names of its fields."""
    return [
        replace(refusal, **sentence_and_field(restriction, refusal))
        for restriction in restrictions
        for refusal in check_verdict(restriction, verdicts[restriction.reference])
    ]


def check_verdict(restriction: Restriction, verdict: Verdict) -> list[Refusal]:
    """Check that it has reasons and that, partly upheld, it eases and makes nothing harsher. Words alone ease nothing. Policy §22."""
    refusals = check_reason(AppealedRestriction, "reasons", verdict["reasons"])
    if verdict["outcome"] != AppealOutcome.PARTLY_UPHELD or restriction.status not in STANDING:
        return refusals
    changes = verdict["changes"]
    eased = unsaved_version(restriction, changes)
    latest_review = queries.latest_next_review(restriction)
    refusals += check_still_restricts(eased, AppealOutcome.UPHELD)
    refusals += check_request(restriction, changes)
    refusals += check_version(restriction, eased, latest_review)
    if (
        not restriction.kind_rules.free_texts
    ):  # A second person reads what a panel says of a restriction in its own words.
        refusals += check_instruction_kept(restriction, eased, changes)
    is_eased = (
        is_reviewed_sooner(eased, latest_review)
        or eased.kind_rules.chosen_terms(eased) != eased.kind_rules.chosen_terms(restriction)
        or has_changed_in(restriction, eased, CHANGEABLE_FIELDS & changes.keys())
    )
    if not is_eased:
        refusals.append(
            Refusal(
                "Nothing is eased: other words alone do not ease it. Change more, or choose that it is not upheld.",
                "22",
                "outcome",
            )
        )
    return refusals


def is_reviewed_sooner(eased: Restriction, latest_review: date | None) -> bool:
    return bool(latest_review and eased.first_review_on and eased.first_review_on < latest_review)


def check_appealable(restriction: Restriction, right: RightToAppeal) -> list[Refusal]:
    """Say why a restriction cannot be appealed to the executive team now, and where the customer can turn. Policy §22; B4."""
    field = "restrictions"
    if restriction.status not in STANDING:
        return [Refusal(f"{restriction} is not in force any more.", "22", field)]
    if right.open_appeal:
        return [
            Refusal(
                f"{restriction} is under appeal already. Log what the customer adds, and choose that it goes to {right.open_appeal}.",
                "22",
                field,
            )
        ]
    if right.is_decided_by_panel:
        ombudsman = Organisation.current().ombudsman
        sentence = (
            f"A panel has decided on {restriction} already. The customer can take it to the {ombudsman}."
        )
        return [Refusal(sentence, "B4", field)]
    return []


def appealable_restrictions(restrictions: Collection[Restriction]) -> dict[Restriction, RightToAppeal]:
    """Return those of these restrictions that can be appealed, each with its right."""
    rights = queries.rights_to_appeal(restrictions)
    return {
        restriction: rights[restriction.pk]
        for restriction in restrictions
        if not check_appealable(restriction, rights[restriction.pk])
    }


def check_appeal(
    customer: Customer,
    restrictions: Collection[Restriction],
    passed_to: str,
    received_on: date,
    added_to: Appeal | None = None,
    *,
    by: StaffMember,
) -> list[Refusal]:
    """Check that it is heard against restrictions, or passed to where it belongs: nobody is turned away. Policy §22; B5."""
    refusals = check_not_to_come(received_on, "received_on")
    if not restrictions and not passed_to:
        refusals.append(
            Refusal(
                "Choose the restrictions that the appeal is against, or say where it belongs instead.",
                "22",
                "restrictions",
            )
        )
    if restrictions and passed_to:
        refusals.append(
            Refusal(
                "It is heard against the restrictions that you chose. Untick them, or choose the Executive Team here.",
                "22",
                "passed_to",
            )
        )
    if not restrictions and passed_to in NO_APPEAL:
        refusals += check_passed_on(customer, by)
    if added_to and (added_to.customer_id != customer.pk or added_to.status not in OPEN_STATUSES):
        refusals.append(
            Refusal(
                f"{added_to} is not under way any more. Choose where this goes instead.", "22", "passed_to"
            )
        )
    return refusals + check_appealed(customer, restrictions, received_on)


def check_appealed(
    customer: Customer, restrictions: Collection[Restriction], received_on: date
) -> list[Refusal]:
    """Check that each restriction is one of this customer, that it can be appealed, and that it was there when the appeal came."""
    rights = queries.rights_to_appeal(restrictions)
    refusals = []
    for restriction in restrictions:
        if restriction.customer_id != customer.pk:
            refusals.append(
                Refusal(f"{restriction} is not a restriction of this customer.", "B5", "restrictions")
            )
        else:
            refusals += check_appealable(restriction, rights[restriction.pk])
            refusals += check_imposed_before(restriction, received_on)
    return refusals


def check_passed_on(customer: Customer, by: StaffMember) -> list[Refusal]:
    """Let nobody who had a part in what can be appealed say that an appeal is against none of it. Policy §22."""
    appealable = appealable_restrictions(list(queries.standing_restrictions().filter(customer=customer)))
    versions = queries.version_chains(appealable)
    own = [
        str(restriction)
        for restriction in appealable
        if involvement.is_involved_in(by, versions[restriction.pk])
    ]
    if not own:
        return []
    return [
        Refusal(
            f"You had a part in {' and '.join(own)}, which can be appealed, so you do not pass an appeal on. Tick what it is against, or have "
            "a colleague log it who had no part in that.",
            "22",
            "restrictions",
        )
    ]


def check_imposed_before(restriction: Restriction, received_on: date) -> list[Refusal]:
    imposed_on = timezone.localdate(restriction.imposed_at)
    if received_on >= imposed_on:
        return []
    return [
        Refusal(
            f"{restriction} was imposed later than that. Choose a day from {uk_date(imposed_on)} on, or leave it out.",
            "22",
            "received_on",
        )
    ]
