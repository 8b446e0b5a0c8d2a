"""What stands in a timeline has a title: a step that is new and has none would fail on the page of whoever took it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from cha_engagement.core import hub
from cha_engagement.core.records import RecordWithStatus

OURS = ("cha_engagement", "incidents", "restrictions", "reviews")
UNSHOWN = {
    "incident.send": "it is logged at that moment",
    "breach.suggest": "nobody has said yet that it was one",
    "breach.dismiss": "it was none",
    "review.schedule": "what is to come is in the diary",
    "review.cancel": "what is to come is in the diary",
}
"""Steps that a timeline leaves out, and why."""


def written():
    """Each event that is named as a record is written, with the name of its model where it is created."""
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
            (model, one.value)
            for value in named
            for one in ast.walk(value)
            if isinstance(one, ast.Constant) and one.value
        )


@pytest.fixture
def shown(officer, manager, customer):
    """The names of the models whose events a timeline shows."""
    models = [source(customer, manager).model.instance_type for source in hub.timeline]
    return {model._meta.model_name for model in models}


@pytest.mark.django_db
def test_every_transition_of_what_a_timeline_shows_has_a_title(shown):
    with_status = [model for model in apps.get_models() if issubclass(model, RecordWithStatus)]
    kinds = {
        f"{model._meta.model_name}.{transition}"
        for model in with_status
        if model._meta.model_name in shown
        for transition in model.TRANSITIONS
    }
    assert {"incident.assess", "restriction.lift", "appeal.decide", "letter.issue"} <= kinds
    assert kinds - hub.event_kinds.keys() - UNSHOWN.keys() == set()


@pytest.mark.django_db
def test_every_event_that_is_written_otherwise_has_one_too(shown):
    events = set(written())
    assert {("incident", "log"), ("", "rename"), ("", "translate"), ("", "ask_reader")} <= events
    made = {f"{model}.{event}" for model, event in events if model in shown}
    assert made - hub.event_kinds.keys() - UNSHOWN.keys() == set()
    titled = {kind.partition(".")[2] for kind in hub.event_kinds}
    assert {event for model, event in events if not model} - titled == set()


def test_every_title_says_something():
    assert [code for code, kind in hub.event_kinds.items() if not kind.title.strip()] == []
