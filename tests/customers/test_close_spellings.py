"""A name that nobody is found by finds those spelt almost so, and no strangers besides."""

import pytest

from cha_engagement.customers.queries import close_spellings, customers_with_close_name
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def gregor(officer):
    return factories.customer(by=officer, name="Gregor Imrie")


@pytest.mark.beyond("B1")
@pytest.mark.parametrize(
    "typed",
    ["imrei", "Gregor Immrie", "IMREE", "imre", "greggor imrie", "Gregor Imrei", "imrie gergor", "Ímrei"],
)
def test_a_slip_finds_whom_it_means(gregor, officer, typed):
    factories.customer(by=officer, name="Anna Burns")
    assert customers_with_close_name(typed, officer) == [gregor]


@pytest.mark.parametrize(
    "typed",
    [
        "imer",
        "imreei",
        "Anna Imrie",
        "Gregor Imrie Anna",
        "12 imrie",
        "",
        "gre",
        "a b c d e imrei",
        "x" * 100,
    ],
)
def test_more_than_a_slip_finds_nobody(gregor, officer, typed):
    assert customers_with_close_name(typed, officer) == []


def test_what_is_no_name_is_not_found_by_a_slip(officer):
    factories.customer(by=officer, name="Anna Burns", address="1 Imrie Street", emails=["imrie@example.org"])
    assert customers_with_close_name("imrei", officer) == []


def test_whoever_reads_no_customers_finds_nobody(gregor, administrator):
    assert customers_with_close_name("imrei", administrator) == []


def test_a_name_that_many_have_is_told_by_the_other(gregor, officer, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(close_spellings, "CANDIDATES", 3)
    for number in range(5):
        factories.customer(by=officer, name=f"Gregor {'abcdef'[number] * 6}")
    with django_assert_num_queries(4):
        assert customers_with_close_name("Gregor Imrei", officer) == [gregor]
