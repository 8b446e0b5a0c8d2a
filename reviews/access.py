"""The Executive Team reads, through appeals, everything that an open one or one they decided rests on. Policy §22, 65.

Somebody from outside reads so through those that they are named for.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import kept_keys
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.models import Assessment, Incident
from incidents.restorative.models import RestorativeAction
from restrictions.models import ManagementDecision, Restriction

from .enums import OPEN_STATUSES
from .models import Appeal, AppealedRestriction, Review


def appeal_keys(reader: StaffMember) -> QuerySet[Any]:
    """Return the keys of the appeals through which somebody who hears them reads."""
    is_open = Appeal.objects.filter(
        is_about(reader, "customer"), is_open_to(reader), status__in=OPEN_STATUSES
    )
    on_panel = Appeal.panel.through.objects.filter(is_about(reader, "appeal__customer"), staffmember=reader)
    return is_open.values("pk").union(on_panel.values("appeal"), all=True)


def is_about(reader: StaffMember, customer: str) -> Q:
    """Return a `Q` on rows with a path to a customer: it is the one about whom somebody reads, where they read about one alone."""
    return Q() if reader.reads_about is None else Q(**{customer: reader.reads_about})


def is_open_to(reader: StaffMember, appeal: str = "") -> Q:
    """Return a `Q` on rows with a path to an appeal: while it is heard, the reader may hear it, or is named for it from outside."""
    return Q() if reader.has_perm(Permission.HEAR_APPEALS) else Q(**{f"{appeal}substitute": reader})


def appeal_keys_with_additions(reader: StaffMember) -> QuerySet[Any]:
    additions = Appeal.objects.filter(added_to__in=appeal_keys(reader)).values("pk")
    return union_of(Appeal.objects.filter(pk__in=appeal_keys(reader)).values("pk"), additions)


# Keys are collected from the few appeals upwards, along each path apart: a database that is asked for one thing or another at
# once looks through everything instead.


def union_of(*keys: QuerySet[Any]) -> Any:
    # A key may be twice among them: whoever asks for what is in them looks for none twice.
    return keys[0].union(*keys[1:], all=True)


def restriction_keys(reader: StaffMember) -> Any:
    """Return the keys of the restrictions under appeal, and of the versions that a panel eased them to."""
    appealed = AppealedRestriction.objects.filter(is_about(reader, "appeal__customer"))
    is_open = appealed.filter(is_open_to(reader, "appeal__"), appeal__status__in=OPEN_STATUSES)
    was_heard = appealed.filter(appeal__panel=reader)
    # What is open has eased nothing yet.
    eased = was_heard.filter(varied_to__isnull=False)
    return union_of(is_open.values("restriction"), was_heard.values("restriction"), eased.values("varied_to"))


def decision_keys(reader: StaffMember) -> Any:
    decided = Restriction.objects.filter(pk__in=restriction_keys(reader), decision__isnull=False)
    return decided.order_by().values("decision")


def incident_keys(reader: StaffMember) -> Any:
    return union_of(
        Restriction.incidents.through.objects.filter(restriction__in=restriction_keys(reader)).values(
            "incident"
        ),
        ManagementDecision.incidents.through.objects.filter(
            managementdecision__in=decision_keys(reader)
        ).values("incident"),
    )


def restorative_action_keys(reader: StaffMember) -> Any:
    through_decisions = ManagementDecision.restorative_actions.through.objects.filter(
        managementdecision__in=decision_keys(reader)
    )
    return through_decisions.values("restorativeaction")


def evidence_keys(reader: StaffMember) -> Any:
    links = (
        Incident.evidence.through.objects.filter(incident__in=incident_keys(reader)),
        Restriction.evidence.through.objects.filter(restriction__in=restriction_keys(reader)),
        Appeal.documents.through.objects.filter(appeal__in=appeal_keys_with_additions(reader)),
    )
    return union_of(*(link.values("evidence") for link in links))


def letter_keys(reader: StaffMember) -> Any:
    reviews = Review.objects.filter(restriction__in=restriction_keys(reader)).order_by().values("pk")
    links = (
        Restriction.letters.through.objects.filter(restriction__in=restriction_keys(reader)),
        ManagementDecision.letters.through.objects.filter(managementdecision__in=decision_keys(reader)),
        Incident.letters.through.objects.filter(incident__in=incident_keys(reader)),
        Appeal.letters.through.objects.filter(appeal__in=appeal_keys(reader)),
        Review.letters.through.objects.filter(review__in=reviews),
    )
    return union_of(*(link.values("letter") for link in links))


READ_THROUGH: dict[type[Model], Mapping[str, Callable[[StaffMember], Any]]] = {
    Restriction: {"pk": restriction_keys},
    ManagementDecision: {"pk": decision_keys},
    Incident: {"pk": incident_keys},
    # Assessments are read with their reasons, which whoever reported the incident does not read.
    Assessment: {"incident": incident_keys},
    RestorativeAction: {"pk": restorative_action_keys, "incident": incident_keys},
    Review: {"restriction": restriction_keys},
    Evidence: {"pk": evidence_keys},
    Letter: {"pk": letter_keys},
}
"""By model, the fields of its rows through which they are read, each with the keys that it has then."""


def readable(model: type[Model], user: StaffMember) -> Q | None:
    """Return which rows of a model those who hear appeals read. For nobody else is it worked out: their pages would wait for nothing."""
    hears = user.has_perm(Permission.HEAR_APPEALS) or user.has_perm(Permission.HEAR_NAMED_APPEALS)
    if model not in READ_THROUGH or not hears:
        return None
    keys = (Q(**{f"{field}__in": kept_keys(find, user)}) for field, find in READ_THROUGH[model].items())
    return reduce(or_, keys)


def appeals_with_evidence(evidence: Evidence, user: StaffMember) -> QuerySet[Appeal]:
    return Appeal.objects.visible_to(user).filter(documents=evidence)
