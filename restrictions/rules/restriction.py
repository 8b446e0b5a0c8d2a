"""Restrictions: who may take which step, and what each has to say."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField, ReasonLine, check_reasons
from cha_engagement.core.records import SHORT
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import check_people
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.rules import may_decide_on
from restrictions.enums import Begins
from restrictions.kinds import KINDS
from restrictions.models import Restriction

from .evidence import check_alive, check_chosen_records, check_danger, check_danger_at_once, check_evidence

MOST_MONTHS = 60
"""The longest time for which a restriction is imposed, where it has a last day. Policy §14."""
MOST_MONTHS_AHEAD = 1
"""The longest time from the day on which a restriction is written to the one that is chosen as its first. Policy §14, 23."""
ADDRESSED = re.compile(r"\b(?:you|your|yours|yourself|yourselves)\b", re.IGNORECASE)


def may_use_kind(user: StaffMember, kind: str) -> Refusal | None:
    """Ask for the permission that a kind asks on top of what a step does. Policy §54."""
    permission = KINDS[kind].permission
    return KINDS[kind].refusal if permission and not user.has_perm(permission) else None


def may_propose(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm(Permission.PROPOSE_RESTRICTIONS):
        return Refusal("Only staff who deal with customers propose restrictions.", "21")
    return None


def may_restrict(user: StaffMember, kind: str) -> Refusal | None:
    """Let managers alone decide on restrictions, each on the kinds that they may use. Policy §22, 54."""
    if not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal("Only a manager decides on restrictions.", "22")
    return may_use_kind(user, kind)


def may_impose(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Leave what affected somebody to another manager who is there and can. Policy §12, 13."""
    return may_restrict(user, restriction.kind) or may_decide_on(user, restriction.incidents.all())


may_decline = may_impose


def may_withdraw(user: StaffMember, restriction: Restriction) -> Refusal | None:
    if user.pk != restriction.proposed_by_id:
        return Refusal("Only the one who proposed it withdraws it. A manager can decline it.", "22")
    return None


def may_lift(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return may_restrict(user, restriction.kind)


may_vary = may_request_read_receipts = may_lift


def may_write_end_letter(
    user: StaffMember, restriction: Restriction, letter: Letter | None = None
) -> Refusal | None:
    return may_restrict(user, restriction.kind)


def may_confirm_reading(user: StaffMember, _: Any = None) -> Refusal | None:
    """Ask it of those who deal with customers: they go by the card. Beyond the policy: B1."""
    if not user.has_perm(Permission.LOG_CONTACTS):
        return Refusal("Only staff who deal with customers confirm what they have read.", "B1")
    return None


def may_replace_people(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Let whoever may lift it name others: nobody waits for a review to have somebody to turn to. Policy §21.1; B2."""
    if not restriction.kind_rules.people:
        return Refusal("This restriction names nobody.", "21.1")
    return may_lift(user, restriction)


def may_end_agreement(user: StaffMember, restriction: Restriction) -> Refusal | None:
    if not restriction.kind_rules.rests_on_agreement:
        return Refusal("This restriction rests on nobody’s agreement. It can be lifted.", "21.4")
    return may_lift(user, restriction)


def may_look_again(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Leave it to the Management Team to look, once a year, at what has no reviews. Policy §23."""
    if not user.has_perm(Permission.RECEIVE_ESCALATIONS):
        return Refusal("Only a Management Team member looks again at a restriction without reviews.", "23")
    if restriction.review_months:
        return Refusal("This restriction has its reviews.", "23")
    return may_lift(user, restriction)


def may_see_outcomes(user: StaffMember, _: Any = None) -> Refusal | None:
    """Show numbers without names to those alone who may read in full what they count. Policy §65; beyond the policy: B12."""
    if not user.has_perm(Permission.READ_RESTRICTIONS):
        return Refusal("Only those who read all restrictions see what came of them.", "65")
    return None


def check_restriction(
    restriction: Restriction,
    incidents: Iterable[Incident],
    evidence: Iterable[Evidence],
    before: Restriction | None = None,
    proposer: StaffMember | None = None,
) -> list[Refusal]:
    """Return what a restriction still has to say, beyond what the version `before` it said already. Policy §3, 21 to 23, 61.2.

    `proposer` is whoever proposes it, where nobody imposes it yet.
    """
    unchanged = unchanged_reasons(restriction, before)
    needs_danger = restriction.no_review_reason and "no_review_reason" not in unchanged
    is_new_at_once = before is None and restriction.begins == Begins.FOR_SAFETY
    asked = {"reason", "easing_conditions"}
    if restriction.customer.speaks_for_others:
        asked.add("other_route")
    return [
        *check_alive(restriction.customer),
        *restriction.kind_rules.check_terms(restriction),
        *check_people_named(restriction, proposer),
        *restriction.kind_rules.check_new_texts(restriction, before),
        *check_chosen_records(restriction.customer, incidents, "incidents", "incident", "22", needed=False),
        *check_evidence(restriction.customer, incidents, evidence),
        *([] if before or proposer else check_agreement_shown(restriction, evidence)),
        *check_beginning(restriction, before),
        *([*check_chosen_first_day(restriction), *check_length(restriction)] if before is None else []),
        *check_dates(restriction, unchanged),
        *(check_danger(incidents, evidence) if needs_danger else []),
        *(check_danger_at_once(restriction, incidents, evidence) if is_new_at_once else []),
        *check_reasons(restriction, sorted(asked - unchanged)),
        *check_instruction_length(restriction),
    ]


def check_agreement_shown(restriction: Restriction, evidence: Iterable[Evidence]) -> list[Refusal]:
    """Ask for a file wherever all contact goes through somebody alone: a tick would be one person's word for three. Policy §21.4; B2."""
    if not restriction.is_only_route or list(evidence):
        return []
    return [
        Refusal(
            "All contact would go through them alone. Choose the file that shows that they and the customer agreed to it.",
            "21.4",
            "evidence",
        )
    ]


def check_people_named(restriction: Restriction, proposer: StaffMember | None = None) -> list[Refusal]:
    """Refuse people named in its terms who were harmed and have not agreed, whom they were asked not to contact, or who may not read the case. Policy §42.1; beyond the policy: B33, B40.

    Whoever imposes it is asked at the latest.
    """
    people = {name: getattr(restriction, name) for name in restriction.kind_rules.people}
    return check_people(restriction.customer, people, by=proposer)


def check_instruction_length(restriction: Restriction) -> list[Refusal]:
    if len(restriction.staff_instruction) <= SHORT:
        return []
    return [Refusal(f"Say it in {SHORT} characters: the minimum that staff need.", "65", "staff_instruction")]


def unchanged_reasons(restriction: Restriction, before: Restriction | None) -> set[str]:
    """Return the reasons that a new version gives word for word as the one before it: they were asked when that was written."""
    if before is None:
        return set()
    reasons = [
        field.name
        for field in Restriction._meta.concrete_fields
        if isinstance(field, ReasonField | ReasonLine)
    ]
    return {name for name in reasons if getattr(restriction, name) == getattr(before, name)}


def check_beginning(restriction: Restriction, before: Restriction | None) -> list[Refusal]:
    """Ask for a reason where it does not wait until its customer is told, unless it binds staff alone. Beyond the policy: B23."""
    if restriction.begins == Begins.FOR_SAFETY:
        return check_reasons(restriction, {"at_once_reason"}) or (
            check_addressed(restriction.at_once_reason) if before is None else []
        )
    waits = restriction.begins == Begins.WHEN_TOLD
    goes_on = restriction.begins == Begins.GOES_ON and before is not None
    if waits or goes_on or restriction.kind_rules.binds_staff_alone:
        return []
    sentence = (
        "This asks something of the customer: it begins when they have been told, or at once for safety."
    )
    return [Refusal(sentence, "B23", "begins")]


def check_addressed(at_once_reason: str) -> list[Refusal]:
    """Ask that why it could not wait is said to its customer: the letter prints it. Policy §61.3."""
    if ADDRESSED.search(at_once_reason):
        return []
    sentence = "The letter says this to the customer: write it to them, such as “You said that you would come to a colleague’s home.”"
    return [Refusal(sentence, "61.3", "at_once_reason")]


def check_dates(restriction: Restriction, unchanged: Collection[str] = ()) -> list[Refusal]:
    """Ask for days that fit together, with a first review and an interval or a reason for having none. Policy §23.

    A proposal is asked again when it is imposed later.
    """
    refusals = check_first_and_last_day(restriction)
    if restriction.no_review_reason:
        refusals += check_reasons(restriction, {"no_review_reason"}.difference(unchanged))
        if restriction.first_review_on or restriction.review_months:
            refusals.append(
                Refusal("Give either a first review or a reason for having none.", "23", "no_review_reason")
            )
        return refusals
    refusals += check_first_review(restriction)
    if not restriction.review_months:
        refusals.append(
            Refusal(
                "Say how many months lie between reviews, or say below why there is none.",
                "23",
                "review_months",
            )
        )
    return refusals


def check_chosen_first_day(restriction: Restriction) -> list[Refusal]:
    """Refuse a day that is past, and one to come where it begins at once for safety. Beyond the policy: B23.

    A new version keeps the one that was chosen, which may be past by then.
    """
    if not restriction.not_before:
        return []
    if restriction.not_before < today():
        sentence = "This day cannot lie in the past: nobody is restricted before they can know of it."
        return [Refusal(sentence, "", "not_before")]
    if restriction.not_before > (latest := add_months(today(), MOST_MONTHS_AHEAD)):
        sentence = f"What is decided today applies soon, or is decided when it is needed. Choose a day up to {uk_date(latest)}."
        return [Refusal(sentence, "14", "not_before")]
    if restriction.begins == Begins.FOR_SAFETY and restriction.not_before > today():
        sentence = "What begins at once for safety does not wait for a later day. Leave this empty, or let it begin when they have been told."
        return [Refusal(sentence, "B23", "not_before")]
    return []


def check_first_and_last_day(restriction: Restriction) -> list[Refusal]:
    refusals = []
    if restriction.lasts_months and restriction.ends_on != restriction.kind_rules.terms_end_on(restriction):
        sentence = "Give either its last day or how many months it lasts."
        refusals.append(Refusal(sentence, "", "lasts_months"))
    if restriction.ends_on and restriction.ends_on < restriction.earliest_first_day:
        first = uk_date(restriction.earliest_first_day)
        refusals.append(Refusal(f"The last day cannot lie before the first, {first}.", "", "ends_on"))
    return refusals


def check_length(restriction: Restriction) -> list[Refusal]:
    """Refuse a last day, and months between reviews, that are too many. A new version takes no more than the one before. Policy §14, 23."""
    refusals = []
    latest = add_months(restriction.earliest_first_day, MOST_MONTHS)
    is_chosen = restriction.ends_on != restriction.kind_rules.terms_end_on(restriction)
    if restriction.ends_on and is_chosen and restriction.ends_on > latest:
        sentence = f"The last day is too far ahead. Choose a day up to {uk_date(latest)}, or leave it empty."
        refusals.append(Refusal(sentence, "14", "ends_on"))
    if (restriction.lasts_months or 0) > MOST_MONTHS:
        sentence = f"It lasts too long. Give {MOST_MONTHS} months or fewer, or leave it empty."
        refusals.append(Refusal(sentence, "14", "lasts_months"))
    if (restriction.review_months or 0) > (longest := Organisation.current().longest_review_months):
        sentence = f"Too long goes by before it is looked at again. Give {longest} or fewer."
        refusals.append(Refusal(sentence, "23", "review_months"))
    return refusals


def check_first_review(restriction: Restriction) -> list[Refusal]:
    starts_on, ends_on = restriction.earliest_first_day, restriction.earliest_last_day
    first = restriction.earliest_first_review
    latest = add_months(max(starts_on, today()), Organisation.current().longest_review_months)
    if not first:  # nor is it said how many months lie between them
        return []
    if first > latest:
        sentence = f"The first review is too far ahead. Choose a day up to {uk_date(latest)}."
    elif first <= starts_on:
        sentence = f"The first review comes after the first day, {uk_date(starts_on)}."
    elif ends_on and starts_on <= ends_on < first:
        sentence = (
            f"It ends on {uk_date(ends_on)}: choose a day before that for the next time it is looked at."
        )
    else:
        return []
    return [Refusal(sentence, "23", "first_review_on")]
