"""The answers of all desks together, as pages ask for them, and stand-ins for them."""

from datetime import date
from typing import Any

from cha_engagement.core import interfaces
from cha_engagement.core.interfaces import desks
from cha_engagement.customers.interfaces import CustomerPage
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.interfaces import Tasks


def task_rows(user, on: date | None = None) -> list[dict[str, Any]]:
    return [row for desk in desks(Tasks) for source in desk.tasks(user, on or today()) for row in source]


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
