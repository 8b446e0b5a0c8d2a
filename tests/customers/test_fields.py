import pytest
from django.core.exceptions import ValidationError

from cha_engagement.customers.fields import MOST_SUGGESTED, CustomerField, LinesField, phone, postcode
from tests import factories

pytestmark = pytest.mark.django_db


def refused(typed):
    with pytest.raises(ValidationError) as refusal:
        CustomerField().clean(typed)
    return refusal.value.messages[0]


def test_a_customer_is_named_by_their_reference_in_either_case(customer):
    assert CustomerField().clean(customer.reference) == customer
    assert CustomerField().clean(f" {customer.reference.lower()} ") == customer


def test_whoever_types_a_name_is_told_the_reference_and_nobody_is_guessed(customer):
    assert (
        refused("orla") == f"Type the reference of the one you mean: Órla Ní Bhriain is {customer.reference}."
    )


def test_whoever_types_what_many_have_is_told_of_some(officer):
    for number in range(MOST_SUGGESTED + 1):
        factories.customer(by=officer, name=f"Ann Example{number}")
    said = refused("ann")
    assert said.startswith("Many are found by this, among them: Ann Example0 is CUS-")
    assert said.count(" is CUS-") == MOST_SUGGESTED


@pytest.mark.parametrize("typed", ["Nobody Atall", "\0", "%", "x" * 5000])
def test_what_nobody_is_found_by_is_said(customer, typed):
    assert refused(typed) == "Nobody is found by this. Check it, or type their reference."


def test_a_reference_that_nobody_has_is_said(customer):
    assert refused("CUS-2026-9999").startswith("No customer has this reference.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01414960000", "0141 496 0000"),
        ("+44(0)141-496 0000", "0141 496 0000"),
        ("07700900123", "07700 900123"),
        ("00353 1 496 0000", "+353 1 496 0000"),
    ],
)
def test_a_phone_number_is_kept_as_it_is_usually_written(typed, kept):
    assert phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("g811ab", "G81 1AB"),
        ("G8 1 1ab", "G81 1AB"),
        (" g1  1aa", "G1 1AA"),
        ("d02 x285", "D02 X285"),
        ("", ""),
    ],
)
def test_a_postcode_is_kept_as_it_is_usually_written(typed, kept):
    assert postcode(typed) == kept


def test_one_number_typed_in_two_ways_is_kept_once():
    assert LinesField(read=phone).clean("0141 496 0000\n+44 141 4960000") == ["0141 496 0000"]
