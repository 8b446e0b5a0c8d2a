"""Who looks again at a restriction, and who hears an appeal."""

from collections.abc import Iterable
from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction
from restrictions.rules import permissions as restrictions_policy

from .. import hearing
from ..enums import OPEN, AppealStatus
from ..models import Appeal, AppealedRestriction, Review


def may_hold(user: StaffMember, review: Review) -> Refusal | None:
    """A manager; for the complaints process, the Management Team alone. Policy §23, 54."""
    if not user.has_perm("reviews.hold_review"):
        return Refusal("Only a manager reviews a restriction.", "23")
    return restrictions_policy.may_vary(user, review.restriction)


def may_log(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("reviews.log_appeal"):
        return Refusal("Only staff who deal with customers log appeals.", "22")
    return None


def may_read(user: StaffMember, appeal: Appeal) -> bool:
    """As `Appeal.objects.visible_to`, for one that is known to be there."""
    return user.has_perm("reviews.view_appeal") or appeal.received_by_id == user.pk


def reads_reasons(user: StaffMember, appeal: Appeal) -> bool:
    """Whether it is theirs to read why it was decided so, and what others wrote: having logged it says nothing of what they need. Policy §65."""
    return user.has_perm("reviews.view_appeal") or appeal.customer.assigned_to_id == user.pk


def may_hear(user: StaffMember, appeal: Appeal) -> Refusal | None:
    """The Executive Team, without those who had a part in it; where nobody is left, who was named. Policy §22."""
    return hearing.of(appeal, user).refusal(user)


def may_name(user: StaffMember, appeal: Appeal) -> Refusal | None:
    """Where nobody on the Executive Team is left to hear it, the association names a substitute through its Management Team. Policy §22."""
    who = hearing.of(appeal, user)
    if not who.namers:
        return Refusal("Somebody on the Executive Team can hear this appeal, so nobody is named.", "22")
    if user not in who.namers:
        names = ", ".join(map(str, who.namers))
        return Refusal(f"Who hears this appeal is named by {names}.", "22")
    return None


def may_be_named(appeal: Appeal, substitute: StaffMember) -> Refusal | None:
    """A substitute had no more part in it than an executive may have had. Policy §22."""
    if hearing.of(appeal).candidates.filter(pk=substitute.pk).exists():
        return None
    return Refusal("Choose somebody who had no part in what it is about.", "22", "substitute")


def may_acknowledge(user: StaffMember, appeal: Appeal) -> Refusal | None:
    """Saying that an appeal has arrived decides nothing, so anybody in the Executive Team may."""
    return None if user.has_perm("reviews.hear_appeal") else may_hear(user, appeal)


may_withdraw = may_hear
"""To record that the customer takes it back ends it, so whoever had a part in what it is about does not."""


def may_suspend(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Those who may hear the appeal that it is under; they apply it again too. Policy §22."""
    appeal = Appeal.objects.filter(appealed__restriction=restriction, status__in=OPEN).first()
    if appeal is None:
        return Refusal("Only a restriction under appeal is suspended.", "22")
    return may_hear(user, appeal)


def may_resume(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Those who may hear the appeal for which it was suspended or, once it is decided, the panel. Policy §22."""
    appealed = AppealedRestriction.objects.filter(restriction=restriction, suspended=True)
    latest = appealed.select_related("appeal").order_by("pk").last()
    if latest is None:
        return Refusal("Only a restriction that was suspended for an appeal is applied again.", "22")
    if latest.appeal.status == AppealStatus.DECIDED:
        return may_change_on_appeal(user, restriction)
    return may_hear(user, latest.appeal)


def panel_may_hear(appeal: Appeal, panel: Iterable[StaffMember], *, reader: StaffMember) -> Iterable[Refusal]:
    """Each on the panel may hear the appeal. Policy §22."""
    who = hearing.of(appeal, reader)
    for person in panel:
        if refusal := who.refusal(person):
            yield Refusal(refusal.sentence, refusal.paragraph, "panel")


def may_change_on_appeal(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Those on the panel that has just decided on it carry out what they decided, and once it is given nobody does. Policy §22."""
    to_give = AppealedRestriction.objects.filter(
        restriction=restriction, appeal__status="decided", outcome=""
    )
    if to_give.filter(appeal__panel=user).exists():
        return None
    return Refusal("Only the panel that hears the appeal changes this restriction.", "22")


def may_write(user: StaffMember, record: Any) -> Refusal | None:
    """A letter about an appeal or a review comes from those who may acknowledge the one or hold the other."""
    return may_acknowledge(user, record) if isinstance(record, Appeal) else may_hold(user, record)
