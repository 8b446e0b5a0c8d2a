"""Customers of the demonstration who are asked not to contact a colleague."""

from functools import partial

from cha_engagement.demo.customers import customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from cha_engagement.organisation.calendar import today
from incidents.contact_requests import actions

from .script import CONTACT_REQUESTS, NotToContact


def plan_contact_requests(demonstration: Demonstration) -> None:
    for scripted in CONTACT_REQUESTS:
        demonstration.plan(scripted.ago, "15:10", partial(record_request, demonstration, scripted))
        if scripted.taken_back:
            demonstration.plan(
                scripted.taken_back_ago, "09:40", partial(take_back_request, demonstration, scripted)
            )


def record_request(demonstration: Demonstration, scripted: NotToContact) -> None:
    by = person(scripted.by)
    demonstration.records[scripted.name] = actions.record_contact_request(
        customer=customer(scripted.customer),
        by=by,
        submission=demonstration.submission(),
        colleague=person(scripted.colleague),
        asked_by=by,
        on=today(),
        how=scripted.how,
        why=scripted.why,
        open_channel=scripted.open_channel,
    )


def take_back_request(demonstration: Demonstration, scripted: NotToContact) -> None:
    asked = demonstration.recall(scripted.name)
    actions.take_back_contact_request(
        request=asked,
        by=person(scripted.by),
        version=asked.version,
        taken_back_reason=scripted.taken_back,
    )
