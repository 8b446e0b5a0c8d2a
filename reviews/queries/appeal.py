"""Appeals, the right to appeal, and what customers still wait to be told about an appeal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.utils import timezone

from cha_engagement.core.read_once import read_once
from cha_engagement.core.statements import (
    AskedText,
    give_related,
    kept_record_or_404,
    kept_records,
    kept_rows,
)
from cha_engagement.core.unsettled import watch_transitions
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.enums import LetterStatus, SentBy
from cha_engagement.letters.models import POST_WORKING_DAYS, Letter, assumed_receipt
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.enums import STANDING
from restrictions.models import Restriction

from ..enums import LETTER_AFTER, OPEN_STATUSES, AppealEvent, AppealStatus, LetterCode, PassedTo
from ..models import Appeal, AppealedRestriction
from .grounds import GROUNDS, give_grounds
from .restriction import held_reviews


def open_appeals(restriction: Restriction) -> QuerySet[Appeal]:
    return Appeal.objects.filter(appealed__restriction=restriction, status__in=OPEN_STATUSES)


def appeals_under_way(customer: Customer) -> QuerySet[Appeal]:
    return Appeal.objects.filter(customer=customer, status__in=OPEN_STATUSES).order_by("received_on", "pk")


@dataclass(frozen=True, slots=True)
class RightToAppeal:
    """The right to appeal against a restriction.

    `open_appeal` is the reference of the appeal that it is under, if any. `is_decided_by_panel` is whether a panel had the last word
    on it: it left it as it is or eased it to this, and no review has looked at it since. `last_day` is the last day of the time to
    appeal, counted from the day on which the customer was last told of it; None while they have not been.
    """

    open_appeal: str | None
    is_decided_by_panel: bool
    last_day: date | None


def rights_to_appeal(restrictions: Iterable[Restriction]) -> dict[int, RightToAppeal]:
    """Return the right to appeal of each restriction, by its key. One query, and what the association sets."""
    this = OuterRef("pk")
    under_appeal = AppealedRestriction.objects.filter(restriction=this, appeal__status__in=OPEN_STATUSES)
    later_review = held_reviews(OuterRef("restriction")).filter(held_at__gt=OuterRef("appeal__decided_at"))
    decided = AppealedRestriction.objects.filter(restriction=this, appeal__status=AppealStatus.DECIDED)
    eased = AppealedRestriction.objects.filter(varied_to=this)
    is_left_by_panel = Q(Exists(decided.filter(~Exists(later_review))))
    is_eased_by_panel = Q(Exists(eased)) & ~Q(Exists(held_reviews(this)))
    rows = Restriction.objects.filter(pk__in=[restriction.pk for restriction in restrictions]).values(
        "pk",
        "customer_notified_on",
        open_appeal=Subquery(under_appeal.values("appeal__reference")[:1]),
        is_decided_by_panel=is_left_by_panel | is_eased_by_panel,
        held_at=Subquery(held_reviews(this).order_by("-held_at").values("held_at")[:1]),
        sent_on=Max("letters__sent_on"),
        posted_on=Max("letters__sent_on", filter=Q(letters__sent_by_channel=SentBy.LETTER)),
        dated_at=Max("letters__issued_at", filter=Q(letters__sent_on__isnull=False)),
    )
    working_days = Organisation.current().appeal_working_days
    return {
        row["pk"]: RightToAppeal(
            row["open_appeal"], row["is_decided_by_panel"], last_day_to_appeal(row, working_days)
        )
        for row in rows
    }


def last_day_to_appeal(row: Mapping[str, Any], working_days: int) -> date | None:
    """Count from the latest of these days: when they were told, when its last letter was received, and a review, which gives a fresh right.

    No letter counts as received before the day from which it counts itself (`assumed_receipt`), however it went.
    """
    if row["customer_notified_on"] is None:
        return None
    days = [
        row["customer_notified_on"],
        row["sent_on"],
        row["held_at"] and timezone.localdate(row["held_at"]),
    ]
    if row["posted_on"]:
        days.append(add_working_days(row["posted_on"], POST_WORKING_DAYS))
    if row["dated_at"]:
        days.append(assumed_receipt(timezone.localdate(row["dated_at"])))
    return add_working_days(max(filter(None, days)), working_days)


def wrongly_explained(letters: QuerySet[Letter]) -> QuerySet[AppealedRestriction]:
    """Return restrictions of which the last of these letters says something else than what applies while the appeal is heard. Policy §12, 22.

    A draft says how things stand when it is issued, so with one among the letters nothing is to explain.
    """
    explaining = letters.filter(
        appeals=OuterRef("appeal"),
        kind__in=(LetterCode.APPEAL_RECEIVED, LetterCode.APPEAL_MEANWHILE, LetterCode.LATE_PROMISE),
    )
    rows_when_issued = AppealedRestriction.history.filter(
        id=OuterRef("pk"), history_date__lte=OuterRef("explained_at")
    ).order_by("-sequence")
    appealed = AppealedRestriction.objects.filter(
        ~Exists(explaining.filter(status=LetterStatus.DRAFT)),
        appeal__status=AppealStatus.ACKNOWLEDGED,
        restriction__status__in=STANDING,
    )
    return (
        appealed.annotate(explained_at=Subquery(explaining.order_by("-issued_at").values("issued_at")[:1]))
        .annotate(explained_as_suspended=Subquery(rows_when_issued.values("suspended")[:1]))
        .filter(~Q(suspended=F("explained_as_suspended")), explained_as_suspended__isnull=False)
    )


def has_no_outcome_letter(letters: QuerySet[Letter]) -> Q:
    """Match appeals that were decided, or withdrawn so that something applies again, where none of these letters says so. Policy §6.3, 22."""
    outcome_letters = letters.filter(
        appeals=OuterRef("pk"), kind__in=(LetterCode.APPEAL_OUTCOME, LetterCode.APPEAL_WITHDRAWN)
    )
    suspended = AppealedRestriction.objects.filter(appeal=OuterRef("pk"), suspended=True)
    is_decided = Q(status=AppealStatus.DECIDED)
    applies_again = Q(Exists(suspended), status=AppealStatus.WITHDRAWN)
    return ~Q(Exists(outcome_letters)) & (is_decided | applies_again)


@watch_transitions(Appeal, AppealEvent.DECIDE, AppealEvent.WITHDRAW)
def waits_for_letter() -> Q:
    return has_no_outcome_letter(Letter.objects.filter_sent())


def due_letter_kind(appeal: Appeal) -> str:
    """Return the kind of letter that an appeal calls for as it stands; empty where it calls for none. Policy §6.3, 22."""
    kind = LETTER_AFTER.get(appeal.status, "")
    is_issued = any(
        letter.kind == kind and letter.issued_at and letter.status != LetterStatus.VOID
        for letter in appeal.letters.all()
    )
    return LetterCode.APPEAL_MEANWHILE if is_issued and appeal.status == AppealStatus.ACKNOWLEDGED else kind


def is_letter_to_write(appeal: Appeal, kind: str) -> bool:
    """Tell whether the letter of this kind is still to be begun."""
    if kind == LetterCode.APPEAL_MEANWHILE:
        return bool(kept_rows(wrongly_explained_in, appeal.pk))
    return bool(kind) and not any(
        letter.kind == kind and letter.status != LetterStatus.VOID for letter in appeal.letters.all()
    )


def wrongly_explained_in(appeal: int) -> QuerySet[Any]:
    wrong = wrongly_explained(Letter.objects.exclude_withdrawn()).filter(appeal=appeal)
    return wrong.order_by().values_list("pk")


def appeals_for_list(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    appealed = AppealedRestriction.objects.select_related(
        "restriction__named_contact", "restriction__deputy"
    ).order_by("pk")
    return appeals.select_related("customer").prefetch_related(Prefetch("appealed", appealed))


def appeal_for_page(reference: str, user: StaffMember) -> Appeal:
    """Return an appeal that somebody may see, with all that its pages tell of it. Raises `Http404` where there is none."""
    return complete_appeal(kept_record_or_404(Appeal, appeal_to_show, AskedText(reference), user))


@read_once
def appeal_of_letter(letter: Letter) -> Appeal:
    """Return the appeal that a letter is about, with all that its pages tell of it."""
    (appeal,) = kept_records(Appeal, appeals_told_of, letter.pk)
    return complete_appeal(appeal)


def complete_appeal(appeal: Appeal) -> Appeal:
    appealed = kept_records(AppealedRestriction, restrictions_appealed_in, appeal.pk)
    prefetch_related_objects(appealed, "restriction__reviews")
    additions = kept_records(Appeal, additions_to, appeal.pk)
    prefetch_related_objects(additions, "documents")
    give_related(appeal, "appealed", appealed)
    give_related(appeal, "additions", additions)
    give_related(appeal, "panel", kept_records(StaffMember, panel_of, appeal.pk))
    give_related(appeal, "documents", kept_records(Evidence, documents_of, appeal.pk))
    give_related(appeal, "letters", kept_records(Letter, letters_of, appeal.pk))
    return appeal


def appeal_to_show(reference: str, user: StaffMember) -> QuerySet[Appeal]:
    return select_people(Appeal.objects.visible_to(user).filter(reference=reference))


def appeals_told_of(letter: int) -> QuerySet[Appeal]:
    return select_people(Appeal.objects.filter(letters=letter))


def select_people(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.select_related("customer", "received_by", "decided_by", "substitute", "added_to")


def restrictions_appealed_in(appeal: int) -> QuerySet[AppealedRestriction]:
    appealed = AppealedRestriction.objects.filter(appeal=appeal).order_by("pk")
    return appealed.select_related(
        "restriction__customer",
        "restriction__named_contact",
        "restriction__deputy",
        "varied_to__named_contact",
        "varied_to__deputy",
    )


def additions_to(appeal: int) -> QuerySet[Appeal]:
    return Appeal.objects.filter(added_to=appeal).order_by("received_on", "pk")


def panel_of(appeal: int) -> QuerySet[StaffMember]:
    people = Appeal.panel.through.objects.filter(appeal=appeal)
    return StaffMember.objects.filter(pk__in=people.values("staffmember"))


def documents_of(appeal: int) -> QuerySet[Evidence]:
    documents = Appeal.documents.through.objects.filter(appeal=appeal)
    return Evidence.objects.filter(pk__in=documents.values("evidence"))


def letters_of(appeal: int) -> QuerySet[Letter]:
    return Letter.objects.filter(appeals=appeal)


def visible_letters_of(appeal: int, user: StaffMember) -> QuerySet[Letter]:
    return Letter.objects.visible_to(user).filter(appeals=appeal)


def referral_advice(appeal: Appeal) -> str:
    """Return what to tell the customer of an appeal that is not heard here. Policy §6.3, 22."""
    organisation = Organisation.current()
    advice: dict[str, str] = {
        PassedTo.APPEAL: f"Those who hear {appeal.added_to} have been told of this, and weigh it there.",
        PassedTo.COMPLAINTS: f"Help the customer to make a complaint, and pass on what they say: {organisation.complaints_contact}",
        PassedTo.OMBUDSMAN: f"Tell the customer how to reach the {organisation.ombudsman}: {organisation.ombudsman_contact}",
    }
    return advice.get(appeal.passed_to, "")


def restrictions_with_grounds(appeal: Appeal, user: StaffMember) -> list[Restriction]:
    """Return the restrictions of an appeal with what a panel weighs: their decisions, incidents and evidence. Policy §22."""
    restrictions = kept_records(Restriction, readable_in_full, appeal.pk, user)
    give_grounds(restrictions, user)
    return restrictions


def readable_in_full(appeal: int, user: StaffMember) -> QuerySet[Restriction]:
    restrictions = Restriction.objects.readable_in_full_by(user).filter(appealed__appeal=appeal)
    return restrictions.select_related("customer", *GROUNDS).order_by("pk")


def readable_restrictions(appeal: Appeal, user: StaffMember) -> set[int]:
    """Return the keys of the restrictions of an appeal, and of what they were eased to, that this user may open."""
    return {key for (key,) in kept_rows(readable_keys, appeal.pk, user)}


def readable_keys(appeal: int, user: StaffMember) -> QuerySet[Any]:
    appealed = AppealedRestriction.objects.filter(appeal=appeal)
    eased_to = appealed.filter(varied_to__isnull=False).values("varied_to")
    restrictions = Restriction.objects.visible_to(user).filter(
        pk__in=appealed.values("restriction").union(eased_to)
    )
    return restrictions.order_by().values_list("pk")


def people_at_work_on(customer: Customer) -> QuerySet[StaffMember]:
    """Return who was named to hear an appeal that is under way: a panel is known once it has decided. Beyond the policy: B33."""
    return StaffMember.objects.filter(pk__in=appeals_under_way(customer).order_by().values("substitute"))
