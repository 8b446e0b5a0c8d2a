"""A refusal that asks for an answer names a question that some form asks: else whoever is refused has nowhere to give it."""

import ast

import pytest
from django import forms
from django.template.loader import render_to_string
from django.urls import get_resolver

from cha_engagement.core.forms import WordedForm
from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.admin import site
from restrictions.kinds import KINDS

from ..syntax import calls_in, modules_of_ours

ELSEWHERE = {
    ("incidents", "incidents"): "restrictions",  # nothing begins at once on one manager's word of a danger
    ("incidents", "signatory"): "letters",  # whom its customer harmed signs no letter
    ("reviews", "incidents"): "restrictions",  # what a panel ended is not imposed again on the same ground
    ("organisation", "promises_adopted_on"): "letters",  # with all that letters say of the association
    ("restrictions", "colleague"): "incidents",  # nobody is asked not to contact their named contact
}
"""Questions that the form of another app asks than that which refuses the answer."""


def find_app(dotted):
    """Return the app that a module belongs to; what is shared by all is one too."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "cha_engagement" and len(parts) > 2 else parts[0]


def refused_fields():
    """Yield the fields that refusals name, each with the app whose refusal it is."""
    for dotted, tree in modules_of_ours():
        for call in calls_in(tree):
            if ast.unparse(call.func) == "Refusal":
                names = [*call.args[2:3], *(word.value for word in call.keywords if word.arg == "field")]
                yield from (
                    (find_app(dotted), name.value)
                    for name in names
                    if isinstance(name, ast.Constant) and name.value
                )


def form_fields():
    """Yield the questions that forms ask, each with the app of its form: declared, or put in as the form is made."""
    assert get_resolver().url_patterns, "which loads every form"
    waiting: list[type[forms.BaseForm]] = [WordedForm, forms.ModelForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        yield from ((find_app(form.__module__), name) for name in getattr(form, "base_fields", {}))
    for kind in KINDS.values():
        yield from (("restrictions", name) for name in kind.form_fields())
    for model, model_admin in site._registry.items():
        yield from ((find_app(type(model_admin).__module__), field.name) for field in model._meta.fields)
    for dotted, tree in modules_of_ours():
        app = find_app(dotted)
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
    if isinstance(target, ast.Attribute):  # its choices, say
        target = target.value
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


@pytest.mark.parametrize(
    ("paragraph", "shown"),
    [("22", "No. (policy §22)"), ("21.1", "No. (policy §21.1)"), ("B36", "No."), ("", "No.")],
)
def test_a_refusal_names_the_policys_paragraph_and_none_that_staff_cannot_look_up(paragraph, shown):
    refusal = Refusal("No.", paragraph)
    assert str(refusal) == shown
    page = render_to_string("403.html", {"refusal": refusal})
    needed = render_to_string("incidents/needed.html", {"needed": [refusal]})
    assert ("Policy paragraph" in page) == ("Policy paragraph" in needed) == ("policy" in shown)
