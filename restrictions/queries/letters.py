"""What letters about decisions and restrictions tell of, and what is still to tell."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from cha_engagement.core import hub
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.models import InterimMeasure, ManagementDecision, Restriction

NEW_VERSION, ITS_END = "a new version of a restriction", "the end of a restriction"
"""What a letter of an app above may tell instead: names for `hub.tells`."""


def unnotified_restrictions(decision: ManagementDecision) -> list[Restriction]:
    """The restrictions that a letter about a decision would tell of: those of which no letter tells or is about to.

    What names somebody else since it was told is told again. What it was decided not to tell is told by a letter of its own, so
    that no other gives it away. Policy §12, 23.
    """
    found = list(
        Restriction.objects.filter(decision=decision, customer_notified_on=None, status__in=STANDING)
        .filter(~Exists(Letter.objects.unsent().filter(restrictions=OuterRef("pk"))))
        .exclude(hub.told_by_holders(NEW_VERSION), letters=None)
        .select_related("named_contact", "deputy", "customer")
        .order_by("imposed_at", "pk")
    )
    return [one for one in found if not one.not_notified_reason] or found


def restrictions_in(letter: Letter) -> list[Restriction]:
    """The restrictions that a letter tells of."""
    found = letter.restrictions.select_related("named_contact", "deputy", "customer")
    return list(found.order_by("imposed_at", "pk"))


def decision_in(letter: Letter) -> ManagementDecision:
    return letter.decisions.get()


def unnotified_ends(letters: QuerySet[Letter]) -> QuerySet[Restriction]:
    """The restrictions that ended after their customer had been told of them, though none of these letters says so. Policy §12."""
    return Restriction.objects.filter(is_end_unnotified(letters), customer_notified_on__isnull=False)


def is_end_unnotified(letters: QuerySet[Letter]) -> Q:
    """Of restrictions: they ended, and none of these letters says so."""
    said = letters.filter(kind="restriction_ended", restrictions=OuterRef("pk"))
    ended = Q(status__in=(RestrictionStatus.LIFTED, RestrictionStatus.EXPIRED))
    return ended & ~Q(Exists(said)) & ~hub.told_by_holders(ITS_END)


def ended_on(restriction: Restriction) -> date:
    """The last day of what expired, unless it ended sooner; else the day on which it was lifted."""
    moved = localdate(
        restriction.history.filter(event__in=("lift", "expire")).latest("sequence").history_date
    )
    if restriction.status == RestrictionStatus.EXPIRED and restriction.ends_on:
        return min(restriction.ends_on, moved)
    return moved


def interim_in(letter: Letter) -> InterimMeasure:
    return letter.interim_measures.get()


def stands(interim: InterimMeasure) -> bool:
    return InterimMeasure.objects.in_force().filter(pk=interim.pk).exists()


def predates_extension(letter: Letter, interim: InterimMeasure) -> bool:
    """Whether it was issued before the measure was made longer, so that it names an earlier last day."""
    return bool(letter.issued_at and interim.extended_at and letter.issued_at < interim.extended_at)


def standing_restriction_under(decision: ManagementDecision) -> Restriction | None:
    return decision.restrictions.filter(status__in=STANDING).order_by("pk").first()


def letters_about(restriction: Restriction, user: StaffMember) -> QuerySet[Letter]:
    """Those that told of it, and a draft that will, newest first."""
    about = Restriction.letters.through.objects.filter(restriction=restriction).values("letter")
    if restriction.decision_id and not restriction.is_notification_settled:
        drafts = ManagementDecision.letters.through.objects.filter(
            managementdecision=restriction.decision_id,
            letter__kind="restriction_decided",
            letter__status="draft",
        )
        about = about.union(drafts.values("letter"))
    return Letter.objects.visible_to(user).filter(pk__in=about).order_by("-created_at", "-pk")
