"""P3: what is asked of the keys is bounded by the rarest word that was typed, on both databases."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.customers.queries import look_up_customers, lookup
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B1"), pytest.mark.database]


def look_up(text, user):
    return [customer.name for customer in look_up_customers(text, user)]


def test_who_has_the_very_words_is_found_among_many_whose_words_begin_so(officer):
    for _ in range(25):
        factories.customer(by=officer, name="Joanna Smith")
    factories.customer(by=officer, name="Jo Maria Smith")
    shown = look_up("jo smith", officer)
    assert shown[0] == "Jo Maria Smith"
    assert len(shown) == lookup.MOST_FOUND


@pytest.mark.parametrize("typed", ["12 kelp street", "12 Kelp St", "kelp street 12", "12, kelp street"])
def test_a_house_is_found_however_its_address_is_written(officer, typed):
    for number, address in enumerate(
        (
            "12 Kelp Street",
            "12, Kelp Street",
            "Flat 2/1\n12\nKelp St",
            "Flat 12, Kelp Street",
            "12A Kelp Street",
        )
    ):
        factories.customer(by=officer, name=f"Number {number}", address=address)
    factories.customer(by=officer, name="Somebody Else", address="21 Kelp Street")
    factories.customer(by=officer, name="Another", address="12 Pier Road")
    assert look_up(typed, officer) == [f"Number {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("12 burns", ["Jean Burns"]),
        ("40 marr", ["Jim Marr", "Ann Other"]),
        ("21 savage", ["Jo Savage", "Kit"]),
    ],
)
def test_a_number_before_a_word_may_be_that_of_a_house_and_the_word_a_name(officer, typed, names):
    factories.customer(by=officer, name="Jean Burns", address="12 Kelp Street")
    factories.customer(by=officer, name="Ann Other", address="40 Marron Lane")
    factories.customer(by=officer, name="Jim Marr", address="40 Kelp Street")
    factories.customer(by=officer, name="Jo Savage", address="21 Kelp Street")
    factories.customer(by=officer, name="Kit", online_handles=["@21savage"])
    assert look_up(typed, officer) == names


@pytest.mark.parametrize("typed", ["flat 1, 7 zetland road", "flat 1 7 zetland road clydebank"])
def test_the_very_flat_comes_before_those_whose_number_begins_so(officer, typed):
    for flat in [*range(10, 20), *range(100, 120), 1]:
        factories.customer(by=officer, name=f"In {flat}", address=f"Flat {flat}, 7 Zetland Road\nClydebank")
    assert look_up(typed, officer)[0] == "In 1"


def test_a_house_that_is_found_keeps_the_many_with_its_number_or_its_street_out(officer, monkeypatch):
    monkeypatch.setattr(lookup, "FEW", 3)
    for _ in range(4):
        factories.customer(by=officer, name="Neighbour", address="21 Kelp Street")
        factories.customer(by=officer, name="Across", address="12 Pier Road")
    factories.customer(by=officer, name="There", address="12 Kelp Street")
    factories.customer(by=officer, name="Above", address="12A Kelp Street")
    assert look_up("12 kelp street", officer) == ["There"]
    assert look_up("12 neighbour", officer) == []
    assert look_up("21 neighbour", officer) == ["Neighbour"] * 4


def test_somebody_with_many_keys_that_begin_alike_does_not_hide_others(officer):
    factories.customer(
        by=officer,
        name="Ann Anna Anne Annie",
        phones=[],
        emails=[],
        online_handles=[f"@ann{number}" for number in range(lookup.BATCH_SIZE + 5)],
    )
    factories.customer(by=officer, name="Annunziata Bell")
    assert look_up("ann", officer) == ["Ann Anna Anne Annie", "Annunziata Bell"]


def test_the_last_letters_of_the_alphabet_are_found(officer):
    factories.customer(by=officer, name="Zz Zzyzx")
    factories.customer(by=officer, name="Somebody Else")
    assert (
        look_up("zz", officer) == look_up("zz zzyzx", officer) == look_up("zzyzx zz", officer) == ["Zz Zzyzx"]
    )


def run_statements(text):
    """Return each statement that a look-up asks of the keys."""
    with CaptureQueriesContext(connection) as queries:
        lookup.find_matching_ids(text)
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    ("typed", "most"),
    [("smith", 1), ("smith anna", 2), ("@anna_smith", 1), ("+44 7700 900123", 4), ("12 kelp street", 6)],
)
def test_a_look_up_asks_the_keys_a_few_times_at_most(officer, typed, most):
    factories.customer(
        by=officer,
        name="Anna Smith",
        phones=["07700 900123"],
        address="12 Kelp Street",
        online_handles=["@anna_smith"],
    )
    assert 1 <= len(run_statements(typed)) <= most


@pytest.mark.parametrize("typed", ["smith", "anna smith", "flat 2/1, 12 kelp st"])
def test_keys_are_read_in_an_index_alone_and_in_its_order(officer, typed):
    for number in range(lookup.MOST_FOUND + 5):
        factories.customer(by=officer, name=f"Anna{number} Smithson", address="Flat 2/1, 12 Kelp Street")
    for sql in run_statements(typed):
        lines = plan(sql)
        reads = [
            line
            for line in lines
            if re.search(r"(?:SCAN|SEARCH|Scan).*\b(?:customers_lookupkey|walked|same_customer)\b", line)
        ]
        assert reads
        assert all(
            re.search("SEARCH .* USING COVERING INDEX|Index Only Scan using lookup_key", line)
            for line in reads
        )
        assert not any("TEMP B-TREE" in line or "Sort" in line for line in lines)


def plan(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
            cursor.execute(f"EXPLAIN {sql}")
            return [line for (line,) in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[-1] for row in cursor.fetchall()]


def test_a_number_that_is_known_without_its_area_code_is_found_by_the_whole_of_it(officer):
    factories.customer(by=officer, name="Next Door", phones=["496 0000 (Ann)"])
    factories.customer(by=officer, name="Another Area", phones=["0131 496 0000"])
    factories.customer(by=officer, name="Mobile", phones=["07496 000012"])
    assert look_up("0141 496 0000", officer) == ["Next Door"]
    assert look_up("+44 (0)141 4960000", officer) == ["Next Door"]
    assert set(look_up("496 0000", officer)) == {"Next Door", "Another Area"}
