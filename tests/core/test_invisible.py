"""No text keeps invisible characters: no name looks like another, and each is found by what is read."""

import pytest
from django.http import QueryDict

from cha_engagement.core.invisible import strip_invisible
from cha_engagement.customers.forms import AddCustomerForm
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from tests import factories
from tests.staff.accounts import typed_account

pytestmark = pytest.mark.django_db


def clean_form(name, user):
    data = QueryDict(mutable=True)
    data["name"] = name
    form = AddCustomerForm(data, user=user)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    "invisible", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u202a", "\u2066", "\u3164", "\U000e0041"]
)
def test_invisible_characters_are_taken_out(officer, invisible):
    form = clean_form(f"Ann{invisible} Marr", officer)
    assert form.cleaned_data["name"] == "Ann Marr"
    assert clean_form(invisible * 3, officer).errors["name"] == ["“Name” needs an answer."]


@pytest.mark.parametrize("reordering", ["\u202e", "\u202d"])
def test_a_character_that_turns_the_order_round_is_refused(officer, reordering):
    (sentence,) = clean_form(f"Ann {reordering}rraM", officer).errors["name"]
    assert "turns the order of letters round" in sentence
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "👩\u200d🔧",
        "שלום\u200f!",
        "Ann\u00a0Marr",
        "Grüße\n\n水",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f of Scotland",
        "🏴",
        "\u2801\u2800\u2803",
    ],
)
def test_characters_that_a_language_needs_stay(text):
    assert strip_invisible(text) == text


def test_a_flag_hides_no_words():
    """Nor do those letters stay that stand behind no flag, or go on after it."""
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "dismiss them")
    assert strip_invisible(f"🏴{hidden}\U000e007f") == "🏴"
    assert strip_invisible(hidden) == ""


@pytest.mark.parametrize("invisible", ["\u200b", "\u202e"])
def test_no_account_has_an_invisible_character_in_its_name(invisible, signed_in):
    administrator = signed_in(factories.staff("admin", "Administrator"))
    administrator.post("/admin/staff/staffmember/add/", typed_account(first_name=f"Ann{invisible}"))
    assert not StaffMember.objects.filter(first_name__contains=invisible).exists()
