"""Interim measures: who may set, extend and end one, and on what. Beyond the policy: B21."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.timezone import localdate

from cha_engagement.core.reasons import check_reasons
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from incidents.enums import THREATS
from incidents.models import Incident
from incidents.rules import may_decide_on
from restrictions.kinds.channels import channel_labels, in_channel_order
from restrictions.models import InterimMeasure
from restrictions.queries import stands
from restrictions.rules import decision

from .channels import check_needs, check_open_channel
from .evidence import check_chosen_records


def may_write_interim_letter(
    user: StaffMember, interim: InterimMeasure, letter: Letter | None = None
) -> Refusal | None:
    if refusal := decision.may_write_letter(user, interim):
        return refusal
    if letter is None and not stands(interim):
        return Refusal("This interim measure has ended: there is nothing to tell of it any more.", "B21")
    if letter is None and interim.is_decided:
        return Refusal(
            "It was decided what follows: the letter about that decision is the one to write.", "12"
        )
    return None


NEW_MONTHS = 1
"""How long an interim measure can rest on what happened: by then a manager has had the time to decide. Beyond the policy: B21."""


def check_interim(interim: InterimMeasure, incidents: Iterable[Incident]) -> Iterator[Refusal]:
    """What an interim measure has to say, on one screen. Beyond the policy: B2, B5, B21."""
    yield from check_chosen_records(interim.customer, incidents, "incidents", "incident", "B21")
    yield from check_reasons(interim, ("staff_instruction", "reason", "how_notified"))
    yield from check_recent(incidents)
    yield from check_not_chained(interim.customer, incidents)
    if interim.closed and (refusal := check_open_channel(interim, interim.customer)):
        yield replace(refusal, field="closed")
    elif refusal := check_needs(interim, interim.customer):
        yield refusal


def check_not_chained(customer: Customer, incidents: Iterable[Incident]) -> Iterator[Refusal]:
    """After an interim measure only a decision follows, or something new: never another on what was known then. Beyond the policy: B21."""
    if carried := [str(incident) for incident in incidents if incident.interim_measures.exists()]:
        yield Refusal(
            f"{' and '.join(carried)} carried an interim measure before. Rest this on what is new alone, or decide on active "
            "management instead.",
            "B21",
            "incidents",
        )
        return
    last = customer.interim_measures.order_by("-starts_on", "-pk").first()
    if last and incidents and all(localdate(one.created_at) < last.starts_on for one in incidents):
        yield Refusal(
            f"These were known when {last} was set on {uk_date(last.starts_on)}. Decide on active management instead.",
            "B21",
            "incidents",
        )


def check_recent(incidents: Iterable[Incident]) -> Iterator[Refusal]:
    """An interim measure is for what is new. Beyond the policy: B21."""
    since = add_months(today(), -NEW_MONTHS)
    if old := [str(incident) for incident in incidents if localdate(incident.occurred_at) < since]:
        yield Refusal(
            f"{' and '.join(old)} happened more than a month ago. Rest this on what is new alone, or decide on active management instead.",
            "B21",
            "incidents",
        )


def check_not_closed_again(
    interim: InterimMeasure, user: StaffMember, incidents: Iterable[Incident]
) -> Refusal | None:
    """Who closed a way for a while and left it undecided does not close it again on something slight. Beyond the policy: B21."""
    if any(incident.codes.intersection(THREATS) for incident in incidents):
        return None
    for one in interim.customer.interim_measures.undecided().filter(by=user):
        if again := in_channel_order(one.closed_channels & interim.closed_channels):
            return Refusal(
                f"You closed this with {one}, and no decision on active management has followed: {channel_labels(again)}. Decide now, or leave it "
                "to another manager. After violence or a threat it can be closed again.",
                "B21",
                "closed",
            )
    return None


def check_extension(interim: InterimMeasure) -> Refusal | None:
    """Why an interim measure cannot be made longer: it can once, after violence or a threat. Beyond the policy: B21."""
    if interim.extended_at:
        return Refusal("It was made longer once. Decide on active management, or let it lapse.", "B21")
    if not any(incident.codes.intersection(THREATS) for incident in interim.incidents.all()):
        return Refusal(
            "Only after violence or a threat is it made longer. Decide on active management, or let it lapse.",
            "B21",
        )
    return None


def may_set_interim(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("restrictions.impose_restriction"):
        return Refusal("Only a manager sets an interim measure.", "B21")
    return None


def may_end_interim(user: StaffMember, interim: InterimMeasure) -> Refusal | None:
    return may_set_interim(user)


def may_extend_interim(user: StaffMember, interim: InterimMeasure) -> Refusal | None:
    """Where nobody else is there, why it goes on is why they say so. Policy §12, 13; beyond the policy: B21."""
    return may_set_interim(user) or check_extension(interim) or may_decide_on(user, interim.incidents.all())
