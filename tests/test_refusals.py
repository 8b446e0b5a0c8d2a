"""A refusal that asks for an answer names a question that some form asks: else whoever is refused has nowhere to give it."""

import ast
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.urls import get_resolver

from cha_engagement.forms import WordedForm
from restrictions.kinds import KINDS

OURS = ("cha_engagement", "incidents", "restrictions", "reviews")


def trees():
    for name in OURS:
        for path in (Path(settings.BASE_DIR) / name).rglob("*.py"):
            if not {"demo", "migrations"}.intersection(path.parts):
                yield ast.parse(path.read_text())


def named():
    """The fields that refusals name."""
    for tree in trees():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refusal":
                field = [*call.args[2:3], *(word.value for word in call.keywords if word.arg == "field")]
                yield from (one.value for one in field if isinstance(one, ast.Constant) and one.value)


def asked():
    """The questions that forms ask: declared, or put in as the form is made."""
    assert get_resolver().url_patterns, "which loads every form"
    waiting: list[type[forms.BaseForm]] = [WordedForm, forms.ModelForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        yield from getattr(form, "base_fields", {})
    for kind in KINDS.values():
        yield from kind.fields()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                yield from (key for target in node.targets for key in key_of(target))
            if isinstance(node, ast.Dict):
                yield from (
                    key.value for key in node.keys if isinstance(key, ast.Constant) and is_field(node, key)
                )


def key_of(target):
    if isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith("fields"):
        yield from [target.slice.value] if isinstance(target.slice, ast.Constant) else []


def is_field(node, key):
    value = node.values[node.keys.index(key)]
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(("Field", "words"))


@pytest.mark.django_db
def test_every_question_that_a_refusal_names_is_asked_by_some_form():
    names = set(named())
    assert {"outcome", "way_in_reason", "signatory", "sealed_reason"} <= names
    assert names - set(asked()) == set()
