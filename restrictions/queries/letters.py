"""Letters about decisions and restrictions: what they tell of, and what is still to tell."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cha_engagement.core.read_once import read_once
from cha_engagement.core.statements import kept_records, kept_rows
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from restrictions.enums import STANDING, LetterCode, RestrictionEvent, RestrictionStatus
from restrictions.interfaces import News, is_told_elsewhere
from restrictions.models import InterimMeasure, ManagementDecision, Restriction


@read_once
def unnotified_restrictions(decision: ManagementDecision) -> list[Restriction]:
    """Return the restrictions that a letter about a decision would tell of: those of which no letter tells or is about to.

    One that names somebody else since it was told is told again. One that it was decided not to tell is told by a letter of its
    own, so that no other gives it away. Policy §12, 23.
    """
    return leave_out_withheld(kept_records(Restriction, restrictions_to_tell, decision.pk))


def restrictions_to_tell(decision: int) -> QuerySet[Restriction]:
    return (
        Restriction.objects.filter(decision=decision, customer_notified_on=None, status__in=STANDING)
        .filter(~Exists(Letter.objects.filter_sendable().filter(restrictions=OuterRef("pk"))))
        .exclude(is_told_elsewhere(News.NEW_VERSION), letters=None)
        .select_related("named_contact", "deputy", "customer")
        .order_by("imposed_at", "pk")
    )


def has_unnotified(decision: ManagementDecision) -> bool:
    """Return whether the customer was not told of something under a decision, without a recorded reason. Policy §12, 23."""
    return bool(kept_rows(unnotified_keys, decision.pk))


def unnotified_keys(decision: int) -> QuerySet[Any]:
    return Restriction.objects.unnotified().filter(decision=decision).order_by().values_list("pk")


def leave_out_withheld(restrictions: list[Restriction]) -> list[Restriction]:
    """Return these without those that it was decided not to tell, or all where there are no others. Policy §12, 23."""
    return [
        restriction for restriction in restrictions if not restriction.not_notified_reason
    ] or restrictions


@read_once
def restrictions_in(letter: Letter) -> list[Restriction]:
    return kept_records(Restriction, restrictions_of_letter, letter.pk)


def restrictions_of_letter(letter: int) -> QuerySet[Restriction]:
    restrictions = Restriction.objects.filter(letters=letter)
    return restrictions.select_related("named_contact", "deputy", "customer").order_by("imposed_at", "pk")


def is_renamed_since(restriction: Restriction, letter: Letter) -> bool:
    """Return whether it names somebody else since a letter about it was issued: that letter does not tell of them. Policy §12."""
    if not restriction.people or not letter.issued_at:
        return False
    renamed = restriction.history.filter(event=RestrictionEvent.RENAME, history_date__gte=letter.issued_at)
    return renamed.exists()


def is_withheld_since(restriction: Restriction, letter: Letter) -> bool:
    """Return whether it was decided not to tell of it since a letter was begun: whoever began it did not mean to tell all the same. Policy §12."""
    withheld = restriction.history.filter(
        event=RestrictionEvent.LEAVE_UNNOTIFIED, history_date__gte=letter.created_at
    )
    return withheld.exists()


@read_once
def decision_in(letter: Letter) -> ManagementDecision:
    (decision,) = kept_records(ManagementDecision, decisions_of_letter, letter.pk)
    return decision


def decisions_of_letter(letter: int) -> QuerySet[ManagementDecision]:
    return ManagementDecision.objects.filter(letters=letter)


def unnotified_ends(letters: QuerySet[Letter]) -> QuerySet[Restriction]:
    """Return the restrictions that ended after their customer had been told of them, though none of these letters says so. Policy §12."""
    return Restriction.objects.filter(is_end_unnotified(letters), customer_notified_on__isnull=False)


def is_end_unnotified(letters: QuerySet[Letter]) -> Q:
    """Return the condition of restrictions that they ended, and none of these letters says so."""
    telling = letters.filter(kind=LetterCode.RESTRICTION_ENDED, restrictions=OuterRef("pk"))
    ended = Q(status__in=(RestrictionStatus.LIFTED, RestrictionStatus.EXPIRED))
    return ended & ~Q(Exists(telling)) & ~is_told_elsewhere(News.ITS_END)


def ended_on(restriction: Restriction) -> date:
    """Return the last day of what expired, unless it ended sooner; else the day on which it was lifted."""
    ending = restriction.history.filter(event__in=(RestrictionEvent.LIFT, RestrictionEvent.EXPIRE)).latest(
        "sequence"
    )
    recorded_on = timezone.localdate(ending.history_date)
    if restriction.status == RestrictionStatus.EXPIRED and restriction.ends_on:
        return min(restriction.ends_on, recorded_on)
    return recorded_on


def interim_in(letter: Letter) -> InterimMeasure:
    return letter.interim_measures.get()


def predates_extension(letter: Letter, interim: InterimMeasure) -> bool:
    """Return whether it was issued before the interim measure was made longer, so that it names an earlier last day."""
    return bool(letter.issued_at and interim.extended_at and letter.issued_at < interim.extended_at)


def standing_restriction_under(decision: ManagementDecision) -> Restriction | None:
    return decision.restrictions.filter(status__in=STANDING).order_by("pk").first()


def letters_about(restriction: Restriction, user: StaffMember) -> QuerySet[Letter]:
    """Return the letters that told of it, and a draft that will, newest first."""
    about = Restriction.letters.through.objects.filter(restriction=restriction).values("letter")
    if restriction.decision_id and not restriction.is_notification_settled:
        drafts = ManagementDecision.letters.through.objects.filter(
            managementdecision=restriction.decision_id,
            letter__kind=LetterCode.RESTRICTION_DECIDED,
            letter__status=LetterStatus.DRAFT,
        )
        about = about.union(drafts.values("letter"))
    return Letter.objects.visible_to(user).filter(pk__in=about).order_by("-created_at", "-pk")


def letters_of_decision(decision: int, user: StaffMember) -> QuerySet[Letter]:
    return Letter.objects.visible_to(user).filter(decisions=decision).order_by("-created_at", "-pk")
