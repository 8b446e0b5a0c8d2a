"""Every event of a timeline has a title: without one, the page of whoever took the action would fail."""

import ast
from importlib import import_module

import pytest
from django.apps import apps

from cha_engagement.core.records import RecordWithStatus
from cha_engagement.customers.interfaces import event_kinds, event_sources

from ..syntax import calls_in, modules_of_ours

LEFT_OUT = {
    "incident.send": "it is logged at that moment",
    "breach.suggest": "nobody has said yet that it was one",
    "breach.dismiss": "it was none",
    "review.schedule": "what is to come is in the diary",
    "review.cancel": "what is to come is in the diary",
}
"""Events that a timeline leaves out, with the reason."""
UNTITLED = "Give each a title in EVENT_KINDS of its app's timeline.py, or say in LEFT_OUT why not."


VERBS = ("writing.create_record", "writing.save_record")
NAMING_ARGUMENTS = {"change_status": 1, "change_what_applies": 1, "settle_breach": 1, "can": 0}
"""Functions that take the name of a transition, and its place among their arguments."""


def events_in_code():
    """Yield each event that code names as it writes a record, with the name of the model where it is created."""
    for dotted, tree in modules_of_ours():
        for call in calls_in(tree):
            verb = ast.unparse(call.func)
            if verb in VERBS:
                model = ast.unparse(call.args[0]).lower() if verb == "writing.create_record" else ""
                named = [
                    node for word in call.keywords if word.arg == "event" for node in ast.walk(word.value)
                ]
                members = [ast.unparse(node) for node in named if isinstance(node, ast.Attribute)]
                for member in members:
                    yield model, str(eval(member, vars(import_module(dotted))))


def event_expressions(tree):
    """Yield each expression that names an event or a transition."""
    for call in calls_in(tree):
        place = NAMING_ARGUMENTS.get(ast.unparse(call.func).rpartition(".")[2])
        yield from [] if place is None else call.args[place : place + 1]
        yield from (word.value for word in call.keywords if word.arg in ("event", "event__in"))
    for comparison in (node for node in ast.walk(tree) if isinstance(node, ast.Compare)):
        if ast.unparse(comparison.left).rpartition(".")[2] in ("event", "transition"):
            yield from comparison.comparators


def test_no_code_spells_an_event():
    spelt = [
        f"{dotted}:{node.lineno}: {node.value}"
        for dotted, tree in modules_of_ours()
        for expression in event_expressions(tree)
        for node in ast.walk(expression)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
    ]
    assert not spelt, f"Write a member of the app's enum of events, such as IncidentEvent, instead: {spelt}"


@pytest.fixture
def timeline_models():
    """The names of the models whose events a timeline shows."""
    return {source.model._meta.model_name for source in event_sources()}


def test_every_transition_that_a_timeline_shows_has_a_title(timeline_models):
    with_status = [model for model in apps.get_models() if issubclass(model, RecordWithStatus)]
    kinds = {
        f"{model._meta.model_name}.{transition}"
        for model in with_status
        if model._meta.model_name in timeline_models
        for transition in model.TRANSITIONS
    }
    assert {"incident.assess", "restriction.lift", "appeal.decide", "letter.issue"} <= kinds
    assert kinds - event_kinds().keys() - LEFT_OUT.keys() == set(), UNTITLED


def test_every_event_of_an_action_has_a_title(timeline_models):
    events = set(events_in_code())
    assert {("incident", "log"), ("", "rename"), ("", "translate"), ("", "ask_reader")} <= events
    events_of_models = {f"{model}.{event}" for model, event in events if model in timeline_models}
    assert events_of_models - event_kinds().keys() - LEFT_OUT.keys() == set(), UNTITLED
    titled = {kind.partition(".")[2] for kind in event_kinds()}
    assert {event for model, event in events if not model} - titled == set()


def test_every_title_says_something():
    assert [code for code, kind in event_kinds().items() if not kind.title.strip()] == []
