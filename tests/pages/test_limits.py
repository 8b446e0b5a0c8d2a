"""Every form refuses texts that are too long and dates that nobody can mean, and keeps what was typed."""

import pytest
from django import forms
from django.urls import reverse
from lxml import html

from cha_engagement.customers.fields import LinesField
from cha_engagement.lists.interfaces import list_definitions
from restrictions.kinds import KINDS

from .routes import path_of_form
from .test_malformed import FORMS

TOO_LONG = 119  # characters more than a field takes


def text_fields(fields):
    others = LinesField | forms.UUIDField | forms.EmailField
    return {
        name: field
        for name, field in fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, others) and not field.widget.is_hidden
    }


def date_fields(fields):
    return {
        name: field
        for name, field in fields.items()
        if isinstance(field, forms.DateField | forms.DateTimeField)
    }


@pytest.mark.parametrize("route", FORMS)
def test_too_long_texts_and_mistyped_years_are_refused_beside_their_fields(world, ask, route):
    path = path_of_form(route, world)
    answers = ((who, ask(who, "post", path)) for who in ("manager", "management", "executive", "officer"))
    who, page = next((who, answer) for who, answer in answers if answer.status_code == 422)
    assert not html.fromstring(page.content).xpath("//@maxlength"), "the browser would cut what is pasted"
    fields = page.context["form"].fields
    assert [name for name, field in text_fields(fields).items() if not field.max_length] == []
    long = {
        name: f"{name} {'x' * (field.max_length + TOO_LONG)}" for name, field in text_fields(fields).items()
    }
    years = {
        name: "0026-11-28T10:00" if isinstance(field, forms.DateTimeField) else "0026-11-28"
        for name, field in date_fields(fields).items()
    }
    answer = ask(who, "post", path, long | years)
    errors = answer.context["form"].errors
    for name, text in long.items():
        assert f"Shorten it to {fields[name].max_length}." in " ".join(errors[name])
        assert text in answer.content.decode()
    for name, text in years.items():
        assert "check the year" in " ".join(errors[name])
        assert text in answer.content.decode()


@pytest.mark.django_db
def test_every_kind_of_restriction_bounds_its_texts():
    for kind in KINDS.values():
        assert [name for name, field in text_fields(kind.form_fields()).items() if not field.max_length] == []


@pytest.mark.parametrize("name", [*sorted(list_definitions()), "look_up"])
def test_no_list_lets_the_browser_cut_pasted_text(ask, name):
    assert not html.fromstring(ask("manager", "get", reverse(name)).content).xpath("//@maxlength")


def test_the_sign_in_page_does_not_cut_pasted_text(ask):
    page = ask("anonymous", "get", reverse("account_login"))
    assert not html.fromstring(page.content).xpath("//@maxlength")


def test_a_long_look_up_says_how_much_of_it_counts(ask):
    answer = ask("manager", "post", "/look-up/", {"q": "x" * 101, "fragment": "1"})
    assert "only its first 100 characters" in answer.content.decode()
