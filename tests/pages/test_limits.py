"""What is too long is said and kept, and no date is taken that nobody can mean: on every page that asks for something."""

import pytest
from django import forms
from django.urls import reverse
from lxml import html

from cha_engagement.core.hub import list_definitions
from cha_engagement.customers.fields import LinesField
from restrictions.kinds import KINDS

from .routes import RECORDS, path_of
from .test_malformed import FORMS

TOO_LONG = 119  # characters more than a field takes


def texts(fields):
    others = LinesField | forms.UUIDField | forms.EmailField
    return {
        name: field
        for name, field in fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, others) and not field.widget.is_hidden
    }


def dates(fields):
    return {
        name: field
        for name, field in fields.items()
        if isinstance(field, forms.DateField | forms.DateTimeField)
    }


@pytest.mark.parametrize("route", FORMS)
def test_too_long_a_text_and_a_mistyped_year_are_said_beside_their_question_and_come_back(world, ask, route):
    path = path_of(route, world.own if RECORDS.get(route) in world.own else world.other)
    answers = ((who, ask(who, "post", path)) for who in ("manager", "management", "executive", "officer"))
    who, page = next((who, answer) for who, answer in answers if answer.status_code == 422)
    assert not html.fromstring(page.content).xpath("//@maxlength"), "the browser would cut what is pasted"
    fields = page.context["form"].fields
    assert [name for name, field in texts(fields).items() if not field.max_length] == []
    long = {name: f"{name} {'x' * (field.max_length + TOO_LONG)}" for name, field in texts(fields).items()}
    years = {
        name: "0026-11-28T10:00" if isinstance(field, forms.DateTimeField) else "0026-11-28"
        for name, field in dates(fields).items()
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
        assert [name for name, field in texts(kind.form_fields()).items() if not field.max_length] == []


@pytest.mark.parametrize("name", [*sorted(list_definitions), "look_up"])
def test_no_other_page_lets_the_browser_cut_what_is_pasted(ask, name):
    assert not html.fromstring(ask("manager", "get", reverse(name)).content).xpath("//@maxlength")


def test_nor_does_the_page_on_which_one_signs_in(ask):
    page = ask("anonymous", "get", reverse("account_login"))
    assert not html.fromstring(page.content).xpath("//@maxlength")


def test_a_long_look_up_says_how_much_of_it_counts(ask):
    answer = ask("manager", "post", "/look-up/", {"q": "x" * 101, "fragment": "1"})
    assert "only its first 100 characters" in answer.content.decode()
