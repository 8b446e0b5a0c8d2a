"""Every event of a timeline has a title: without one, the page of whoever took the action would fail."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from cha_engagement.core.interfaces import desks
from cha_engagement.core.records import RecordWithStatus
from cha_engagement.customers.interfaces import CustomerPage, event_kinds

OURS = ("cha_engagement", "incidents", "restrictions", "reviews")
LEFT_OUT = {
    "incident.send": "it is logged at that moment",
    "breach.suggest": "nobody has said yet that it was one",
    "breach.dismiss": "it was none",
    "review.schedule": "what is to come is in the diary",
    "review.cancel": "what is to come is in the diary",
}
"""Events that a timeline leaves out, with the reason."""


def events_in_code():
    """Yield each event that code names as it writes a record, with the name of the model where it is created."""
    for name in OURS:
        for path in (Path(settings.BASE_DIR) / name).rglob("*.py"):
            if not {"demo", "migrations"}.intersection(path.parts):
                yield from events_in(ast.parse(path.read_text()))


def events_in(tree):
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        verb = ast.unparse(call.func)
        if verb not in ("writing.create_record", "writing.save_record"):
            continue
        model = ast.unparse(call.args[0]).lower() if verb == "writing.create_record" else ""
        named = [word.value for word in call.keywords if word.arg == "event"]
        yield from (
            (model, constant.value)
            for value in named
            for constant in ast.walk(value)
            if isinstance(constant, ast.Constant) and constant.value
        )


@pytest.fixture
def timeline_models(officer, manager, customer):
    """The names of the models whose events a timeline shows."""
    models = [
        source.model.instance_type
        for desk in desks(CustomerPage)
        for source in desk.timeline(customer, manager)
    ]
    return {model._meta.model_name for model in models}


@pytest.mark.django_db
def test_every_transition_that_a_timeline_shows_has_a_title(timeline_models):
    with_status = [model for model in apps.get_models() if issubclass(model, RecordWithStatus)]
    kinds = {
        f"{model._meta.model_name}.{transition}"
        for model in with_status
        if model._meta.model_name in timeline_models
        for transition in model.TRANSITIONS
    }
    assert {"incident.assess", "restriction.lift", "appeal.decide", "letter.issue"} <= kinds
    assert kinds - event_kinds().keys() - LEFT_OUT.keys() == set()


@pytest.mark.django_db
def test_every_event_of_an_action_has_a_title(timeline_models):
    events = set(events_in_code())
    assert {("incident", "log"), ("", "rename"), ("", "translate"), ("", "ask_reader")} <= events
    events_of_models = {f"{model}.{event}" for model, event in events if model in timeline_models}
    assert events_of_models - event_kinds().keys() - LEFT_OUT.keys() == set()
    titled = {kind.partition(".")[2] for kind in event_kinds()}
    assert {event for model, event in events if not model} - titled == set()


def test_every_title_says_something():
    assert [code for code, kind in event_kinds().items() if not kind.title.strip()] == []
