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
"""Where a question is asked by the form of another app than that which refuses its answer."""


def app_of(parts):
    """The app that a file or a module belongs to; what is shared by all is one too."""
    return parts[1] if parts[0] == "cha_engagement" and len(parts) > 2 else parts[0]


def trees():
    for name in OURS:
        for path in (Path(settings.BASE_DIR) / name).rglob("*.py"):
            if not {"demo", "migrations"}.intersection(path.parts):
                yield app_of(path.relative_to(settings.BASE_DIR).parts), ast.parse(path.read_text())


def named():
    """The fields that refusals name, each with the app whose refusal it is."""
    for app, tree in trees():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refusal":
                field = [*call.args[2:3], *(word.value for word in call.keywords if word.arg == "field")]
                yield from ((app, one.value) for one in field if isinstance(one, ast.Constant) and one.value)


def asked():
    """The questions that forms ask, each with the app of its form: declared, or put in as the form is made."""
    assert get_resolver().url_patterns, "which loads every form"
    waiting: list[type[forms.BaseForm]] = [WordedForm, forms.ModelForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        yield from ((app_of(form.__module__.split(".")), name) for name in getattr(form, "base_fields", {}))
    for kind in KINDS.values():
        yield from (("restrictions", name) for name in kind.form_fields())
    for app, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                yield from ((app, key) for target in node.targets for key in key_of(target))
            if isinstance(node, ast.Dict):
                yield from (
                    (app, key.value)
                    for key in node.keys
                    if isinstance(key, ast.Constant) and is_field(node, key)
                )


def key_of(target):
    if isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith("fields"):
        yield from [target.slice.value] if isinstance(target.slice, ast.Constant) else []


def is_field(node, key):
    value = node.values[node.keys.index(key)]
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(("Field", "words"))


@pytest.mark.django_db
def test_every_question_that_a_refusal_names_is_asked_by_a_form_of_its_app():
    names, questions = set(named()), set(asked())
    assert {
        ("reviews", "outcome"),
        ("restrictions", "open_channels_reason"),
        ("evidence", "sealed_reason"),
    } <= names
    assert names - questions == ELSEWHERE.keys()
    assert {(app, field) for (_, field), app in ELSEWHERE.items()} <= questions
