import pytest
from django.db.models import Q

from cha_engagement.customers.interfaces import CustomerPage, EventKind, EventSource, Flag, LookUps
from cha_engagement.customers.models import Customer
from cha_engagement.desk.checks import find_desk_faults, find_shared_prefixes
from cha_engagement.letters.interfaces import LetterKinds, letter_kinds
from cha_engagement.lists.interfaces import Lists, list_definitions
from cha_engagement.staff.interfaces import ORDINARY, TaskKind, Tasks
from restrictions.breaches.desk import Desk
from restrictions.breaches.models import Breach
from tests.desks import add_desk


def test_what_apps_give_has_no_fault():
    assert [*find_desk_faults()] == []


@pytest.mark.parametrize(
    ("interface", "answers", "fault"),
    [
        (
            Tasks,
            {"task_kinds": {"incident.assess": TaskKind("Decide", "incident", ORDINARY)}},
            "The task 'incident.assess' is given 2 times: give one of them another code.",
        ),
        (
            Tasks,
            {"task_kinds": {"new.task": TaskKind(" ", "incident", ORDINARY)}},
            "The task 'new.task' has no title.",
        ),
        (
            Tasks,
            {"task_kinds": {"new.task": TaskKind("Do it", "nowhere", ORDINARY)}},
            "The task 'new.task' leads to the page 'nowhere', which does not exist.",
        ),
        (
            CustomerPage,
            {"event_kinds": {"incident.log": EventKind("Logged", "incident")}},
            "The event 'incident.log' is given 2 times: give one of them another code.",
        ),
        (
            Tasks,
            {"task_kinds": {"new.task": TaskKind("Do it", "incident", ORDINARY)}},
            "The task 'new.task' has no TaskSource: put it among the kinds of one in task_sources.",
        ),
        (CustomerPage, {"event_kinds": {"new.log": EventKind("", "")}}, "The event 'new.log' has no title."),
        (
            CustomerPage,
            {"event_kinds": {"new.log": EventKind("Logged", "incident")}},
            "The event 'new.log' has no EventSource: name one of its model in event_sources.",
        ),
        (
            CustomerPage,
            {"event_sources": (EventSource(Breach, "contact__customer__merged_into"),)},
            "The events of Breach would not follow to another customer: 'contact__customer__merged_into' goes through "
            "more than one record.",
        ),
        (
            LookUps,
            {"flags": {"adjusted": Flag("Adjusted", Q, Customer.objects.all)}},
            "The flag 'adjusted' is given 2 times: give one of them another code.",
        ),
    ],
)
def test_what_an_app_gives_twice_or_by_half_is_found(monkeypatch, interface, answers, fault):
    add_desk(monkeypatch, interface, **answers)
    assert fault in find_desk_faults()


@pytest.mark.parametrize(
    ("interface", "name", "given", "what"),
    [
        (LetterKinds, "letter_kinds", letter_kinds, "kind of letter"),
        (Lists, "lists", list_definitions, "list"),
    ],
)
def test_letters_and_lists_of_one_code_are_found(monkeypatch, interface, name, given, what):
    code, definition = next(iter(given().items()))
    add_desk(monkeypatch, interface, **{name: (definition,)})
    assert [*find_desk_faults()] == [f"The {what} '{code}' is given 2 times: give one of them another code."]


@pytest.mark.parametrize(
    ("left_out", "fault"),
    [
        ("event_sources", "Name EVENT_SOURCES of restrictions/breaches/timeline.py in its Desk."),
        ("task_links", "Name TASK_LINKS of restrictions/breaches/tasks.py in its Desk."),
        (
            "task_kinds",
            "The task 'breach.settle' has no TaskKind: put it into task_kinds of its Desk.",
        ),
        (
            "task_links",
            "Tasks about Breach would keep their old customer: give a TaskLink from Contact.",
        ),
    ],
)
def test_what_a_desk_leaves_out_is_found(monkeypatch, left_out, fault):
    monkeypatch.delattr(Desk, left_out)
    assert fault in find_desk_faults()


def test_two_models_that_share_a_prefix_are_found():
    models = [Customer, type("Custom", (), {"PREFIX": "CUS"})]
    assert [*find_shared_prefixes(models)] == [
        "Custom and Customer share the prefix 'CUS': give one of them another."
    ]
