"""A refusal that asks for an answer names a question that some form asks: else whoever is refused has nowhere to give it."""

import ast
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.urls import get_resolver

from cha_engagement.core.forms import WordedForm
from restrictions.kinds import KINDS

OURS = ("cha_engagement", "incidents", "restrictions", "reviews")


ELSEWHERE = {
    ("incidents", "signatory"): "letters",  # whom its customer harmed signs no letter
    ("reviews", "incidents"): "restrictions",  # what a panel ended is not imposed again on the same ground
}
"""Questions that the form of another app asks than that which refuses the answer."""


def find_app(parts):
    """Return the app that a file or a module belongs to; what is shared by all is one too."""
    return parts[1] if parts[0] == "cha_engagement" and len(parts) > 2 else parts[0]


def syntax_trees():
    for name in OURS:
        for path in (Path(settings.BASE_DIR) / name).rglob("*.py"):
            if not {"demo", "migrations"}.intersection(path.parts):
                yield find_app(path.relative_to(settings.BASE_DIR).parts), ast.parse(path.read_text())


def refused_fields():
    """Yield the fields that refusals name, each with the app whose refusal it is."""
    for app, tree in syntax_trees():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refusal":
                names = [*call.args[2:3], *(word.value for word in call.keywords if word.arg == "field")]
                yield from (
                    (app, name.value) for name in names if isinstance(name, ast.Constant) and name.value
                )


def form_fields():
    """Yield the questions that forms ask, each with the app of its form: declared, or put in as the form is made."""
    assert get_resolver().url_patterns, "which loads every form"
    waiting: list[type[forms.BaseForm]] = [WordedForm, forms.ModelForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        yield from ((find_app(form.__module__.split(".")), name) for name in getattr(form, "base_fields", {}))
    for kind in KINDS.values():
        yield from (("restrictions", name) for name in kind.form_fields())
    for app, tree in syntax_trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                yield from ((app, key) for target in node.targets for key in assigned_field(target))
            if isinstance(node, ast.Dict):
                yield from (
                    (app, key.value)
                    for key in node.keys
                    if isinstance(key, ast.Constant) and is_field(node, key)
                )


def assigned_field(target):
    if isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith("fields"):
        yield from [target.slice.value] if isinstance(target.slice, ast.Constant) else []


def is_field(node, key):
    value = node.values[node.keys.index(key)]
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(("Field", "words"))


@pytest.mark.django_db
def test_every_question_that_a_refusal_names_is_asked_by_a_form_of_its_app():
    names, questions = set(refused_fields()), set(form_fields())
    assert {
        ("reviews", "outcome"),
        ("restrictions", "open_channels_reason"),
        ("evidence", "sealed_reason"),
    } <= names
    assert names - questions == ELSEWHERE.keys()
    assert {(app, field) for (_, field), app in ELSEWHERE.items()} <= questions
