import pytest

from cha_engagement.customers import actions
from cha_engagement.customers.queries import household_members, look_up_customers
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def look_up(text, user):
    return [customer.name for customer in look_up_customers(text, user)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Órla Ní Bhriain", "orla"),
        ("Órla Ní Bhriain", "ORLA NI BHRIAIN"),
        ("Órla Ní Bhriain", "bhriain orla"),
        ("Órla Ní Bhriain", "bhr orl"),
        ("Orla Ni Bhriain", "Órla"),
        ("Mary O'Neill", "oneill"),
        ("Mary O'Neill", "o neill"),
        ("Mary O'Neill", "O’Neill, Mary"),
        ("Mary O'Neill", "neill"),
        ("Mary ONeill", "mary o'neill"),
        ("Mary ONeill", "o neill mary"),
        ("Mary O Neill", "oneill mary"),
        ("Hamish MacDonald", "mcdonald"),
        ("Hamish MacDonald", "mac donald"),
        ("Hamish MacDonald", "ma"),
        ("Hamish MacDonald", "macd"),
        ("Hamish McDonald", "macdonald hamish"),
        ("Hamish M'Donald", "MacDonald"),
        ("Hamish Mac Donald", "m'donald"),
        ("Owen Smith", "o smith"),
        ("Chloe Smith-Jones", "smith jones"),
        ("Chloe Smith-Jones", "smithjones"),
        ("Chloe Smith Jones", "smith-jones chloe"),
        ("Chloe Smithjones", "smith-jones chloe"),
        ("Chloe Smith-Jones", "jones"),
        ("Günther Groß", "gunther gross"),
        ("Dmytro Коваленко", "kovalenko"),
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Siân Pugh", "  sian   PUGH "),
    ],
)
def test_a_name_is_found_however_it_is_spelt(officer, name, typed):
    factories.customer(by=officer, name=name)
    factories.customer(by=officer, name="Somebody Else")
    assert look_up(typed, officer) == [name]


@pytest.mark.parametrize(
    "typed",
    [
        "0141 496 0000",
        "01414960000",
        "+44 141 496 0000",
        "+441414960000",
        "0044 141 4960000",
        "0141 496",
        "496 0000",
        "960000",
        "orla@lochside.example",
        "ORLA@LOCHSIDE",
        "G00 0AB",
        "g000ab",
        "12 Kelp Street",
        "12kelpstreet",
        "kelp st",
        "Órla, Kelp Street",
        "Flat 2/1",
        "T-00417/2",
        "t004172",
        "@orla_nb",
        "orlanb",
        "Orlaith",
    ],
)
def test_a_customer_is_found_by_whatever_is_known(officer, typed):
    factories.customer(
        by=officer,
        known_as="Orlaith",
        phones=["0141 496 0000"],
        emails=["Orla@Lochside.example"],
        address="Flat 2/1, 12 Kelp Street\nLochside",
        postcode="G00 0AB",
        tenancy_reference="T-00417/2",
        online_handles=["https://social.example/orla.nb/"],
    )
    factories.customer(by=officer, name="Somebody Else", phones=["0131 496 1111"])
    assert look_up(typed, officer) == ["Órla Ní Bhriain"]


@pytest.mark.parametrize(
    "shape", [str, str.lower, lambda reference: reference.replace("-", " "), lambda r: r[4:]]
)
def test_a_customer_is_found_by_reference(officer, customer, shape):
    factories.customer(by=officer, name="Somebody Else")
    assert look_up_customers(shape(customer.reference), officer) == [customer]


def test_a_whole_word_comes_before_a_beginning(officer):
    for name in ("Anna Johnstone", "Bella John", "Anna Johnson"):
        factories.customer(by=officer, name=name)
    assert look_up("john", officer) == ["Bella John", "Anna Johnson", "Anna Johnstone"]


@pytest.mark.parametrize("typed", ["", " ", "o", "-", "\0", "%_", "ø" * 5000])
def test_what_says_too_little_finds_nobody(officer, customer, typed):
    assert look_up_customers(typed, officer) == []


def test_an_answer_has_twenty_at_most(officer):
    for number in range(22):
        factories.customer(by=officer, name=f"Anna {number}")
    assert len(look_up_customers("anna", officer)) == 20


@pytest.mark.policy("65")
def test_who_reads_about_no_customer_finds_none(administrator, customer):
    assert look_up_customers("orla", administrator) == []


def test_a_household_is_everybody_else_in_it(officer):
    first = factories.customer(by=officer, name="First")
    second = factories.customer(by=officer, name="Second", household_of=first)
    third = factories.customer(by=officer, name="Third", household_of=second)
    factories.customer(by=officer, name="Neighbour")
    assert list(household_members(first)) == [second, third]
    assert list(household_members(third)) == [first, second]


def test_keys_follow_what_changes(officer, customer):
    actions.change_customer(
        customer=customer, by=officer, version=1, name="Orla Burns", phones=["0141 496 0009"]
    )
    assert look_up("bhriain", officer) == []
    assert look_up("burns", officer) == look_up("0141 496 0009", officer) == ["Orla Burns"]
