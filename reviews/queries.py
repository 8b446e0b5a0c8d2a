"""Reads worth a name."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import at_work, holders
from cha_engagement.templatetags.ui import uk_date
from incidents.models import Incident, RestorativeAction
from restrictions.enums import STANDING
from restrictions.kinds import KINDS
from restrictions.models import Restriction

from . import hearing, policy
from .enums import LETTER_AFTER, OPEN
from .models import Appeal, AppealedRestriction, Review


def open_appeals(restriction: Restriction) -> QuerySet[Appeal]:
    return Appeal.objects.filter(appealed__restriction=restriction, status__in=OPEN)


def decided_by_panel(restriction: Restriction) -> bool:
    """Whether a panel had the last word on it: it eased or upheld it, and no review has looked at it since."""
    if (
        AppealedRestriction.objects.filter(varied_to=restriction).exists()
        and not reviewed(restriction).exists()
    ):
        return True
    later = reviewed(OuterRef("restriction")).filter(held_on__gt=OuterRef("appeal__heard_on"))
    decided = AppealedRestriction.objects.filter(restriction=restriction, appeal__status="decided")
    return decided.filter(~Exists(later)).exists()


def reviewed(restriction: Any) -> QuerySet[Review]:
    return Review.objects.filter(restriction=restriction, status="held")


def standing(customer: Customer) -> QuerySet[Restriction]:
    """The restrictions of a customer that are in force, suspended, or imposed for a day to come."""
    restrictions = Restriction.objects.filter(customer=customer, status__in=STANDING)
    return restrictions.select_related("named_contact", "deputy").order_by("starts_on", "pk")


def last_day_to_appeal(restriction: Restriction) -> date | None:
    """The last day of the time to appeal, counted from when the customer was told or it was last reviewed; None before that."""
    held = reviewed(restriction).order_by("-held_on").values_list("held_on", flat=True).first()
    days = [day for day in (restriction.told_on, held) if day]
    if restriction.told_on is None:
        return None
    return add_working_days(max(days), Organisation.current().appeal_working_days)


def named(restriction: Restriction) -> str:
    """A restriction in a line, in words that anybody who deals with the customer may read."""
    return f"{restriction.title}, since {uk_date(restriction.starts_on)} ({restriction})"


def reviewers(restriction: Restriction) -> QuerySet[StaffMember]:
    """Who holds its review: the one who imposed it or, when they are away or gone, all who may. Policy §23, 54."""
    able = holders(KINDS[restriction.kind].permission or "reviews.hold_review")
    imposer = at_work(able).filter(imposed_restrictions=restriction)
    return imposer if imposer.exists() else able


def for_list(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.select_related(
        "customer", "restriction__named_contact", "restriction__deputy", "restriction__imposed_by"
    )


def for_page(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return (
        for_list(reviews).select_related("held_by", "restriction__superseded_by").prefetch_related("letters")
    )


def since(review: Review) -> date:
    """The day of the last decision before this review: the review before it, or when the restriction was imposed."""
    before = reviewed(review.restriction).exclude(pk=review.pk).filter(created_at__lt=review.created_at)
    held = before.order_by("-held_on").values_list("held_on", flat=True).first()
    return held or review.restriction.starts_on


def happened_since(review: Review, user: StaffMember) -> dict[str, Any]:
    """What a reviewer weighs: everything about the customer since the last decision, as far as they may read it. Policy §23."""
    customer, day = review.customer, since(review)
    incidents = Incident.objects.visible_to(user).filter(customer=customer, occurred_at__gte=start_of(day))
    steps = RestorativeAction.objects.visible_to(user).filter(customer=customer, on__gte=day)
    return {
        "since": day,
        "incidents": incidents.prefetch_related("categories").order_by("-occurred_at", "-pk"),
        "restorative_actions": steps.order_by("-on", "-pk"),
        "adjustments": customer.adjustments.in_force().order_by("agreed_on", "pk"),
        "letters_since": customer.letters.visible_to(user)
        .filter(issued_at__gte=start_of(day))
        .order_by("-issued_at", "-pk"),
        "appeals": Appeal.objects.visible_to(user)
        .filter(customer=customer, received_on__gte=day)
        .order_by("-received_on", "-pk"),
    }


def for_appeal_list(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.select_related("customer")


def for_appeal_page(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    restrictions = AppealedRestriction.objects.select_related(
        "restriction__named_contact", "restriction__deputy", "varied_to__named_contact", "varied_to__deputy"
    ).order_by("pk")
    return appeals.select_related("customer", "received_by", "decided_by").prefetch_related(
        Prefetch("appealed", restrictions), "panel", "documents", "letters"
    )


def latest_next_review(restriction: Restriction) -> date | None:
    """The last day on which a panel may have it looked at next: when it is due anyway; None where it has no review.

    Where that day has come, the hearing counts as looking at it, and the next interval begins.
    """
    due_on = restriction.reviews.filter(status="scheduled").values_list("due_on", flat=True).first()
    if due_on is None:
        return None
    return due_on if due_on > today() else add_months(today(), restriction.review_months or 1)


def review_page(review: Review, user: StaffMember) -> dict[str, Any]:
    """All that a review's page shows this reader."""
    refusal = policy.may_hold(user, review)
    letters = list(review.letters.visible_to(user))
    context = {
        "review": review,
        "letters": letters,
        "refusal": refusal,
        "may": {
            "hold": review.can("hold") and not refusal,
            "write": review.status == "held"
            and not refusal
            and all(letter.status == "void" for letter in letters),
            "history": user.has_perm("staff.view_history"),
        },
    }
    return context | (happened_since(review, user) if review.status == "scheduled" else {})


def appeal_page(appeal: Appeal, user: StaffMember) -> dict[str, Any]:
    """All that an appeal's page shows this reader: what it is about, who hears it and why others do not, what comes next."""
    appealed = list(appeal.appealed.all())
    restrictions = Restriction.objects.filter(appealed__appeal=appeal) | Restriction.objects.filter(
        eased_by__appeal=appeal
    )
    letters = list(appeal.letters.visible_to(user))
    kind = LETTER_AFTER.get(appeal.status)
    may_write = not policy.may_write(user, appeal)
    who = hearing.of(appeal) if appeal.status in OPEN else None
    return {
        "appeal": appeal,
        "appealed": appealed,
        "opens": set(
            Restriction.objects.visible_to(user)
            .filter(pk__in=restrictions.values("pk"))
            .values_list("pk", flat=True)
        ),
        "letters": letters,
        "hearing": who,
        "may": {
            "acknowledge": appeal.can("acknowledge") and may_write,
            "decide": appeal.can("decide") and who and not who.refusal(user),
            "write": kind
            and may_write
            and not any(letter.kind == kind and letter.status != "void" for letter in letters),
            "history": user.has_perm("staff.view_history"),
        },
    }


def rests_on(appeal: Appeal, user: StaffMember) -> QuerySet[Restriction]:
    """The restrictions of an appeal with what a panel weighs: their decisions, incidents and evidence. Policy §22."""
    restrictions = (
        Restriction.objects.visible_to(user).filter(appealed__appeal=appeal).select_related("decision")
    )
    return restrictions.prefetch_related("incidents", "evidence").order_by("pk")
