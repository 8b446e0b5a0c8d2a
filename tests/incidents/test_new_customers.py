"""Whoever logs an incident about somebody new adds them on the way, by a name and one detail. Beyond the policy: B16."""

import uuid

import pytest
from django.utils import timezone

from cha_engagement.customers.models import Customer
from incidents.models import Incident

from .. import factories

pytestmark = pytest.mark.django_db

NEW = "/incidents/new/"
NAME, DETAIL = "Zebedee Quill", "0141 496 0000"


def answers(**changes):
    return {
        "submission": str(uuid.uuid4()),
        "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "channel": "phone",
        "facts": "Shouted and swore about a repair.",
        "harm": "no",
    } | changes


@pytest.mark.parametrize(
    ("detail", "kept"),
    [
        (DETAIL, {"phones": [DETAIL]}),
        ("zebedee@example.com", {"emails": ["zebedee@example.com"]}),
        ("4 Kelp Street, Lochside g81 1ab", {"address": "4 Kelp Street, Lochside", "postcode": "G81 1AB"}),
        ("The flat above the chip shop", {"address": "The flat above the chip shop"}),
    ],
)
def test_a_name_and_one_detail_add_a_customer(signed_in, officer, detail, kept):
    form = answers(new_name=NAME, new_detail=detail)
    client = signed_in(officer)
    first, again = client.post(NEW, form), client.post(NEW, form)
    assert first.headers["Location"] == again.headers["Location"]
    customer = Incident.objects.get().customer
    assert Customer.objects.get() == customer
    assert {name: getattr(customer, name) for name in ("name", *kept)} == {"name": NAME} | kept


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"new_name": NAME}, "new_detail", "Give one detail to recognise them by"),
        ({"new_detail": DETAIL}, "new_name", "Give the new customer’s name"),
        ({"new_name": NAME, "new_detail": "0141 49"}, "new_detail", "too short"),
        ({"new_name": NAME, "new_detail": "zebedee@"}, "new_detail", "not an email address"),
        ({"new_name": f"{NAME} and family", "new_detail": DETAIL}, "new_name", "means others too"),
    ],
)
def test_what_is_missing_of_somebody_new_is_asked_for(signed_in, officer, typed, field, sentence):
    page = signed_in(officer).post(NEW, answers(**typed))
    assert page.status_code == 422
    assert sentence in str(page.context["form"].errors[field])
    assert not Customer.objects.exists()
    assert not Incident.objects.exists()


def test_somebody_chosen_and_somebody_new_are_not_both_meant(signed_in, officer, customer):
    form = answers(customer=customer.reference, new_name=NAME, new_detail=DETAIL)
    page = signed_in(officer).post(NEW, form)
    assert page.status_code == 422
    assert customer.name in str(page.context["form"].errors["new_name"])


@pytest.mark.beyond("B16")
@pytest.mark.parametrize("is_new", [True, False])
def test_whether_somebody_new_is_one_whom_we_know_is_chosen_in_place(signed_in, officer, is_new):
    known = factories.customer(by=officer, name="Zebedee Quill", phones=["0141 496 0001"])
    client = signed_in(officer)
    form = answers(new_name=NAME, new_detail=DETAIL)
    page = client.post(NEW, form)
    assert page.status_code == 422
    none = f"None of these: {known.reference}"
    text = page.content.decode()
    assert f'value="{known.reference}"' in text
    assert f'value="{none}"' in text
    assert client.post(NEW, form | {"same_as": "None of these: CUS-1999-0001"}).status_code == 422
    assert client.post(NEW, form | {"same_as": none if is_new else known.reference}).status_code == 302
    assert (Incident.objects.get().customer == known) is not is_new
    assert Customer.objects.count() == 1 + is_new


def test_the_full_name_of_the_only_one_found_is_taken(signed_in, officer, customer):
    client = signed_in(officer)
    assert client.post(NEW, answers(customer=customer.name.upper())).status_code == 302
    assert Incident.objects.get().customer == customer
    factories.customer(by=officer, name=customer.name, phones=[DETAIL])
    assert client.post(NEW, answers(customer=customer.name)).status_code == 422
