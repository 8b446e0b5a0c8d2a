"""Reads worth a name."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.core.unsettled import watch
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_months, add_working_days, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from restrictions.contact_plan import Measure, closed_besides, contact_plan
from restrictions.enums import STANDING
from restrictions.kinds import KINDS
from restrictions.kinds.ways import in_order, labels
from restrictions.models import Restriction

from . import hearing
from .enums import LETTER_AFTER, MEANWHILE, OPEN, AppealStatus, PassedTo
from .models import Appeal, AppealedRestriction, Review
from .rules import permissions


def open_appeals(restriction: Restriction) -> QuerySet[Appeal]:
    return Appeal.objects.filter(appealed__restriction=restriction, status__in=OPEN)


@dataclass(frozen=True, slots=True)
class Right:
    """How far a restriction can be appealed.

    `under` is the reference of the appeal that it is under, if any. `by_panel` is whether a panel had the last word on it: it
    left it as it is or eased it to this, and no review has looked at it since. `last_day` is the last day of the time to
    appeal, counted from the day on which the customer was last told of it; None while they have not been.
    """

    under: str | None
    by_panel: bool
    last_day: date | None


def rights(restrictions: Iterable[Restriction]) -> dict[int, Right]:
    """The right to appeal of each, by its key. One query, and what the association sets."""
    this = OuterRef("pk")
    under = AppealedRestriction.objects.filter(restriction=this, appeal__status__in=OPEN)
    later = reviewed(OuterRef("restriction")).filter(held_at__gt=OuterRef("appeal__decided_at"))
    left = AppealedRestriction.objects.filter(restriction=this, appeal__status="decided")
    eased = AppealedRestriction.objects.filter(varied_to=this)
    rows = Restriction.objects.filter(pk__in=[one.pk for one in restrictions]).values(
        "pk",
        "told_on",
        under=Subquery(under.values("appeal__reference")[:1]),
        by_panel=Q(Exists(left.filter(~Exists(later)))) | Q(Exists(eased)) & ~Q(Exists(reviewed(this))),
        held_at=Subquery(reviewed(this).order_by("-held_at").values("held_at")[:1]),
        written_on=Max("letters__sent_on"),
    )
    days = Organisation.current().appeal_working_days
    return {row["pk"]: Right(row["under"], row["by_panel"], last_day(row, days)) for row in rows}


def last_day(row: Mapping[str, Any], working_days: int) -> date | None:
    """A letter about it says so many days from its own date, and a review gives a fresh right before it is written about."""
    if row["told_on"] is None:
        return None
    held_on = row["held_at"] and timezone.localdate(row["held_at"])
    return add_working_days(max(filter(None, (row["told_on"], held_on, row["written_on"]))), working_days)


def reviewed(restriction: Any) -> QuerySet[Review]:
    return Review.objects.filter(restriction=restriction, status="held")


def standing() -> QuerySet[Restriction]:
    """The restrictions that are in force, suspended, or imposed for a day to come, as a form lists them."""
    restrictions = Restriction.objects.filter(status__in=STANDING)
    return restrictions.select_related("named_contact", "deputy").order_by("starts_on", "pk")


def known_to(user: StaffMember, customer: Customer) -> QuerySet[Restriction]:
    """The restrictions of a customer against which somebody logs an appeal: what they read, and what the card or a letter has told.

    What is imposed for a day to come, and not told of yet, nobody appeals against. Policy §65.
    """
    shown = Restriction.objects.in_force().filter(customer=customer).values("pk")
    read = Restriction.objects.visible_to(user).filter(customer=customer).values("pk")
    return standing().filter(Q(pk__in=shown) | Q(pk__in=read) | Q(told_on__isnull=False), customer=customer)


def versions(restrictions: Iterable[Restriction]) -> dict[int, list[int]]:
    """By the key of each restriction of a customer: its own and those of the versions that it came from. One query."""
    restrictions = list(restrictions)
    customers = {one.customer_id for one in restrictions}
    before: dict[int, Any] = dict(
        Restriction.objects.filter(customer__in=customers, supersedes__isnull=False).values_list(
            "pk", "supersedes"
        )
    )
    chains: dict[int, list[int]] = {}
    for one in restrictions:
        chain = chains[one.pk] = [one.pk]
        while chain[-1] in before:
            chain.append(before[chain[-1]])
    return chains


def told_otherwise(letters: QuerySet[Letter]) -> QuerySet[AppealedRestriction]:
    """Restrictions under appeal of which the last of these letters says something else than what applies meanwhile now. Policy §12, 22.

    A draft says how things stand when it is issued, so with one among the letters nothing is to tell.
    """
    said = letters.filter(appeals=OuterRef("appeal"), kind__in=(LETTER_AFTER["acknowledged"], MEANWHILE))
    suspended_then = AppealedRestriction.history.filter(
        id=OuterRef("pk"), history_date__lte=OuterRef("said_at")
    ).order_by("-sequence")
    appealed = AppealedRestriction.objects.filter(
        ~Exists(said.filter(status="draft")),
        appeal__status=AppealStatus.ACKNOWLEDGED,
        restriction__status__in=STANDING,
    )
    return (
        appealed.annotate(said_at=Subquery(said.order_by("-issued_at").values("issued_at")[:1]))
        .annotate(said=Subquery(suspended_then.values("suspended")[:1]))
        .filter(~Q(suspended=F("said")), said__isnull=False)
    )


def outcome_untold(letters: QuerySet[Letter]) -> Q:
    """Of appeals: they were decided, or withdrawn so that something applies again, and none of these letters says so. Policy §6.3, 22."""
    said = letters.filter(
        appeals=OuterRef("pk"), kind__in=(LETTER_AFTER["decided"], LETTER_AFTER["withdrawn"])
    )
    suspended = AppealedRestriction.objects.filter(appeal=OuterRef("pk"), suspended=True)
    return ~Q(Exists(said)) & (Q(status="decided") | Q(Exists(suspended), status="withdrawn"))


@watch(Appeal, "decide", "withdraw")
def outcome_waits() -> Q:
    """What was sent stays sent."""
    return outcome_untold(Letter.objects.sent())


@watch(Review, "hold")
def review_waits() -> Q:
    return ~Q(Exists(Letter.objects.sent().filter(reviews=OuterRef("pk"))))


def letter_due(appeal: Appeal) -> str:
    """The kind of letter that an appeal calls for as it stands; empty where it calls for none. Policy §6.3, 22."""
    kind = LETTER_AFTER.get(appeal.status, "")
    told = any(
        letter.kind == kind and letter.issued_at and letter.status != "void"
        for letter in appeal.letters.all()
    )
    return MEANWHILE if told and appeal.status == AppealStatus.ACKNOWLEDGED else kind


def is_unwritten(appeal: Appeal, kind: str) -> bool:
    """Whether the letter of this kind is still to be begun."""
    if kind == MEANWHILE:
        return told_otherwise(Letter.objects.not_withdrawn()).filter(appeal=appeal).exists()
    return bool(kind) and not any(
        letter.kind == kind and letter.status != "void" for letter in appeal.letters.all()
    )


def named(restriction: Restriction) -> str:
    """A restriction in a line, in words that anybody who deals with the customer may read."""
    return f"{restriction.title}, since {uk_date(restriction.starts_on)} ({restriction})"


def stays_closed(restriction: Restriction, measures: Collection[Measure]) -> str:
    """What stays closed by others of these, whatever is decided on a restriction; for staff. Beyond the policy: B29."""
    if restriction.status not in STANDING:
        return ""
    return " ".join(
        f"{one.title} ({one}) closes this too, and keeps it closed whatever you decide here: {labels(in_order(both))}."
        for one, both in closed_besides(restriction, measures).items()
    )


def stays_closed_of(appealed: Iterable[AppealedRestriction], measures: Collection[Measure]) -> Iterator[str]:
    """The same of each restriction under an appeal that it concerns, which it names first."""
    for one in appealed:
        if words := stays_closed(one.restriction, measures):
            yield f"{one.restriction.title} ({one.restriction}): {words}"


def permission_to_hold(kind: str) -> str:
    """What somebody must hold, beside a manager's role, to review a restriction of this kind. Policy §23, 54."""
    return KINDS[kind].permission or "reviews.hold_review"


def passed_up_by(today: date) -> date:
    """A review that was due on this day or before, and was not held, is passed up to the Management Team. Policy §23."""
    return today - timedelta(days=Organisation.current().review_escalation_days)


def reviewers(restriction: Restriction) -> QuerySet[StaffMember]:
    """Who holds its review: the one who imposed it or, when they are away or gone, all who may. Policy §23, 54."""
    able = staff_with_permission(permission_to_hold(restriction.kind))
    imposer = present_staff(able).filter(imposed_restrictions=restriction)
    return imposer if imposer.exists() else able


def for_list(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.select_related(
        "customer", "restriction__named_contact", "restriction__deputy", "restriction__imposed_by"
    )


def for_page(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return (
        for_list(reviews).select_related("held_by", "restriction__superseded_by").prefetch_related("letters")
    )


def under_way(customer: Customer) -> QuerySet[Appeal]:
    return Appeal.objects.filter(customer=customer, status__in=OPEN).order_by("received_on", "pk")


def for_appeal_list(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.select_related("customer")


def for_appeal_page(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    restrictions = (
        AppealedRestriction.objects.select_related(
            "restriction__customer",
            "restriction__named_contact",
            "restriction__deputy",
            "varied_to__named_contact",
            "varied_to__deputy",
        )
        .prefetch_related("restriction__reviews")
        .order_by("pk")
    )
    additions = Appeal.objects.prefetch_related("documents").order_by("received_on", "pk")
    return appeals.select_related(
        "customer", "received_by", "decided_by", "substitute", "added_to"
    ).prefetch_related(
        Prefetch("appealed", restrictions), Prefetch("additions", additions), "panel", "documents", "letters"
    )


def latest_next_review(restriction: Restriction) -> date | None:
    """The last day on which a panel may have it looked at next: when it is due anyway; None where it has no review.

    Where that day has come, the hearing counts as looking at it, and the next interval begins.
    """
    due_on = next(
        (review.due_on for review in restriction.reviews.all() if review.status == "scheduled"), None
    )
    if due_on is None:
        return None
    return due_on if due_on > today() else add_months(today(), restriction.review_months or 1)


def review_page(review: Review, user: StaffMember) -> dict[str, Any]:
    """All that a review's page shows this reader."""
    refusal = permissions.may_hold(user, review)
    letters = list(review.letters.visible_to(user))
    return {
        "review": review,
        "plan": contact_plan(review.customer),
        "letters": letters,
        "refusal": refusal,
        "no_letter": no_letter(review, list(review.letters.all())),
        "may": {
            "hold": review.can("hold") and not refusal,
            "write": review.status == "held"
            and not refusal
            and all(letter.status == "void" for letter in review.letters.all()),
            "history": user.has_perm("staff.view_history"),
        },
    }


NO_LETTER: dict[str, str] = {
    "scheduled": "None yet. There is one to write once the review is held.",
    "held": "None yet. The customer waits to hear the outcome.",
    "cancelled": "None. The restriction ended before there was a review.",
    "received": "None yet. The first one says that the appeal has reached us.",
    "acknowledged": "None yet. The customer waits to hear that the appeal has reached us.",
    "decided": "None yet. The customer waits to hear the outcome.",
    "withdrawn": "None. The customer took the appeal back.",
    "passed_on": "None. The customer was told where to turn when the appeal was logged.",
}
"""What is said of a review or an appeal about which nothing has been written, by its status."""


def no_letter(record: Review | Appeal, letters: list[Letter]) -> str:
    """Why a reader sees no letter."""
    return "There are letters, which you cannot open." if letters else NO_LETTER[record.status]


def appeal_page(appeal: Appeal, user: StaffMember) -> dict[str, Any]:
    """All that an appeal's page shows this reader: what it is about, who hears it and why others do not, what comes next."""
    appealed = list(appeal.appealed.all())
    eased_to = AppealedRestriction.objects.filter(appeal=appeal, varied_to__isnull=False).values("varied_to")
    restrictions = AppealedRestriction.objects.filter(appeal=appeal).values("restriction").union(eased_to)
    letters = list(appeal.letters.visible_to(user))
    may_write = not permissions.may_write(user, appeal)
    who = hearing.of(appeal, user) if appeal.status in OPEN else None
    plan = contact_plan(appeal.customer)
    hears = who and not who.refusal(user)
    reads_reasons = permissions.reads_reasons(user, appeal)
    return {
        "appeal": appeal,
        "plan": plan,
        "appealed": appealed,
        "additions": [
            one for one in appeal.additions.all() if reads_reasons or one.received_by_id == user.pk
        ],
        "reads_reasons": reads_reasons,
        "opens": set(
            Restriction.objects.visible_to(user).filter(pk__in=restrictions).values_list("pk", flat=True)
        ),
        "letters": letters,
        "hearing": who,
        "where_to_turn": where_to_turn(appeal),
        "stays_closed": list(stays_closed_of(appealed, plan.measures)) if appeal.status in OPEN else [],
        "no_letter": no_letter(appeal, list(appeal.letters.all())),
        "may": {
            "acknowledge": appeal.can("acknowledge") and may_write,
            "decide": appeal.can("decide") and hears,
            "name": who and user in who.namers,
            "suspend": hears and any(one.restriction.status in STANDING for one in appealed),
            "withdraw": hears,
            "write": may_write and is_unwritten(appeal, letter_due(appeal)),
            "history": user.has_perm("staff.view_history"),
        },
    }


def where_to_turn(appeal: Appeal) -> str:
    """What to tell the customer of an appeal that is not heard here. Policy §6.3, 22."""
    organisation = Organisation.current()
    said: dict[str, str] = {
        PassedTo.APPEAL: f"Those who hear {appeal.added_to} have been told of this, and weigh it there.",
        PassedTo.COMPLAINTS: f"Help the customer to make a complaint, and pass on what they say: {organisation.complaints_contact}",
        PassedTo.OMBUDSMAN: f"Tell the customer how to reach the {organisation.ombudsman}: {organisation.ombudsman_contact}",
    }
    return said.get(appeal.passed_to, "")


def rests_on(appeal: Appeal, user: StaffMember) -> QuerySet[Restriction]:
    """The restrictions of an appeal with what a panel weighs: their decisions, incidents and evidence. Policy §22."""
    restrictions = (
        Restriction.objects.visible_to(user).filter(appealed__appeal=appeal).select_related("decision")
    )
    return restrictions.prefetch_related("incidents", "evidence").order_by("pk")
