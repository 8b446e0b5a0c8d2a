import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from cha_engagement.customers import queries
from cha_engagement.customers.contact_details import (
    normalise_phone,
    normalise_postcode,
    read_email,
    split_addresses,
)
from cha_engagement.customers.fields import MOST_SUGGESTED, CustomerField, LinesField
from tests import factories

pytestmark = pytest.mark.django_db


def refusal_of(typed):
    with pytest.raises(ValidationError) as refusal:
        CustomerField().clean(typed)
    return refusal.value.messages[0]


def test_a_customer_is_named_by_their_reference_in_either_case(customer):
    assert CustomerField().clean(customer.reference) == customer
    assert CustomerField().clean(f" {customer.reference.lower()} ") == customer


def test_whoever_types_a_name_is_told_the_reference_and_nobody_is_guessed(customer):
    assert (
        refusal_of("orla")
        == f"Type the reference of the one you mean: Órla Ní Bhriain is {customer.reference}."
    )


def test_whoever_types_what_many_have_is_told_of_some(officer):
    for number in range(MOST_SUGGESTED + 1):
        factories.customer(by=officer, name=f"Ann Example{number}")
    sentence = refusal_of("ann")
    assert sentence.startswith("This finds many customers, among them: Ann Example0 is CUS-")
    assert sentence.count(" is CUS-") == MOST_SUGGESTED


@pytest.mark.parametrize("typed", ["Nobody Atall", "\0", "%", "x" * 5000])
def test_a_search_that_finds_nobody_is_refused_with_its_text(customer, typed):
    assert refusal_of(typed) == "This finds no customer. Check it, or type their reference."


def test_a_reference_that_nobody_has_is_refused(customer):
    assert refusal_of("CUS-2026-9999").startswith("No customer has this reference.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01414960000", "0141 496 0000"),
        ("+44(0)141-496 0000", "0141 496 0000"),
        ("07700900123", "07700 900123"),
        ("496 0000 (Ann)", "496 0000 (Ann)"),
        ("0800 1111", "0800 1111"),
        ("00353 1 496 0000", "+353 1 496 0000"),
    ],
)
def test_a_phone_number_is_kept_as_it_is_usually_written(typed, kept):
    assert normalise_phone(typed) == kept


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
    assert normalise_postcode(typed) == kept


def test_one_number_typed_in_two_ways_is_kept_once():
    assert LinesField(read=normalise_phone).clean("0141 496 0000\n+44 141 4960000") == ["0141 496 0000"]


# Pasted and annotated


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("941 2345 (Ann)", "941 2345 (Ann)"),
        ("0141 941 2345 (Ann)", "0141 941 2345 (Ann)"),
        ("0141 4960142 ask for Ann, after 5pm", "0141 496 0142 (ask for Ann, after 5pm)"),
        ("Ann: 07700900123", "07700 900123 (Ann)"),
        ("18001 0141 496 0142", "18001 0141 496 0142"),
        ("18002+44 141 4960142 (Ann)", "18002 0141 496 0142 (Ann)"),
        ("0141 496 0222 ext 12", "0141 496 0222 (ext 12)"),
        ("0141 496 0142 (flat 2/1)", "0141 496 0142 (flat 2/1)"),
        ("+353 1 496 0000 – Siobhán", "+353 1 496 0000 (Siobhán)"),
        ("０１４１ ４９６ ０１４２", "0141 496 0142"),
    ],
)
def test_a_note_and_a_relay_prefix_stay_with_their_number(typed, kept):
    assert normalise_phone(typed) == kept
    assert normalise_phone(kept) == kept


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("0770O9OO189", "letters among its digits"),
        ("07700900123Ann", "letters among its digits"),
        ("0141 496 OI42", "letters among its digits"),
        ("0141 496 0142 07700 900123", "line of its own"),
        ("0141 496 0142 / 07700 900123", "line of its own"),
        ("0141 496 0142 or 07700 900123", "line of its own"),
        ("0141 496 0142 (07700 900123)", "line of its own"),
        ("0141 496 014 (2)", "something else"),
        ("0141 496 0142/3", "something else"),
        ("0141 496 0142 #2", "something else"),
        ("941 2345 7 days", "something else"),
        ("1-800-FLOWERS", "not a phone number"),
        ("ask at the desk", "not a phone number"),
        ("999", "not a phone number"),
    ],
)
def test_what_may_be_another_number_is_refused(typed, word):
    with pytest.raises(ValidationError) as refusal:
        normalise_phone(typed)
    assert word in refusal.value.messages[0]


@example("0A/10000")  # kept as 10000 (0A/)
@given(st.text(alphabet="0123456789 O()+-/.xA,", max_size=24))
def test_a_number_that_is_kept_has_the_digits_that_were_typed(typed):
    try:
        kept = normalise_phone(typed)
    except ValidationError:
        return
    digits = [re.sub(r"\D", "", re.sub(r"\(0\)", "", text)) for text in (typed, kept)]
    if sorted(digits[0]) == sorted(digits[1]):
        return
    ends = [re.sub(r"^(00)?(44)?0*", "", text) for text in digits]
    assert sorted(ends[0]) == sorted(ends[1]) or ends[0].endswith(ends[1]) or ends[1].endswith(ends[0])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Orla Example <orla@mail.example>", ["orla@mail.example"]),
        ("orla@mail.example; ann@mail.example", ["orla@mail.example", "ann@mail.example"]),
        ('"Example, Orla" <orla@mail.example>, ann@mail.example', ["orla@mail.example", "ann@mail.example"]),
        ("Example, Orla <orla@mail.example>", ["orla@mail.example"]),
        ("<orla@mail.example>", ["orla@mail.example"]),
        ("mailto:orla@mail.example", ["orla@mail.example"]),
        ("orla@mail.example ann@mail.example", ["orla@mail.example", "ann@mail.example"]),
    ],
)
def test_addresses_are_taken_as_they_are_pasted(typed, kept):
    assert LinesField(read=read_email, split=split_addresses).clean(typed) == kept


@pytest.mark.parametrize("typed", ["orla@mail.example not ann@mail.example", "orla at mail.example", "orla@"])
def test_a_wrong_address_is_quoted_as_it_was_typed(typed):
    with pytest.raises(ValidationError) as refusal:
        LinesField(read=read_email, split=split_addresses).clean(typed)
    assert typed.split()[0] in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("EC1V OBW", "EC1V 0BW"),
        ("ec1vobw", "EC1V 0BW"),
        ("G8I 1AB", "G8I 1AB"),  # may be that
        ("PO1 1AA", "PO1 1AA"),
        ("D02 X285", "D02 X285"),
        ("00-950", "00-950"),
    ],
)
def test_a_letter_for_a_digit_in_a_postcode_is_understood_where_it_is_clear(typed, kept):
    assert normalise_postcode(typed) == kept


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ({"phones": [normalise_phone("941 2345 (Ann)")]}, "941 2345"),
        ({"phones": [normalise_phone("941 2345 (Ann)")]}, "941 2345 (Ann)"),
        ({"phones": [normalise_phone("0141 941 2345 (Ann)")]}, "941 2345"),
        ({"phones": [normalise_phone("18001 0141 496 0142")]}, "0141 496 0142"),
        ({"phones": [normalise_phone("0141 496 0142")]}, "18001 0141 496 0142"),
        ({"phones": ["0141 496 0142"]}, "0141 496 0142 (somebody who rang)"),
        ({"emails": ["orla@mail.example"]}, "Somebody <orla@mail.example>"),
        ({"emails": ["orla@mail.example"]}, "other@mail.example; orla@mail.example"),
        ({"postcode": normalise_postcode("EC1V OBW")}, "EC1V OBW"),
        ({"postcode": normalise_postcode("EC1V OBW")}, "EC1V 0BW"),
        ({"postcode": "EC1V OBW"}, "EC1V 0BW"),
    ],
)
def test_whatever_was_pasted_is_found_again(officer, known, typed):
    given = {"phones": [], "emails": [], "postcode": ""}
    customer = factories.customer(by=officer, **given | known)
    factories.customer(by=officer, **given | {"phones": ["0141 496 9999"], "postcode": "G1 1AA"})
    assert queries.look_up_customers(typed, officer) == [customer]


@pytest.mark.parametrize(
    "typed", ["07700 900 abc", "07700 900", "0141 496", "(0141) 496 (Ann)", "+44 7700 900"]
)
def test_half_a_number_is_no_number_whatever_stands_behind_it(typed):
    with pytest.raises(ValidationError, match="too short or too long"):
        normalise_phone(typed)


def test_all_wrong_lines_are_quoted_together():
    field = LinesField(read=normalise_phone)
    with pytest.raises(ValidationError) as refused:
        field.clean("0141 496 0000\n07700 900 abc\nnone\n0141 496 0001")
    assert [message[:15] for message in refused.value.messages] == ["“07700 900 abc”", "“none” is not a"]
