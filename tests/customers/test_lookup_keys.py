import pytest
from hypothesis import given
from hypothesis import strategies as st

from cha_engagement.customers import folding, lookup_keys

key_strategy = st.text(folding.ALPHABET, min_size=1, max_size=12)


@given(key_strategy, key_strategy)
def test_the_keys_that_begin_with_a_word_are_a_range(word, other):
    start, stop = lookup_keys.prefix_range(word)
    assert (start <= other < stop) == other.startswith(word)


@given(key_strategy, key_strategy)
def test_the_keys_that_are_a_word_are_a_range(word, other):
    start, stop = lookup_keys.exact_range(word)
    assert (start <= other < stop) == (other == word)


@given(key_strategy)
def test_a_range_ends_at_letters_and_digits_alone(word):
    assert set(lookup_keys.prefix_range(word).stop + lookup_keys.exact_range(word).stop) <= set(
        folding.ALPHABET
    )


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("12 Kelp Street", [["12kelp", "street"], ["12kelpstreet"]]),
        ("Flat 2/1, 12 Kelp", [["flat", "21", "12kelp"], ["flat2112kelp"]]),
        ("Kelp Street 12", []),
        ("12 b", []),
        ("0141 496 0000", []),
    ],
)
def test_a_house_number_that_is_typed_is_one_with_the_word_behind_it(typed, readings):
    assert lookup_keys.house_number_readings(typed) == readings


@pytest.mark.parametrize(
    "address", ["12 Kelp Street", "12, Kelp Street", "Flat 2/1\n12\nKelp St", "Flat 12, Kelp Street"]
)
def test_a_house_number_is_kept_with_the_word_behind_it_however_it_is_written(address):
    assert "12kelp" in lookup_keys.house_number_keys(address)


@given(st.text(max_size=60))
def test_whatever_is_folded_has_only_letters_and_digits(text):
    assert set(folding.fold_text(text)) <= set(folding.ALPHABET)


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_read(text):
    assert all(word for reading in lookup_keys.readings(text) for word in reading)


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("0141 496 0000", "01414960000"),
        ("+44 141 496 0000", "01414960000"),
        ("0044 (0)141 496-0000", "01414960000"),
        ("44 141 496 0000", "01414960000"),
        ("(0141) 4960000", "01414960000"),
        ("07700 900 123", "07700900123"),
        ("+353 1 234 5678", "35312345678"),
        ("0141 496", "0141496"),
        ("ext.", ""),
    ],
)
def test_a_phone_number_is_kept_as_it_is_dialled_here(typed, dialled):
    assert lookup_keys.dialled_number(typed) == dialled


@pytest.mark.parametrize(
    ("number", "found_by"),
    [
        ("0141 496 0000", {"01414960000", "4960000", "960000"}),
        ("+44 7700 900123", {"07700900123", "900123"}),
        ("01382 496000", {"01382496000", "496000"}),
        ("ask at the desk", {""}),
    ],
)
def test_a_phone_number_is_found_without_its_area_code_and_by_its_last_digits(number, found_by):
    assert set(lookup_keys.phone_keys(number)) == found_by
