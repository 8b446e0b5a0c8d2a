"""What nobody sees is in no text: not in a name that looks like another, nor in one that cannot be found by what is read."""

import pytest
from django.http import QueryDict

from cha_engagement.core.invisible import strip_invisible
from cha_engagement.customers.forms import AddCustomerForm
from cha_engagement.customers.models import Customer
from tests import factories
from tests.staff.test_admin import typed

pytestmark = pytest.mark.django_db


def cleaned(name, user):
    data = QueryDict(mutable=True)
    data["name"] = name
    form = AddCustomerForm(data, user=user)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u202a", "\u2066", "\u3164", "\U000e0041"]
)
def test_what_nobody_sees_is_taken_out(officer, unseen):
    form = cleaned(f"Ann{unseen} Marr", officer)
    assert form.cleaned_data["name"] == "Ann Marr"
    assert cleaned(unseen * 3, officer).errors["name"] == ["“Name” needs an answer."]


@pytest.mark.parametrize("turned", ["\u202e", "\u202d"])
def test_what_turns_the_order_round_is_refused_beside_its_question(officer, turned):
    (sentence,) = cleaned(f"Ann {turned}rraM", officer).errors["name"]
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
def test_what_a_language_needs_stays(text):
    assert strip_invisible(text) == text


def test_a_flag_hides_no_words():
    """Nor do those letters stay that stand behind no flag, or go on after it."""
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "dismiss them")
    assert strip_invisible(f"🏴{hidden}\U000e007f") == "🏴"
    assert strip_invisible(hidden) == ""


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e"])
def test_an_account_has_no_such_name(unseen, signed_in):
    administrator = signed_in(factories.staff("admin", "Administrator"))
    page = administrator.post("/admin/staff/staffmember/add/", typed(first_name=f"Ann{unseen}"))
    assert page.status_code == 200
    assert "invisible character" in page.content.decode()
