"""The answers of all desks together, as pages ask for them, and stand-ins for them."""

import datetime
from typing import Any

import time_machine

from cha_engagement.core import interfaces
from cha_engagement.core.interfaces import desks
from cha_engagement.customers.interfaces import CustomerPage
from cha_engagement.desk import daily
from cha_engagement.desk.waiting import waiting_tasks
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.interfaces import task_kinds
from cha_engagement.staff.models import Notice


def task_rows(user, *kinds: str) -> list[dict[str, Any]]:
    """Return what waits for somebody now: of these kinds, or all of it."""
    tasks = waiting_tasks(user).select_related("customer", "note_about").order_by("kind", "record")
    return [
        {
            "kind": task.kind,
            "reference": task.reference,
            "name": task.customer.name if task.customer else task.name,
            "due_on": task.due_on or today(),
            "note": task.note_about.first_name if task.note_about else task.note,
            "url": task_kinds()[task.kind].url(
                task.reference, task.customer.reference if task.customer else ""
            ),
        }
        for task in (tasks.filter(kind__in=kinds) if kinds else tasks)
    ]


def travel_to(day, hour=12):
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(hour), datetime.UTC), tick=False)


def chase(day) -> dict[str, str]:
    """Chase on the morning of a day, and return what each is told, by their name."""
    with travel_to(day, hour=7):
        told = set(Notice.objects.values_list("pk", flat=True))
        daily.chase_tasks(today())
        return {
            notice.recipient.username: notice.text
            for notice in Notice.objects.exclude(pk__in=told).order_by("pk")
        }


def card_lines(customer):
    return [line for desk in desks(CustomerPage) for line in desk.card_lines(customer)]


def card_texts(customer) -> list[str]:
    return [line.text for line in card_lines(customer)]


def add_desk(monkeypatch, interface: type, **answers: Any) -> None:
    """Have one more app answer an interface, as the lowest of all."""
    stand_in = type(
        "StandIn", (interface,), {name: build_member(answer) for name, answer in answers.items()}
    )()
    monkeypatch.setattr(interfaces, "loaded", [*interfaces.loaded, stand_in])


def replace_answers(monkeypatch, interface: type[Any], **answers: Any) -> None:
    """Have a stand-in alone give these answers, by the name of the method or the attribute."""
    for desk in desks(interface):
        for name in answers:
            default = getattr(interface, name)
            monkeypatch.setattr(desk, name, default.__get__(desk) if callable(default) else default)
    add_desk(monkeypatch, interface, **answers)


def build_member(answer: Any) -> Any:
    return staticmethod(answer) if callable(answer) else answer
