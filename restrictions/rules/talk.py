"""A talk in which a restriction was explained: who records it, when it was, and who counts. Policy §12, 23; beyond the policy: B23."""

from collections.abc import Iterable
from datetime import date

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions import queries
from restrictions.enums import TO_CUSTOMER
from restrictions.models import Restriction


def may_record_talk(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Let those who deal with customers say that they explained it, unless its customer is not to be told of it. Policy §12, 23."""
    if not user.has_perm(Permission.LOG_CONTACTS):
        return Refusal("Only staff who deal with customers record that they explained a restriction.", "12")
    if restriction.not_notified_reason:
        return Refusal("It was decided not to tell the customer of this: nobody explains it to them.", "12")
    return None


def check_talked_on(restriction: Restriction, day: date) -> list[Refusal]:
    """Refuse a day to come, and one before there was anything to explain. Policy §12."""
    if day > today():
        return [Refusal("This day is in the future. Record the talk once you have had it.", "", "talked_on")]
    if restriction.imposed_at and day < localdate(restriction.imposed_at):
        imposed_on = uk_date(restriction.imposed_at)
        return [Refusal(f"It was imposed on {imposed_on}, later than that.", "", "talked_on")]
    return []


def check_also_explained(restriction: Restriction, others: Iterable[Restriction]) -> list[Refusal]:
    """Refuse in one talk what another decision restricts: its letter is another one. Policy §12."""
    if all(other.decision_id == restriction.decision_id for other in others):
        return []
    sentence = "Choose what the same decision restricts. Record a talk about another decision on its own."
    return [Refusal(sentence, "", "also_explained")]


def check_explained_to(restriction: Restriction, explained_to: str, day: date) -> list[Refusal]:
    """Ask to whom it was explained: its customer knows once they have heard it, or somebody recorded who speaks for them. Policy §12; B23."""
    if explained_to in (TO_CUSTOMER, *queries.representatives(restriction.customer, day)):
        return []
    sentence = "Say to whom you explained it."
    if explained_to:
        sentence = (
            "This does not count as explained: the customer has to hear it, or somebody who is recorded as speaking for them. Explain it to "
            "one of them."
        )
    return [Refusal(sentence, "12", "explained_to")]
