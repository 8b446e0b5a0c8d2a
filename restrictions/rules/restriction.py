"""Restrictions: who may take which step, and what each has to say."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from cha_engagement.core.reasons import ReasonField, ReasonLine, check_reasons
from cha_engagement.core.records import SHORT
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.agreements.rules import check_people
from incidents.models import Incident
from incidents.rules import may_decide_on
from restrictions.kinds import KINDS
from restrictions.models import Restriction

from .evidence import check_chosen_records, check_danger, check_evidence


def may_use_kind(user: StaffMember, kind: str) -> Refusal | None:
    """What a kind asks of those who take a step on it. Policy §54."""
    permission = KINDS[kind].permission
    return KINDS[kind].refusal if permission and not user.has_perm(permission) else None


def may_write_end_letter(
    user: StaffMember, restriction: Restriction, letter: Letter | None = None
) -> Refusal | None:
    return may_restrict(user, restriction.kind)


MOST_MONTHS = 60
"""From one review to the next."""


def check_restriction(
    restriction: Restriction,
    incidents: Iterable[Incident],
    evidence: Iterable[Evidence],
    before: Restriction | None = None,
    proposer: StaffMember | None = None,
) -> Iterator[Refusal]:
    """What a restriction still has to say, beyond what the version `before` it said already. Policy §3, 21 to 23, 61.2.

    `proposer` is whoever proposes it, where nobody imposes it yet.
    """
    unchanged = unchanged_reasons(restriction, before)
    yield from restriction.kind_rules.check_terms(restriction)
    yield from check_people_named(restriction, proposer)
    yield from restriction.kind_rules.check_new_texts(restriction, before)
    yield from check_chosen_records(
        restriction.customer, incidents, "incidents", "incident", "22", needed=False
    )
    yield from check_evidence(restriction.customer, incidents, evidence)
    yield from check_dates(restriction, unchanged)
    if restriction.no_review_reason and "no_review_reason" not in unchanged:
        yield from check_danger(incidents, evidence)
    needed = {"reason", "easing_conditions"}
    if restriction.customer.speaks_for_others:
        needed.add("other_route")
    yield from check_reasons(restriction, sorted(needed - unchanged))
    if len(restriction.staff_instruction) > SHORT:
        yield Refusal(
            f"Say it in {SHORT} characters: the minimum that staff need.", "65", "staff_instruction"
        )


def check_people_named(restriction: Restriction, proposer: StaffMember | None = None) -> list[Refusal]:
    """Whether those whom its terms name were harmed and have not agreed: asked at the latest by whoever imposes it. Beyond the policy: B40."""
    people = {name: getattr(restriction, name) for name in restriction.kind_rules.people}
    return check_people(restriction.customer, people, len(people), by=proposer)


def unchanged_reasons(restriction: Restriction, before: Restriction | None) -> set[str]:
    """The reasons that a new version gives word for word as the one before it: they were asked when that was written."""
    if before is None:
        return set()
    reasons = [
        field.name
        for field in Restriction._meta.concrete_fields
        if isinstance(field, ReasonField | ReasonLine)
    ]
    return {name for name in reasons if getattr(restriction, name) == getattr(before, name)}


def check_dates(restriction: Restriction, unchanged: Collection[str] = ()) -> Iterator[Refusal]:
    """Policy §23: a first review and an interval, or a reason for having none. Asked again when a proposal is imposed later."""
    starts_on, ends_on, first = restriction.starts_on, restriction.ends_on, restriction.first_review_on
    if starts_on < today():
        yield Refusal(
            "The first day cannot lie in the past: nobody is restricted before they can know of it.",
            "",
            "starts_on",
        )
    if ends_on and ends_on < starts_on:
        yield Refusal(f"The last day cannot lie before the first, {uk_date(starts_on)}.", "", "ends_on")
    if restriction.no_review_reason:
        yield from check_reasons(restriction, {"no_review_reason"}.difference(unchanged))
        if first or restriction.review_months:
            yield Refusal("Give either a first review or a reason for having none.", "23", "no_review_reason")
        return
    if not first:
        yield Refusal(
            "Give the day of the first review, or say below why there is none.", "23", "first_review_on"
        )
    elif first > (latest := add_months(today(), MOST_MONTHS)):
        yield Refusal(
            f"The first review is too far ahead. Choose a day up to {uk_date(latest)}.",
            "23",
            "first_review_on",
        )
    elif first <= starts_on:
        yield Refusal(
            f"The first review comes after the first day, {uk_date(starts_on)}.", "23", "first_review_on"
        )
    elif ends_on and starts_on <= ends_on < first:
        yield Refusal(
            f"It ends on {uk_date(ends_on)}: choose a day before that for the next time it is looked at.",
            "23",
            "first_review_on",
        )
    if not restriction.review_months:
        yield Refusal("Say how many months lie between reviews.", "23", "review_months")


def may_propose(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("restrictions.propose_restriction"):
        return Refusal("Only staff who deal with customers propose restrictions.", "21")
    return None


def may_restrict(user: StaffMember, kind: str) -> Refusal | None:
    """Whether they take decisions on restrictions of this kind at all. Policy §22, 54."""
    if not user.has_perm("restrictions.impose_restriction"):
        return Refusal("Only a manager decides on restrictions.", "22")
    return may_use_kind(user, kind)


def may_impose(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Nobody decides on what affected them while another manager is there who can. Policy §12, 13."""
    return may_restrict(user, restriction.kind) or may_decide_on(user, restriction.incidents.all())


may_decline = may_impose


def may_withdraw(user: StaffMember, restriction: Restriction) -> Refusal | None:
    if user.pk != restriction.proposed_by_id:
        return Refusal("Only the one who proposed it withdraws it. A manager can decline it.", "22")
    return None


def may_lift(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return may_restrict(user, restriction.kind)


may_vary = may_request_read_receipts = may_lift


def may_leave_unnotified(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Keeping from somebody how they can reach us, or what is restricted in words of our own, is seen by a second person. Policy §12; B36."""
    if refusal := may_lift(user, restriction):
        return refusal
    seen_by_another = restriction.kind_rules.is_in_own_words or restriction.changes_contact
    if not seen_by_another or user.pk != restriction.imposed_by_id:
        return None
    others = present_staff(staff_with_permission("restrictions.impose_restriction")).exclude(pk=user.pk)
    if other := others.first():
        return Refusal(
            f"You imposed this, so another manager records why its customer is not told: {other} is there.",
            "B36",
        )
    return None


def may_confirm_reading(user: StaffMember, _: Any = None) -> Refusal | None:
    """Whoever deals with customers goes by the card. Beyond the policy: B1."""
    if not user.has_perm("contacts.add_contact"):
        return Refusal("Only staff who deal with customers confirm what they have read.", "B1")
    return None


def may_replace_people(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Other people in the place of those it names: nobody waits for a review to have somebody to turn to. Policy §21.1; B2."""
    if not restriction.kind_rules.people:
        return Refusal("This restriction names nobody.", "21.1")
    return may_lift(user, restriction)


def may_end_agreement(user: StaffMember, restriction: Restriction) -> Refusal | None:
    if not restriction.kind_rules.rests_on_agreement:
        return Refusal("This restriction rests on nobody's agreement. It can be lifted.", "21.4")
    return may_lift(user, restriction)


def may_look_again(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """What has no reviews is looked at once a year by the Management Team. Policy §23."""
    if not user.has_perm("reviews.receive_escalations"):
        return Refusal("Only a Management Team member looks again at a restriction without reviews.", "23")
    if restriction.first_review_on:
        return Refusal("This restriction has its reviews.", "23")
    return may_lift(user, restriction)


def may_see_outcomes(user: StaffMember, _: Any = None) -> Refusal | None:
    """Numbers without names, of what only they may read in whole. Policy §65; beyond the policy: B12."""
    if not user.has_perm("restrictions.view_restriction"):
        return Refusal("Only those who read all restrictions see what came of them.", "65")
    return None
