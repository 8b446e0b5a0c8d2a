"""Interim measures: who may set, extend and end one, and on what. Beyond the policy: B21."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_reasons
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import INBOUND_CHANNELS
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.enums import THREATS
from incidents.models import Incident
from incidents.rules import may_decide_on
from restrictions.kinds.channels import channel_labels, ordered_channels
from restrictions.models import InterimMeasure

from .channels import check_needs, check_needs_confirmed, check_open_channel
from .decision import may_write_letter
from .evidence import check_alive, check_chosen_records, check_decided_before, check_urgency, is_recent

INTERIM_WORKING_DAYS = 5
"""An interim measure stands for so long, the day it is set not counted. Beyond the policy: B21."""

UNASKED_NEEDS = Refusal(
    "Say whether you checked with them how they can reach us, before you close a way of contact.",
    "9",
    "needs_confirmed_with",
)


def may_set_interim(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal("Only a manager sets an interim measure.", "B21")
    return None


def may_end_interim(user: StaffMember, interim: InterimMeasure) -> Refusal | None:
    return may_set_interim(user)


def may_extend_interim(user: StaffMember, interim: InterimMeasure) -> Refusal | None:
    """Let a manager extend it who was not affected; where nobody else is there, why it goes on is why they do. Policy §12, 13; B21."""
    return (
        may_set_interim(user)
        or next(iter(check_extension(interim)), None)
        or may_decide_on(user, interim.incidents.all())
    )


def may_write_interim_letter(
    user: StaffMember, interim: InterimMeasure, letter: Letter | None = None
) -> Refusal | None:
    if refusal := may_write_letter(user, interim):
        return refusal
    if letter is None and not interim.is_in_force:
        return Refusal("This interim measure has ended: there is nothing to tell of it any more.", "B21")
    if letter is None and interim.is_decided:
        return Refusal(
            "It was decided what follows: the letter about that decision is the one to write.", "12"
        )
    return None


def check_interim(interim: InterimMeasure, incidents: Collection[Incident]) -> list[Refusal]:
    """Return what an interim measure still has to say. Beyond the policy: B2, B5, B21."""
    no_channel = check_open_channel(interim, interim.customer) if interim.closed else []
    closes_way_in = not interim.closed_channels.isdisjoint(INBOUND_CHANNELS)
    is_unasked = closes_way_in and not interim.needs_confirmed_with
    return [
        *check_alive(interim.customer),
        *check_chosen_records(interim.customer, incidents, "incidents", "incident", "B21"),
        *check_decided_before(interim, incidents),
        *check_reasons(interim, ("staff_instruction", "reason", "how_notified")),
        *check_recent(incidents),
        *check_not_chained(interim.customer, incidents),
        *(check_urgency(incidents) if interim.closed and incidents else []),
        *(
            [UNASKED_NEEDS]
            if is_unasked
            else check_needs_confirmed(interim, interim.customer, interim.needs_confirmed_with)
        ),
        *(
            [replace(refusal, field="closed") for refusal in no_channel]
            or check_needs(interim, interim.customer)
        ),
    ]


def check_not_chained(customer: Customer, incidents: Iterable[Incident]) -> list[Refusal]:
    """Refuse to set another interim measure on what was known at the last: a decision follows it. Beyond the policy: B21."""
    if carried := [str(incident) for incident in incidents if incident.interim_measures.exists()]:
        return [
            Refusal(
                f"{' and '.join(carried)} carried an interim measure before. Rest this on what is new alone, or decide on active "
                "management instead.",
                "B21",
                "incidents",
            )
        ]
    last = customer.interim_measures.order_by("-starts_on", "-pk").first()
    if last and incidents and all(localdate(incident.created_at) < last.starts_on for incident in incidents):
        return [
            Refusal(
                f"These were known when {last} was set on {uk_date(last.starts_on)}. Decide on active management instead.",
                "B21",
                "incidents",
            )
        ]
    return []


def check_recent(incidents: Iterable[Incident]) -> list[Refusal]:
    """Refuse to set an interim measure on what is not new. Beyond the policy: B21."""
    old = [str(incident) for incident in incidents if not is_recent(incident)]
    if not old:
        return []
    return [
        Refusal(
            f"{' and '.join(old)} happened more than a month ago, as first reported. Rest this on what is new alone, or decide on active management instead. Where "
            "its day was mistyped, whoever decides what follows from it, and did not change it, confirms the day.",
            "B21",
            "incidents",
        )
    ]


def check_not_closed_again(
    interim: InterimMeasure, user: StaffMember, incidents: Iterable[Incident]
) -> list[Refusal]:
    """Refuse to close a channel again, on something slight, to whoever closed it before and left it undecided. Beyond the policy: B21."""
    if any(incident.category_codes.intersection(THREATS) for incident in incidents):
        return []
    for earlier in interim.customer.interim_measures.undecided().filter(by=user):
        if again := ordered_channels(earlier.closed_channels & interim.closed_channels):
            return [
                Refusal(
                    f"You closed this with {earlier}, and no decision on active management has followed: {channel_labels(again)}. Decide now, "
                    "or leave it to another manager. After violence or a threat it can be closed again.",
                    "B21",
                    "closed",
                )
            ]
    return []


def check_extension(interim: InterimMeasure) -> list[Refusal]:
    """Refuse to make an interim measure longer but once, after violence or a threat. Beyond the policy: B21."""
    if interim.extended_at:
        return [Refusal("It was made longer once. Decide on active management, or let it lapse.", "B21")]
    if not any(incident.category_codes.intersection(THREATS) for incident in interim.incidents.all()):
        return [
            Refusal(
                "Only after violence or a threat is it made longer. Decide on active management, or let it lapse.",
                "B21",
            )
        ]
    return []
