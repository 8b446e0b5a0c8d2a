"""Interfaces of apps and folders above: who may change a restriction because of an appeal, what binds, and what stands beside one."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import DateField, Q, Value
from django.db.models.expressions import Combinable

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import SideBox
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident

if TYPE_CHECKING:
    from .contact_plan import AnyRestriction
    from .models import ManagementDecision, Restriction


class RestrictionPage:
    def restriction_side_box(self, restriction: "Restriction", user: StaffMember) -> SideBox | None:
        """Return the records that stand on a restriction, shown beside it, in one query."""
        return None


class SecondLooks:
    def second_look_box(
        self, record: "ManagementDecision | AnyRestriction", user: StaffMember
    ) -> SideBox | None:
        """Return what stands beside a decision or a measure that somebody took though they had a part in it. Policy §13."""
        return None


def second_look_boxes(record: "ManagementDecision | AnyRestriction", user: StaffMember) -> list[SideBox]:
    """Return who else looks or looked at it, where whoever had a part in it decided, or a version of it; of all others nothing is asked."""
    decision = getattr(record, "decision", None)
    decided_so = record.involvement_reason or (decision and decision.involvement_reason)
    if not (decided_so or getattr(record, "supersedes_id", None)):
        return []
    return [box for desk in desks(SecondLooks) if (box := desk.second_look_box(record, user))]


class RestrictionRows:
    """What stands in the row of a restriction in a list."""

    def next_review_on(self) -> Combinable:
        """Return the day of its next review, for a query about restrictions."""
        raise NotImplementedError


def next_review_on() -> Combinable:
    return next((desk.next_review_on() for desk in desks(RestrictionRows)), Value(None, DateField()))


class News(StrEnum):
    """News of a restriction that a letter about a record of an app above may tell instead, so that no other has to."""

    NEW_VERSION = "a new version of a restriction"
    ITS_END = "the end of a restriction"


class RestrictionRules:
    """The rules of apps above on imposing restrictions, and on telling customers of them."""

    def check_bindings(
        self, measure: "AnyRestriction", incidents: Iterable[Incident], evidence: Iterable[Evidence]
    ) -> list[Refusal]:
        """Return why a restriction or an interim measure cannot be imposed on these: what was decided above, or is asked for, binds."""
        return []

    def told_elsewhere(self, news: News) -> Q | None:
        """Return of which restrictions a letter about a record of ours tells this."""
        return None


def is_told_elsewhere(news: News) -> Q:
    """Return the condition of restrictions of which letters about records of apps above tell this."""
    result = Q(pk__in=[])
    for desk in desks(RestrictionRules):
        if condition := desk.told_elsewhere(news):
            result |= condition
    return result


class AppealRules:
    """Who may change a restriction because of an appeal. Where no app hears appeals nobody may. Policy §22."""

    def may_suspend(self, user: StaffMember, restriction: "Restriction") -> Refusal | None:
        raise NotImplementedError

    def may_resume(self, user: StaffMember, restriction: "Restriction") -> Refusal | None:
        raise NotImplementedError

    def may_change_on_appeal(self, user: StaffMember, restriction: "Restriction") -> Refusal | None:
        raise NotImplementedError
